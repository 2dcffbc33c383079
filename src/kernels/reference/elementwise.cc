#include "base/bf16.h"
#include "kernels/reference/math.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

void ToBf16(int64_t n, const float* x, uint16_t* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = FloatToBf16(x[i]);
}

void ToBf16Pairs(int64_t n, const float* even, const float* odd, uint32_t* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = FloatToBf16(even[i]) | uint32_t{FloatToBf16(odd[i])} << 16;
}

void Add(int64_t n, const float* a, const float* b, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = a[i] + b[i];
}

void AddBias(int64_t rows, int64_t d, const float* bias, float* y) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < d; ++i) y[r * d + i] += bias[i];
}

void ExpScaled(int64_t n, const float* x, float scale, float shift, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = Exp(x[i] * scale - shift);
}

}  // namespace r1::reference
