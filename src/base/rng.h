// Counter-based random numbers: a value is a pure function of (key, counter), so any draw of any run can be repeated alone and
// nothing depends on the order or the thread of earlier draws.
//   Philox4x32-10: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", https://doi.org/10.1145/2063384.2063405
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

namespace r1 {

inline std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53u} * counter[0];
    const uint64_t p1 = uint64_t{0xCD9E8D57u} * counter[2];
    counter = {static_cast<uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(p1),
               static_cast<uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(p0)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

// SplitMix64's finalizer; used to fold a list of ids (seed, stage, step, prompt, sample, ...) into one key.
inline uint64_t MixBits(uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}
inline uint64_t RngKey(std::initializer_list<uint64_t> ids) {
  uint64_t key = 0;
  for (uint64_t id : ids) key = MixBits(key ^ MixBits(id));
  return key;
}

// The `index`-th draw of the stream `key`.
inline uint64_t RandomBits(uint64_t key, uint64_t index) {
  const auto r = Philox4x32({static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32), 0, 0},
                            {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)});
  return uint64_t{r[0]} | uint64_t{r[1]} << 32;
}

// Uniform in [0, 1) with 24 bits.
inline float RandomUniform(uint64_t key, uint64_t index) { return static_cast<float>(RandomBits(key, index) >> 40) * 0x1p-24f; }

// A stream that counts for you; its whole state is (key, index).
class Rng {
 public:
  explicit Rng(uint64_t key, uint64_t index = 0) : key_(key), index_(index) {}
  uint64_t Bits() { return RandomBits(key_, index_++); }
  float Uniform() { return RandomUniform(key_, index_++); }
  // Uniform integer in [0, n); n > 0. The multiply-shift bias is below n / 2^64.
  uint64_t Below(uint64_t n) { return static_cast<uint64_t>((static_cast<unsigned __int128>(Bits()) * n) >> 64); }
  // Uniform integer in [lo, hi], both included.
  int64_t Between(int64_t lo, int64_t hi) { return lo + static_cast<int64_t>(Below(static_cast<uint64_t>(hi - lo) + 1)); }
  uint64_t key() const { return key_; }
  uint64_t index() const { return index_; }

 private:
  uint64_t key_;
  uint64_t index_;
};

}  // namespace r1
