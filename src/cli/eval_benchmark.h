// r1 eval --benchmark: a benchmark from data to reports, in a folder that can be gone on with.
#pragma once

#include <string>
#include <vector>

#include "engine/engine_config.h"
#include "engine/sampling_params.h"
#include "eval/benchmark/answer_source.h"
#include "eval/benchmark/items.h"

namespace CLI {
class App;
}

namespace r1 {

struct BenchmarkFlags {
  std::string benchmark, data, out;
  DateRange dates;
  EndpointConfig endpoint;
  bool restart = false, unsafe_code = false;
  int64_t batch = 256;
};
void AddBenchmarkFlags(CLI::App& app, BenchmarkFlags& flags);
// Throws kInvalidArgument naming the first of these flags, --benchmark aside, that was given.
void RequireNoBenchmarkFlags(const CLI::App& app);
// Throws kInvalidArgument for a flag that would change nothing of this benchmark.
void RequireSuitableFlags(const CLI::App& app, const BenchmarkFlags& flags);

inline constexpr int64_t kHardestAsked = 4;  // of tasks that are named, unless --max-difficulty says otherwise

// What `r1 eval` has for both of its forms.
struct EvalRequest {
  std::string model, prompt_template;
  std::vector<std::string> tasks;
  int64_t questions = 0;  // 0: all, or 128 of each task
  int64_t samples = 0;    // 0: as the R1 papers
  int64_t max_difficulty = kHardestAsked;
  uint64_t seed = 1;
  bool json = false;
  int threads = 0;
  SamplingParams sampling;
  EngineConfig engine;
};
void RunBenchmark(const BenchmarkFlags& flags, EvalRequest request);

}  // namespace r1
