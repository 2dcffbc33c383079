#include "model/rope_table.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "base/error.h"

namespace r1 {
namespace {

constexpr int64_t kFirstPositions = 1024;

// Frequencies in double; `factor` multiplies cos and sin.
struct Frequencies {
  std::vector<double> inverse;  // [Dh / 2], radians a position
  double factor = 1;
};

// Llama 3.1: long waves are stretched, short ones stay, those between go over smoothly.
void ScaleLlama3(const RopeScaling& scaling, std::vector<double>& inverse) {
  const double low = *scaling.low_freq_factor, high = *scaling.high_freq_factor;
  const double context = static_cast<double>(*scaling.original_max_position_embeddings);
  for (double& f : inverse) {
    const double waves = context * f / (2 * std::numbers::pi);  // in the original context
    const double kept = std::clamp((waves - low) / (high - low), 0.0, 1.0);
    f = (1 - kept) * f / scaling.factor + kept * f;
  }
}

// Peng et al. 2023, https://arxiv.org/abs/2309.00071, with the bounds and the attention factor of Hugging Face transformers.
double ScaleYarn(const RopeScaling& scaling, const ModelConfig& config, std::vector<double>& inverse) {
  const double context = static_cast<double>(scaling.original_max_position_embeddings.value_or(config.max_position_embeddings));
  const auto dimension_of = [&](double rotations) {  // the pair that turns so often over the original context
    return static_cast<double>(config.head_dim) * std::log(context / (rotations * 2 * std::numbers::pi)) /
           (2 * std::log(config.rope_theta));
  };
  const double low = std::max(0.0, std::floor(dimension_of(scaling.beta_fast.value_or(32))));
  double high = std::min(static_cast<double>(config.head_dim - 1), std::ceil(dimension_of(scaling.beta_slow.value_or(1))));
  if (high == low) high += 0.001;
  for (size_t i = 0; i < inverse.size(); ++i) {
    const double stretched = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
    inverse[i] = stretched * inverse[i] / scaling.factor + (1 - stretched) * inverse[i];
  }
  if (scaling.attention_factor) return *scaling.attention_factor;
  const auto scale = [&](double m) { return scaling.factor <= 1 ? 1.0 : 0.1 * m * std::log(scaling.factor) + 1.0; };
  const double m = scaling.mscale.value_or(0), all = scaling.mscale_all_dim.value_or(0);
  return m != 0 && all != 0 ? scale(m) / scale(all) : scale(1);
}

Frequencies RopeFrequencies(const ModelConfig& config) {
  Frequencies result;
  for (int64_t i = 0; i < config.head_dim / 2; ++i)
    result.inverse.push_back(1.0 / std::pow(config.rope_theta, static_cast<double>(2 * i) / static_cast<double>(config.head_dim)));
  if (!config.rope_scaling) return result;
  const RopeScaling& scaling = *config.rope_scaling;
  if (scaling.type == "linear")
    for (double& f : result.inverse) f /= scaling.factor;
  else if (scaling.type == "factors" && scaling.factors.size() == result.inverse.size())
    for (size_t i = 0; i < scaling.factors.size(); ++i) result.inverse[i] /= static_cast<double>(scaling.factors[i]);
  else if (scaling.type == "llama3")
    ScaleLlama3(scaling, result.inverse);
  else if (scaling.type == "yarn")
    result.factor = ScaleYarn(scaling, config, result.inverse);
  else
    Fail(ErrorCode::kInvalidArgument, "rope scaling \"", scaling.type, "\" is not known; known are linear, llama3, yarn");
  return result;
}

}  // namespace

RopeTable::RopeTable(const ModelConfig& config) : max_positions_(config.max_position_embeddings) {
  Frequencies frequencies = RopeFrequencies(config);
  factor_ = frequencies.factor;
  for (double f : frequencies.inverse) inverse_.push_back(static_cast<float>(f));
}

void RopeTable::Reserve(ThreadPool& pool, Allocator& allocator, int64_t positions) {
  if (positions <= num_positions_ || num_positions_ == max_positions_) return;
  const int64_t old = num_positions_, half = static_cast<int64_t>(inverse_.size());
  const int64_t grown = std::min(max_positions_, std::max({positions, 2 * old, kFirstPositions}));
  Tensor cos = Tensor::Empty(allocator, {grown, half}), sin = Tensor::Empty(allocator, {grown, half});
  if (old > 0) {
    std::memcpy(cos.f32(), cos_.f32(), cos_.bytes());
    std::memcpy(sin.f32(), sin_.f32(), sin_.bytes());
  }
  pool.For(grown - old, 64, [&](int64_t begin, int64_t end) {
    for (int64_t p = old + begin; p < old + end; ++p)
      for (int64_t i = 0; i < half; ++i) {
        const float angle = static_cast<float>(p) * inverse_[static_cast<size_t>(i)];
        cos.f32()[p * half + i] = static_cast<float>(std::cos(static_cast<double>(angle)) * factor_);
        sin.f32()[p * half + i] = static_cast<float>(std::sin(static_cast<double>(angle)) * factor_);
      }
  });
  cos_ = std::move(cos);
  sin_ = std::move(sin);
  num_positions_ = grown;
}

}  // namespace r1
