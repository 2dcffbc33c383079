// Which two of the 32 k in a block (kernels.h: kBf16Block) a pair joins, and in which order pairs come. A block has two chains, of
// its even and of its odd k (docs/numerics.md, item 1). Where a product of tiles runs both side by side, pairs are neighbours.
// Elsewhere the first eight pairs are those of the even chain and the other eight those of the odd one, the earlier k in the high
// half, which is added first.
#pragma once

#include "kernels/cpu/simd.h"

namespace r1::R1_ISA {

struct Joined {
  int low, high;  // k within the block
};
constexpr Joined JoinedInPair(int pair) {
  if (kMultipliesTiles) return {2 * pair, 2 * pair + 1};
  const int chain = pair / 8, first = 4 * (pair % 8) + chain;
  return {first + 2, first};
}

// Where each bf16 of a packed block comes from.
struct alignas(64) PairOrder {
  uint16_t k[32];
};
constexpr PairOrder OrderOfPairs() {
  PairOrder order = {};
  for (int i = 0; i < 16; ++i) {
    order.k[2 * i] = static_cast<uint16_t>(JoinedInPair(i).low);
    order.k[2 * i + 1] = static_cast<uint16_t>(JoinedInPair(i).high);
  }
  return order;
}
constexpr PairOrder kPairOrder = OrderOfPairs();

#if defined(__AVX512F__)
R1_INLINE I RoundedBoth(V first, V second) {
#if defined(__AVX512BF16__)
  return (I)_mm512_cvtne2ps_pbh(second, first);
#else
  return _mm512_inserti64x4(_mm512_castsi256_si512(Rounded(first)), Rounded(second), 1);
#endif
}
#endif

// 32 consecutive k of one row, rounded.
R1_INLINE void StoreInPairs(uint16_t* p, V first, V second) {
#if defined(__AVX512F__)
  if constexpr (kMultipliesTiles) {
    _mm512_storeu_si512(p, RoundedBoth(first, second));
  } else {
    _mm512_storeu_si512(p, _mm512_permutexvar_epi16(_mm512_load_si512(kPairOrder.k), RoundedBoth(first, second)));
  }
#else
  uint16_t rounded[32];
  StoreBf16(rounded, first);
  StoreBf16(rounded + 16, second);
#if defined(__AVX2__)
  // The two chains' pairs of every eight, then those of the first sixteen and of the others put together.
  const __m128i order = _mm_setr_epi8(4, 5, 0, 1, 12, 13, 8, 9, 6, 7, 2, 3, 14, 15, 10, 11);
  __m128i eights[4];
  R1_UNROLL for (int i = 0; i < 4; ++i) eights[i] =
      _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rounded + 8 * i)), order);
  const auto store = [p](int at, __m128i v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p + at), v); };
  store(0, _mm_unpacklo_epi64(eights[0], eights[1]));
  store(8, _mm_unpacklo_epi64(eights[2], eights[3]));
  store(16, _mm_unpackhi_epi64(eights[0], eights[1]));
  store(24, _mm_unpackhi_epi64(eights[2], eights[3]));
#else
  for (int i = 0; i < 32; ++i) p[i] = rounded[kPairOrder.k[i]];
#endif
#endif
}

}  // namespace r1::R1_ISA
