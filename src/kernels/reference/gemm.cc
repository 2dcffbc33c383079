#include <cmath>

#include "base/bf16.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

void PackBF32(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, float* panel) {
  for (int64_t i = 0; i < k; ++i)
    for (int64_t j = 0; j < kPanelCols; ++j) panel[i * kPanelCols + j] = j < cols ? b[i * b_rs + j * b_cs] : 0.0f;
}

// The two members of a pair lie side by side: [k / 2][column][2].
void PackBBf16(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, uint16_t* panel) {
  for (int64_t i = 0; i < k + k % 2; ++i)
    for (int64_t j = 0; j < kPanelCols; ++j)
      panel[(i / 2 * kPanelCols + j) * 2 + i % 2] = i < k && j < cols ? FloatToBf16(b[i * b_rs + j * b_cs]) : Bf16{0};
}

void GemmPanelF32(int64_t m, int64_t cols, int64_t k, const float* a, int64_t a_rs, int64_t a_cs, const float* b, int64_t b_rs,
                  float* c, int64_t ldc, bool accumulate, bool) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t col = 0; col < cols; ++col) {
      float sum = accumulate ? c[row * ldc + col] : 0.0f;
      for (int64_t i = 0; i < k; ++i) sum = std::fma(a[row * a_rs + i * a_cs], b[i * b_rs + col], sum);
      c[row * ldc + col] = sum;
    }
}

void GemmPanelBf16(int64_t m, int64_t cols, int64_t k, const uint32_t* a, int64_t a_rs, int64_t a_cs, const uint16_t* panel,
                   float* c, int64_t ldc, bool accumulate) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t col = 0; col < cols; ++col) {
      float sum = accumulate ? c[row * ldc + col] : 0.0f;
      for (int64_t pair = 0; pair < k / 2; ++pair) {
        const uint32_t a_pair = a[row * a_rs + pair * a_cs];
        const uint16_t* b_pair = panel + (pair * kPanelCols + col) * 2;
        sum = std::fma(Bf16ToFloat(static_cast<Bf16>(a_pair >> 16)), Bf16ToFloat(b_pair[1]), sum);
        sum = std::fma(Bf16ToFloat(static_cast<Bf16>(a_pair)), Bf16ToFloat(b_pair[0]), sum);
      }
      c[row * ldc + col] = sum;
    }
}

int64_t PeakF32(int64_t rounds, float* sink) {
  float sum = 0.0f;
  for (int64_t i = 0; i < rounds; ++i) sum = std::fma(sum, 0.5f, 1.0f);
  *sink = sum;
  return 2 * rounds;
}

int64_t PeakBf16(int64_t rounds, float* sink) { return PeakF32(rounds, sink); }

}  // namespace r1::reference
