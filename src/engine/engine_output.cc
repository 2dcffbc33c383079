// What happens to a token once it is drawn: the sequence takes it, text is shown, the completion perhaps ends, callbacks hear of
// it.
#include <algorithm>
#include <utility>

#include "engine/engine.h"

namespace r1 {

const char* FinishReasonName(FinishReason reason) {
  static constexpr const char* kNames[] = {"stop", "length", "cancelled", "loop"};
  return kNames[static_cast<size_t>(reason)];
}

// Returns whether the sequence goes on and had this token guessed.
bool Engine::Append(Sequence& sequence, SampledToken& token) {
  Completion& completion = sequence.completion;
  ThinkingControl* thinking = sequence.thinking.get();
  const bool was_thinking = thinking && thinking->in_thinking(), forced = thinking && !thinking->forced().empty();
  const bool guessed =
      sequence.num_accepted < sequence.draft_ids.size() && sequence.draft_ids[sequence.num_accepted] == token.token_id;
  sequence.num_accepted += guessed;
  sequence.token_ids.push_back(token.token_id);
  completion.logprobs.push_back(token.logprob);
  completion.weights_versions.push_back(weights_version_);
  if (sequence.params->entropy) completion.entropies.push_back(token.entropy);
  if (sequence.params->logprobs > 0) completion.top_logprobs.push_back(std::move(token.top_logprobs));
  for (const auto& processor : sequence.logits_processors)
    if (!was_thinking || processor->applies_in_thinking()) processor->Accept(token.token_id);
  const bool was_inside = thinking && thinking->phase() == ThinkingPhase::kInside;
  if (thinking) thinking->Accept(sequence.generated(), sequence.max_length - sequence.length());
  const bool is_thinking = was_inside || (thinking && thinking->phase() == ThinkingPhase::kInside);
  ++stats_.tokens_decoded;
  std::string shown;
  const std::optional<FinishReason> end = EndAfter(sequence, token.token_id, was_thinking, forced, shown);
  if (end) {
    Finish(sequence, *end, shown);
    finished_.push_back(&sequence);
  } else {
    completion.text += shown;
  }
  if (sequence.callback)
    events_.push_back({sequence.id, token.token_id, token.logprob, std::move(shown), end.has_value(), is_thinking, forced,
                       thinking ? thinking->end() : ThinkingEnd::kNone, static_cast<int64_t>(completion.logprobs.size()) - 1});
  return guessed && !end;
}

// Why the sequence ends with this token, if it does. `shown` gets the text that may be shown now. What ends an answer does not end
// the thinking: there stop texts and stop tokens are looked for only if asked, and never in what is forced.
std::optional<FinishReason> Engine::EndAfter(Sequence& sequence, int32_t token_id, bool was_thinking, bool forced,
                                             std::string& shown) {
  const SamplingParams& params = *sequence.params;
  const ThinkingControl* thinking = sequence.thinking.get();
  const bool inside = thinking && thinking->phase() == ThinkingPhase::kInside;
  const bool stops = !forced && (params.stop_in_thinking || !inside);
  auto contains = [token_id](const std::vector<int32_t>& ids) { return std::find(ids.begin(), ids.end(), token_id) != ids.end(); };
  if ((!forced && !params.ignore_eos && contains(config_.eos_token_ids)) || (stops && contains(params.stop_token_ids))) {
    sequence.completion.stop_token_id = token_id;
    return FinishReason::kStop;
  }
  if (sequence.text_stream) {
    const bool checked = !forced && (params.stop_in_thinking || (!inside && !was_thinking));
    if (!checked && !forced && !inside && config_.reasoning_format.trim_newlines) sequence.text_stream->SkipLineBreaks(2);
    shown = checked ? sequence.text_stream->Push(token_id)
                    : sequence.text_stream->PushUnchecked(token_id, forced ? 0 : thinking->num_answer_bytes());
    if (sequence.text_stream->found_stop()) return FinishReason::kStop;
  }
  if (sequence.length() >= sequence.max_length) return FinishReason::kLength;
  if (thinking && thinking->looping()) return FinishReason::kLoop;
  return {};
}

// Completes the completion; the caller takes the sequence from the scheduler.
void Engine::Finish(Sequence& sequence, FinishReason reason, std::string& shown) {
  Completion& completion = sequence.completion;
  completion.token_ids.assign(sequence.token_ids.begin() + sequence.num_prompt_tokens, sequence.token_ids.end());
  if (sequence.text_stream) {
    shown += sequence.text_stream->Flush();
    if (const std::string* stop = sequence.text_stream->found_stop()) {
      completion.stop_text = *stop;
      if (reason == FinishReason::kLength) reason = FinishReason::kStop;  // completed by the last half character
    }
  } else if (tokenizer_) {  // nobody watched it grow: decoded once, which is cheaper
    std::span<const int32_t> ids = completion.token_ids;
    shown = tokenizer_->Decode(completion.stop_token_id >= 0 ? ids.first(ids.size() - 1) : ids);
  }
  completion.text += shown;
  completion.finish_reason = reason;
  if (sequence.thinking) sequence.thinking->Report(completion);
  if (drafter_) drafter_->Forget(sequence.id);
  sequence.status = SequenceStatus::kFinished;
  ++stats_.num_finished;
}

// A callback may cancel, take and so destroy its own sequence: the sequence is looked up anew each time, and the callback held.
void Engine::Deliver(const Event& event) {
  auto it = sequences_.find(event.id);
  if (it == sequences_.end() || !it->second->callback) return;
  Sequence& sequence = *it->second;
  const std::shared_ptr<const TokenCallback> callback = sequence.callback;
  if (event.last) sequence.callback = nullptr;
  std::span<const TokenLogprob> top;
  if (event.index >= 0 && sequence.params->logprobs > 0) top = sequence.completion.top_logprobs[static_cast<size_t>(event.index)];
  (*callback)({event.id, event.token_id, event.logprob, event.text, event.last ? &sequence.completion : nullptr, event.thinking,
               event.forced, top, event.thinking_end});
}

}  // namespace r1
