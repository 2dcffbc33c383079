#include "kernels/gemm_operand.h"

#include <algorithm>
#include <cstring>

#include "kernels/gemm_plan.h"

namespace r1 {
namespace {

constexpr int64_t kLine = 16;  // floats, or pairs, in a cache line
constexpr int64_t kAhead = 8;  // rows that are asked for before they are read

// Rows of k floats to be asked for ahead: short ones earlier.
int64_t RowsAhead(int64_t k) { return k <= 128 ? 4 : k <= 256 ? 2 : 1; }

// The hardware follows a run of lines, but not from the end of one short run to the start of the next.
void Prefetch(const float* p, int64_t floats) {
  for (int64_t i = 0; i < floats; i += kLine) __builtin_prefetch(p + i);
}

}  // namespace

int64_t PairsOf(int64_t k) { return RoundUp(k, kBf16Block) / 2; }

int64_t SpreadStride(int64_t k) { return RoundUp(k, 2 * kLine) + kLine; }

int64_t OperandFloats(int64_t m, int64_t k, const Matrix<float>& a) {
  const int64_t rows = SpreadStride(k) * m + RoundUp(k, kLine);     // with a row of floats beside rounded ones
  const int64_t columns = SpreadStride(m) * k + RoundUp(m, kLine);  // with one of zeros
  return a.col_stride == 1 ? rows : std::max(rows, columns);
}

int64_t WidenedFloats(int64_t m, int64_t k) {
  return std::max(SpreadStride(2 * PairsOf(k)) * m, SpreadStride(2 * m) * PairsOf(k));  // in rows, in columns
}

OperandBlock PrepareF32(int64_t m, int64_t k, int64_t total_k, const Matrix<float>& a, float* buffer) {
  constexpr int64_t kShort = 256;  // rows this short lie close together, whatever their distance
  if (a.col_stride == 1) {
    if (total_k <= kShort || !StrideAliases(a.row_stride)) return {a.data, a.row_stride, 1};
    const int64_t stride = SpreadStride(k);
    for (int64_t i = 0; i < m; ++i) {
      Prefetch(a.At(i + RowsAhead(k), 0), k);
      std::memcpy(buffer + i * stride, a.At(i, 0), static_cast<size_t>(k) * sizeof(float));
    }
    return {buffer, stride, 1};
  }
  const int64_t stride = SpreadStride(m);
  if (a.row_stride == 1) {
    if (total_k <= kShort || !StrideAliases(a.col_stride)) return {a.data, 1, a.col_stride};
    for (int64_t j = 0; j < k; ++j) {
      Prefetch(a.At(0, j + kAhead), m);
      std::memcpy(buffer + j * stride, a.At(0, j), static_cast<size_t>(m) * sizeof(float));
    }
    return {buffer, 1, stride};
  }
  for (int64_t j = 0; j < k; ++j)
    for (int64_t i = 0; i < m; ++i) buffer[j * stride + i] = *a.At(i, j);
  return {buffer, 1, stride};
}

OperandBlock PrepareBf16(const KernelTable& kernels, int64_t m, int64_t k, const Matrix<float>& a, float* buffer) {
  const int64_t stride = SpreadStride(PairsOf(k));
  auto* block = reinterpret_cast<uint16_t*>(buffer);
  float* gathered = buffer + stride * m;
  for (int64_t i = 0; i < m; ++i) {
    const float* source = a.At(i, 0);
    if (a.col_stride == 1) {
      Prefetch(a.At(i + RowsAhead(k), 0), k);
    } else {
      for (int64_t j = 0; j < k; ++j) gathered[j] = *a.At(i, j);
      source = gathered;
    }
    kernels.pack_a_bf16(k, source, block + 2 * stride * i);
  }
  return {block, stride, 1};
}

OperandBlock PrepareBf16(const Matrix<uint16_t>& packed) { return {packed.data, packed.row_stride / 2, 1}; }

OperandBlock WidenPairs(const KernelTable& kernels, int64_t m, int64_t k, const OperandBlock& pairs, float* buffer) {
  const bool in_rows = pairs.col_stride == 1;
  const int64_t runs = in_rows ? m : PairsOf(k), run = 2 * (in_rows ? PairsOf(k) : m), stride = SpreadStride(run);
  const int64_t source_stride = 2 * (in_rows ? pairs.row_stride : pairs.col_stride);
  const auto* source = static_cast<const uint16_t*>(pairs.data);
  for (int64_t i = 0; i < runs; ++i) kernels.from_bf16(run, source + i * source_stride, buffer + i * stride);
  return in_rows ? OperandBlock{buffer, stride / 2, 1} : OperandBlock{buffer, 1, stride / 2};
}

}  // namespace r1
