#include <cmath>

#include "base/bf16.h"
#include "kernels/gemm_plan.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

void PackBF32(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, float* panel) {
  for (int64_t i = 0; i < k; ++i)
    for (int64_t j = 0; j < kPanelCols; ++j) panel[i * kPanelCols + j] = j < cols ? b[i * b_rs + j * b_cs] : 0.0f;
}

// Pairs join neighbours, the even k in the low half. The two members of one lie side by side: [k / 2][column][2].
void PackBBf16(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, uint16_t* panel) {
  for (int64_t i = 0; i < RoundUp(k, kBf16Block); ++i)
    for (int64_t j = 0; j < kPanelCols; ++j) {
      Bf16& to = panel[(i / 2 * kPanelCols + j) * 2 + i % 2];
      to = 0;
      if (i < k && j < cols) ToBf16(1, b + i * b_rs + j * b_cs, &to);  // denormals become zeros
    }
}

void PackABf16(int64_t k, const float* row, uint16_t* packed) {
  ToBf16(k, row, packed);
  for (int64_t i = k; i < RoundUp(k, kBf16Block); ++i) packed[i] = 0;
}

void PackRowsF32(const PackRows& p) {
  for (int64_t row = 0; row < p.rows; ++row)
    for (int64_t col = 0; col < RoundUp(p.cols, 16); ++col)
      static_cast<float*>(p.packed)[row * p.packed_stride + col / kPanelCols * p.packed_panel + col % kPanelCols] =
          col < p.cols ? p.source[row * p.stride + col] : 0.0f;
}

void PackRowsBf16(const PackRows& p) {
  const auto at = [&](int64_t row, int64_t col) {
    Bf16 rounded = 0;
    if (row < p.rows && col < p.cols) ToBf16(1, p.source + row * p.stride + col, &rounded);
    return rounded;
  };
  for (int64_t row = 0; row < RoundUp(p.rows, kBf16Block); row += 2)
    for (int64_t col = 0; col < RoundUp(p.cols, 16); ++col)
      static_cast<uint32_t*>(p.packed)[row / 2 * p.packed_stride + col / kPanelCols * p.packed_panel + col % kPanelCols] =
          at(row, col) | static_cast<uint32_t>(at(row + 1, col)) << 16;
}

namespace {

// Every element of the block becomes product(row of A, column of B, old value), both of floats or pairs of type T: element i is
// at(i).
template <class T, class Product>
void EachElement(const GemmBlock& g, Product product) {
  const T *a = static_cast<const T*>(g.a), *b = static_cast<const T*>(g.b);
  for (int64_t row = 0; row < g.m; ++row)
    for (int64_t col = 0; col < g.cols; ++col) {
      const T* column = b + col / kPanelCols * g.b_panel + col % kPanelCols;
      const float old = g.old != nullptr ? g.old[row * g.ld_old + col] : 0.0f;
      g.c[row * g.ldc + col] =
          product([&](int64_t i) { return a[row * g.a_rs + i * g.a_cs]; }, [&](int64_t i) { return column[i * g.b_rs]; }, old);
    }
}

}  // namespace

void GemmF32(const GemmBlock& block) {
  EachElement<float>(block, [&](auto a, auto b, float sum) {
    for (int64_t i = 0; i < block.k; ++i) sum = std::fma(a(i), b(i), sum);
    return sum;
  });
  for (const PackRows& rows : block.next) PackRowsF32(rows);
}

void GemmBf16(const GemmBlock& block) {
  constexpr int64_t kPairs = kBf16Block / 2;
  const auto odd = [](uint32_t pair) { return Bf16ToFloat(static_cast<Bf16>(pair >> 16)); };
  const auto even = [](uint32_t pair) { return Bf16ToFloat(static_cast<Bf16>(pair)); };
  EachElement<uint32_t>(block, [&](auto a, auto b, float sum) {
    for (int64_t begin = 0; begin < block.k; begin += kPairs) {
      float evens = 0.0f, odds = 0.0f;
      for (int64_t i = begin; i < begin + kPairs; ++i) {
        evens = std::fma(even(a(i)), even(b(i)), evens);
        odds = std::fma(odd(a(i)), odd(b(i)), odds);
      }
      sum += evens + odds;
    }
    return sum;
  });
}

int64_t PeakF32(int64_t rounds, float* sink) {
  float sum = 0.0f;
  for (int64_t i = 0; i < rounds; ++i) sum = std::fma(sum, 0.5f, 1.0f);
  *sink = sum;
  return 2 * rounds;
}

int64_t PeakBf16(int64_t rounds, float* sink) { return PeakF32(rounds, sink); }

}  // namespace r1::reference
