// Natural logarithm by plain double arithmetic. One call per row of logits or weights; it must be the same everywhere.
//   x = 2^e m with m in [sqrt(1/2), sqrt(2));  log m = 2 atanh(z) = 2 (z + z^3/3 + z^5/5 + ...) with z = (m - 1) / (m + 1), |z| <
//   0.172.
// Correct to 0.501 ulp of f32. x must be positive and normal (a sum of exponentials is); NaN and infinity stay as they are.
#pragma once

#include <cstdint>
#include <cstring>

namespace r1 {

// Comparisons are of integers: one of floating-point numbers may trap, which keeps GCC from taking several rows at a time.
static inline float Log(float x) {
  const double wide = x;
  uint64_t bits;
  std::memcpy(&bits, &wide, sizeof bits);
  const uint64_t fraction = bits & 0xfffffffffffffull;
  const int64_t upper = fraction > 0x6a09e667f3bcdull;  // m would be above sqrt(2): halved
  const int64_t e = static_cast<int64_t>(bits >> 52) - 1023 + upper;
  bits = fraction | static_cast<uint64_t>(1023 - upper) << 52;
  double m;
  std::memcpy(&m, &bits, sizeof m);
  const double z = (m - 1.0) / (m + 1.0), z2 = z * z;
  double s = 1.0 / 15;
  for (int n = 13; n > 0; n -= 2) s = s * z2 + 1.0 / n;
  float log = static_cast<float>(static_cast<double>(e) * 0.6931471805599453 + 2.0 * z * s);
  uint32_t log_bits, x_bits;
  std::memcpy(&log_bits, &log, sizeof log);
  std::memcpy(&x_bits, &x, sizeof x);
  const uint32_t keep_x = 0u - (x_bits >= 0x7f800000u);
  log_bits = (log_bits & ~keep_x) | (x_bits & keep_x);
  std::memcpy(&log, &log_bits, sizeof log);
  return log;
}

}  // namespace r1
