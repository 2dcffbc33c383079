#include "engine/logits_processor.h"

#include <algorithm>

namespace r1 {

PenaltyProcessor::PenaltyProcessor(std::shared_ptr<const SamplingParams> params, std::span<const int32_t> prompt)
    : params_(std::move(params)) {
  if (params_->repetition_penalty == 1) return;  // the others do not look at the prompt
  std::vector<int32_t> ids(prompt.begin(), prompt.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (int32_t id : ids) counts_.push_back({id, 0});
}

void PenaltyProcessor::Process(std::span<float> logits) {
  for (const LogitBias& b : params_->logit_bias) logits[static_cast<size_t>(b.token_id)] += b.bias;
  const float repetition = params_->repetition_penalty;
  for (const TokenCount& count : counts_) {
    float& logit = logits[static_cast<size_t>(count.token_id)];
    logit = logit > 0 ? logit / repetition : logit * repetition;
    if (count.num_generated > 0)
      logit -= static_cast<float>(count.num_generated) * params_->frequency_penalty + params_->presence_penalty;
  }
}

void PenaltyProcessor::Accept(int32_t token_id) { ++CountOf(token_id).num_generated; }

PenaltyProcessor::TokenCount& PenaltyProcessor::CountOf(int32_t token_id) {
  auto it =
      std::lower_bound(counts_.begin(), counts_.end(), token_id, [](const TokenCount& c, int32_t id) { return c.token_id < id; });
  if (it == counts_.end() || it->token_id != token_id) it = counts_.insert(it, {token_id, 0});
  return *it;
}

}  // namespace r1
