// kernels/cpu/simd.h, continued: what the KV cache's narrow types need.
//
//   LoadBf16(p)                     sixteen bf16, widened
//   LoadBytes(p) LoadBytesFirst     sixteen signed bytes, or the first n, as floats
//   StoreBytes(p, v)                sixteen integral floats in [-128, 127] to signed bytes
//   LoadPairsFirst(p, n)            n pairs; the other lanes read as zero
//   OnlyEven(i)                     the odd halves become zero
//   SetInt(x) ToFloats(i)           all lanes; 32-bit integers to floats
//   DotBytes(acc, a, b)             lane by lane, acc + the four products of a's unsigned bytes with b[0..3], signed, the same for
//                                   every lane; exact
//   Prefetch(p)                     asks for a line
#pragma once

#include "kernels/cpu/simd.h"

namespace r1::R1_ISA {

// In asm: to GCC a lambda that only prefetches has no effect, and it drops the call.
R1_INLINE void Prefetch(const void* p) {
#if defined(__x86_64__)
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(p)));
#else
  __builtin_prefetch(p);
#endif
}

R1_INLINE int FourBytes(const int8_t* p) {
  int four;
  std::memcpy(&four, p, sizeof four);
  return four;
}

#if defined(__AVX512F__)

R1_INLINE V LoadBf16(const uint16_t* p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))), 16));
}
R1_INLINE V LoadBytes(const int8_t* p) {
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
}
R1_INLINE V LoadBytesFirst(const int8_t* p, int64_t n) {
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(Mask(n), p)));
}
R1_INLINE void StoreBytes(int8_t* p, V v) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(v)));
}
R1_INLINE I LoadPairsFirst(const void* p, int64_t n) { return _mm512_maskz_loadu_epi32(Mask(n), p); }
R1_INLINE I OnlyEven(I i) { return _mm512_and_si512(i, _mm512_set1_epi32(0xffff)); }
R1_INLINE I SetInt(int32_t x) { return _mm512_set1_epi32(x); }
R1_INLINE V ToFloats(I i) { return _mm512_cvtepi32_ps(i); }
R1_INLINE I DotBytes(I acc, I a, const int8_t* b) {
#if defined(__AVX512VNNI__)
  // GCC 12 copies the accumulator around the intrinsic, and would load b into a register of its own.
  struct Four {
    int8_t b[4];
  };
  asm("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(acc) : "v"(a), "m"(*reinterpret_cast<const Four*>(b)));
  return acc;
#else
  const __m512i four = _mm512_set1_epi32(FourBytes(b)), low = _mm512_set1_epi16(0xff);
  const __m512i even = _mm512_madd_epi16(_mm512_and_si512(a, low), _mm512_srai_epi16(_mm512_slli_epi16(four, 8), 8));
  const __m512i odd = _mm512_madd_epi16(_mm512_srli_epi16(a, 8), _mm512_srai_epi16(four, 8));
  return _mm512_add_epi32(acc, _mm512_add_epi32(even, odd));
#endif
}

#elif defined(__AVX2__)

R1_INLINE __m256 WidenBf16(const uint16_t* p) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))), 16));
}
R1_INLINE V LoadBf16(const uint16_t* p) { return {WidenBf16(p), WidenBf16(p + 8)}; }
R1_INLINE __m256 WidenBytes(const int8_t* p) {
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}
R1_INLINE V LoadBytes(const int8_t* p) { return {WidenBytes(p), WidenBytes(p + 8)}; }
R1_INLINE V LoadBytesFirst(const int8_t* p, int64_t n) {
  int8_t all[16] = {};
  std::memcpy(all, p, static_cast<size_t>(n));
  return LoadBytes(all);
}
R1_INLINE void StoreBytes(int8_t* p, V v) {
  // Packing works within halves of 128 bits: the four groups of four come out as 0, 2, 1, 3.
  const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(_mm256_cvtps_epi32(v.lo), _mm256_cvtps_epi32(v.hi)), 0xd8);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p),
                   _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1)));
}
R1_INLINE I LoadPairsFirst(const void* p, int64_t n) {
  const auto* pairs = static_cast<const int*>(p);
  return {_mm256_maskload_epi32(pairs, Mask(n, 0)), _mm256_maskload_epi32(pairs + 8, Mask(n, 8))};
}
R1_INLINE I OnlyEven(I i) {
  const __m256i mask = _mm256_set1_epi32(0xffff);
  return {_mm256_and_si256(i.lo, mask), _mm256_and_si256(i.hi, mask)};
}
R1_INLINE I SetInt(int32_t x) { return {_mm256_set1_epi32(x), _mm256_set1_epi32(x)}; }
R1_INLINE V ToFloats(I i) { return {_mm256_cvtepi32_ps(i.lo), _mm256_cvtepi32_ps(i.hi)}; }
R1_INLINE __m256i DotBytes(__m256i acc, __m256i a, __m256i four) {
  const __m256i even =
      _mm256_madd_epi16(_mm256_and_si256(a, _mm256_set1_epi16(0xff)), _mm256_srai_epi16(_mm256_slli_epi16(four, 8), 8));
  const __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(a, 8), _mm256_srai_epi16(four, 8));
  return _mm256_add_epi32(acc, _mm256_add_epi32(even, odd));
}
R1_INLINE I DotBytes(I acc, I a, const int8_t* b) {
  const __m256i four = _mm256_set1_epi32(FourBytes(b));
  return {DotBytes(acc.lo, a.lo, four), DotBytes(acc.hi, a.hi, four)};
}

#else

R1_INLINE V LoadBf16(const uint16_t* p) {
  return Lanes([&](int l) { return FromBits(uint32_t{p[l]} << 16); });
}
R1_INLINE V LoadBytesFirst(const int8_t* p, int64_t n) {
  return Lanes([&](int l) { return l < n ? static_cast<float>(p[l]) : 0.0f; });
}
R1_INLINE V LoadBytes(const int8_t* p) { return LoadBytesFirst(p, 16); }
R1_INLINE void StoreBytes(int8_t* p, V v) {
  for (int l = 0; l < 16; ++l) p[l] = static_cast<int8_t>(v.lane[l]);
}
R1_INLINE I LoadPairsFirst(const void* p, int64_t n) {
  I v = {};
  std::memcpy(&v, p, static_cast<size_t>(n) * sizeof(uint32_t));
  return v;
}
R1_INLINE I OnlyEven(I i) {
  return IntLanes([&](int l) { return i.lane[l] & 0xffffu; });
}
R1_INLINE I SetInt(int32_t x) {
  return IntLanes([&](int) { return static_cast<uint32_t>(x); });
}
R1_INLINE V ToFloats(I i) {
  return Lanes([&](int l) { return static_cast<float>(static_cast<int32_t>(i.lane[l])); });
}
R1_INLINE I DotBytes(I acc, I a, const int8_t* b) {
  return IntLanes([&](int l) {
    int32_t sum = static_cast<int32_t>(acc.lane[l]);
    for (int i = 0; i < 4; ++i) sum += static_cast<int32_t>(a.lane[l] >> (8 * i) & 0xff) * b[i];
    return static_cast<uint32_t>(sum);
  });
}

#endif

}  // namespace r1::R1_ISA
