// What a finished sequence hands back, and what a caller sees while it grows.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

using SequenceId = int64_t;

// kLoop: the answer repeated itself (SamplingParams::loop_guard).
enum class FinishReason : uint8_t { kStop, kLength, kCancelled, kLoop };
const char* FinishReasonName(FinishReason reason);  // "stop", "length", "cancelled", "loop"

// How the thinking ended. kNone: there was none. kUnfinished: the completion ended inside it. kNatural: the model closed it. Else
// it was closed for the model: the budget was used up, room for the answer was running out, it repeated itself, or a caller asked
// for it.
enum class ThinkingEnd : uint8_t { kNone, kUnfinished, kNatural, kBudget, kReserve, kLoop, kRequested };
const char* ThinkingEndName(ThinkingEnd end);  // "none", "unfinished", "natural", "budget", "reserve", "loop", "requested"

struct TokenLogprob {
  int32_t token_id;
  float logprob;
};

// Logprobs are under softmax(logits / temperature), before penalties and filters: exactly what ops::TokenLogProbs recomputes with
// the same inv_temperature (1 for greedy), to the bit.
struct Completion {
  std::vector<int32_t> token_ids;  // generated tokens; an end or stop token, or the token that completed a stop text, is the last
  std::vector<float> logprobs;     // of each token
  std::vector<float> entropies;    // nats; empty unless asked for
  std::vector<std::vector<TokenLogprob>> top_logprobs;  // most likely first; empty unless asked for
  std::vector<int64_t> weights_versions;                // Engine::weights_version() each token was sampled under
  std::string text;                                     // without end token and stop text; empty if the engine has no tokenizer
  FinishReason finish_reason = FinishReason::kCancelled;
  int32_t stop_token_id = -1;  // the end or stop token that ended it
  std::string stop_text;       // the stop text that ended it
  int64_t num_prompt_tokens = 0;
  int64_t num_cached_tokens = 0;  // of the prompt: not computed for this sequence

  bool starts_in_thinking = false;  // the prompt, as the thinking mode made it, ends inside an open block
  ThinkingEnd thinking_end = ThinkingEnd::kNone;
  int64_t num_thinking_tokens = 0;  // the tags and what was forced included; all others are the answer's
  // The tokens that closed the thinking for the model, from token_ids[forced_begin] on: not sampled; their logprobs are still the
  // model's. A completion that was closed on request is repeated by thinking_budget = its thinking tokens before forced_begin.
  int64_t forced_begin = -1, num_forced = 0;
  int64_t num_answer_tokens() const { return static_cast<int64_t>(token_ids.size()) - num_thinking_tokens; }

  // Speculation: tokens that were guessed and computed, those of them that were right, and the steps that did so. Only these three
  // depend on settings of the engine.
  int64_t num_drafted = 0, num_accepted = 0, num_verify_steps = 0;
};

// One new token, or the end. `text` is what may be shown now: no half characters, and nothing that may turn out to be a stop text.
struct TokenEvent {
  SequenceId id;
  int32_t token_id;  // -1 if the sequence ended without a new token (cancelled)
  float logprob;
  std::string_view text;
  const Completion* completion;                     // set with the last event
  bool thinking = false;                            // the token belongs to the thinking, tags included
  bool forced = false;                              // it was not sampled: it closes the thinking
  std::span<const TokenLogprob> top_logprobs = {};  // most likely first; empty unless asked for. Valid during the call
  ThinkingEnd thinking_end = ThinkingEnd::kNone;    // how it ended, or is being ended; kNone before that
};
using TokenCallback = std::function<void(const TokenEvent&)>;

}  // namespace r1
