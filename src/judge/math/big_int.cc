#include "judge/math/big_int.h"

#include <cstdlib>
#include <utility>

namespace r1::math {
namespace {

// Bits [shift, shift + 62) of a number that has none above.
int64_t HighBits(const BigInt& value, unsigned shift) {
  static_assert(sizeof(boost::multiprecision::limb_type) == 8);
  const auto& backend = value.backend();
  const unsigned at = shift / 64, offset = shift % 64;
  if (at >= backend.size()) return 0;
  uint64_t bits = backend.limbs()[at] >> offset;
  if (offset > 0 && at + 1 < backend.size()) bits |= backend.limbs()[at + 1] << (64 - offset);
  return static_cast<int64_t>(bits);
}

// Several steps of Euclid's algorithm at once: (a, b) -> (aa a + ab b, ba a + bb b).
struct Steps {
  int64_t aa = 1, ab = 0, ba = 0, bb = 1;
};

// The steps that the leading bits of a >= b tell for certain, whatever the others are; none if the first one is not certain.
Steps CertainSteps(int64_t a, int64_t b) {
  constexpr int64_t kMostFactor = int64_t{1} << 30;
  Steps steps;
  while (b + steps.ba > 0 && b + steps.bb > 0) {
    const int64_t quotient = (a + steps.aa) / (b + steps.ba);
    if (quotient != (a + steps.ab) / (b + steps.bb)) break;
    const Steps next = {steps.ba, steps.bb, steps.aa - quotient * steps.ba, steps.ab - quotient * steps.bb};
    if (std::abs(next.ba) > kMostFactor || std::abs(next.bb) > kMostFactor) break;
    steps = next;
    a = std::exchange(b, a - quotient * b);
  }
  return steps;
}

}  // namespace

BigInt GreatestCommonDivisor(BigInt a, BigInt b) {
  constexpr unsigned kHighBits = 62;
  a = abs(a), b = abs(b);
  if (a < b) a.swap(b);
  while (b != 0 && msb(a) >= kHighBits) {
    const unsigned shift = static_cast<unsigned>(msb(a)) + 1 - kHighBits;
    const Steps steps = CertainSteps(HighBits(a, shift), HighBits(b, shift));
    if (steps.ab == 0) {
      a %= b;
      a.swap(b);
    } else {
      const BigInt next = steps.aa * a + steps.ab * b;
      b = steps.ba * a + steps.bb * b;
      a = next;
    }
  }
  return gcd(a, b);
}

}  // namespace r1::math
