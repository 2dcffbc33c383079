// The register tile under every matrix product here (GEMM, attention, their gradients): M rows times NV vectors of sixteen columns.
// Every accumulator is one chain of fused multiply-adds over k ascending, whatever M and NV are.
//
// GCC 12 keeps an accumulator array in registers only if every loop over it is fully unrolled: hence R1_UNROLL on each.
#pragma once

#include "kernels/cpu/simd.h"

namespace r1::R1_ISA {

// Where A's element (m, k) lies: kRows at a[m * stride + k], kColumns at a[k * stride + m].
enum class Order { kRows, kColumns };

// The rows of A in fours, so that the address of each is base + {0, 1, 2} * stride or one more register.
template <int M, class T>
struct RowPointers {
  const T* four[(M + 3) / 4];
};
template <int M, class T>
R1_INLINE RowPointers<M, T> PointToRows(const T* a, int64_t stride) {
  RowPointers<M, T> p;
  R1_UNROLL for (int i = 0; i < (M + 3) / 4; ++i) p.four[i] = a + 4 * i * stride;
  return p;
}

template <int M, int NV>
R1_INLINE void Clear(V (&acc)[M][NV]) {
  R1_UNROLL for (int i = 0; i < M; ++i) R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] = Zero();
}

struct NoPrefetch {
  void operator()(int64_t) const {}
};

// acc[m][v] = fma(A(m, k), B(k, v), acc[m][v]) for k = 0 .. count-1; load_b(k, v) gives the sixteen columns B(k, v);
// prefetch(k) may ask for memory that is needed later. Each request costs: in a step of a whole tile, 24 multiply-adds and 14
// loads, a twentieth of the time. One that takes (k, k % 4) has the steps of A in rows in fours, which share requests.
template <int M, int NV, Order kOrder, class LoadB, class Prefetch = NoPrefetch>
R1_INLINE void Chain(int64_t count, const float* a, int64_t a_stride, LoadB load_b, V (&acc)[M][NV], Prefetch prefetch = {}) {
  const auto rows = PointToRows<M>(a, a_stride);
  constexpr bool kInFours = kOrder == Order::kRows && requires { prefetch(int64_t{}, 0); };
  const auto step = [&](int64_t k, [[maybe_unused]] int phase) __attribute__((always_inline)) {
    V b[NV];
    R1_UNROLL for (int j = 0; j < NV; ++j) {
      auto row = load_b(k, j);
      Keep(row);  // not b[j]: GCC would store the array in every step
      b[j] = row;
    }
    if constexpr (kInFours)
      prefetch(k, phase);
    else
      prefetch(k);
    R1_UNROLL for (int i = 0; i < M; ++i) {
      const V av = Set1(kOrder == Order::kRows ? rows.four[i / 4][i % 4 * a_stride + k] : a[k * a_stride + i]);
      R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] = Fma(av, b[j], acc[i][j]);
    }
  };
  int64_t k = 0;
  if constexpr (kInFours)
    for (; k + 4 <= count; k += 4) {
      step(k, 0);
      step(k + 1, 1);
      step(k + 2, 2);
      step(k + 3, 3);
    }
  for (; k < count; ++k) step(k, 0);
}

// A pair of bf16, each widened to f32.
struct WidePair {
  float even, odd;
};

// acc[m][v] = fma(a(m), b(v), acc[m][v]).
template <int M, int NV, class A, class B>
R1_INLINE void AddProduct(A a, B b, V (&acc)[M][NV]) {
  V row[NV];
  R1_UNROLL for (int j = 0; j < NV; ++j) {
    auto vector = b(j);
    Keep(vector);  // not row[j]: GCC would store the array in every step
    row[j] = vector;
  }
  R1_UNROLL for (int i = 0; i < M; ++i) {
    const V av = Set1(a(i));
    R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] = Fma(av, row[j], acc[i][j]);
  }
}

// The chain of bf16 pairs where the product of two is two multiply-adds: all odd ones first, so that few registers hold B, whose
// columns odd(k, v) and even(k, v) give. a_stride counts pairs.
template <int M, int NV, Order kOrder, class OddOfB, class EvenOfB, class Prefetch = NoPrefetch>
R1_INLINE void ChainWidePairs(int64_t count, const WidePair* a, int64_t a_stride, OddOfB odd, EvenOfB even, V (&acc)[M][NV],
                              Prefetch prefetch = {}) {
  const auto rows = PointToRows<M>(a, a_stride);
  for (int64_t k = 0; k < count; ++k) {
    const auto pair = [&](int i) {
      return kOrder == Order::kRows ? rows.four[i / 4] + i % 4 * a_stride + k : a + k * a_stride + i;
    };
    AddProduct([&](int i) { return pair(i)->odd; }, [&](int j) { return odd(k, j); }, acc);
    prefetch(k);
    AddProduct([&](int i) { return pair(i)->even; }, [&](int j) { return even(k, j); }, acc);
  }
}

// The same where it is one instruction, or A is too short-lived to be widened: k and a_stride count pairs.
template <int M, int NV, Order kOrder, class LoadB, class Prefetch = NoPrefetch>
R1_INLINE void ChainPairs(int64_t count, const uint32_t* a, int64_t a_stride, LoadB load_b, V (&acc)[M][NV],
                          Prefetch prefetch = {}) {
  const auto rows = PointToRows<M>(a, a_stride);
  for (int64_t k = 0; k < count; ++k) {
    I b[NV];
    R1_UNROLL for (int j = 0; j < NV; ++j) {
      auto row = load_b(k, j);
      Keep(row);  // not b[j]: GCC would store the array in every step
      b[j] = row;
    }
    prefetch(k);
    R1_UNROLL for (int i = 0; i < M; ++i) {
      const I av = SetPair(kOrder == Order::kRows ? &rows.four[i / 4][i % 4 * a_stride + k] : &a[k * a_stride + i]);
      R1_UNROLL for (int j = 0; j < NV; ++j) acc[i][j] = Dot2(acc[i][j], av, b[j]);
    }
  }
}

// Calls Fn<M>::Run(args...) for the M in [kMin, kMax] that equals `rows` (kMax if there are more).
template <template <int> class Fn, int kMax = kTileRows, int kMin = 1, class... Args>
R1_INLINE void WithRows(int64_t rows, Args... args) {
  if constexpr (kMax > kMin) {
    if (rows < kMax) return WithRows<Fn, kMax - 1, kMin>(rows, args...);
  }
  Fn<kMax>::Run(args...);
}

}  // namespace r1::R1_ISA
