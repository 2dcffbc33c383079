#include "base/bf16.h"
#include "kernels/reference/math.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

namespace {

// Denormals count as zero here, as they do in every product (FTZ | DAZ); what remains is base/bf16.h.
Bf16 Round(float x) {
  const bool denormal = (std::bit_cast<uint32_t>(x) & 0x7f800000u) == 0;
  return FloatToBf16(denormal ? std::copysign(0.0f, x) : x);
}

}  // namespace

void ToBf16(int64_t n, const float* x, uint16_t* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = Round(x[i]);
}

void FromBf16(int64_t n, const uint16_t* x, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = Bf16ToFloat(x[i]);
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
