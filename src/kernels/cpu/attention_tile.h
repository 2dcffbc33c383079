// The tiles of attention: M rows times as many vectors as the registers hold beside them.
#pragma once

#include "kernels/cpu/groups.h"
#include "kernels/cpu/simd_bytes.h"
#include "kernels/cpu/tile.h"
#include "kernels/kv_format.h"

namespace r1::R1_ISA {

// Vectors of B for M rows: few rows take more, so that enough chains run side by side.
template <int M>
constexpr int VectorsFor() {
  for (int nv = 4; nv > 1; nv /= 2)
    if (M * nv <= kTileRows * kTileVectors) return nv;
  return 1;
}

R1_INLINE I LoadPairs(const uint8_t* p, Whole) { return LoadPairs(p); }
R1_INLINE I LoadPairs(const uint8_t* p, Part part) { return LoadPairsFirst(p, part.count); }
R1_INLINE V LoadBytes(const int8_t* p, Whole) { return LoadBytes(p); }
R1_INLINE V LoadBytes(const int8_t* p, Part part) { return LoadBytesFirst(p, part.count); }

// What a row sees of keys [begin, end) is [begin, Sees(row)).
R1_INLINE int64_t Sees(const int32_t* num_keys, int64_t row, int64_t end) { return num_keys[row] < end ? num_keys[row] : end; }

}  // namespace r1::R1_ISA
