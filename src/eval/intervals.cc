#include "eval/intervals.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace r1 {

Interval WilsonInterval(double successes, int64_t trials, double z) {
  Require(trials > 0 && successes >= 0 && successes <= static_cast<double>(trials),
          "interval: successes must lie in 0..trials, got ", successes, " of ", trials);
  Require(z > 0, "interval: z must be above 0, got ", z);
  const auto n = static_cast<double>(trials);
  const double p = successes / n;
  const double z2 = z * z;
  const double center = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = z / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  // At the ends the bounds are 0 and 1 exactly; rounding must not move them.
  return {successes == 0 ? 0.0 : center - half, successes == n ? 1.0 : center + half};
}

Interval BootstrapMeanInterval(std::span<const double> values, uint64_t key, double confidence, int64_t resamples) {
  Require(!values.empty(), "interval: there are no values");
  Require(confidence > 0 && confidence < 1, "interval: confidence must lie between 0 and 1, got ", confidence);
  Require(resamples >= 100, "interval: resamples must be at least 100, got ", resamples);
  std::vector<double> means;
  for (int64_t r = 0; r < resamples; ++r) {
    Rng rng(RngKey({key, static_cast<uint64_t>(r)}));
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) sum += values[rng.Below(values.size())];
    means.push_back(sum / static_cast<double>(values.size()));
  }
  std::sort(means.begin(), means.end());
  const double tail = (1 - confidence) / 2;
  const auto at = [&](double quantile) {
    const double position = quantile * static_cast<double>(resamples - 1);
    return means[static_cast<size_t>(std::llround(position))];
  };
  return {at(tail), at(1 - tail)};
}

Interval MeanShareInterval(std::span<const double> shares, uint64_t key) {
  const bool trials = std::all_of(shares.begin(), shares.end(), [](double share) { return share == 0 || share == 1; });
  const bool equal = std::adjacent_find(shares.begin(), shares.end(), std::not_equal_to<>()) == shares.end();
  if (!trials && !equal) return BootstrapMeanInterval(shares, key);
  return WilsonInterval(std::accumulate(shares.begin(), shares.end(), 0.0), static_cast<int64_t>(shares.size()));
}

}  // namespace r1
