// Where completions come from: a model in this process, or an OpenAI-compatible endpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "eval/benchmark/completion_store.h"

namespace r1 {

// Samples that are still missing of one question.
struct WantedAnswers {
  std::string item_id;
  std::string prompt;  // the user's message
  std::vector<int64_t> samples;
};

// Called in one thread at a time, once for each completion, in any order.
using TakeCompletion = std::function<void(BenchmarkCompletion)>;

// The number that draws sample `sample` of a question: it depends on nothing else that is asked.
uint64_t SampleKey(uint64_t seed, const std::string& item_id, int64_t sample);

// `encode` makes the prompt's tokens from the user's message. Completions are a pure function of (weights, prompt, params, key),
// whatever runs beside them. Throws kCancelled when interrupted.
void AnswerByEngine(Engine& engine, const std::function<std::vector<int32_t>(const std::string&)>& encode,
                    const std::vector<WantedAnswers>& wanted, const SamplingParams& sampling, uint64_t seed,
                    const TakeCompletion& take);

struct EndpointConfig {
  std::string url;          // "https://host/v1": /chat/completions is added
  std::string api_key_env;  // the environment variable that holds the key; "": none is sent
  std::string model;
  int64_t concurrency = 8;   // requests at a time
  int64_t retries = 8;       // of one request, with waits that double from half a second to 30 s, or as Retry-After says
  int64_t timeout_s = 1800;  // of one request
};

// Thinking is read from reasoning_content (DeepSeek, vLLM, r1), reasoning (OpenRouter, Ollama), or <think> in the content. Throws
// kIo when retries are used up, kInvalidArgument for a request that the endpoint refuses, both with what it said; kCancelled when
// interrupted. What came before is kept.
void AnswerByEndpoint(const EndpointConfig& config, const std::vector<WantedAnswers>& wanted, const SamplingParams& sampling,
                      uint64_t seed, const TakeCompletion& take);

}  // namespace r1
