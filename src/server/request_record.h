// The life of one request, from its arrival to its last token: written down here, event by event, and counted in ServerMetrics.
// The log, /slots and the control of thinking read it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "server/metrics/server_metrics.h"

namespace r1 {

enum class RequestPhase : uint8_t { kReceived, kWaiting, kRunning, kEnded };

// Seconds count from the arrival; -1 where the request has not come so far.
struct RequestFacts {
  RequestPhase phase = RequestPhase::kReceived;
  int64_t prompt_tokens = 0, cached_tokens = 0, completion_tokens = 0;
  int64_t thinking_tokens = 0;            // of choices that ended
  std::vector<int64_t> tokens_of_choice;  // generated
  std::vector<bool> choice_ended;
  std::vector<const char*> finish_reasons;  // of choices that ended: "stop", "length", "abort", "error"
  SamplingParams sampling;
  std::vector<int32_t> prompt;  // only if it was kept
  double queue_s = -1, first_token_s = -1, ended_s = -1;
};

// What of it is over, in tokens and seconds of the server's clock. -1 where it has not come so far.
struct RequestTimings {
  int64_t prompt_tokens = 0, cached_tokens = 0, completion_tokens = 0;
  int64_t thinking_tokens = 0;  // so far, of all choices
  double queue_s = -1, prefill_s = -1;
  double decode_s = 0, thinking_s = 0;  // from the first token to the last one, and to the last one of the thinking
  ThinkingEnd thinking_end = ThinkingEnd::kNone;
};

// Thread-safe.
class RequestRecord {
 public:
  // `metrics` must outlive the record. id: of the answer, without "chatcmpl-".
  RequestRecord(ServerMetrics& metrics, std::string id);

  const std::string& id() const { return id_; }
  double seconds() const;  // since the arrival
  RequestFacts facts() const;
  RequestTimings timings() const;

  // Whose request it is (Access::Check), and the ticket it runs under; 0 if it runs under none.
  std::atomic<int> key{-1};
  std::atomic<uint64_t> ticket{0};
  // While it waits, how many requests wait that came earlier; -1 before and after that.
  std::atomic<int64_t> num_ahead{-1};

  void KeepPrompt(std::vector<int32_t> prompt);  // for a server that shows prompts

  // What happens to it, in order. Called by EngineService.
  void Queued(const Request& request);
  void Admitted();
  void Prefilled(const PromptProgress& prompt);  // before the first token
  void Token(int64_t choice, const TokenEvent& event);
  void Failed();     // the engine did
  void Forgotten();  // cancelled while it waited

 private:
  using Time = std::chrono::steady_clock::time_point;
  void EndChoice(size_t choice, const Completion& completion);
  void End();
  double SecondsUntil(Time time) const { return std::chrono::duration<double>(time - arrived_).count(); }

  ServerMetrics& metrics_;
  const std::string id_;
  const Time arrived_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  RequestFacts facts_;
  bool failed_ = false, aborted_ = false;
  int64_t thinking_tokens_ = 0;  // so far
  ThinkingEnd thinking_end_ = ThinkingEnd::kNone;
  Time queued_{}, admitted_{}, first_token_{}, thinking_ended_{};
  std::vector<Time> last_token_;  // of each choice
  size_t num_ended_ = 0;
};

}  // namespace r1
