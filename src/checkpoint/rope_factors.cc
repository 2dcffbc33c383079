#include "checkpoint/rope_factors.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace r1 {
namespace {

// Waves of pair i in one position.
double Frequency(size_t i, size_t half, double theta) {
  return std::pow(theta, -static_cast<double>(i) / static_cast<double>(half)) / (2 * std::numbers::pi);
}

std::vector<double> Factors(const RopeScaling& scaling, size_t half, double theta) {
  const double low = *scaling.low_freq_factor, high = *scaling.high_freq_factor;
  const auto context = static_cast<double>(*scaling.original_max_position_embeddings);
  std::vector<double> factors;
  for (size_t i = 0; i < half; ++i) {
    const double kept = std::clamp((context * Frequency(i, half, theta) - low) / (high - low), 0.0, 1.0);
    factors.push_back(1 / ((1 - kept) / scaling.factor + kept));
  }
  return factors;
}

bool Matches(const RopeScaling& scaling, std::span<const float> wanted, double theta) {
  const std::vector<double> factors = Factors(scaling, wanted.size(), theta);
  for (size_t i = 0; i < wanted.size(); ++i)
    if (!(std::abs(factors[i] - wanted[i]) <= 1e-5 * factors[i])) return false;
  return true;
}

}  // namespace

std::vector<float> RopeFactorsOfLlama3(const HfConfig& config) {
  CHECK(config.rope_scaling && config.rope_scaling->type == "llama3");
  std::vector<float> factors;
  for (const double f : Factors(*config.rope_scaling, static_cast<size_t>(config.head_dim / 2), config.rope_theta))
    factors.push_back(static_cast<float>(f));
  return factors;
}

std::optional<RopeScaling> Llama3OfRopeFactors(std::span<const float> factors, double rope_theta) {
  if (factors.empty()) return std::nullopt;
  RopeScaling scaling{.type = "llama3",
                      .factor = *std::max_element(factors.begin(), factors.end()),
                      .original_max_position_embeddings = 8192,
                      .low_freq_factor = 1.0,
                      .high_freq_factor = 4.0};
  if (!(scaling.factor >= 1) || !std::isfinite(scaling.factor)) return std::nullopt;
  if (Matches(scaling, factors, rope_theta)) return scaling;
  // Pairs between the bounds, with kept = (context f - low) / (high - low); and the range in which the context must lie when low is
  // 1 and high is 4, from the pairs outside.
  std::vector<std::pair<double, double>> between;  // frequency, kept
  double least = 1, most = 2e9;
  for (size_t i = 0; i < factors.size(); ++i) {
    const double f = Frequency(i, factors.size(), rope_theta);
    const double kept = (1 / static_cast<double>(factors[i]) - 1 / scaling.factor) / (1 - 1 / scaling.factor);
    if (kept > 1e-4 && kept < 1 - 1e-4) between.emplace_back(f, kept);
    if (kept >= 1 - 1e-4) least = std::max(least, 4 / f);
    if (kept <= 1e-4) most = std::min(most, 1 / f);
  }
  const auto try_bounds = [&](double high, double context) {
    if (!(high > 1 && high < 1e6 && context >= 1 && context < 2e9)) return false;
    scaling.high_freq_factor = high;
    scaling.original_max_position_embeddings = std::llround(context);
    return Matches(scaling, factors, rope_theta);
  };
  if (between.empty()) {
    if (try_bounds(4, std::exp2(std::round(std::log2(least * most) / 2)))) return scaling;
    if (try_bounds(4, std::sqrt(least * most))) return scaling;
    return std::nullopt;
  }
  const auto [f0, k0] = between.front();
  if (try_bounds(4, (3 * k0 + 1) / f0)) return scaling;
  if (between.size() == 1) return std::nullopt;
  const auto [f1, k1] = between.back();  // kept is linear in f, so two pairs give both bounds
  const double slope = (k1 - k0) / (f1 - f0), offset = slope * f0 - k0;
  const double high = std::round(1e4 * (1 + 1 / offset)) / 1e4;
  return try_bounds(high, slope * (high - 1)) ? std::optional(scaling) : std::nullopt;
}

}  // namespace r1
