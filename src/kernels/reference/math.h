// exp, log and sigmoid from additions, multiplications, fma and rounding alone, so that they are the same everywhere.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/exp_constants.h"
#include "kernels/log.h"
#include "kernels/reference/lanes.h"

namespace r1::reference {

// e^x within 0.9 ulp. x is clamped to [-87.3, 88.3], so the result is always a normal number; NaN stays NaN.
inline float Exp(float x) {
  x = Min(kExpMax, Max(kExpMin, x));
  const float n = std::rint(x * kLog2E);
  float r = std::fma(n, -kLn2High, x);  // x = n ln 2 + r with |r| <= ln(2) / 2
  r = std::fma(n, -kLn2Low, r);
  float p = kExpPolynomial[0];
  for (int i = 1; i < kExpDegree + 1; ++i) p = std::fma(p, r, kExpPolynomial[i]);
  return p * std::bit_cast<float>((static_cast<int32_t>(n) + 127) << 23);
}

inline float Sigmoid(float x) { return 1.0f / (1.0f + Exp(0.0f - x)); }

}  // namespace r1::reference
