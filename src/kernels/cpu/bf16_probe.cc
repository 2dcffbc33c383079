#include "kernels/cpu/bf16_probe.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "base/clock.h"
#include "base/rng.h"
#include "base/thread_pool.h"
#include "kernels/gemm_plan.h"

namespace r1 {
namespace {

// Some rows more than two tiles, more columns than a panel, a last block that is not whole.
constexpr int64_t kRows = 37, kDepth = 70, kCols = 50;

// Floats of any sign, most with exponents close enough for sums to round; some are denormal as bf16, and some so small that their
// products are.
std::vector<float> RandomFloats(int64_t size, Rng& rng) {
  std::vector<float> values(static_cast<size_t>(size));
  for (float& value : values) {
    const uint64_t bits = rng.Bits();
    const uint32_t exponent = bits % 16 == 0 ? 0 : bits % 16 == 1 ? 1 + (bits >> 8) % 120 : 120 + (bits >> 8) % 14;
    value = std::bit_cast<float>(static_cast<uint32_t>(bits >> 32 & 0x80000000) | exponent << 23 |
                                 static_cast<uint32_t>(bits >> 16 & 0x7fffff));
  }
  return values;
}

std::vector<float> Product(const KernelTable& kernels, const std::vector<float>& a, const std::vector<float>& b,
                           std::vector<float> c) {
  constexpr int64_t kPairs = RoundUp(kDepth, kBf16Block) / 2;
  const int64_t panel = kernels.panel_cols, panels = CeilDiv(kCols, panel);
  std::vector<uint16_t> rows(kRows * kPairs * 2), packed(static_cast<size_t>(panels * kPairs * 2 * panel));
  for (int64_t i = 0; i < kRows; ++i)
    kernels.pack_a_bf16(kDepth, &a[static_cast<size_t>(i * kDepth)], &rows[static_cast<size_t>(i * kPairs * 2)]);
  for (int64_t i = 0; i < panels; ++i)
    kernels.pack_b_bf16(kDepth, std::min(panel, kCols - i * panel), &b[static_cast<size_t>(i * panel)], kCols, 1,
                        &packed[static_cast<size_t>(i * kPairs * 2 * panel)]);
  std::vector<float> wide(kernels.widens_bf16_a ? rows.size() : 0);
  if (kernels.widens_bf16_a) kernels.from_bf16(static_cast<int64_t>(rows.size()), rows.data(), wide.data());
  kernels.gemm_bf16({.m = kRows,
                     .cols = kCols,
                     .k = kPairs,
                     .a = kernels.widens_bf16_a ? static_cast<const void*>(wide.data()) : rows.data(),
                     .a_rs = kPairs,
                     .a_cs = 1,
                     .b = packed.data(),
                     .b_rs = panel,
                     .b_panel = kPairs * panel,
                     .c = c.data(),
                     .ldc = kCols,
                     .old = c.data(),
                     .ld_old = kCols});
  return c;
}

}  // namespace

bool Bf16ProductsKeepTheContract(const KernelTable& kernels) {
  ThreadPool::EnterNumericsMode();
  Rng rng(RngKey({0xbf16}));
  const std::vector<float> a = RandomFloats(kRows * kDepth, rng), b = RandomFloats(kDepth * kCols, rng);
  const std::vector<float> c = RandomFloats(kRows * kCols, rng), expected = Product(ReferenceKernels(), a, b, c);
  return std::memcmp(Product(kernels, a, b, c).data(), expected.data(), c.size() * sizeof(float)) == 0;
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
