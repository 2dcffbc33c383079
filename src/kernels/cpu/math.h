// exp and sigmoid on sixteen lanes; the same steps as reference/math.h.
#pragma once

#include "kernels/cpu/simd.h"
#include "kernels/exp_constants.h"

namespace r1::R1_ISA {

R1_INLINE V Exp(V x) {
  x = Min(Set1(kExpMax), Max(Set1(kExpMin), x));
  const V n = Round(Mul(x, Set1(kLog2E)));
  V r = Fma(n, Set1(-kLn2High), x);
  r = Fma(n, Set1(-kLn2Low), r);
  V p = Set1(kExpPolynomial[0]);
  R1_UNROLL for (int i = 1; i < kExpDegree + 1; ++i) p = Fma(p, r, Set1(kExpPolynomial[i]));
  return Mul(p, Pow2(n));
}

R1_INLINE V Sigmoid(V x) { return Div(Set1(1.0f), Add(Set1(1.0f), Exp(Sub(Zero(), x)))); }

}  // namespace r1::R1_ISA
