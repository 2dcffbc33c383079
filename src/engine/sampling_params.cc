#include "engine/sampling_params.h"

#include <cmath>

#include "base/error.h"

namespace r1 {
namespace {

void RequireInRange(const char* name, float value, float lo, float hi) {
  Require(value >= lo && value <= hi, name, " must be in ", lo, "..", hi, ", got ", value);
}

void RequireTokenId(const char* name, int64_t id, int64_t vocab_size) {
  Require(id >= 0 && (vocab_size == 0 || id < vocab_size), name, " must hold token ids in 0..", vocab_size - 1, ", got ", id);
}

}  // namespace

void SamplingParams::Validate(int64_t vocab_size) const {
  // Below 1e-6 a scaled logit could overflow.
  Require(temperature == 0 || (temperature >= 1e-6f && temperature <= 100), "temperature must be 0 or in 1e-06..100, got ",
          temperature);
  Require(top_k >= 0, "top_k must be 0 (off) or more, got ", top_k);
  Require(top_p > 0 && top_p <= 1, "top_p must be above 0 and at most 1, got ", top_p);
  RequireInRange("min_p", min_p, 0, 1);
  RequireInRange("presence_penalty", presence_penalty, -2, 2);
  RequireInRange("frequency_penalty", frequency_penalty, -2, 2);
  RequireInRange("repetition_penalty", repetition_penalty, 0.01f, 100);  // below, a scaled logit could overflow
  for (const LogitBias& b : logit_bias) {
    RequireTokenId("logit_bias", b.token_id, vocab_size);
    RequireInRange("logit_bias", b.bias, -100, 100);
  }
  Require(max_tokens >= 0, "max_tokens must be 0 (no limit of its own) or more, got ", max_tokens);
  for (const std::string& text : stop) Require(!text.empty(), "stop must not hold an empty text");
  for (int id : stop_token_ids) RequireTokenId("stop_token_ids", id, vocab_size);
  Require(thinking_budget >= -1, "thinking_budget must be -1 (no budget), 0 (thinking off) or more, got ", thinking_budget);
  Require(answer_reserve >= 0, "answer_reserve must be 0 (off) or more, got ", answer_reserve);
  Require(min_thinking_tokens >= 0, "min_thinking_tokens must be 0 (off) or more, got ", min_thinking_tokens);
  if (min_thinking_tokens > 0) {
    Require(EffectiveThinking() != ThinkingMode::kOff, "min_thinking_tokens must be 0 where thinking is off, got ",
            min_thinking_tokens);
    Require(thinking_budget < 0 || min_thinking_tokens <= thinking_budget, "min_thinking_tokens must be at most thinking_budget (",
            thinking_budget, "), got ", min_thinking_tokens);
  }
  Require(thinking_budget != 0 || thinking != ThinkingMode::kOn, "thinking must not be on with thinking_budget 0");
  Require(loop_guard == 0 || loop_guard >= 8, "loop_guard must be 0 (off) or at least 8, got ", loop_guard);
  Require(logprobs >= 0 && logprobs <= 20, "logprobs must be in 0..20, got ", logprobs);
}

}  // namespace r1
