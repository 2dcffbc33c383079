// kernels/cpu/quant_simd.h in plain C++.
#pragma once

namespace r1::R1_ISA {

constexpr int kQuantRows = 2, kQuantVectors = 1;

struct B {
  uint8_t byte[64];
};
template <class Fn>
R1_INLINE B EachByte(Fn fn) {
  B b;
  for (int i = 0; i < 64; ++i) b.byte[i] = static_cast<uint8_t>(fn(i));
  return b;
}

R1_INLINE B LoadBytes(const void* p) {
  B b;
  std::memcpy(&b, p, sizeof b);
  return b;
}
R1_INLINE void StoreBytes(void* p, B b) { std::memcpy(p, &b, sizeof b); }
R1_INLINE B LowNibbles(B b) {
  return EachByte([&](int i) { return b.byte[i] & 15; });
}
R1_INLINE B HighNibbles(B b) {
  return EachByte([&](int i) { return b.byte[i] >> 4; });
}
template <int s>
R1_INLINE B WithBit(B nibbles, B b) {
  return EachByte([&](int i) { return nibbles.byte[i] | (b.byte[i] >> s & 1) << 4; });
}
template <int s>
R1_INLINE B WithBitPair(B nibbles, B b) {
  return EachByte([&](int i) { return nibbles.byte[i] | (b.byte[i] >> s & 3) << 4; });
}
template <int n>
R1_INLINE B AddToBytes(B b) {
  return EachByte([&](int i) { return b.byte[i] + n; });
}

R1_INLINE int32_t Int(uint32_t bits) { return static_cast<int32_t>(bits); }
R1_INLINE I SetWord(const void* p) { return SetPair(static_cast<const uint32_t*>(p)); }
R1_INLINE I IntZero() { return I{}; }
R1_INLINE I SetInt(const int32_t* p) { return SetWord(p); }
R1_INLINE I AddInt(I a, I b) {
  return IntLanes([&](int l) { return a.lane[l] + b.lane[l]; });
}
R1_INLINE I SubInt(I a, I b) {
  return IntLanes([&](int l) { return a.lane[l] - b.lane[l]; });
}
template <int n>
R1_INLINE I ShiftLeft(I a) {
  return IntLanes([&](int l) { return a.lane[l] << n; });
}
R1_INLINE I MulInt(I a, I b) {
  return IntLanes([&](int l) { return a.lane[l] * b.lane[l]; });
}
R1_INLINE I DotPairs(I acc, I w, I a) {
  return IntLanes([&](int l) {
    const auto product = [&](int at) { return static_cast<int16_t>(w.lane[l] >> at) * static_cast<int16_t>(a.lane[l] >> at); };
    return acc.lane[l] + static_cast<uint32_t>(product(0)) + static_cast<uint32_t>(product(16));
  });
}
R1_INLINE V ToFloat(I a) {
  return Lanes([&](int l) { return static_cast<float>(Int(a.lane[l])); });
}

R1_INLINE I Dot(I acc, B w, I a) {
  return IntLanes([&](int l) {
    int32_t sum = Int(acc.lane[l]);
    for (int j = 0; j < 4; ++j) sum += w.byte[4 * l + j] * static_cast<int8_t>(a.lane[l] >> (8 * j));
    return static_cast<uint32_t>(sum);
  });
}
using Signed = B;
R1_INLINE Signed SplitBytes(B b) { return b; }
R1_INLINE I StartSigned(I minus_sum) { return ShiftLeft<7>(minus_sum); }
R1_INLINE I DotSigned(I acc, Signed w, I a) { return Dot(acc, w, a); }
R1_INLINE void KeepBytes(B&) {}

R1_INLINE V LoadHalves(const void* p) {
  uint16_t half[16];
  std::memcpy(half, p, sizeof half);
  return Lanes([&](int l) {
    const uint32_t sign = (half[l] & 0x8000u) << 16, exponent = half[l] >> 10 & 0x1f, mantissa = half[l] & 0x3ffu;
    if (exponent == 0) return (sign != 0 ? -1.0f : 1.0f) * (static_cast<float>(mantissa) * 0x1p-24f);
    return FromBits(sign | (exponent == 0x1f ? 0xffu : exponent + 112) << 23 | mantissa << 13);
  });
}
R1_INLINE I LoadU8(const void* p) {
  return IntLanes([&](int l) { return uint32_t{static_cast<const uint8_t*>(p)[l]}; });
}
R1_INLINE I LoadS8(const void* p) {
  return IntLanes([&](int l) { return static_cast<uint32_t>(static_cast<const int8_t*>(p)[l]); });
}
R1_INLINE I LoadU8Pairs(const void* p) {
  const auto* bytes = static_cast<const uint8_t*>(p);
  return IntLanes([&](int l) { return bytes[2 * l] | uint32_t{bytes[2 * l + 1]} << 16; });
}

R1_INLINE I AbsBits(V v) {
  return IntLanes([&](int l) { return Bits(v.lane[l]) & 0x7fffffffu; });
}
R1_INLINE I MaxInt(I a, I b) {
  return IntLanes([&](int l) { return a.lane[l] > b.lane[l] ? a.lane[l] : b.lane[l]; });
}
R1_INLINE int32_t MaxOf(I a) {
  uint32_t most = 0;
  for (int l = 0; l < 16; ++l) most = a.lane[l] > most ? a.lane[l] : most;
  return Int(most);
}
R1_INLINE I ToInt(V v) {
  return IntLanes([&](int l) { return static_cast<uint32_t>(static_cast<int32_t>(v.lane[l])); });
}
R1_INLINE int32_t SumOf(I a) {
  uint32_t sum = 0;
  for (int l = 0; l < 16; ++l) sum += a.lane[l];
  return Int(sum);
}
R1_INLINE void StoreInt8(int8_t* p, I a) {
  for (int l = 0; l < 16; ++l) p[l] = static_cast<int8_t>(Int(a.lane[l]));
}

}  // namespace r1::R1_ISA
