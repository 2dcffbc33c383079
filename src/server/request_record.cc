#include "server/request_record.h"

#include <algorithm>

namespace r1 {
namespace {

double SecondsBetween(std::chrono::steady_clock::time_point begin, std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

}  // namespace

RequestRecord::RequestRecord(ServerMetrics& metrics, std::string id) : metrics_(metrics), id_(std::move(id)) {}

double RequestRecord::seconds() const { return SecondsUntil(std::chrono::steady_clock::now()); }

RequestFacts RequestRecord::facts() const {
  std::lock_guard lock(mutex_);
  return facts_;
}

RequestTimings RequestRecord::timings() const {
  std::lock_guard lock(mutex_);
  RequestTimings timings{.prompt_tokens = facts_.prompt_tokens,
                         .cached_tokens = facts_.cached_tokens,
                         .completion_tokens = facts_.completion_tokens,
                         .thinking_tokens = thinking_tokens_,
                         .queue_s = facts_.queue_s,
                         .thinking_end = thinking_end_};
  if (facts_.first_token_s < 0) return timings;
  timings.prefill_s = SecondsBetween(admitted_, first_token_);
  timings.decode_s = SecondsBetween(first_token_, *std::ranges::max_element(last_token_));
  if (thinking_ended_ != Time{}) timings.thinking_s = SecondsBetween(first_token_, thinking_ended_);
  return timings;
}

void RequestRecord::KeepPrompt(std::vector<int32_t> prompt) {
  std::lock_guard lock(mutex_);
  facts_.prompt = std::move(prompt);
}

void RequestRecord::Queued(const Request& request) {
  std::lock_guard lock(mutex_);
  const size_t n = std::max<size_t>(1, request.rng_keys.size());
  facts_.phase = RequestPhase::kWaiting;
  facts_.prompt_tokens = static_cast<int64_t>(request.prompt.size());
  facts_.sampling = request.params;
  facts_.tokens_of_choice.assign(n, 0);
  facts_.choice_ended.assign(n, false);
  queued_ = std::chrono::steady_clock::now();
  last_token_.assign(n, queued_);
  metrics_.num_choices.Observe(static_cast<double>(n));
  if (request.params.max_tokens > 0) metrics_.max_tokens.Observe(static_cast<double>(request.params.max_tokens));
}

void RequestRecord::Admitted() {
  std::lock_guard lock(mutex_);
  facts_.phase = RequestPhase::kRunning;
  admitted_ = std::chrono::steady_clock::now();
  facts_.queue_s = SecondsBetween(queued_, admitted_);
}

void RequestRecord::Prefilled(const PromptProgress& prompt) {
  std::lock_guard lock(mutex_);
  facts_.cached_tokens = prompt.cached;
}

void RequestRecord::Token(int64_t choice, const TokenEvent& event) {
  std::lock_guard lock(mutex_);
  const auto index = static_cast<size_t>(choice);
  const Time now = std::chrono::steady_clock::now();
  if (event.token_id >= 0) {
    metrics_.generation_tokens.Add();
    ++facts_.completion_tokens;
    if (facts_.tokens_of_choice[index]++ > 0) metrics_.inter_token_latency.Observe(SecondsBetween(last_token_[index], now));
    last_token_[index] = now;
    if (facts_.first_token_s < 0) {
      first_token_ = now;
      facts_.first_token_s = SecondsUntil(now);
      metrics_.prompt_tokens.Add(facts_.prompt_tokens);
      metrics_.time_to_first_token.Observe(facts_.first_token_s);
    }
    if (event.thinking) {
      thinking_ended_ = now;
      ++thinking_tokens_;
    }
  }
  if (event.thinking_end != ThinkingEnd::kNone) thinking_end_ = event.thinking_end;
  if (event.completion == nullptr) return;
  EndChoice(index, *event.completion);
  if (++num_ended_ == facts_.tokens_of_choice.size()) End();
}

void RequestRecord::EndChoice(size_t choice, const Completion& completion) {
  thinking_end_ = completion.thinking_end;
  facts_.choice_ended[choice] = true;
  facts_.thinking_tokens += completion.num_thinking_tokens;
  metrics_.thinking_tokens.Add(completion.num_thinking_tokens);
  // The choices of a request share the first one's prompt: its share of the cache is the request's.
  if (choice == 0 && facts_.first_token_s >= 0) {
    facts_.cached_tokens = completion.num_cached_tokens;
    metrics_.prefix_queries.Add(facts_.prompt_tokens);
    metrics_.prefix_hits.Add(completion.num_cached_tokens);
  }
  metrics_.drafted.Add(completion.num_drafted);
  metrics_.accepted.Add(completion.num_accepted);
  metrics_.verify_steps.Add(completion.num_verify_steps);
  const bool cancelled = completion.finish_reason == FinishReason::kCancelled;
  aborted_ = aborted_ || cancelled;
  const char* reason = failed_                                             ? "error"
                       : cancelled                                         ? "abort"
                       : completion.finish_reason == FinishReason::kLength ? "length"
                                                                           : "stop";
  facts_.finish_reasons.push_back(reason);
  (failed_                                             ? metrics_.ended_error
   : cancelled                                         ? metrics_.ended_abort
   : completion.finish_reason == FinishReason::kLength ? metrics_.ended_length
                                                       : metrics_.ended_stop)
      .Add();
  if (cancelled) return;
  if (completion.finish_reason == FinishReason::kLoop) metrics_.answers_looped.Add();
  if (completion.finish_reason == FinishReason::kLength && completion.thinking_end == ThinkingEnd::kUnfinished)
    metrics_.answers_empty.Add();
  metrics_.thinking_ends[static_cast<size_t>(completion.thinking_end)].Add();
  const auto tokens = static_cast<double>(facts_.tokens_of_choice[choice]);
  metrics_.request_generation_tokens.Observe(tokens);
  if (completion.thinking_end != ThinkingEnd::kNone)
    metrics_.request_thinking_tokens.Observe(static_cast<double>(completion.num_thinking_tokens));
  if (tokens > 1) metrics_.request_time_per_output_token.Observe(SecondsBetween(first_token_, last_token_[choice]) / (tokens - 1));
}

// Times of requests that were cut short would only say when.
void RequestRecord::End() {
  const Time now = std::chrono::steady_clock::now();
  facts_.phase = RequestPhase::kEnded;
  facts_.ended_s = SecondsUntil(now);
  if (aborted_ || failed_ || facts_.first_token_s < 0) return;
  metrics_.e2e_latency.Observe(facts_.ended_s);
  metrics_.queue_time.Observe(facts_.queue_s);
  metrics_.prefill_time.Observe(SecondsBetween(admitted_, first_token_));
  metrics_.decode_time.Observe(SecondsBetween(first_token_, now));
  metrics_.inference_time.Observe(SecondsBetween(admitted_, now));
  metrics_.request_prompt_tokens.Observe(static_cast<double>(facts_.prompt_tokens));
  if (thinking_ended_ != Time{}) metrics_.thinking_time.Observe(SecondsBetween(first_token_, thinking_ended_));
}

void RequestRecord::Failed() {
  std::lock_guard lock(mutex_);
  failed_ = true;
  if (facts_.phase == RequestPhase::kRunning) return;  // its choices still end, one by one
  metrics_.ended_error.Add();
  facts_.finish_reasons.push_back("error");
  facts_.phase = RequestPhase::kEnded;
  facts_.ended_s = seconds();
}

void RequestRecord::Forgotten() {
  std::lock_guard lock(mutex_);
  metrics_.ended_abort.Add(static_cast<int64_t>(facts_.tokens_of_choice.size()));
  facts_.finish_reasons.assign(facts_.tokens_of_choice.size(), "abort");
  facts_.phase = RequestPhase::kEnded;
  facts_.ended_s = seconds();
}

}  // namespace r1
