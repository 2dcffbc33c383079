// kernels/cpu/quant_simd.h for AVX2: B and I are two registers, columns 0-7 and 8-15.
#pragma once

namespace r1::R1_ISA {

constexpr int kQuantRows = 2, kQuantVectors = 1;  // 4 sums of integers, 4 of floats, 4 of weights and signs in 16 registers

using B = I;

template <class Fn>
R1_INLINE I BothHalves(I a, Fn fn) {
  return {fn(a.lo), fn(a.hi)};
}
template <class Fn>
R1_INLINE I BothHalves(I a, I b, Fn fn) {
  return {fn(a.lo, b.lo), fn(a.hi, b.hi)};
}

R1_INLINE B LoadBytes(const void* p) { return LoadPairs(p); }
R1_INLINE void StoreBytes(void* p, B b) {
  StoreHalf(p, b.lo);
  StoreHalf(static_cast<char*>(p) + 32, b.hi);
}
R1_INLINE B AndBytes(B b, int mask) {
  return BothHalves(b, [mask](__m256i x) { return _mm256_and_si256(x, _mm256_set1_epi8(static_cast<char>(mask))); });
}
R1_INLINE B LowNibbles(B b) { return AndBytes(b, 15); }
R1_INLINE B HighNibbles(B b) {
  return AndBytes(BothHalves(b, [](__m256i x) { return _mm256_srli_epi16(x, 4); }), 15);
}
// a | (b moved up by n, or down by -n, & mask)
template <int n>
R1_INLINE B OrMoved(B a, B b, int mask) {
  const B moved =
      BothHalves(b, [](__m256i x) { return n >= 0 ? _mm256_slli_epi16(x, n >= 0 ? n : 0) : _mm256_srli_epi16(x, n < 0 ? -n : 0); });
  return BothHalves(a, AndBytes(moved, mask), [](__m256i x, __m256i y) { return _mm256_or_si256(x, y); });
}
template <int s>
R1_INLINE B WithBit(B nibbles, B b) {
  return OrMoved<4 - s>(nibbles, b, 0x10);
}
template <int s>
R1_INLINE B WithBitPair(B nibbles, B b) {
  return OrMoved<4 - s>(nibbles, b, 0x30);
}
template <int n>
R1_INLINE B AddToBytes(B b) {
  return BothHalves(b, [](__m256i x) { return _mm256_add_epi8(x, _mm256_set1_epi8(n)); });
}

R1_INLINE I SetWord(const void* p) { return SetPair(static_cast<const uint32_t*>(p)); }
R1_INLINE I IntZero() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }
R1_INLINE I SetInt(const int32_t* p) { return SetWord(p); }
R1_INLINE I AddInt(I a, I b) {
  return BothHalves(a, b, [](__m256i x, __m256i y) { return _mm256_add_epi32(x, y); });
}
R1_INLINE I SubInt(I a, I b) {
  return BothHalves(a, b, [](__m256i x, __m256i y) { return _mm256_sub_epi32(x, y); });
}
template <int n>
R1_INLINE I ShiftLeft(I a) {
  return BothHalves(a, [](__m256i x) { return _mm256_slli_epi32(x, n); });
}
R1_INLINE I MulInt(I a, I b) {
  return BothHalves(a, b, [](__m256i x, __m256i y) { return _mm256_mullo_epi32(x, y); });
}
R1_INLINE I DotPairs(I acc, I w, I a) {
  return AddInt(acc, BothHalves(w, a, [](__m256i x, __m256i y) { return _mm256_madd_epi16(x, y); }));
}
R1_INLINE V ToFloat(I a) { return {_mm256_cvtepi32_ps(a.lo), _mm256_cvtepi32_ps(a.hi)}; }

R1_INLINE __m256i Dot(__m256i acc, __m256i w, __m256i a) {
  return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(w, a), _mm256_set1_epi16(1)));
}
R1_INLINE I Dot(I acc, B w, I a) { return {Dot(acc.lo, w.lo, a.lo), Dot(acc.hi, w.hi, a.hi)}; }
// Magnitude and sign, the sign going over to the activations: two products of 128 and 127 still fit 16 bits.
struct Signed {
  B value;
};
R1_INLINE Signed SplitBytes(B b) {
  return {BothHalves(b, [](__m256i x) { return _mm256_xor_si256(x, _mm256_set1_epi8(-128)); })};
}
R1_INLINE I StartSigned(I) { return IntZero(); }
R1_INLINE __m256i DotSigned(__m256i acc, __m256i w, __m256i a) { return Dot(acc, _mm256_abs_epi8(w), _mm256_sign_epi8(a, w)); }
R1_INLINE I DotSigned(I acc, Signed w, I a) { return {DotSigned(acc.lo, w.value.lo, a.lo), DotSigned(acc.hi, w.value.hi, a.hi)}; }
R1_INLINE void KeepBytes(B& b) { Keep(b); }
R1_INLINE void KeepBytes(Signed& b) { Keep(b.value); }

R1_INLINE V LoadHalves(const void* p) {
  const auto* halves = static_cast<const __m128i*>(p);
  return {_mm256_cvtph_ps(_mm_loadu_si128(halves)), _mm256_cvtph_ps(_mm_loadu_si128(halves + 1))};
}
R1_INLINE I LoadU8(const void* p) {
  const __m128i bytes = _mm_loadu_si128(static_cast<const __m128i*>(p));
  return {_mm256_cvtepu8_epi32(bytes), _mm256_cvtepu8_epi32(_mm_srli_si128(bytes, 8))};
}
R1_INLINE I LoadS8(const void* p) {
  const __m128i bytes = _mm_loadu_si128(static_cast<const __m128i*>(p));
  return {_mm256_cvtepi8_epi32(bytes), _mm256_cvtepi8_epi32(_mm_srli_si128(bytes, 8))};
}
R1_INLINE I LoadU8Pairs(const void* p) {
  const auto* bytes = static_cast<const __m128i*>(p);
  return {_mm256_cvtepu8_epi16(_mm_loadu_si128(bytes)), _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes + 1))};
}

R1_INLINE I AbsBits(V v) {
  return BothHalves({_mm256_castps_si256(v.lo), _mm256_castps_si256(v.hi)},
                    [](__m256i x) { return _mm256_and_si256(x, _mm256_set1_epi32(0x7fffffff)); });
}
R1_INLINE I MaxInt(I a, I b) {
  return BothHalves(a, b, [](__m256i x, __m256i y) { return _mm256_max_epi32(x, y); });
}
R1_INLINE int32_t MaxOf(I a) {
  const __m256i b = _mm256_max_epi32(a.lo, a.hi);
  const __m128i c = _mm_max_epi32(_mm256_castsi256_si128(b), _mm256_extracti128_si256(b, 1));
  const __m128i d = _mm_max_epi32(c, _mm_shuffle_epi32(c, 0x4e));
  return _mm_cvtsi128_si32(_mm_max_epi32(d, _mm_shuffle_epi32(d, 0xb1)));
}
R1_INLINE I ToInt(V v) { return {_mm256_cvtps_epi32(v.lo), _mm256_cvtps_epi32(v.hi)}; }
R1_INLINE int32_t SumOf(I a) {
  const __m256i b = _mm256_add_epi32(a.lo, a.hi);
  const __m128i c = _mm_add_epi32(_mm256_castsi256_si128(b), _mm256_extracti128_si256(b, 1));
  const __m128i d = _mm_add_epi32(c, _mm_shuffle_epi32(c, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(d, _mm_shuffle_epi32(d, 0xb1)));
}
R1_INLINE void StoreInt8(int8_t* p, I a) {
  const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(a.lo, a.hi), 0xd8);
  const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), bytes);
}

}  // namespace r1::R1_ISA
