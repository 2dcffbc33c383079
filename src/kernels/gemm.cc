#include "kernels/gemm.h"

#include <algorithm>
#include <cstring>

#include "base/aligned_memory.h"
#include "base/check.h"

namespace r1 {
namespace {

constexpr int64_t kDepth = 512;             // k per block; even, so that bf16 pairs never straddle two blocks
constexpr int64_t kRowsPerBlock = 128;      // a block of A (rows x kDepth) stays in the second-level cache
constexpr int64_t kSerialMacs = 50'000;     // below this a second thread costs more than it brings
constexpr int64_t kUnitsPerThread = 4;      // enough to even out a thread that is descheduled

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t RoundUp(int64_t a, int64_t b) { return CeilDiv(a, b) * b; }

// A block of A made contiguous, one buffer a thread.
float* Scratch(int64_t floats) {
  thread_local std::shared_ptr<void> buffer;
  thread_local int64_t capacity = 0;
  if (floats > capacity) {
    buffer = AllocateAlignedShared(static_cast<size_t>(floats) * sizeof(float));
    capacity = floats;
  }
  return static_cast<float*>(buffer.get());
}

// How the output is cut into units of work: blocks of rows times groups of panels. A unit owns its part of C for the whole of k.
struct Grid {
  int64_t rows, row_blocks, panels, panel_groups;
};

Grid MakeGrid(int64_t m, int64_t num_panels, int64_t macs, const KernelTable& kernels, int num_threads) {
  Grid grid;
  grid.row_blocks = CeilDiv(m, kRowsPerBlock);
  grid.rows = RoundUp(CeilDiv(m, grid.row_blocks), kernels.tile_rows);
  grid.row_blocks = CeilDiv(m, grid.rows);
  const int64_t units = std::min(kUnitsPerThread * num_threads, macs / kSerialMacs + 1);
  const int64_t groups = num_threads == 1 ? 1 : std::clamp<int64_t>(CeilDiv(units, grid.row_blocks), 1, num_panels);
  grid.panels = CeilDiv(num_panels, groups);
  grid.panel_groups = CeilDiv(num_panels, grid.panels);
  return grid;
}

// Rows of A in another cache set each, though their distance is a power of two.
bool NeedsCopy(int64_t a_rs, int64_t a_cs, int64_t k) {
  if (a_cs != 1 && a_rs != 1) return true;
  const int64_t stride = a_cs == 1 ? a_rs : a_cs;
  return k > kDepth / 2 && stride * static_cast<int64_t>(sizeof(float)) % 1024 == 0;
}

// A few cache lines apart from what is being read, so that the next row does not start with a miss for each line.
void Prefetch(const float* p, int64_t floats) {
  for (int64_t i = 0; i < floats; i += 16) __builtin_prefetch(p + i);
}

struct BlockOfA {
  const void* data;
  int64_t row_stride, col_stride;  // in floats or pairs
};

// A[0..m, 0..k) as f32 that gemm_panel_f32 can read: in place or copied.
BlockOfA PrepareF32(int64_t m, int64_t k, const float* a, int64_t rs, int64_t cs, bool copy) {
  if (!copy) return {a, rs, cs};
  if (rs == 1) {
    const int64_t stride = RoundUp(m, 16);
    float* block = Scratch(stride * k);
    for (int64_t i = 0; i < k; ++i) std::memcpy(block + i * stride, a + i * cs, static_cast<size_t>(m) * sizeof(float));
    return {block, 1, stride};
  }
  const int64_t stride = RoundUp(k, 16) + 16;  // an odd number of cache lines
  float* block = Scratch(stride * m);
  for (int64_t r = 0; r < m; ++r) {
    if (cs == 1)
      std::memcpy(block + r * stride, a + r * rs, static_cast<size_t>(k) * sizeof(float));
    else
      for (int64_t i = 0; i < k; ++i) block[r * stride + i] = a[r * rs + i * cs];
  }
  return {block, stride, 1};
}

// The same as pairs of bf16, rounded on the way.
BlockOfA PrepareBf16(const KernelTable& kernels, int64_t m, int64_t k, const float* a, int64_t rs, int64_t cs) {
  if (rs == 1 && cs != 1) {
    const int64_t stride = RoundUp(m, 16);
    auto* block = reinterpret_cast<uint32_t*>(Scratch(stride * CeilDiv(k, 2) + m));
    auto* zeros = reinterpret_cast<float*>(block + stride * CeilDiv(k, 2));
    if (k % 2 != 0) std::fill(zeros, zeros + m, 0.0f);
    for (int64_t i = 0; i < k; i += 2) {
      Prefetch(a + (i + 8) * cs, m);
      Prefetch(a + (i + 9) * cs, m);
      kernels.to_bf16_pairs(m, a + i * cs, i + 1 < k ? a + (i + 1) * cs : zeros, block + i / 2 * stride);
    }
    return {block, 1, stride};
  }
  const int64_t stride = RoundUp(CeilDiv(k, 2), 16) + 16;
  auto* block = reinterpret_cast<uint16_t*>(Scratch(stride * m + k));
  auto* row = reinterpret_cast<float*>(block + 2 * stride * m);
  for (int64_t r = 0; r < m; ++r) {
    const float* source = a + r * rs;
    if (cs == 1) Prefetch(source + rs, k);
    if (cs != 1) {
      for (int64_t i = 0; i < k; ++i) row[i] = source[i * cs];
      source = row;
    }
    kernels.to_bf16(k, source, block + 2 * stride * r);
    if (k % 2 != 0) block[2 * stride * r + k] = 0;
  }
  return {block, stride, 1};
}

// The same from bf16, in place where the pairs already lie as the kernel wants them.
BlockOfA PrepareBf16(const KernelTable&, int64_t m, int64_t k, const uint16_t* a, int64_t rs, int64_t cs) {
  if (cs == 1 && rs % 2 == 0 && k % 2 == 0) return {a, rs / 2, 1};
  if (rs == 1 && cs != 1) {
    const int64_t stride = RoundUp(m, 16);
    auto* block = reinterpret_cast<uint32_t*>(Scratch(stride * CeilDiv(k, 2)));
    for (int64_t i = 0; i < k; i += 2)
      for (int64_t r = 0; r < m; ++r)
        block[i / 2 * stride + r] = a[i * cs + r] | (i + 1 < k ? uint32_t{a[(i + 1) * cs + r]} << 16 : 0);
    return {block, 1, stride};
  }
  const int64_t stride = RoundUp(CeilDiv(k, 2), 16) + 16;
  auto* block = reinterpret_cast<uint16_t*>(Scratch(stride * m));
  for (int64_t r = 0; r < m; ++r) {
    for (int64_t i = 0; i < k; ++i) block[2 * stride * r + i] = a[r * rs + i * cs];
    if (k % 2 != 0) block[2 * stride * r + k] = 0;
  }
  return {block, stride, 1};
}

template <class T>
void Product(const KernelTable& kernels, ThreadPool& pool, int64_t m, const T* a, int64_t rs, int64_t cs, const PackedMatrix& b, float* c,
             int64_t ldc, bool accumulate) {
  const int64_t k = b.k(), n = b.n();
  if (m <= 0 || n <= 0) return;
  const bool bf16 = b.type() == GemmType::kBF16;
  const int64_t cols = kernels.panel_cols;
  const int64_t panel_bytes = RoundUp(k, bf16 ? 2 : 1) * cols * (bf16 ? 2 : 4);
  const Grid grid = MakeGrid(m, CeilDiv(n, cols), m * n * k, kernels, pool.num_threads());

  const auto unit = [&](int64_t index) {
    const int64_t row = index / grid.panel_groups * grid.rows;
    const int64_t rows = std::min(grid.rows, m - row);
    const int64_t first_panel = index % grid.panel_groups * grid.panels;
    const int64_t first = first_panel * cols, last = std::min(n, (first_panel + grid.panels) * cols);
    for (int64_t k0 = 0; k0 < k || k0 == 0; k0 += kDepth) {
      const int64_t depth = std::min(kDepth, k - k0);
      const T* source = a + row * rs + k0 * cs;
      BlockOfA block;
      if constexpr (sizeof(T) == sizeof(float))
        block = bf16 ? PrepareBf16(kernels, rows, depth, source, rs, cs)
                     : PrepareF32(rows, depth, source, rs, cs, NeedsCopy(rs, cs, k));
      else
        block = PrepareBf16(kernels, rows, depth, source, rs, cs);
      for (int64_t col = first; col < last; col += cols) {
        const char* panel = static_cast<const char*>(b.data()) + col / cols * panel_bytes + k0 * cols * (bf16 ? 2 : 4);
        const int64_t width = std::min(cols, last - col);
        float* out = c + row * ldc + col;
        if (bf16)
          kernels.gemm_panel_bf16(rows, width, RoundUp(depth, 2), static_cast<const uint32_t*>(block.data), block.row_stride,
                                  block.col_stride, reinterpret_cast<const uint16_t*>(panel), out, ldc, accumulate || k0 > 0);
        else
          kernels.gemm_panel_f32(rows, width, depth, static_cast<const float*>(block.data), block.row_stride, block.col_stride,
                                 reinterpret_cast<const float*>(panel), out, ldc, accumulate || k0 > 0);
      }
    }
  };
  const int64_t units = grid.row_blocks * grid.panel_groups;
  if (m * n * k < kSerialMacs) {
    ThreadPool::EnterNumericsMode();
    for (int64_t i = 0; i < units; ++i) unit(i);
  } else {
    pool.Run(units, unit);
  }
}

}  // namespace

void PackedMatrix::Pack(const KernelTable& kernels, ThreadPool& pool, GemmType type, int64_t k, int64_t n, const float* b,
                        int64_t row_stride, int64_t col_stride) {
  type_ = type;
  panel_cols_ = kernels.panel_cols;
  k_ = k;
  n_ = n;
  const int64_t cols = kernels.panel_cols, panels = CeilDiv(n, cols);
  const size_t element = type == GemmType::kBF16 ? 2 : 4;
  const size_t panel_bytes = static_cast<size_t>(RoundUp(k, type == GemmType::kBF16 ? 2 : 1) * cols) * element;
  const size_t bytes = panel_bytes * static_cast<size_t>(panels);
  // A copy of this matrix may share the buffer: it must keep what it has.
  if (bytes > capacity_ || data_.use_count() > 1 || data_ == nullptr) {
    data_ = AllocateAlignedShared(bytes);
    capacity_ = bytes;
  }
  // Units of `depth` rows of a panel: long panels are few when n is small.
  const int64_t depth = 1024, slices = std::max<int64_t>(1, CeilDiv(k, depth));
  const auto pack = [&](int64_t index) {
    const int64_t panel = index / slices, k0 = index % slices * depth, count = std::min(depth, k - k0);
    const float* source = b + k0 * row_stride + panel * cols * col_stride;
    char* out = static_cast<char*>(data_.get()) + static_cast<size_t>(panel) * panel_bytes + static_cast<size_t>(k0 * cols) * element;
    const int64_t width = std::min(cols, n - panel * cols);
    if (type == GemmType::kBF16)
      kernels.pack_b_bf16(count, width, source, row_stride, col_stride, reinterpret_cast<uint16_t*>(out));
    else
      kernels.pack_b_f32(count, width, source, row_stride, col_stride, reinterpret_cast<float*>(out));
  };
  if (k * n < kSerialMacs / 4) {
    ThreadPool::EnterNumericsMode();
    for (int64_t i = 0; i < panels * slices; ++i) pack(i);
  } else {
    pool.Run(panels * slices, pack);
  }
}

size_t PackedMatrix::bytes() const { return capacity_; }

void Gemm(const KernelTable& kernels, ThreadPool& pool, int64_t m, const float* a, int64_t row_stride, int64_t col_stride,
          const PackedMatrix& b, float* c, int64_t ldc, bool accumulate) {
  Product(kernels, pool, m, a, row_stride, col_stride, b, c, ldc, accumulate);
}

void GemmBf16(const KernelTable& kernels, ThreadPool& pool, int64_t m, const uint16_t* a, int64_t row_stride, int64_t col_stride,
              const PackedMatrix& b, float* c, int64_t ldc, bool accumulate) {
  CHECK(b.type() == GemmType::kBF16);
  Product(kernels, pool, m, a, row_stride, col_stride, b, c, ldc, accumulate);
}

}  // namespace r1
