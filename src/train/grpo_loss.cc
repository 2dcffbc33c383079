#include "train/grpo_loss.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace r1 {
namespace {

// exp(d) - d - 1 without cancellation at d = 0.
double K3(double d) { return d == 0 ? 0.0 : std::expm1(d) - d; }

}  // namespace

double TokenWeight(LossAggregation aggregation, const LossNormalizer& n, int64_t sequence_tokens) {
  switch (aggregation) {
    case LossAggregation::kToken: return 1.0 / static_cast<double>(std::max<int64_t>(1, n.num_tokens));
    case LossAggregation::kSequence:
      return 1.0 / (static_cast<double>(n.num_sequences) * static_cast<double>(std::max<int64_t>(1, sequence_tokens)));
    case LossAggregation::kConstant:
      return 1.0 / (static_cast<double>(n.num_sequences) * static_cast<double>(n.max_completion_tokens));
  }
  return 0;
}

GrpoLossResult GrpoLoss(const GrpoLossConfig& config, const LossNormalizer& normalizer, const GrpoLossInput& input,
                        const GrpoLossResult& before) {
  const size_t n = input.logprobs.size();
  const bool with_kl = config.kl_coef > 0;
  Require(input.old_logprobs.size() == n, "grpo_loss: ", n, " old_logprobs expected, got ", input.old_logprobs.size());
  Require(!with_kl || input.ref_logprobs.size() == n, "grpo_loss: ", n, " ref_logprobs expected, got ", input.ref_logprobs.size());
  Require(input.sequence_starts.size() == input.advantages.size() + 1 && static_cast<size_t>(input.sequence_starts.back()) == n,
          "grpo_loss: sequence_starts must end at ", n);
  GrpoLossResult result = before;
  result.d_logprobs.assign(n, 0.0f);
  result.num_tokens += static_cast<int64_t>(n);
  for (size_t s = 0; s < input.advantages.size(); ++s) {
    const size_t begin = static_cast<size_t>(input.sequence_starts[s]), end = static_cast<size_t>(input.sequence_starts[s + 1]);
    const double advantage = input.advantages[s];
    const double weight = TokenWeight(config.aggregation, normalizer, static_cast<int64_t>(end - begin));
    for (size_t t = begin; t < end; ++t) {
      const double log_ratio = static_cast<double>(input.logprobs[t]) - input.old_logprobs[t];
      const double ratio = std::exp(log_ratio);
      const double clipped = std::clamp(ratio, 1.0 - config.clip_low, 1.0 + config.clip_high);
      const bool is_clipped = clipped * advantage < ratio * advantage;  // the pessimistic branch wins and is flat
      double loss = -std::min(ratio * advantage, clipped * advantage);
      double gradient = is_clipped ? 0.0 : -ratio * advantage;
      if (is_clipped) ++(ratio < 1 ? result.clipped_low : result.clipped_high);
      if (with_kl) {
        const double d = static_cast<double>(input.ref_logprobs[t]) - input.logprobs[t];
        const double k3 = K3(d);
        result.kl_sum += k3;
        loss += config.kl_coef * k3;
        gradient += config.kl_coef * (d == 0 ? 0.0 : -std::expm1(d));
      }
      result.loss += weight * loss;
      result.d_logprobs[t] = static_cast<float>(weight * gradient);
      result.ratio_sum += ratio;
      result.ratio_max = std::max(result.ratio_max, ratio);
      result.old_kl_sum += K3(-log_ratio);
    }
  }
  return result;
}

}  // namespace r1
