#include "kernels/quant_bench.h"

#include <algorithm>

#include "base/clock.h"
#include "base/median.h"
#include "base/rng.h"
#include "kernels/bandwidth_bench.h"
#include "kernels/gemm_bench.h"

namespace r1 {
namespace {

constexpr size_t kCacheBytes = size_t{256} << 20;
constexpr double kProbe = 5e-3;

// One layer's weights, as often as it takes to leave the caches.
std::vector<QuantMatrix> MakeWeights(ThreadPool& pool, const QuantCase& test) {
  std::vector<uint64_t> bytes(DTypeBytes(test.dtype, test.in_features * test.out_features) / sizeof(uint64_t) + 1);
  Rng rng(RngKey({1}));
  for (uint64_t& b : bytes) b = rng.Bits() & 0x3fff3fff3fff3fff;  // halves below 2: no infinities
  std::vector<QuantMatrix> weights(kCacheBytes / (bytes.size() * sizeof(uint64_t)) + 1);
  for (QuantMatrix& w : weights)
    if (test.int8)
      w.PackInt8(pool, test.dtype, test.out_features, test.in_features, bytes.data());
    else
      w.Pack(pool, test.dtype, test.out_features, test.in_features, bytes.data());
  return weights;
}

}  // namespace

std::vector<QuantCase> StandardQuantCases() {
  std::vector<QuantCase> cases;
  for (DType dtype : {DType::kQ8_0, DType::kQ4_0, DType::kQ4_K, DType::kQ5_K, DType::kQ6_K})
    for (int64_t tokens : {1, 4, 16, 32, 512}) cases.push_back({dtype, tokens, 1536, 8960});
  for (int64_t tokens : {1, 4, 16, 32, 512}) cases.push_back({DType::kQ8_0, tokens, 1536, 8960, /*int8=*/true});
  return cases;
}

QuantResult BenchQuant(const KernelTable& kernels, ThreadPool& pool, const QuantCase& test, double seconds) {
  const std::vector<QuantMatrix> weights = MakeWeights(pool, test);
  std::vector<float> x(static_cast<size_t>(test.tokens * test.in_features)),
      y(static_cast<size_t>(test.tokens * test.out_features));
  Rng rng(RngKey({2}));
  for (float& v : x) v = rng.Uniform() - 0.5f;
  BandwidthProbe reading(pool, int64_t{256} << 20);
  const double operations = 2.0 * static_cast<double>(test.tokens * test.in_features * test.out_features);
  const auto bytes = static_cast<double>(weights[0].bytes());
  std::vector<double> times, compute, bandwidth;
  const double start = SteadySeconds();
  do {
    const double ceiling = 1e9 * Int8Ceiling(kernels, pool, kProbe), rate = 1e9 * reading.Measure(kProbe);
    const double begin = SteadySeconds();
    for (const QuantMatrix& w : weights) {
      const QuantActivations rounded(kernels, pool, test.tokens, test.in_features, x.data(), test.in_features, w.span());
      const QuantProduct product = {&w, y.data()};
      QuantGemm(kernels, pool, rounded, std::span(&product, 1), test.out_features);
    }
    times.push_back((SteadySeconds() - begin) / static_cast<double>(weights.size()));
    compute.push_back(operations / times.back() / ceiling);
    bandwidth.push_back(bytes / times.back() / rate);
  } while (SteadySeconds() - start < seconds);
  const double median = Median(times);
  return {median, operations / median * 1e-9, Median(compute), bytes / median * 1e-9, Median(bandwidth)};
}

}  // namespace r1
