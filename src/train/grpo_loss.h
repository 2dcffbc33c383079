// The GRPO objective as a pure function of log-probabilities and advantages.
//   ratio_t = exp(logprob_t - old_logprob_t)
//   loss    = sum_t w_t * ( -min(ratio_t A, clip(ratio_t, 1 - clip_low, 1 + clip_high) A) + kl_coef * k3_t )
//   k3_t    = exp(ref_t - logprob_t) - (ref_t - logprob_t) - 1        (Schulman's estimator, >= 0)
// The weight w_t is what the variants differ in; B sequences are those of the whole optimizer step, never of a micro-batch:
//   kToken     1 / (all completion tokens)              DAPO, https://arxiv.org/abs/2503.14476
//   kSequence  1 / (B * tokens of this completion)      GRPO, https://arxiv.org/abs/2402.03300
//   kConstant  1 / (B * max_completion_tokens)          B counts dropped groups too: Dr. GRPO, https://arxiv.org/abs/2503.20783
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/fields.h"

namespace r1 {

enum class LossAggregation { kToken, kSequence, kConstant };
template <>
struct EnumNames<LossAggregation> {
  static constexpr EnumName<LossAggregation> kRows[] = {
      {LossAggregation::kToken, "token"}, {LossAggregation::kSequence, "sequence"}, {LossAggregation::kConstant, "constant"}};
};

struct GrpoLossConfig {
  LossAggregation aggregation = LossAggregation::kToken;
  float clip_low = 0.2f, clip_high = 0.2f;
  float kl_coef = 0;
};

// What every micro-batch of one optimizer step divides by.
struct LossNormalizer {
  int64_t num_sequences = 0;          // B
  int64_t num_tokens = 0;             // completion tokens of all B
  int64_t max_completion_tokens = 0;  // the configured limit
};

// w_t of every token of a completion of so many tokens.
double TokenWeight(LossAggregation aggregation, const LossNormalizer& normalizer, int64_t sequence_tokens);

// Tokens of several completions, one after the other.
struct GrpoLossInput {
  std::span<const float> logprobs, old_logprobs;
  std::span<const float> ref_logprobs;       // empty unless kl_coef > 0
  std::span<const int32_t> sequence_starts;  // [B' + 1] prefix sums over the tokens
  std::span<const float> advantages;         // [B']
};

// Sums over the tokens given, and those before them.
struct GrpoLossResult {
  double loss = 0;
  std::vector<float> d_logprobs;  // d loss / d logprob of every token
  double ratio_sum = 0, ratio_max = 0;
  double kl_sum = 0;                          // k3 to the reference
  double old_kl_sum = 0;                      // k3 to the old policy: exactly 0 on-policy
  int64_t clipped_low = 0, clipped_high = 0;  // tokens whose gradient the clip removed
  int64_t num_tokens = 0;
};

// `before`: the result of the micro-batch before this one, whose sums go on, token by token, so that reported figures too do not
// depend on where a micro-batch ends.
GrpoLossResult GrpoLoss(const GrpoLossConfig& config, const LossNormalizer& normalizer, const GrpoLossInput& input,
                        const GrpoLossResult& before = {});

}  // namespace r1
