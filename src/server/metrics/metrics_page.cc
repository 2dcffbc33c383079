#include "server/metrics/metrics_page.h"

#include <sys/resource.h>

#include <filesystem>

#include "base/mapped_pages.h"

namespace r1 {
namespace {

using Load = EngineService::Load;

double Seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); }

void WriteEngine(PrometheusText& page, const Load& load) {
  page.Family("vllm:num_requests_running", "gauge", "Requests that the engine works on.").Sample(load.running);
  page.Family("vllm:num_requests_waiting", "gauge", "Requests in the queue.").Sample(load.waiting);
  const auto used = static_cast<double>(load.kv_blocks - load.kv_blocks_free);
  page.Family("vllm:kv_cache_usage_perc", "gauge", "Share of the KV cache that running requests hold; 1 is all of it.")
      .Sample(load.kv_blocks > 0 ? used / static_cast<double>(load.kv_blocks) : 0.0);
  page.Family("vllm:num_preemptions_total", "counter", "Sequences that gave their memory away for a while.")
      .Sample(load.engine.num_preemptions);
  page.Family("r1:kv_blocks", "gauge", "Blocks of the KV cache by what they hold; cached ones are free to be taken.")
      .Sample(load.kv_blocks - load.kv_blocks_free, {{"state", "used"}})
      .Sample(load.kv_blocks_cached, {{"state", "cached"}})
      .Sample(load.kv_blocks_free - load.kv_blocks_cached, {{"state", "empty"}});
  page.Family("r1:engine_steps_total", "counter", "Batches that the engine ran.").Sample(load.engine.num_steps);
  page.Family("r1:prefilled_tokens_total", "counter", "Prompt tokens that were computed, those of preempted sequences again.")
      .Sample(load.engine.tokens_prefilled);
  page.Family("r1:idle_prefilled_tokens_total", "counter", "Of them, those of next turns, computed while nobody asked.")
      .Sample(load.idle_tokens);
  page.Family("r1:engine_seconds_total", "counter", "Time of the engine's thread by what it did.")
      .Sample(load.engine.draft_s, {{"part", "draft"}})
      .Sample(load.engine.schedule_s, {{"part", "schedule"}})
      .Sample(load.engine.forward_s, {{"part", "forward"}})
      .Sample(load.engine.sample_s, {{"part", "sample"}})
      .Sample(load.engine.postprocess_s, {{"part", "postprocess"}});
}

void WriteTokens(PrometheusText& page, const ServerMetrics& m) {
  page.Family("vllm:prompt_tokens_total", "counter", "Prompt tokens, cached ones included: the sum of usage.prompt_tokens.")
      .Sample(m.prompt_tokens.value());
  page.Family("vllm:generation_tokens_total", "counter",
              "Generated tokens: the sum of usage.completion_tokens, and of what cancelled requests got.")
      .Sample(m.generation_tokens.value());
  page.Family("vllm:prefix_cache_queries_total", "counter", "Prompt tokens looked for in the prefix cache.")
      .Sample(m.prefix_queries.value());
  page.Family("vllm:prefix_cache_hits_total", "counter", "Prompt tokens found in it: the sum of cached_tokens.")
      .Sample(m.prefix_hits.value());
  page.Family("vllm:request_success_total", "counter", "Choices that ended, by why.")
      .Sample(m.ended_stop.value(), {{"finished_reason", "stop"}})
      .Sample(m.ended_length.value(), {{"finished_reason", "length"}})
      .Sample(m.ended_abort.value(), {{"finished_reason", "abort"}})
      .Sample(m.ended_error.value(), {{"finished_reason", "error"}});
  page.Family("vllm:spec_decode_num_drafts_total", "counter", "Times that guessed tokens were checked.")
      .Sample(m.verify_steps.value());
  page.Family("vllm:spec_decode_num_draft_tokens_total", "counter", "Tokens that were guessed and checked.")
      .Sample(m.drafted.value());
  page.Family("vllm:spec_decode_num_accepted_tokens_total", "counter", "Guessed tokens that were right.")
      .Sample(m.accepted.value());
}

void WriteTimes(PrometheusText& page, const ServerMetrics& m) {
  const auto histogram = [&page](std::string_view name, std::string_view help, const Histogram& values) {
    page.Family(name, "histogram", help).Sample(values);
  };
  histogram("vllm:time_to_first_token_seconds", "From a request's arrival to its first token.", m.time_to_first_token);
  histogram("vllm:inter_token_latency_seconds", "Between two tokens of a choice.", m.inter_token_latency);
  histogram("vllm:time_per_output_token_seconds", "The same, under its older name.", m.inter_token_latency);
  histogram("vllm:request_time_per_output_token_seconds", "Between two tokens, the mean of a choice.",
            m.request_time_per_output_token);
  histogram("vllm:e2e_request_latency_seconds", "From arrival to last token, of requests that were not cut short.", m.e2e_latency);
  histogram("vllm:request_queue_time_seconds", "In the queue.", m.queue_time);
  histogram("vllm:request_prefill_time_seconds", "From the queue's end to the first token.", m.prefill_time);
  histogram("vllm:request_decode_time_seconds", "From the first token to the last.", m.decode_time);
  histogram("vllm:request_inference_time_seconds", "From the queue's end to the last token.", m.inference_time);
  histogram("vllm:request_prompt_tokens", "Prompt tokens of a request.", m.request_prompt_tokens);
  histogram("vllm:request_generation_tokens", "Generated tokens of a choice.", m.request_generation_tokens);
  histogram("vllm:request_params_max_tokens", "The max_tokens that were asked for.", m.max_tokens);
  histogram("vllm:request_params_n", "The n that were asked for.", m.num_choices);
}

void WriteThinking(PrometheusText& page, const ServerMetrics& m) {
  page.Family("r1:thinking_tokens_total", "counter", "Generated tokens that were thinking: the sum of reasoning_tokens.")
      .Sample(m.thinking_tokens.value());
  page.Family("r1:thinking_ends_total", "counter",
              "How the thinking of choices ended: none (there was none), natural, unfinished (out of tokens), or closed for the "
              "model: budget, reserve (room for the answer), loop, requested.");
  for (size_t i = 0; i < m.thinking_ends.size(); ++i)
    page.Sample(m.thinking_ends[i].value(), {{"how", ThinkingEndName(static_cast<ThinkingEnd>(i))}});
  page.Family("r1:thinking_seconds", "histogram", "From the first token to the last of the thinking.").Sample(m.thinking_time);
  page.Family("r1:request_thinking_tokens", "histogram", "Thinking tokens of a choice that thought.")
      .Sample(m.request_thinking_tokens);
  page.Family("r1:answers_empty_total", "counter", "Choices that ran out of tokens while they thought.")
      .Sample(m.answers_empty.value());
  page.Family("r1:answers_looped_total", "counter", "Answers that repeated themselves and were ended.")
      .Sample(m.answers_looped.value());
}

void WriteServer(PrometheusText& page, const ServerContext& context) {
  const ServerMetrics& m = context.metrics;
  page.Family("r1:http_responses_total", "counter", "Answers by HTTP status; 0: the client left before there was any.");
  for (const auto& [status, count] : m.responses()) page.Sample(count, {{"status", std::to_string(status)}});
  page.Family("r1:clients_gone_total", "counter", "Requests whose client left before the answer was whole.")
      .Sample(m.clients_gone.value());
  page.Family("r1:replays_total", "counter", "Receipts that were replayed, by whether every bit was equal.")
      .Sample(m.replays_equal.value(), {{"result", "equal"}})
      .Sample(m.replays_different.value(), {{"result", "different"}});
  page.Family("r1:draining", "gauge", "1 while the server finishes its last answers.").Sample(int64_t{context.draining});
}

void WriteProcess(PrometheusText& page, int64_t started_at) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  page.Family("process_start_time_seconds", "gauge", "Seconds since 1970.").Sample(started_at);
  page.Family("process_cpu_seconds_total", "counter", "Processor time.").Sample(Seconds(usage.ru_utime) + Seconds(usage.ru_stime));
  page.Family("process_resident_memory_bytes", "gauge", "Memory, mapped files included.")
      .Sample(static_cast<int64_t>(ResidentMemoryBytes()));
  std::error_code error;
  int64_t open = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end; it.increment(error)) ++open;
  page.Family("process_open_fds", "gauge", "Open files and connections.").Sample(open);
}

}  // namespace

std::string MetricsPage(const ServerContext& context) {
  PrometheusText page({{"model_name", context.served.name}, {"engine", "0"}});
  WriteEngine(page, context.service.load());
  WriteTokens(page, context.metrics);
  WriteTimes(page, context.metrics);
  WriteThinking(page, context.metrics);
  WriteServer(page, context);
  WriteProcess(page, context.started_at);
  return page.text();
}

}  // namespace r1
