#include "kernels/cpu/bf16_probe.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/bf16.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/thread_pool.h"

namespace r1 {
namespace {

constexpr int kMaxPanelCols = 64;
constexpr int kRows = 4, kPairs = 2, kRounds = 32;

// A bf16 of any sign, with exponents close enough for sums to round and, now and then, denormal.
Bf16 RandomBf16(Rng& rng) {
  const uint64_t bits = rng.Bits();
  const uint32_t exponent = bits % 16 == 0 ? 0 : 120 + (bits >> 8) % 14;
  return static_cast<Bf16>((bits >> 32 & 0x8000) | exponent << 7 | (bits >> 16 & 0x7f));
}

}  // namespace

bool Bf16ProductsAreTwoFmas(const KernelTable& kernels) {
  ThreadPool::EnterNumericsMode();
  Rng rng(RngKey({0xbf16}));
  const int cols = kernels.panel_cols;
  if (cols > kMaxPanelCols) return false;
  for (int round = 0; round < kRounds; ++round) {
    uint32_t a[kRows * kPairs];
    uint16_t panel[kPairs * kMaxPanelCols * 2];
    float c[kRows * kMaxPanelCols], expected[kRows * kMaxPanelCols];
    for (uint32_t& pair : a) pair = RandomBf16(rng) | uint32_t{RandomBf16(rng)} << 16;
    for (int i = 0; i < kPairs * cols * 2; ++i) panel[i] = RandomBf16(rng);
    for (int i = 0; i < kRows * cols; ++i) c[i] = expected[i] = rng.Uniform() - 0.5f;
    for (int r = 0; r < kRows; ++r)
      for (int col = 0; col < cols; ++col) {
        float& sum = expected[r * cols + col];
        for (int p = 0; p < kPairs; ++p) {
          const uint32_t pair = a[r * kPairs + p];
          const uint16_t* b = panel + (p * cols + col) * 2;
          sum = std::fma(Bf16ToFloat(static_cast<Bf16>(pair >> 16)), Bf16ToFloat(b[1]), sum);
          sum = std::fma(Bf16ToFloat(static_cast<Bf16>(pair)), Bf16ToFloat(b[0]), sum);
        }
      }
    float wide[kRows * kPairs * 2];
    if (kernels.widens_bf16_a) kernels.from_bf16(kRows * kPairs * 2, reinterpret_cast<const uint16_t*>(a), wide);
    kernels.gemm_bf16({.m = kRows,
                       .cols = cols,
                       .k = kPairs,
                       .a = kernels.widens_bf16_a ? static_cast<const void*>(wide) : a,
                       .a_rs = kPairs,
                       .a_cs = 1,
                       .b = panel,
                       .b_rs = cols,
                       .b_panel = 0,
                       .c = c,
                       .ldc = cols,
                       .old = c,
                       .ld_old = cols});
    if (std::memcmp(c, expected, static_cast<size_t>(kRows * cols) * sizeof(float)) != 0) return false;
  }
  return true;
}

bool Bf16ProductsPay(const KernelTable& kernels) {
  constexpr int64_t kProbe = 100;
  const auto seconds_a_flop = [](auto peak) {
    float sink;
    const double start = SteadySeconds();
    const int64_t flops = peak(kProbe, &sink);
    return (SteadySeconds() - start) / static_cast<double>(flops);
  };
  double pairs = seconds_a_flop(kernels.peak_bf16), floats = seconds_a_flop(kernels.peak_f32);
  for (int i = 0; i < 8; ++i) {
    pairs = std::min(pairs, seconds_a_flop(kernels.peak_bf16));
    floats = std::min(floats, seconds_a_flop(kernels.peak_f32));
  }
  return pairs < floats;
}

}  // namespace r1
