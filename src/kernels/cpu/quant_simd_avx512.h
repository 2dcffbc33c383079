// kernels/cpu/quant_simd.h for AVX-512, with and without VNNI.
#pragma once

namespace r1::R1_ISA {

constexpr int kQuantRows = 6, kQuantVectors = 2;  // 12 sums of integers, 12 of floats, 2 of weights and a broadcast in 32 registers

using B = __m512i;

R1_INLINE B LoadBytes(const void* p) { return _mm512_loadu_si512(p); }
R1_INLINE void StoreBytes(void* p, B b) { _mm512_storeu_si512(p, b); }
R1_INLINE B LowNibbles(B b) { return _mm512_and_si512(b, _mm512_set1_epi8(15)); }
R1_INLINE B HighNibbles(B b) { return _mm512_and_si512(_mm512_srli_epi16(b, 4), _mm512_set1_epi8(15)); }
// a | (b moved up by n, or down by -n, & mask)
template <int n>
R1_INLINE B OrMoved(B a, B b, char mask) {
  constexpr int kOrAnd = 0xf8;  // the truth table
  const B moved = n >= 0 ? _mm512_slli_epi16(b, n >= 0 ? n : 0) : _mm512_srli_epi16(b, n < 0 ? -n : 0);
  return _mm512_ternarylogic_epi64(a, moved, _mm512_set1_epi8(mask), kOrAnd);
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
  return _mm512_add_epi8(b, _mm512_set1_epi8(n));
}

R1_INLINE I SetWord(const void* p) {
  int word;
  std::memcpy(&word, p, sizeof word);
  return _mm512_set1_epi32(word);
}
R1_INLINE I IntZero() { return _mm512_setzero_si512(); }
R1_INLINE I SetInt(const int32_t* p) { return _mm512_set1_epi32(*p); }
R1_INLINE I AddInt(I a, I b) { return _mm512_add_epi32(a, b); }
R1_INLINE I SubInt(I a, I b) { return _mm512_sub_epi32(a, b); }
template <int n>
R1_INLINE I ShiftLeft(I a) {
  return _mm512_slli_epi32(a, n);
}
R1_INLINE I MulInt(I a, I b) { return _mm512_mullo_epi32(a, b); }
R1_INLINE V ToFloat(I a) { return _mm512_cvtepi32_ps(a); }

#if defined(__AVX512VNNI__)
// In assembler: around the intrinsic GCC 12 copies every accumulator.
R1_INLINE I Dot(I acc, B w, I a) {
  asm("vpdpbusd %2, %1, %0" : "+v"(acc) : "v"(w), "v"(a));
  return acc;
}
R1_INLINE I DotPairs(I acc, I w, I a) {
  asm("vpdpwssd %2, %1, %0" : "+v"(acc) : "v"(w), "v"(a));
  return acc;
}
using Signed = B;
R1_INLINE Signed SplitBytes(B b) { return b; }
R1_INLINE I StartSigned(I minus_sum) { return ShiftLeft<7>(minus_sum); }
R1_INLINE I DotSigned(I acc, Signed w, I a) { return Dot(acc, w, a); }
#else
R1_INLINE I Dot(I acc, B w, I a) {
  return _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_maddubs_epi16(w, a), _mm512_set1_epi16(1)));
}
R1_INLINE I DotPairs(I acc, I w, I a) { return _mm512_add_epi32(acc, _mm512_madd_epi16(w, a)); }
// Magnitude and sign, the sign going over to the activations: two products of 128 and 127 still fit 16 bits.
struct Signed {
  B magnitude;
  __mmask64 negative;
};
R1_INLINE Signed SplitBytes(B b) {
  const B w = _mm512_xor_si512(b, _mm512_set1_epi8(-128));
  return {_mm512_abs_epi8(w), _mm512_movepi8_mask(w)};
}
R1_INLINE I StartSigned(I) { return IntZero(); }
R1_INLINE I DotSigned(I acc, Signed w, I a) { return Dot(acc, w.magnitude, _mm512_mask_sub_epi8(a, w.negative, IntZero(), a)); }
#endif
R1_INLINE void KeepBytes(B& b) { Keep(b); }

R1_INLINE V LoadHalves(const void* p) { return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i*>(p))); }
R1_INLINE I LoadU8(const void* p) { return _mm512_cvtepu8_epi32(_mm_loadu_si128(static_cast<const __m128i*>(p))); }
R1_INLINE I LoadS8(const void* p) { return _mm512_cvtepi8_epi32(_mm_loadu_si128(static_cast<const __m128i*>(p))); }
R1_INLINE I LoadU8Pairs(const void* p) { return _mm512_cvtepu8_epi16(_mm256_loadu_si256(static_cast<const __m256i*>(p))); }

R1_INLINE I AbsBits(V v) { return _mm512_and_si512(_mm512_castps_si512(v), _mm512_set1_epi32(0x7fffffff)); }
R1_INLINE I MaxInt(I a, I b) { return _mm512_max_epi32(a, b); }
R1_INLINE int32_t MaxOf(I a) { return _mm512_reduce_max_epi32(a); }
R1_INLINE I ToInt(V v) { return _mm512_cvtps_epi32(v); }
R1_INLINE int32_t SumOf(I a) { return _mm512_reduce_add_epi32(a); }
R1_INLINE void StoreInt8(int8_t* p, I a) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(a)); }

}  // namespace r1::R1_ISA
