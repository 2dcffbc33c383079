// Complex numbers that know how wrong they may be. Every operation carries a first-order bound of the rounding so far, so that two
// values can be told apart for certain, and called equal only as far as their precision reaches.
// Real: double, or a binary float of many digits. A heavy header with the latter: for .cc files only.
#pragma once

#include <cmath>
#include <limits>
#include <optional>

namespace r1::math {

template <class Real>
struct Approximation {
  Real re = 0, im = 0;
  Real error = 0;  // bound of the distance to the true value

  static Real Epsilon() { return std::numeric_limits<Real>::epsilon(); }
  Real Size() const {
    using std::abs;
    return abs(re) + abs(im);  // within sqrt(2) of the modulus, which is enough for a bound
  }
  bool IsReal() const {
    using std::abs;
    return im == 0 || abs(im) <= 8 * error;
  }
  bool IsFinite() const {
    using std::isfinite;
    return isfinite(re) && isfinite(im) && isfinite(error);
  }
  bool MayBeZero() const { return Size() <= 2 * error; }
};

// The functions below return nothing where the value is undefined or not finite.
template <class Real>
using Result = std::optional<Approximation<Real>>;

template <class Real>
Result<Real> Checked(Approximation<Real> a) {
  a.error += a.Size() * Approximation<Real>::Epsilon();
  if (!a.IsFinite()) return std::nullopt;
  return a;
}

template <class Real>
Result<Real> Plus(const Approximation<Real>& a, const Approximation<Real>& b) {
  return Checked<Real>({a.re + b.re, a.im + b.im, a.error + b.error});
}
template <class Real>
Result<Real> Minus(const Approximation<Real>& a, const Approximation<Real>& b) {
  return Checked<Real>({a.re - b.re, a.im - b.im, a.error + b.error});
}
template <class Real>
Result<Real> Times(const Approximation<Real>& a, const Approximation<Real>& b) {
  const Real error = a.Size() * b.error + b.Size() * a.error + a.error * b.error;
  if (a.im == 0 && b.im == 0) return Checked<Real>({a.re * b.re, 0, error});
  return Checked<Real>(
      {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, error + a.Size() * b.Size() * Approximation<Real>::Epsilon()});
}
template <class Real>
Result<Real> Over(const Approximation<Real>& a, const Approximation<Real>& b) {
  if (b.MayBeZero()) return std::nullopt;
  Approximation<Real> q;
  if (a.im == 0 && b.im == 0) {
    q.re = a.re / b.re;
  } else {
    const Real norm = b.re * b.re + b.im * b.im;
    q.re = (a.re * b.re + a.im * b.im) / norm;
    q.im = (a.im * b.re - a.re * b.im) / norm;
    q.error = 4 * q.Size() * Approximation<Real>::Epsilon();
  }
  q.error += 2 * (a.error + q.Size() * b.error) / b.Size();
  return Checked(q);
}
template <class Real>
Result<Real> Exp(const Approximation<Real>& a) {
  using std::cos;
  using std::exp;
  using std::sin;
  if (a.re > 1e8 || a.error > 1) return std::nullopt;
  const Real size = exp(a.re);
  Approximation<Real> e{size, 0, 2 * size * (a.error + (a.Size() + 1) * Approximation<Real>::Epsilon())};
  if (a.im != 0) e.re = size * cos(a.im), e.im = size * sin(a.im);
  return Checked(e);
}
template <class Real>
Result<Real> Log(const Approximation<Real>& a) {
  using std::atan2;
  using std::log;
  using std::sqrt;
  if (a.MayBeZero()) return std::nullopt;
  const Real error = 2 * a.error / a.Size() + 2 * Approximation<Real>::Epsilon();
  if (a.im == 0 && a.re > 0) return Checked<Real>({log(a.re), 0, error});
  // Beside the cut along the negative numbers the rounding would choose the side.
  Real im = a.im;
  if (a.re < 0 && a.IsReal()) im = 0;
  return Checked<Real>({log(sqrt(a.re * a.re + im * im)), atan2(im, a.re), error});
}
template <class Real>
Result<Real> Sqrt(const Approximation<Real>& a) {
  using std::abs;
  using std::sqrt;
  const Real near_zero = sqrt(a.error);
  if (a.IsReal()) {
    const Real root = sqrt(abs(a.re));
    const Real error = root > near_zero ? a.error / root : 2 * near_zero;
    return a.re >= 0 ? Checked<Real>({root, 0, error}) : Checked<Real>({0, root, error});
  }
  const Real size = sqrt(a.re * a.re + a.im * a.im);
  const Real re = sqrt((size + abs(a.re)) / 2), im = abs(a.im) / (2 * re);
  const Real error = a.error / re + 4 * re * Approximation<Real>::Epsilon();
  const Real sign = a.im < 0 ? -1 : 1;
  return a.re >= 0 ? Checked<Real>({re, sign * im, error}) : Checked<Real>({im, sign * re, error});
}

}  // namespace r1::math
