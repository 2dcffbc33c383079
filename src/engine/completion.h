// What a finished sequence hands back, and what a caller sees while it grows.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

using SequenceId = int64_t;

enum class FinishReason : uint8_t { kStop, kLength, kCancelled };
const char* FinishReasonName(FinishReason reason);  // "stop", "length", "cancelled"

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
};

// One new token, or the end. `text` is what may be shown now: no half characters, and nothing that may turn out to be a stop text.
struct TokenEvent {
  SequenceId id;
  int32_t token_id;  // -1 if the sequence ended without a new token (cancelled)
  float logprob;
  std::string_view text;
  const Completion* completion;  // set with the last event
};
using TokenCallback = std::function<void(const TokenEvent&)>;

}  // namespace r1
