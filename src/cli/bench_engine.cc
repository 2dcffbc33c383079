#include "cli/bench_engine.h"

#include <algorithm>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/median.h"
#include "base/rng.h"
#include "engine/engine.h"
#include "kernels/bandwidth_bench.h"
#include "kernels/gemm_bench.h"

namespace r1 {
namespace {

constexpr double kProbe = 20e-3;
constexpr int64_t kProbeBytes = int64_t{256} << 20;
constexpr double kMostSeconds = 4;            // of one row, once it has a sample
constexpr int64_t kSmallModel = 100'000'000;  // parameters
constexpr int64_t kSmallPrefillBatch = 16;

// Writes the same `period` tokens again and again.
class Repeat : public LogitsProcessor {
 public:
  Repeat(int64_t period, int64_t vocab) : period_(period), vocab_(vocab) {}
  void Process(std::span<float> logits) override {
    logits[RandomBits(7, static_cast<uint64_t>(next_ % period_)) % static_cast<uint64_t>(vocab_)] = 1000;
  }
  void Accept(int32_t) override { ++next_; }

 private:
  int64_t period_, vocab_, next_ = 0;
};

struct Timing {
  double first_token_s;  // until every sequence has its first token
  double rest_s;         // all further tokens
  EngineStats stats;
};

// repeats: the completions repeat a piece of so many tokens; 0: they are sampled from the model.
Timing RunBatch(Engine& engine, int64_t vocab, int64_t batch, int64_t prompt_tokens, int64_t completion_tokens, uint64_t seed,
                int64_t repeats = 0) {
  std::vector<SequenceId> ids;
  const double start = SteadySeconds();
  for (int64_t i = 0; i < batch; ++i) {
    Request request;
    for (int64_t t = 0; t < prompt_tokens; ++t)
      request.prompt.push_back(static_cast<int32_t>(RandomBits(RngKey({seed, static_cast<uint64_t>(i)}), static_cast<uint64_t>(t)) %
                                                    static_cast<uint64_t>(vocab)));
    request.params.max_tokens = completion_tokens;
    request.params.ignore_eos = true;
    request.params.seed = static_cast<uint64_t>(i);
    if (repeats > 0)
      request.make_logits_processors = [=] {
        return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<Repeat>(repeats, vocab)};
      };
    ids.push_back(engine.Submit(request));
  }
  engine.ResetStats();
  // Sequences start together where their prompts fit one step; otherwise the first ones are ahead by then, and those tokens do not
  // count.
  while (engine.stats().tokens_prefilled < batch * prompt_tokens) engine.Step();
  const double first = SteadySeconds();
  while (engine.HasWork()) engine.Step();
  const double end = SteadySeconds();
  for (SequenceId id : ids) engine.Take(id);
  return {first - start, end - first, engine.stats()};
}

struct Row {
  enum class Kind : uint8_t { kPrefill, kDecode, kSpeculation };
  Kind kind;
  std::string name;
  int64_t batch = 1, prompt_tokens = 0, completion_tokens = 1, repeats = 0;
  bool small_models_only = false;
};

// All rows, in the order in which they are measured, with prompts and completions that a model has room for.
std::vector<Row> Rows(int64_t prompt_tokens, int64_t completion_tokens, bool small) {
  const int64_t short_prompt = std::min<int64_t>(16, prompt_tokens);  // decoding is what is measured
  std::vector<Row> rows = {{Row::Kind::kPrefill, "first token", 1, short_prompt},
                           {Row::Kind::kPrefill, "prefill", small ? kSmallPrefillBatch : 1, prompt_tokens}};
  for (int64_t batch : {1, 4, 16, 32, 64, 512})
    rows.push_back({Row::Kind::kDecode, StrCat("decode, batch ", batch), batch, short_prompt, completion_tokens, 0, batch > 32});
  for (int64_t repeats : {std::max<int64_t>(1, completion_tokens / 6), int64_t{0}})
    rows.push_back({Row::Kind::kSpeculation, repeats > 0 ? "batch 1, repeating text" : "batch 1, random text", 1, short_prompt,
                    completion_tokens, repeats});
  return rows;
}

bool Wanted(const std::string& only, const Row& row) { return row.name.find(only) != std::string::npos; }

// One sequence with and without guesses, in turns: a neighbour on the machine slows both.
void BenchSpeculation(Runtime& runtime, const Model& model, int samples, const Row& row,
                      const std::function<void(const EngineBenchResult&)>& done) {
  const int64_t vocab = model.config().vocab_size;
  EngineConfig config;
  config.max_num_seqs = 1;
  config.enable_prefix_cache = false;
  Engine plain(runtime, model, config);
  config.speculation = Speculation::kNgram;
  Engine guessing(runtime, model, config);
  struct Side {
    Engine& engine;
    const char* name;
    std::vector<double> seconds;
    int64_t drafted = 0, accepted = 0;
  };
  Side sides[] = {{plain, "no guesses", {}}, {guessing, "guesses", {}}};
  for (Side& side : sides) RunBatch(side.engine, vocab, 1, row.prompt_tokens, row.completion_tokens, 0, row.repeats);
  for (int i = 0; i < 3 * samples; ++i) {
    for (Side& side : sides) {
      const Timing timing =
          RunBatch(side.engine, vocab, 1, row.prompt_tokens, row.completion_tokens, static_cast<uint64_t>(i) + 1, row.repeats);
      side.seconds.push_back(timing.rest_s);
      side.drafted += timing.stats.tokens_drafted;
      side.accepted += timing.stats.tokens_accepted;
    }
  }
  for (const Side& side : sides) {
    EngineBenchResult result;
    result.name = StrCat(row.name, ", ", side.name);
    result.batch = 1;
    result.seconds = Median(side.seconds);
    result.tokens_per_s = static_cast<double>(row.completion_tokens - 1) / result.seconds;
    if (side.drafted > 0) result.accepted = static_cast<double>(side.accepted) / static_cast<double>(side.drafted);
    done(result);
  }
}

}  // namespace

void RequireEngineBenchRow(const std::string& only) {
  const std::vector<Row> rows = Rows(1, 2, true);
  Require(std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return Wanted(only, row); }),
          "bench engine: no row is named like \"", only, "\"");
}

ModelWork WorkOf(const Model& model) {
  ModelWork work;
  double all = 0, quantized = 0, bf16 = 0;
  for (const auto& p : model.parameters().all()) {
    if (p->shape.rank() < 2 || !p->uses.product) continue;
    const auto elements = static_cast<double>(p->shape.numel());
    const double bytes =
        p->stored ? static_cast<double>(p->stored->packed_bytes()) : (p->gemm_type == GemmType::kBF16 ? 2 : 4) * elements;
    work.operations_per_token += 2 * elements;
    work.weight_bytes_per_step += bytes;
    all += elements;
    if (bytes < 1.6 * elements)
      quantized += elements;
    else if (p->stored ? bytes < 3 * elements : p->gemm_type == GemmType::kBF16)
      bf16 += elements;
  }
  work.int8 = quantized > all / 2;
  work.type = bf16 > (all - quantized) / 2 ? GemmType::kBF16 : GemmType::kF32;
  return work;
}

namespace {

// Prefill or decoding of a batch, beside what the machine can do at the same moment.
class BatchBench {
 public:
  BatchBench(Runtime& runtime, const Model& model, const EngineBenchOptions& options)
      : runtime_(runtime), model_(model), options_(options), work_(WorkOf(model)), reading_(runtime.pool, kProbeBytes) {}

  EngineBenchResult Measure(const Row& row) {
    const bool decode = row.kind == Row::Kind::kDecode;
    const int64_t batch = row.batch, vocab = model_.config().vocab_size;
    EngineConfig config;
    config.max_num_seqs = batch;
    config.kv_bytes = options_.kv_bytes;
    // All prompts of a decoding batch in one step, so that all sequences decode together.
    config.max_num_batched_tokens = std::max<int64_t>(4096, decode ? batch * row.prompt_tokens : 0);
    config.num_blocks = batch * KvBlocks(row.prompt_tokens + row.completion_tokens + 1);
    config.enable_prefix_cache = false;
    Engine engine(runtime_, model_, config);
    RunBatch(engine, vocab, batch, row.prompt_tokens, std::min<int64_t>(row.completion_tokens, 4), 0);  // memory, packed weights
    std::vector<double> seconds, compute, bandwidth;
    const double tokens = static_cast<double>(decode ? batch * (row.completion_tokens - 1) : batch * row.prompt_tokens);
    const double steps = static_cast<double>(decode ? row.completion_tokens - 1 : 1);
    const double start = SteadySeconds();
    for (int i = 0; i < options_.samples && (i == 0 || SteadySeconds() - start < kMostSeconds); ++i) {
      const double ceiling = 1e9 * (work_.int8 ? Int8Ceiling(runtime_.kernels, runtime_.pool, kProbe)
                                               : GemmCeiling(runtime_.kernels, runtime_.pool, work_.type, kProbe));
      const double rate = 1e9 * reading_.Measure(kProbe);
      const Timing timing = RunBatch(engine, vocab, batch, row.prompt_tokens, row.completion_tokens, static_cast<uint64_t>(i) + 1);
      seconds.push_back(decode ? timing.rest_s : timing.first_token_s);
      compute.push_back(work_.operations_per_token * tokens / seconds.back() / ceiling);
      bandwidth.push_back(work_.weight_bytes_per_step * steps / seconds.back() / rate);
    }
    const double median = Median(seconds);
    return {.name = row.name,
            .batch = batch,
            .seconds = median,
            .tokens_per_s = tokens / median,
            .compute_fraction = Median(compute),
            .bandwidth_fraction = Median(bandwidth)};
  }

 private:
  Runtime& runtime_;
  const Model& model_;
  const EngineBenchOptions& options_;
  ModelWork work_;
  BandwidthProbe reading_;
};

}  // namespace

void BenchEngine(Runtime& runtime, const Model& model, const EngineBenchOptions& options,
                 const std::function<void(const EngineBenchResult&)>& done) {
  const ModelConfig& config = model.config();
  Require(options.samples > 0 && options.prompt_tokens > 0 && options.completion_tokens > 1,
          "bench engine: samples, prompt and completion must be positive");
  const int64_t prompt = std::min(options.prompt_tokens, config.max_position_embeddings - options.completion_tokens);
  Require(prompt > 0, "bench engine: ", options.completion_tokens, " tokens do not fit the model's context of ",
          config.max_position_embeddings);
  const bool small = model.parameters().numel() < kSmallModel;
  BatchBench batches(runtime, model, options);
  bool found = false;
  for (const Row& row : Rows(prompt, options.completion_tokens, small)) {
    if (!Wanted(options.only, row) || (row.small_models_only && !small)) continue;
    found = true;
    if (row.kind == Row::Kind::kSpeculation)
      BenchSpeculation(runtime, model, options.samples, row, done);
    else
      done(batches.Measure(row));
  }
  Require(found, "bench engine: this model is too large for the row \"", options.only, "\"");
}

}  // namespace r1
