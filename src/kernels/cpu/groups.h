// Walking along a row sixteen floats at a time, with one body for full groups and for the last, shorter one.
#pragma once

#include "kernels/cpu/simd.h"

namespace r1::R1_ISA {

// Calls body(i, lanes) for i = 0, 16, 32 ... below n; `lanes` is Whole for a full group and Part for the last, shorter one. Load
// and Store with such a third argument touch only the floats there are; the lanes without one read as zero.
struct Whole {};
struct Part {
  int64_t count;
};
R1_INLINE V Load(const float* p, Whole) { return Load(p); }
R1_INLINE V Load(const float* p, Part part) { return LoadFirst(p, part.count); }
R1_INLINE void Store(float* p, V v, Whole) { Store(p, v); }
R1_INLINE void Store(float* p, V v, Part part) { StoreFirst(p, v, part.count); }
R1_INLINE void StoreBf16(uint16_t* p, V v, Whole) { StoreBf16(p, v); }
R1_INLINE void StoreBf16(uint16_t* p, V v, Part part) { StoreBf16First(p, v, part.count); }
R1_INLINE void StorePairs(void* p, V even, V odd, Whole) { StorePairs(p, even, odd); }
R1_INLINE void StorePairs(void* p, V even, V odd, Part part) { StorePairsFirst(p, even, odd, part.count); }
R1_INLINE V Only(V v, Whole, V) { return v; }  // `other` in the lanes without an element
R1_INLINE V Only(V v, Part part, V other) { return First(v, part.count, other); }

template <class Body>
R1_INLINE void EachGroup(int64_t begin, int64_t end, Body body) {
  int64_t i = begin;
  for (; i + 16 <= end; i += 16) body(i, Whole{});
  if (i < end) body(i, Part{end - i});
}

// The same with N groups at a time, as long as there are as many: calls body.operator()<N>(i, lanes), or <1>.
template <int N, class Body>
R1_INLINE void EachGroups(int64_t begin, int64_t end, Body body) {
  int64_t i = begin;
  for (; i + 16 * N <= end; i += 16 * N) body.template operator()<N>(i, Whole{});
  EachGroup(i, end, [&](int64_t at, auto lanes) { body.template operator()<1>(at, lanes); });
}

}  // namespace r1::R1_ISA
