// exp and sigmoid on sixteen lanes, or on several V side by side; the same steps as reference/math.h.
#pragma once

#include "kernels/cpu/simd.h"
#include "kernels/exp_constants.h"

namespace r1::R1_ISA {

// How many V to take the exponential of at once. A chain of some fifteen operations, each waiting for the one before: the units are
// busy only if several chains are, and the processor does not look far enough ahead to find them one behind the other.
constexpr int kExps = kVectorRegisters / 8;

template <int N>
R1_INLINE void Exp(V (&x)[N]) {
  V n[N], r[N], p[N];
  R1_UNROLL for (int j = 0; j < N; ++j) x[j] = Min(Set1(kExpMax), Max(Set1(kExpMin), x[j]));
  R1_UNROLL for (int j = 0; j < N; ++j) n[j] = Round(Mul(x[j], Set1(kLog2E)));
  R1_UNROLL for (int j = 0; j < N; ++j) r[j] = Fma(n[j], Set1(-kLn2High), x[j]);
  R1_UNROLL for (int j = 0; j < N; ++j) r[j] = Fma(n[j], Set1(-kLn2Low), r[j]);
  R1_UNROLL for (int j = 0; j < N; ++j) p[j] = Set1(kExpPolynomial[0]);
  R1_UNROLL for (int i = 1; i < kExpDegree + 1; ++i) R1_UNROLL for (int j = 0; j < N; ++j) p[j] =
      Fma(p[j], r[j], Set1(kExpPolynomial[i]));
  R1_UNROLL for (int j = 0; j < N; ++j) x[j] = MulPow2(p[j], n[j]);
}
R1_INLINE V Exp(V x) {
  V one[1] = {x};
  Exp(one);
  return one[0];
}

// Calls body.operator()<first, N>() for the numbers [first, first + N) below `count`, kExps of them at a time.
template <int kCount, int kFirst = 0, class Body>
R1_INLINE void EachExps(Body body) {
  constexpr int N = kCount - kFirst < kExps ? kCount - kFirst : kExps;
  body.template operator()<kFirst, N>();
  if constexpr (kFirst + N < kCount) EachExps<kCount, kFirst + N>(body);
}

template <int N>
R1_INLINE void Sigmoid(V (&x)[N]) {
  R1_UNROLL for (int j = 0; j < N; ++j) x[j] = Sub(Zero(), x[j]);
  Exp(x);
  R1_UNROLL for (int j = 0; j < N; ++j) x[j] = Div(Set1(1.0f), Add(Set1(1.0f), x[j]));
}

}  // namespace r1::R1_ISA
