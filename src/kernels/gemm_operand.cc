#include "kernels/gemm_operand.h"

#include <algorithm>
#include <cstring>

#include "kernels/gemm_plan.h"
#include "kernels/thread_scratch.h"

namespace r1 {
namespace {

constexpr int64_t kLine = 16;  // floats, or pairs, in a cache line
constexpr int64_t kAhead = 8;  // rows that are asked for before they are read

int64_t Pairs(int64_t k) { return (k + 1) / 2; }

// Rows of k floats to be asked for ahead: short ones earlier.
int64_t RowsAhead(int64_t k) { return k <= 128 ? 4 : k <= 256 ? 2 : 1; }

// The hardware follows a run of lines, but not from the end of one short run to the start of the next.
void Prefetch(const float* p, int64_t floats) {
  for (int64_t i = 0; i < floats; i += kLine) __builtin_prefetch(p + i);
}

}  // namespace

int64_t SpreadStride(int64_t k) { return RoundUp(k, 2 * kLine) + kLine; }

bool StrideAliases(int64_t stride) { return stride * static_cast<int64_t>(sizeof(float)) % 4096 == 0; }

OperandBlock PrepareF32(int64_t m, int64_t k, int64_t total_k, const float* a, int64_t row_stride, int64_t col_stride) {
  constexpr int64_t kShort = 256;  // rows this short lie close together, whatever their distance
  if (col_stride == 1) {
    if (total_k <= kShort || !StrideAliases(row_stride)) return {a, row_stride, 1};
    const int64_t stride = SpreadStride(k);
    float* block = ThreadScratch<float>(stride * m);
    for (int64_t i = 0; i < m; ++i) {
      Prefetch(a + (i + RowsAhead(k)) * row_stride, k);
      std::memcpy(block + i * stride, a + i * row_stride, static_cast<size_t>(k) * sizeof(float));
    }
    return {block, stride, 1};
  }
  const int64_t stride = SpreadStride(m);
  if (row_stride == 1) {
    if (total_k <= kShort || !StrideAliases(col_stride)) return {a, 1, col_stride};
    float* block = ThreadScratch<float>(stride * k);
    for (int64_t j = 0; j < k; ++j) {
      Prefetch(a + (j + kAhead) * col_stride, m);
      std::memcpy(block + j * stride, a + j * col_stride, static_cast<size_t>(m) * sizeof(float));
    }
    return {block, 1, stride};
  }
  float* block = ThreadScratch<float>(stride * k);
  for (int64_t j = 0; j < k; ++j)
    for (int64_t i = 0; i < m; ++i) block[j * stride + i] = a[i * row_stride + j * col_stride];
  return {block, 1, stride};
}

OperandBlock PrepareBf16(const KernelTable& kernels, int64_t m, int64_t k, const float* a, int64_t row_stride, int64_t col_stride) {
  if (row_stride == 1 && col_stride != 1) {
    const int64_t stride = SpreadStride(m);
    float* zeros = ThreadScratch<float>(stride * Pairs(k) + m);
    auto* block = reinterpret_cast<uint32_t*>(zeros + m);
    std::fill(zeros, zeros + m, 0.0f);
    for (int64_t j = 0; j < k; j += 2) {
      Prefetch(a + (j + kAhead) * col_stride, m);
      Prefetch(a + (j + kAhead + 1) * col_stride, m);
      const float* odd = j + 1 < k ? a + (j + 1) * col_stride : zeros;
      kernels.to_bf16_pairs(m, a + j * col_stride, odd, block + j / 2 * stride);
    }
    return {block, 1, stride};
  }
  const int64_t stride = SpreadStride(Pairs(k));
  float* row = ThreadScratch<float>(stride * m + RoundUp(k, kLine));
  auto* block = reinterpret_cast<uint16_t*>(row + RoundUp(k, kLine));
  for (int64_t i = 0; i < m; ++i) {
    const float* source = a + i * row_stride;
    if (col_stride == 1) {
      Prefetch(source + RowsAhead(k) * row_stride, k);
    } else {
      for (int64_t j = 0; j < k; ++j) row[j] = source[j * col_stride];
      source = row;
    }
    kernels.to_bf16(k, source, block + 2 * stride * i);
    if (k % 2 != 0) block[2 * stride * i + k] = 0;
  }
  return {block, stride, 1};
}

OperandBlock PrepareBf16(int64_t m, int64_t k, const uint16_t* a, int64_t row_stride, int64_t col_stride) {
  if (col_stride == 1 && row_stride % 2 == 0 && k % 2 == 0) return {a, row_stride / 2, 1};
  const bool columns = row_stride == 1 && col_stride != 1;
  const int64_t stride = SpreadStride(columns ? m : Pairs(k));
  auto* block = reinterpret_cast<uint16_t*>(ThreadScratch<float>(stride * (columns ? Pairs(k) : m)));
  const auto at = [&](int64_t i, int64_t j) { return j < k ? a[i * row_stride + j * col_stride] : uint16_t{0}; };
  if (columns) {
    for (int64_t j = 0; j < k; j += 2)
      for (int64_t i = 0; i < m; ++i) {
        block[2 * (j / 2 * stride + i)] = at(i, j);
        block[2 * (j / 2 * stride + i) + 1] = at(i, j + 1);
      }
    return {block, 1, stride};
  }
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < 2 * Pairs(k); ++j) block[2 * stride * i + j] = at(i, j);
  return {block, stride, 1};
}

}  // namespace r1
