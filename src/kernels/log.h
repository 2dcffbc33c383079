// Natural logarithm by plain double arithmetic. One call per row of logits or weights; it must be the same everywhere.
//   x = 2^e m with m in [sqrt(1/2), sqrt(2));  log m = 2 atanh(z) = 2 (z + z^3/3 + z^5/5 + ...) with z = (m - 1) / (m + 1), |z| <
//   0.172.
// Correct to 0.501 ulp of f32. x must be positive and normal (a sum of exponentials is); NaN and infinity stay as they are.
#pragma once

#include <cstdint>
#include <cstring>

namespace r1 {

// Without a branch, so that a loop over rows may take several at a time.
static inline float Log(float x) {
  const double wide = x;
  uint64_t bits;
  std::memcpy(&bits, &wide, sizeof bits);
  int64_t e = static_cast<int64_t>(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffffull) | 0x3ff0000000000000ull;
  double m;
  std::memcpy(&m, &bits, sizeof m);
  const bool upper = m > 1.4142135623730951;
  m = upper ? m * 0.5 : m;
  e += upper ? 1 : 0;
  const double z = (m - 1.0) / (m + 1.0), z2 = z * z;
  double s = 1.0 / 15;
  for (int n = 13; n > 0; n -= 2) s = s * z2 + 1.0 / n;
  const float log = static_cast<float>(static_cast<double>(e) * 0.6931471805599453 + 2.0 * z * s);
  return x <= 3.402823466e38f ? log : x;
}

}  // namespace r1
