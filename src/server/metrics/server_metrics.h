// What the server counts about requests: the source of /metrics. RequestRecord adds to it.
//
// Tokens are counted as clients are told in `usage`: prompt tokens once a request, with its first token; completion tokens of all
// choices, those of cancelled requests included.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>

#include "engine/completion.h"
#include "server/metrics/prometheus.h"

namespace r1 {

struct ServerMetrics {
  explicit ServerMetrics(int64_t max_length);  // of the engine, for buckets of token counts

  Counter prompt_tokens, generation_tokens, thinking_tokens;
  Counter prefix_queries, prefix_hits;  // tokens of prompts, and those of them found in the cache
  // Why choices ended, in OpenAI's words and vLLM's.
  Counter ended_stop, ended_length, ended_abort, ended_error;
  Counter answers_looped;                   // ended by the loop guard
  Counter answers_empty;                    // out of tokens before the answer began
  std::array<Counter, 7> thinking_ends;     // by ThinkingEnd
  Counter drafted, accepted, verify_steps;  // speculation, of requests that ended
  Counter clients_gone;                     // requests whose client left before the answer was whole
  Counter replays_equal, replays_different;

  Histogram time_to_first_token, inter_token_latency, request_time_per_output_token;
  Histogram e2e_latency, queue_time, inference_time, prefill_time, decode_time, thinking_time;
  Histogram request_prompt_tokens, request_generation_tokens, request_thinking_tokens;
  Histogram max_tokens, num_choices;

  void CountResponse(int http_status);
  std::map<int, int64_t> responses() const;  // by HTTP status

 private:
  mutable std::mutex mutex_;
  std::map<int, int64_t> responses_;
};

}  // namespace r1
