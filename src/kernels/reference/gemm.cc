#include <cmath>

#include "base/bf16.h"
#include "kernels/gemm_plan.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

void PackBF32(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, float* panel) {
  for (int64_t i = 0; i < k; ++i)
    for (int64_t j = 0; j < kPanelCols; ++j) panel[i * kPanelCols + j] = j < cols ? b[i * b_rs + j * b_cs] : 0.0f;
}

// The two members of a pair lie side by side: [k / 2][column][2].
void PackBBf16(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, uint16_t* panel) {
  for (int64_t i = 0; i < k + k % 2; ++i)
    for (int64_t j = 0; j < kPanelCols; ++j) {
      Bf16& to = panel[(i / 2 * kPanelCols + j) * 2 + i % 2];
      to = 0;
      if (i < k && j < cols) ToBf16(1, b + i * b_rs + j * b_cs, &to);  // denormals become zeros
    }
}

void PackRowsF32(const PackRows& p) {
  for (int64_t row = 0; row < p.rows; ++row)
    for (int64_t col = 0; col < RoundUp(p.cols, 16); ++col)
      static_cast<float*>(p.packed)[row * p.packed_stride + col / kPanelCols * p.packed_panel + col % kPanelCols] =
          col < p.cols ? static_cast<const float*>(p.source)[row * p.stride + col] : 0.0f;
}

void PackRowsBf16(const PackRows& p) {
  const auto at = [&](int64_t row, int64_t col) {
    return row < p.rows && col < p.cols ? static_cast<const Bf16*>(p.source)[row * p.stride + col] : Bf16{0};
  };
  for (int64_t row = 0; row < p.rows; row += 2)
    for (int64_t col = 0; col < RoundUp(p.cols, 16); ++col)
      static_cast<uint32_t*>(p.packed)[row / 2 * p.packed_stride + col / kPanelCols * p.packed_panel + col % kPanelCols] =
          at(row, col) | static_cast<uint32_t>(at(row + 1, col)) << 16;
}

namespace {

// step(a, b, sum) continues the chain of every element of the block, over floats or pairs of type T.
template <class T, class Step>
void EachChain(const GemmBlock& g, Step step) {
  const T *a = static_cast<const T*>(g.a), *b = static_cast<const T*>(g.b);
  for (int64_t row = 0; row < g.m; ++row)
    for (int64_t col = 0; col < g.cols; ++col) {
      const T* column = b + col / kPanelCols * g.b_panel + col % kPanelCols;
      float sum = g.old != nullptr ? g.old[row * g.ld_old + col] : 0.0f;
      for (int64_t i = 0; i < g.k; ++i) sum = step(a[row * g.a_rs + i * g.a_cs], column[i * g.b_rs], sum);
      g.c[row * g.ldc + col] = sum;
    }
}

}  // namespace

void GemmF32(const GemmBlock& block) {
  EachChain<float>(block, [](float a, float b, float sum) { return std::fma(a, b, sum); });
  for (const PackRows& rows : block.next) PackRowsF32(rows);
}

void GemmBf16(const GemmBlock& block) {
  const auto odd = [](uint32_t pair) { return Bf16ToFloat(static_cast<Bf16>(pair >> 16)); };
  const auto even = [](uint32_t pair) { return Bf16ToFloat(static_cast<Bf16>(pair)); };
  EachChain<uint32_t>(block,
                      [&](uint32_t a, uint32_t b, float sum) { return std::fma(even(a), even(b), std::fma(odd(a), odd(b), sum)); });
  for (const PackRows& rows : block.next) PackRowsBf16(rows);
}

int64_t PeakF32(int64_t rounds, float* sink) {
  float sum = 0.0f;
  for (int64_t i = 0; i < rounds; ++i) sum = std::fma(sum, 0.5f, 1.0f);
  *sink = sum;
  return 2 * rounds;
}

int64_t PeakBf16(int64_t rounds, float* sink) { return PeakF32(rounds, sink); }

}  // namespace r1::reference
