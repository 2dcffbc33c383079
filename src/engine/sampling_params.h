// What the user asks of sampling, in OpenAI's names. One value serves a chat request and a rollout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "base/rng.h"
#include "text/thinking_tags.h"

namespace r1 {

template <>
struct EnumNames<ThinkingMode> {
  static constexpr EnumName<ThinkingMode> kRows[] = {
      {ThinkingMode::kAuto, "auto"}, {ThinkingMode::kOn, "on"}, {ThinkingMode::kOff, "off"}};
};

struct LogitBias {
  int32_t token_id;
  float bias;
};

struct SamplingParams {
  float temperature = 1;  // 0: greedy, the first of the most likely tokens
  int64_t top_k = 0;      // 0: off. Filters apply in this order: temperature, top_k, top_p, min_p
  float top_p = 1;
  float min_p = 0;
  float presence_penalty = 0;    // over generated tokens, as OpenAI
  float frequency_penalty = 0;   // over generated tokens, as OpenAI
  float repetition_penalty = 1;  // over prompt and generated tokens, as Hugging Face
  std::vector<LogitBias> logit_bias;
  int64_t max_tokens = 0;  // 0: as many as the context has room for
  std::vector<std::string> stop;
  std::vector<int> stop_token_ids;
  bool ignore_eos = false;
  uint64_t seed = 0;
  // The stream of random numbers; token i of the completion is drawn with number i. Unset: a function of seed alone.
  std::optional<uint64_t> rng_key;
  int64_t logprobs = 0;  // alternatives reported with each token; the token's own logprob always is
  bool entropy = false;  // report the entropy of each token's distribution

  // Thinking, see engine/thinking_control.h. All need an engine with a tokenizer, but for loop_guard.
  ThinkingMode thinking = ThinkingMode::kAuto;
  int64_t thinking_budget = -1;  // tokens; then thinking is closed. -1: no budget; 0: as ThinkingMode::kOff
  std::string thinking_wrap_up;  // written before thinking is closed
  int64_t answer_reserve = 0;    // tokens; thinking is closed while so many are left for the answer. 0: off
  int64_t min_thinking_tokens = 0;
  int64_t loop_guard = 0;  // tokens that repeat before it acts, see engine/loop_guard.h. 0: off
  bool stop_in_thinking = false;

  ThinkingMode EffectiveThinking() const { return thinking_budget == 0 ? ThinkingMode::kOff : thinking; }
  bool ControlsThinking() const {
    return thinking != ThinkingMode::kAuto || thinking_budget >= 0 || answer_reserve > 0 || min_thinking_tokens > 0;
  }
  uint64_t RngKeyOrDefault() const { return rng_key ? *rng_key : RngKey({seed}); }
  // The scale of the logits that logprobs are taken under. Greedy choice has no temperature: its logprobs are the model's own.
  float InvTemperature() const { return temperature == 0 ? 1.0f : 1.0f / temperature; }
  bool EditsLogits() const {
    return presence_penalty != 0 || frequency_penalty != 0 || repetition_penalty != 1 || !logit_bias.empty();
  }

  static constexpr auto Fields() {
    using C = SamplingParams;
    return std::tuple{
        Field{"temperature", &C::temperature, "divides the logits; 0 is greedy, 1 the model's own distribution"},
        Field{"top_k", &C::top_k, "sample among the k most likely tokens only; 0 is off"},
        Field{"top_p", &C::top_p, "sample among the most likely tokens that together reach this probability; 1 is off"},
        Field{"min_p", &C::min_p, "drop tokens less likely than this share of the most likely one; 0 is off"},
        Field{"presence_penalty", &C::presence_penalty, "subtracted from the logit of every token generated before"},
        Field{"frequency_penalty", &C::frequency_penalty, "subtracted once for each time the token was generated before"},
        Field{"repetition_penalty", &C::repetition_penalty,
              "divides positive and multiplies negative logits of tokens seen before; 1 is off"},
        Field{"max_tokens", &C::max_tokens, "longest completion in tokens; 0 is as many as the context has room for"},
        Field{"stop", &C::stop, "texts that end the completion; they are not part of it"},
        Field{"stop_token_ids", &C::stop_token_ids, "token ids that end the completion, beside the end token"},
        Field{"ignore_eos", &C::ignore_eos, "go on after the end token, until max_tokens"},
        Field{"thinking", &C::thinking, "on: the prompt opens the thinking; off: it brings an empty one; auto: as the prompt is"},
        Field{"thinking_budget", &C::thinking_budget, "most tokens of thinking, then it is closed; 0 is off, -1 no budget"},
        Field{"thinking_wrap_up", &C::thinking_wrap_up, "text that ends the thinking where the model did not end it itself"},
        Field{"answer_reserve", &C::answer_reserve,
              "close the thinking early enough to leave so many tokens for the answer; 0 is off"},
        Field{"min_thinking_tokens", &C::min_thinking_tokens, "the thinking cannot end before"},
        Field{"loop_guard", &C::loop_guard,
              "tokens that repeat exactly (and three copies) before thinking is closed, or an answer ended; 0 is off"},
        Field{"stop_in_thinking", &C::stop_in_thinking, "stop texts and stop_token_ids count inside the thinking too"},
        Field{"seed", &C::seed, "same seed, same weights, same prompt: same completion"},
        Field{"logprobs", &C::logprobs, "alternatives reported with each token, at most 20"},
    };
  }
  // Throws kInvalidArgument naming the field. vocab_size bounds token ids; 0 leaves them unchecked.
  void Validate(int64_t vocab_size = 0) const;
};

}  // namespace r1
