// kernels/cpu/simd.h for AVX2: V is two registers, lanes 0-7 and 8-15.
#pragma once

#include <immintrin.h>

namespace r1::R1_ISA {

constexpr int kTileRows = 6, kTileVectors = 1;  // 12 accumulators, 2 of B and a broadcast in 16 registers
constexpr int kVectorRegisters = 8;             // as many V as the registers hold

struct V {
  __m256 lo, hi;
};
struct I {
  __m256i lo, hi;
};

// All bits of the lanes below n, of 8 lanes that start at lane `first`.
R1_INLINE __m256i Mask(int64_t n, int first) {
  const __m256i lane = _mm256_add_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32(first));
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), lane);
}

R1_INLINE V Zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
R1_INLINE V Set1(float x) {
  const __m256 v = _mm256_set1_ps(x);
  return {v, v};
}
R1_INLINE V Load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
R1_INLINE V LoadFirst(const float* p, int64_t n) {
  return {_mm256_maskload_ps(p, Mask(n, 0)), _mm256_maskload_ps(p + 8, Mask(n, 8))};
}
R1_INLINE void Store(float* p, V v) {
  _mm256_storeu_ps(p, v.lo);
  _mm256_storeu_ps(p + 8, v.hi);
}
R1_INLINE void StoreFirst(float* p, V v, int64_t n) {
  _mm256_maskstore_ps(p, Mask(n, 0), v.lo);
  _mm256_maskstore_ps(p + 8, Mask(n, 8), v.hi);
}
R1_INLINE V Add(V a, V b) { return {_mm256_add_ps(a.lo, b.lo), _mm256_add_ps(a.hi, b.hi)}; }
R1_INLINE V Sub(V a, V b) { return {_mm256_sub_ps(a.lo, b.lo), _mm256_sub_ps(a.hi, b.hi)}; }
R1_INLINE V Negate(V a) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  return {_mm256_xor_ps(a.lo, sign), _mm256_xor_ps(a.hi, sign)};
}
R1_INLINE V Mul(V a, V b) { return {_mm256_mul_ps(a.lo, b.lo), _mm256_mul_ps(a.hi, b.hi)}; }
R1_INLINE V Div(V a, V b) { return {_mm256_div_ps(a.lo, b.lo), _mm256_div_ps(a.hi, b.hi)}; }
R1_INLINE V Sqrt(V a) { return {_mm256_sqrt_ps(a.lo), _mm256_sqrt_ps(a.hi)}; }
R1_INLINE V Fma(V a, V b, V c) { return {_mm256_fmadd_ps(a.lo, b.lo, c.lo), _mm256_fmadd_ps(a.hi, b.hi, c.hi)}; }
R1_INLINE V Max(V a, V b) { return {_mm256_max_ps(a.lo, b.lo), _mm256_max_ps(a.hi, b.hi)}; }
R1_INLINE V Min(V a, V b) { return {_mm256_min_ps(a.lo, b.lo), _mm256_min_ps(a.hi, b.hi)}; }
R1_INLINE V Round(V a) {
  constexpr int kMode = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  return {_mm256_round_ps(a.lo, kMode), _mm256_round_ps(a.hi, kMode)};
}
R1_INLINE __m256 Pow2(__m256 n) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
R1_INLINE V MulPow2(V a, V n) { return {_mm256_mul_ps(a.lo, Pow2(n.lo)), _mm256_mul_ps(a.hi, Pow2(n.hi))}; }
R1_INLINE V First(V v, int64_t n, V other) {
  return {_mm256_blendv_ps(other.lo, v.lo, _mm256_castsi256_ps(Mask(n, 0))),
          _mm256_blendv_ps(other.hi, v.hi, _mm256_castsi256_ps(Mask(n, 8)))};
}
R1_INLINE void Keep(V& v) { asm("" : "+x"(v.lo), "+x"(v.hi)); }
R1_INLINE void Keep(I& v) { asm("" : "+x"(v.lo), "+x"(v.hi)); }

R1_INLINE float Sum(V v) {
  const __m256 a = _mm256_add_ps(v.lo, v.hi);
  const __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 c = _mm_add_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_add_ss(c, _mm_movehdup_ps(c)));
}
R1_INLINE float Maximum(V v) {
  const __m256 a = _mm256_max_ps(v.lo, v.hi);
  const __m128 b = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 c = _mm_max_ps(b, _mm_movehl_ps(b, b));
  return _mm_cvtss_f32(_mm_max_ss(c, _mm_movehdup_ps(c)));
}

R1_INLINE __m256i LoadHalf(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
R1_INLINE void StoreHalf(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }
R1_INLINE I LoadPairs(const void* p) { return {LoadHalf(p), LoadHalf(static_cast<const char*>(p) + 32)}; }
R1_INLINE I SetPair(const uint32_t* p) {
  int pair;
  std::memcpy(&pair, p, sizeof pair);
  const __m256i v = _mm256_set1_epi32(pair);
  return {v, v};
}
R1_INLINE V OddOf(I v) {
  const __m256i mask = _mm256_set1_epi32(static_cast<int>(0xffff0000));
  return {_mm256_castsi256_ps(_mm256_and_si256(v.lo, mask)), _mm256_castsi256_ps(_mm256_and_si256(v.hi, mask))};
}
R1_INLINE V EvenOf(I v) {
  return {_mm256_castsi256_ps(_mm256_slli_epi32(v.lo, 16)), _mm256_castsi256_ps(_mm256_slli_epi32(v.hi, 16))};
}
constexpr bool kMultipliesTiles = false, kMultipliesPairs = false;
R1_INLINE V Dot2(V acc, I a, I b) { return Fma(EvenOf(a), EvenOf(b), Fma(OddOf(a), OddOf(b), acc)); }

// In the upper halves; the lower ones are left over.
R1_INLINE __m256i RoundedBits(__m256 v) {
  const __m256i all = _mm256_castps_si256(v);
  const __m256i exponent = _mm256_and_si256(all, _mm256_set1_epi32(0x7f800000));
  const __m256i sign = _mm256_and_si256(all, _mm256_set1_epi32(static_cast<int>(0x80000000)));
  const __m256i bits = _mm256_blendv_epi8(all, sign, _mm256_cmpeq_epi32(exponent, _mm256_setzero_si256()));
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i rounded = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
  const __m256i quiet = _mm256_or_si256(bits, _mm256_set1_epi32(0x400000));
  return _mm256_blendv_epi8(rounded, quiet, _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q)));
}
R1_INLINE __m256i RoundedPairs(__m256 even, __m256 odd) {
  return _mm256_blend_epi16(_mm256_srli_epi32(RoundedBits(even), 16), RoundedBits(odd), 0xaa);
}
R1_INLINE void StoreBf16(uint16_t* p, V v) {
  const __m256i lo = _mm256_srli_epi32(RoundedBits(v.lo), 16), hi = _mm256_srli_epi32(RoundedBits(v.hi), 16);
  StoreHalf(p, _mm256_permute4x64_epi64(_mm256_packus_epi32(lo, hi), 0xd8));
}
R1_INLINE void StoreBf16First(uint16_t* p, V v, int64_t n) {
  uint16_t all[16];
  StoreBf16(all, v);
  std::memcpy(p, all, static_cast<size_t>(n) * sizeof(uint16_t));
}
R1_INLINE void StorePairs(void* p, V even, V odd) {
  StoreHalf(p, RoundedPairs(even.lo, odd.lo));
  StoreHalf(static_cast<char*>(p) + 32, RoundedPairs(even.hi, odd.hi));
}
R1_INLINE void StorePairsFirst(void* p, V even, V odd, int64_t n) {
  _mm256_maskstore_epi32(static_cast<int*>(p), Mask(n, 0), RoundedPairs(even.lo, odd.lo));
  _mm256_maskstore_epi32(static_cast<int*>(p) + 8, Mask(n, 8), RoundedPairs(even.hi, odd.hi));
}

R1_INLINE void Transpose8(__m256 (&r)[8]) {
  __m256 t[8];
  R1_UNROLL for (int i = 0; i < 4; ++i) {
    t[2 * i] = _mm256_unpacklo_ps(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm256_unpackhi_ps(r[2 * i], r[2 * i + 1]);
  }
  R1_UNROLL for (int i = 0; i < 2; ++i) {
    r[4 * i] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0x44);
    r[4 * i + 1] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0xee);
    r[4 * i + 2] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0x44);
    r[4 * i + 3] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0xee);
  }
  R1_UNROLL for (int i = 0; i < 4; ++i) {
    t[i] = _mm256_permute2f128_ps(r[i], r[4 + i], 0x20);
    t[4 + i] = _mm256_permute2f128_ps(r[i], r[4 + i], 0x31);
  }
  R1_UNROLL for (int i = 0; i < 8; ++i) r[i] = t[i];
}
// Four 8 x 8 blocks; the two off the diagonal change places.
R1_INLINE void Transpose(V (&r)[16]) {
  __m256 a[8], b[8], c[8], d[8];
  R1_UNROLL for (int i = 0; i < 8; ++i) {
    a[i] = r[i].lo;
    b[i] = r[i].hi;
    c[i] = r[8 + i].lo;
    d[i] = r[8 + i].hi;
  }
  Transpose8(a);
  Transpose8(b);
  Transpose8(c);
  Transpose8(d);
  R1_UNROLL for (int i = 0; i < 8; ++i) {
    r[i] = {a[i], c[i]};
    r[8 + i] = {b[i], d[i]};
  }
}

}  // namespace r1::R1_ISA
