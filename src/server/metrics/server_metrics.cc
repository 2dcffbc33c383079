#include "server/metrics/server_metrics.h"

namespace r1 {
namespace {

// The buckets of vLLM, so that its dashboards show what they were made for (vllm/v1/metrics/loggers.py).
std::vector<double> FirstTokenBounds() {
  return {0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1,  0.25, 0.5, 0.75,
          1.0,   2.5,   5.0,  7.5,  10.0, 20.0, 40.0, 80.0, 160,  640, 2560};
}
std::vector<double> TokenBounds() {
  return {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0};
}
std::vector<double> RequestBounds() {
  return {0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680};
}

}  // namespace

ServerMetrics::ServerMetrics(int64_t max_length)
    : time_to_first_token(FirstTokenBounds()),
      inter_token_latency(TokenBounds()),
      request_time_per_output_token(TokenBounds()),
      e2e_latency(RequestBounds()),
      queue_time(RequestBounds()),
      inference_time(RequestBounds()),
      prefill_time(RequestBounds()),
      decode_time(RequestBounds()),
      thinking_time(RequestBounds()),
      request_prompt_tokens(OneTwoFive(static_cast<double>(max_length))),
      request_generation_tokens(OneTwoFive(static_cast<double>(max_length))),
      request_thinking_tokens(OneTwoFive(static_cast<double>(max_length))),
      max_tokens(OneTwoFive(static_cast<double>(max_length))),
      num_choices({1, 2, 5, 10, 20}) {}

void ServerMetrics::CountResponse(int http_status) {
  std::lock_guard lock(mutex_);
  ++responses_[http_status];
}

std::map<int, int64_t> ServerMetrics::responses() const {
  std::lock_guard lock(mutex_);
  return responses_;
}

}  // namespace r1
