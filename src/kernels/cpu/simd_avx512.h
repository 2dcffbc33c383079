// kernels/cpu/simd.h for AVX-512: V is one register.
#pragma once

#include <immintrin.h>

namespace r1::R1_ISA {

constexpr int kTileRows = 12, kTileVectors = 2;  // 24 accumulators, 2 of B and a broadcast in 32 registers
constexpr int kVectorRegisters = 32;             // as many V as the registers hold

using V = __m512;
using I = __m512i;

R1_INLINE __mmask16 Mask(int64_t n) { return static_cast<__mmask16>((1u << n) - 1); }

R1_INLINE V Zero() { return _mm512_setzero_ps(); }
R1_INLINE V Set1(float x) { return _mm512_set1_ps(x); }
R1_INLINE V Load(const float* p) { return _mm512_loadu_ps(p); }
R1_INLINE V LoadFirst(const float* p, int64_t n) { return _mm512_maskz_loadu_ps(Mask(n), p); }
R1_INLINE void Store(float* p, V v) { _mm512_storeu_ps(p, v); }
R1_INLINE void StoreFirst(float* p, V v, int64_t n) { _mm512_mask_storeu_ps(p, Mask(n), v); }
R1_INLINE V Add(V a, V b) { return _mm512_add_ps(a, b); }
R1_INLINE V Sub(V a, V b) { return _mm512_sub_ps(a, b); }
R1_INLINE V Negate(V a) { return _mm512_xor_ps(a, _mm512_set1_ps(-0.0f)); }
R1_INLINE V Mul(V a, V b) { return _mm512_mul_ps(a, b); }
R1_INLINE V Div(V a, V b) { return _mm512_div_ps(a, b); }
R1_INLINE V Sqrt(V a) { return _mm512_sqrt_ps(a); }
R1_INLINE V Fma(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
R1_INLINE V Max(V a, V b) { return _mm512_max_ps(a, b); }
R1_INLINE V Min(V a, V b) { return _mm512_min_ps(a, b); }
R1_INLINE V Round(V a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
R1_INLINE V MulPow2(V a, V n) { return _mm512_scalef_ps(a, n); }
R1_INLINE V First(V v, int64_t n, V other) { return _mm512_mask_mov_ps(other, Mask(n), v); }
R1_INLINE void Keep(V& v) { asm("" : "+v"(v)); }
R1_INLINE void Keep(I& v) { asm("" : "+v"(v)); }

R1_INLINE float Sum(V v) {
  const __m256 a = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  const __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 c = _mm_add_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_add_ss(c, _mm_movehdup_ps(c)));
}
R1_INLINE float Maximum(V v) {
  const __m256 a = _mm256_max_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  const __m128 b = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 c = _mm_max_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_max_ss(c, _mm_movehdup_ps(c)));
}

R1_INLINE I LoadPairs(const void* p) { return _mm512_loadu_si512(p); }
R1_INLINE I SetPair(const uint32_t* p) {
  int pair;
  std::memcpy(&pair, p, sizeof pair);
  return _mm512_set1_epi32(pair);
}
R1_INLINE V OddOf(I v) { return _mm512_castsi512_ps(_mm512_and_si512(v, _mm512_set1_epi32(static_cast<int>(0xffff0000)))); }
R1_INLINE V EvenOf(I v) { return _mm512_castsi512_ps(_mm512_slli_epi32(v, 16)); }
#if defined(__AMX_BF16__)
constexpr bool kMultipliesTiles = true;
#else
constexpr bool kMultipliesTiles = false;
#endif
#if defined(__AVX512BF16__)
constexpr bool kMultipliesPairs = true;
R1_INLINE V Dot2(V acc, I a, I b) { return _mm512_dpbf16_ps(acc, (__m512bh)a, (__m512bh)b); }
#else
constexpr bool kMultipliesPairs = false;
R1_INLINE V Dot2(V acc, I a, I b) { return Fma(EvenOf(a), EvenOf(b), Fma(OddOf(a), OddOf(b), acc)); }
#endif

// Lane i gets element i of the lower half and element i of the upper one.
R1_INLINE I Interleaved(I halves) {
  const __m512i order = _mm512_set_epi32(0x1f000f, 0x1e000e, 0x1d000d, 0x1c000c, 0x1b000b, 0x1a000a, 0x190009, 0x180008, 0x170007,
                                         0x160006, 0x150005, 0x140004, 0x130003, 0x120002, 0x110001, 0x100000);
  return _mm512_permutexvar_epi16(order, halves);
}
#if defined(__AVX512BF16__)
R1_INLINE __m256i Rounded(V v) { return (__m256i)_mm512_cvtneps_pbh(v); }
// The instruction puts the two results one after the other.
R1_INLINE I RoundedPairs(V even, V odd) { return Interleaved((__m512i)_mm512_cvtne2ps_pbh(odd, even)); }
#else
R1_INLINE I RoundedBits(V v) {
  const I all = _mm512_castps_si512(v);
  const I bits = _mm512_mask_and_epi32(all, _mm512_testn_epi32_mask(all, _mm512_set1_epi32(0x7f800000)), all,
                                       _mm512_set1_epi32(static_cast<int>(0x80000000)));
  const I odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const I rounded = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
  return _mm512_mask_or_epi32(rounded, _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q), bits, _mm512_set1_epi32(0x400000));
}
R1_INLINE __m256i Rounded(V v) { return _mm512_cvtepi32_epi16(_mm512_srli_epi32(RoundedBits(v), 16)); }
R1_INLINE I RoundedPairs(V even, V odd) {
  const I high = _mm512_and_si512(RoundedBits(odd), _mm512_set1_epi32(static_cast<int>(0xffff0000)));
  return _mm512_or_si512(high, _mm512_srli_epi32(RoundedBits(even), 16));
}
#endif
R1_INLINE void StoreBf16(uint16_t* p, V v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), Rounded(v)); }
R1_INLINE void StoreBf16First(uint16_t* p, V v, int64_t n) { _mm256_mask_storeu_epi16(p, Mask(n), Rounded(v)); }
R1_INLINE void StorePairs(void* p, V even, V odd) { _mm512_storeu_si512(p, RoundedPairs(even, odd)); }
R1_INLINE void StorePairsFirst(void* p, V even, V odd, int64_t n) { _mm512_mask_storeu_epi32(p, Mask(n), RoundedPairs(even, odd)); }

R1_INLINE void Transpose(V (&r)[16]) {
  V t[16];
  R1_UNROLL for (int i = 0; i < 8; ++i) {  // pairs of rows
    t[2 * i] = _mm512_unpacklo_ps(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_ps(r[2 * i], r[2 * i + 1]);
  }
  R1_UNROLL for (int i = 0; i < 4; ++i) {  // fours of rows
    const auto lo = [](V a, V b) { return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b))); };
    const auto hi = [](V a, V b) { return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b))); };
    r[4 * i] = lo(t[4 * i], t[4 * i + 2]);
    r[4 * i + 1] = hi(t[4 * i], t[4 * i + 2]);
    r[4 * i + 2] = lo(t[4 * i + 1], t[4 * i + 3]);
    r[4 * i + 3] = hi(t[4 * i + 1], t[4 * i + 3]);
  }
  R1_UNROLL for (int i = 0; i < 4; ++i) {  // quarters of registers
    const V a = _mm512_shuffle_f32x4(r[i], r[4 + i], 0x88), b = _mm512_shuffle_f32x4(r[8 + i], r[12 + i], 0x88);
    const V c = _mm512_shuffle_f32x4(r[i], r[4 + i], 0xdd), d = _mm512_shuffle_f32x4(r[8 + i], r[12 + i], 0xdd);
    t[i] = _mm512_shuffle_f32x4(a, b, 0x88);
    t[4 + i] = _mm512_shuffle_f32x4(c, d, 0x88);
    t[8 + i] = _mm512_shuffle_f32x4(a, b, 0xdd);
    t[12 + i] = _mm512_shuffle_f32x4(c, d, 0xdd);
  }
  R1_UNROLL for (int i = 0; i < 16; ++i) r[i] = t[i];
}

}  // namespace r1::R1_ISA
