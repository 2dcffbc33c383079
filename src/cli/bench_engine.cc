#include "cli/bench_engine.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "kernels/gemm_bench.h"

namespace r1 {
namespace {

constexpr double kProbe = 5e-3;
constexpr int64_t kPrefillBatch = 16;

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<int64_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

struct Timing {
  double first_token_s;  // until every sequence has its first token
  double rest_s;         // all further tokens
};

Timing RunBatch(Engine& engine, int64_t vocab, int64_t batch, int64_t prompt_tokens, int64_t completion_tokens, uint64_t seed) {
  std::vector<SequenceId> ids;
  const double start = Now();
  for (int64_t i = 0; i < batch; ++i) {
    Request request;
    for (int64_t t = 0; t < prompt_tokens; ++t)
      request.prompt.push_back(static_cast<int32_t>(RandomBits(RngKey({seed, static_cast<uint64_t>(i)}), static_cast<uint64_t>(t)) %
                                                    static_cast<uint64_t>(vocab)));
    request.params.max_tokens = completion_tokens;
    request.params.ignore_eos = true;
    request.params.seed = static_cast<uint64_t>(i);
    ids.push_back(engine.Submit(request));
  }
  engine.ResetStats();
  // Sequences start together where their prompts fit one step; otherwise the first ones are ahead by then, and those tokens do not
  // count.
  while (engine.stats().tokens_prefilled < batch * prompt_tokens) engine.Step();
  const double first = Now();
  while (engine.HasWork()) engine.Step();
  const double end = Now();
  for (SequenceId id : ids) engine.Take(id);
  return {first - start, end - first};
}

}  // namespace

void BenchEngine(Runtime& runtime, const Model& model, const EngineBenchOptions& options,
                 const std::function<void(const EngineBenchResult&)>& done) {
  const ModelConfig& config = model.config();
  Require(options.samples > 0 && options.prompt_tokens > 0 && options.completion_tokens > 1,
          "bench engine: samples, prompt and completion must be positive");
  Require(options.prompt_tokens + options.completion_tokens <= config.max_position_embeddings,
          "bench engine: ", options.prompt_tokens, " + ", options.completion_tokens, " tokens do not fit the model's context of ",
          config.max_position_embeddings);
  const double flops = 2.0 * static_cast<double>(config.NumParameters());  // a token
  const auto measure = [&](const std::string& name, int64_t batch, int64_t prompt_tokens, int64_t completion_tokens, bool decode) {
    EngineConfig engine_config;
    engine_config.max_num_seqs = batch;
    engine_config.kv_bytes = options.kv_bytes;
    // All prompts of a decoding batch in one step, so that all sequences decode together.
    engine_config.max_num_batched_tokens = std::max<int64_t>(4096, decode ? batch * prompt_tokens : 0);
    engine_config.enable_prefix_cache = false;
    Engine engine(runtime, model, engine_config);
    RunBatch(engine, config.vocab_size, batch, prompt_tokens, std::min<int64_t>(completion_tokens, 4),
             0);  // memory and packed weights
    std::vector<double> seconds, fractions;
    const double tokens = static_cast<double>(decode ? batch * (completion_tokens - 1) : batch * prompt_tokens);
    for (int i = 0; i < options.samples; ++i) {
      const double ceiling = 1e9 * GemmCeiling(runtime.kernels, runtime.pool, config.gemm_type, kProbe);
      const Timing timing =
          RunBatch(engine, config.vocab_size, batch, prompt_tokens, completion_tokens, static_cast<uint64_t>(i) + 1);
      seconds.push_back(decode ? timing.rest_s : timing.first_token_s);
      fractions.push_back(flops * tokens / seconds.back() / ceiling);
    }
    const double median = Median(seconds);
    done({name, batch, median, tokens / median, Median(fractions)});
  };
  measure("first token", 1, options.prompt_tokens, 1, false);
  measure("prefill", kPrefillBatch, options.prompt_tokens, 1, false);
  // Short prompts: decoding is what is measured.
  for (int64_t batch : {1, 4, 16, 64, 512})
    measure(StrCat("decode, batch ", batch), batch, std::min<int64_t>(16, options.prompt_tokens), options.completion_tokens, true);
}

}  // namespace r1
