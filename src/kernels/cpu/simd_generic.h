// kernels/cpu/simd.h in plain C++, for any CPU: V is an array that the compiler may vectorize. Fma is exact everywhere, and slow
// where the target has no instruction for it.
#pragma once

namespace r1::R1_ISA {

constexpr int kTileRows = 4, kTileVectors = 1;
constexpr int kVectorRegisters = 8;  // as many V as the registers hold

struct V {
  float lane[16];
};
struct I {
  uint32_t lane[16];
};

template <class Fn>
R1_INLINE V Lanes(Fn fn) {
  V v;
  for (int l = 0; l < 16; ++l) v.lane[l] = fn(l);
  return v;
}
template <class Fn>
R1_INLINE I IntLanes(Fn fn) {
  I v;
  for (int l = 0; l < 16; ++l) v.lane[l] = fn(l);
  return v;
}
R1_INLINE uint32_t Bits(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
R1_INLINE float FromBits(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

R1_INLINE V Zero() { return V{}; }
R1_INLINE V Set1(float x) {
  return Lanes([&](int) { return x; });
}
R1_INLINE V Load(const float* p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
R1_INLINE V LoadFirst(const float* p, int64_t n) {
  V v = {};
  std::memcpy(&v, p, static_cast<size_t>(n) * sizeof(float));
  return v;
}
R1_INLINE void Store(float* p, V v) { std::memcpy(p, &v, sizeof v); }
R1_INLINE void StoreFirst(float* p, V v, int64_t n) { std::memcpy(p, &v, static_cast<size_t>(n) * sizeof(float)); }
R1_INLINE V Add(V a, V b) {
  return Lanes([&](int l) { return a.lane[l] + b.lane[l]; });
}
R1_INLINE V Sub(V a, V b) {
  return Lanes([&](int l) { return a.lane[l] - b.lane[l]; });
}
R1_INLINE V Negate(V a) {
  return Lanes([&](int l) { return -a.lane[l]; });
}
R1_INLINE V Mul(V a, V b) {
  return Lanes([&](int l) { return a.lane[l] * b.lane[l]; });
}
R1_INLINE V Div(V a, V b) {
  return Lanes([&](int l) { return a.lane[l] / b.lane[l]; });
}
R1_INLINE V Sqrt(V a) {
  return Lanes([&](int l) { return __builtin_sqrtf(a.lane[l]); });
}
R1_INLINE V Fma(V a, V b, V c) {
  return Lanes([&](int l) { return __builtin_fmaf(a.lane[l], b.lane[l], c.lane[l]); });
}
R1_INLINE V Max(V a, V b) {
  return Lanes([&](int l) { return a.lane[l] > b.lane[l] ? a.lane[l] : b.lane[l]; });
}
R1_INLINE V Min(V a, V b) {
  return Lanes([&](int l) { return a.lane[l] < b.lane[l] ? a.lane[l] : b.lane[l]; });
}
R1_INLINE V Round(V a) {
  return Lanes([&](int l) { return __builtin_rintf(a.lane[l]); });
}
R1_INLINE V MulPow2(V a, V n) {
  return Lanes([&](int l) { return a.lane[l] * FromBits(static_cast<uint32_t>(static_cast<int32_t>(n.lane[l]) + 127) << 23); });
}
R1_INLINE V First(V v, int64_t n, V other) {
  return Lanes([&](int l) { return l < n ? v.lane[l] : other.lane[l]; });
}
template <class T>
R1_INLINE void Keep(T&) {}

R1_INLINE float Sum(V v) {
  for (int step = 8; step > 0; step /= 2)
    for (int l = 0; l < step; ++l) v.lane[l] += v.lane[l + step];
  return v.lane[0];
}
R1_INLINE float Maximum(V v) {
  for (int step = 8; step > 0; step /= 2)
    for (int l = 0; l < step; ++l) v.lane[l] = v.lane[l] > v.lane[l + step] ? v.lane[l] : v.lane[l + step];
  return v.lane[0];
}

R1_INLINE I LoadPairs(const void* p) {
  I v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
R1_INLINE I SetPair(const uint32_t* p) {
  uint32_t pair;
  std::memcpy(&pair, p, sizeof pair);
  return IntLanes([&](int) { return pair; });
}
R1_INLINE V OddOf(I v) {
  return Lanes([&](int l) { return FromBits(v.lane[l] & 0xffff0000u); });
}
R1_INLINE V EvenOf(I v) {
  return Lanes([&](int l) { return FromBits(v.lane[l] << 16); });
}
constexpr bool kMultipliesTiles = false, kMultipliesPairs = false;
R1_INLINE V Dot2(V acc, I a, I b) { return Fma(EvenOf(a), EvenOf(b), Fma(OddOf(a), OddOf(b), acc)); }

R1_INLINE uint32_t Rounded(float x) {
  uint32_t bits = Bits(x);
  if ((bits & 0x7f800000u) == 0) bits &= 0x80000000u;
  return ((bits & 0x7fffffffu) > 0x7f800000u ? bits | 0x400000u : bits + 0x7fffu + ((bits >> 16) & 1)) >> 16;
}
R1_INLINE void StoreBf16First(uint16_t* p, V v, int64_t n) {
  for (int64_t l = 0; l < n; ++l) p[l] = static_cast<uint16_t>(Rounded(v.lane[l]));
}
R1_INLINE void StoreBf16(uint16_t* p, V v) { StoreBf16First(p, v, 16); }
R1_INLINE void StorePairsFirst(void* p, V even, V odd, int64_t n) {
  const I pairs = IntLanes([&](int l) { return Rounded(even.lane[l]) | Rounded(odd.lane[l]) << 16; });
  std::memcpy(p, &pairs, static_cast<size_t>(n) * sizeof(uint32_t));
}
R1_INLINE void StorePairs(void* p, V even, V odd) { StorePairsFirst(p, even, odd, 16); }

R1_INLINE void Transpose(V (&r)[16]) {
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < i; ++j) {
      const float t = r[i].lane[j];
      r[i].lane[j] = r[j].lane[i];
      r[j].lane[i] = t;
    }
}

}  // namespace r1::R1_ISA
