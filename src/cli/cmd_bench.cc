// r1 bench ops|engine|train|text|judge: speed as a fraction of what this machine can do, both measured in the same run and
// interleaved, so that a figure means the same on a busy machine, a slow one and a fast one. Medians throughout.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/format.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "base/mapped_pages.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/bench_engine.h"
#include "cli/bench_judge.h"
#include "cli/bench_text.h"
#include "cli/bench_train.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/model_session.h"
#include "kernels/bandwidth_bench.h"
#include "kernels/gemm_bench.h"
#include "kernels/hand_over_bench.h"
#include "kernels/quant_bench.h"
#include "model/inference_load.h"
#include "model/load.h"
#include "model/registry.h"
#include "ops/attention_bench.h"
#include "ops/op_bench.h"
#include "recipe/model_folder.h"
#include "recipe/recipe.h"

namespace r1 {
namespace {

struct BenchFlags {
  std::string what, model, file, only;
  bool json = false, quick = false;
  int threads = 0;
  int64_t vocab_size = 0;  // 0: 512 for the engine, 256 for training
  ModelRecipe shape;
  EngineConfig engine;
  TrainBenchOptions train;
};

std::string Milliseconds(double seconds) { return seconds < 1 ? Format("%.3f ms", 1e3 * seconds) : Format("%.3f s", seconds); }
std::string Percent(double fraction) { return Format("%.1f%%", 100 * fraction); }

// A table for people that fills as results come, or one JSON object at the end.
class Report {
 public:
  Report(const BenchFlags& flags, const Runtime& runtime)
      : json_mode_(flags.json), some_rows_only_(!flags.only.empty()), out_(Terminal::Stdout()) {
    json_.BeginObject()
        .Field("bench", flags.what)
        .Field("isa", runtime.kernels.isa)
        .Field("threads", runtime.pool.num_threads())
        .Field("quick", flags.quick);
    heading_ = StrCat(runtime.kernels.isa, " kernels, ", runtime.pool.num_threads(),
                      runtime.pool.num_threads() == 1 ? " thread\n" : " threads\n");
  }
  // Rows until the next Section are its objects. Where few rows are wanted, a title comes with the first of them.
  void Section(const char* key, const std::string& title) {
    if (in_section_) json_.EndArray();
    in_section_ = true;
    json_.Key(key).BeginArray();
    title_ = "\n" + out_.Bold(title) + "\n";
    if (!some_rows_only_) WriteTitle();
  }
  void Row(const std::vector<std::string>& cells, const std::function<void(JsonWriter&)>& fields) {
    ThrowIfInterrupted();
    json_.BeginObject();
    fields(json_);
    json_.EndObject();
    if (json_mode_) return;
    WriteTitle();
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i)
      line += i == 0 ? Format("  %-38s", cells[i].c_str()) : Format(" %15s", cells[i].c_str());
    out_.Write(line + "\n");
  }
  void Finish() {
    if (in_section_) json_.EndArray();
    json_.EndObject();
    if (json_mode_) std::cout << json_.text() << "\n";
  }

 private:
  void WriteTitle() {
    if (!json_mode_) out_.Write(std::exchange(heading_, "") + std::exchange(title_, ""));
  }

  bool json_mode_, some_rows_only_, in_section_ = false;
  std::string heading_, title_;  // until they are written
  Terminal out_;
  JsonWriter json_;
};

void ShowCeilings(Report& report, Runtime& runtime, double seconds) {
  report.Section("ceilings", "what this machine can do, without and with memory");
  const int most = runtime.pool.num_threads();
  for (int threads : most == 1 ? std::vector<int>{1} : std::vector<int>{1, most}) {
    ThreadPool pool(threads);
    const auto row = [&](const char* name, double rate, const char* unit) {
      report.Row({StrCat(name, ", ", threads, threads == 1 ? " thread" : " threads"), Format("%.1f %s", rate, unit)},
                 [&](JsonWriter& j) { j.Field("name", name).Field("threads", threads).Field("rate", rate).Field("unit", unit); });
    };
    row("f32 multiply-add", GemmCeiling(runtime.kernels, pool, GemmType::kF32, seconds), "GFLOP/s");
    row("8-bit multiply-add", Int8Ceiling(runtime.kernels, pool, seconds), "Gop/s");
    row("bf16 multiply-add", GemmCeiling(runtime.kernels, pool, GemmType::kBF16, seconds), "GFLOP/s");
    row("read, 512 KB a thread", BandwidthProbe(pool, threads * (int64_t{512} << 10)).Measure(seconds), "GB/s");
    row("read, 256 MB", BandwidthProbe(pool, int64_t{256} << 20).Measure(seconds), "GB/s");
    if (threads > 1) row("a word to the others and back", HandOverSeconds(threads, seconds) * 1e9, "ns");
  }
}

void BenchOpsCommand(const BenchFlags& flags) {
  Runtime runtime(flags.threads);
  Report report(flags, runtime);
  if (flags.only.empty()) ShowCeilings(report, runtime, flags.quick ? 0.05 : 0.3);
  report.Section("gemm",
                 "matrix products: tokens x in -> out, GFLOP/s, share of the multiply-add ceiling (median, and without neighbours: "
                 "90th percentile); up to 64 tokens: share of only reading the weights.\nOperands of bf16 products are bf16, those "
                 "of dW rounded inside; "
                 "16 and 64 tokens of D=128 as the engine decodes small models, every thread its own");
  const auto wanted = [&](const std::string& name) { return name.find(flags.only) != std::string::npos; };
  bool found = false;
  for (const GemmCase& gemm : StandardGemmCases()) {
    const char* type = gemm.type == GemmType::kF32 ? "f32" : "bf16";
    const std::string name = StrCat(gemm.name, " ", GemmFormName(gemm.form), " ", type);
    if (!wanted(name)) continue;
    found = true;
    const GemmResult r = BenchGemm(runtime.kernels, runtime.pool, std::span(&gemm, 1), flags.quick ? 0.02 : 0.3).front();
    const double flops =
        2.0 * static_cast<double>(gemm.tokens) * static_cast<double>(gemm.in_features) * static_cast<double>(gemm.out_features);
    report.Row({name,
                Format("%lldx%lld->%lld", static_cast<long long>(gemm.tokens), static_cast<long long>(gemm.in_features),
                       static_cast<long long>(gemm.out_features)),
                Milliseconds(flops / r.gflops * 1e-9), Format("%.1f GFLOP/s", r.gflops), Percent(r.fraction), Percent(r.quiet),
                gemm.tokens <= 64 ? Percent(r.reading) : ""},
               [&](JsonWriter& j) {
                 j.Field("name", gemm.name).Field("form", GemmFormName(gemm.form)).Field("type", type).Field("tokens", gemm.tokens);
                 j.Field("in", gemm.in_features)
                     .Field("out", gemm.out_features)
                     .Field("seconds", flops / r.gflops * 1e-9)
                     .Field("gflops", r.gflops);
                 j.Field("ceiling", r.ceiling).Field("fraction", r.fraction).Field("quiet", r.quiet);
                 if (r.reading > 0) j.Field("gbytes_s", r.gbytes_s).Field("reading", r.reading);
               });
  }
  report.Section("quantized", "products with quantized weights from memory: share of the 8-bit ceiling, share of reading 256 MB");
  for (const QuantCase& test : StandardQuantCases()) {
    const std::string name = StrCat(test.Name(), " ", test.tokens, "x", test.in_features, "->", test.out_features);
    if (!wanted(name)) continue;
    found = true;
    const QuantResult r = BenchQuant(runtime.kernels, runtime.pool, test, flags.quick ? 0.02 : 0.3);
    report.Row(
        {name, Milliseconds(r.seconds), Format("%.1f Gop/s", r.gops), Percent(r.compute_fraction), Format("%.1f GB/s", r.gbytes_s),
         Percent(r.bandwidth_fraction)},
        [&](JsonWriter& j) {
          j.Field("type", test.Name()).Field("tokens", test.tokens).Field("in", test.in_features).Field("out", test.out_features);
          j.Field("seconds", r.seconds).Field("gops", r.gops).Field("fraction", r.compute_fraction);
          j.Field("gbytes_s", r.gbytes_s).Field("bandwidth_fraction", r.bandwidth_fraction);
        });
  }
  report.Section("ops", "ops: time of a call, rate, share of the ceiling (multiply-adds, or reading as many bytes)");
  ops::BenchOps(runtime, flags.quick ? 0.03 : 0.3, wanted, [&](const ops::OpResult& r) {
    found = true;
    const std::string rate = r.gflops > 0     ? Format("%.1f GFLOP/s", r.gflops)
                             : r.gbytes_s > 0 ? Format("%.1f GB/s", r.gbytes_s)
                                              : "";
    report.Row(
        {r.name, r.backward ? "backward" : "forward", Milliseconds(r.seconds), rate, r.fraction > 0 ? Percent(r.fraction) : ""},
        [&](JsonWriter& j) {
          j.Field("name", r.name).Field("pass", r.backward ? "backward" : "forward").Field("seconds", r.seconds);
          j.Field("gflops", r.gflops).Field("gbytes_s", r.gbytes_s).Field("fraction", r.fraction);
        });
  });
  report.Section(
      "attention",
      "attention of one layer over a cache: time, FLOP/s and share of the multiply-adds, bytes/s and share of reading as many");
  for (const ops::AttentionBenchCase& c : ops::StandardAttentionCases()) {
    if (flags.only.empty() ? c.type != KvType::kBF16 : !wanted(c.Name())) continue;
    found = true;
    const ops::AttentionBenchResult r = ops::BenchAttention(runtime, c, flags.quick ? 0.02 : 0.3);
    report.Row({c.Name(), Milliseconds(r.seconds), Format("%.1f GFLOP/s", r.gflops), Percent(r.of_flops),
                Format("%.1f GB/s", r.gbytes_s), Percent(r.of_bandwidth)},
               [&](JsonWriter& j) {
                 j.Field("name", c.Name()).Field("seconds", r.seconds).Field("gflops", r.gflops).Field("gbytes_s", r.gbytes_s);
                 j.Field("of_flops", r.of_flops).Field("of_bandwidth", r.of_bandwidth);
               });
  }
  Require(found, "bench ops: no row is named like \"", flags.only, "\"");
  report.Finish();
}

void ShowBytes(Report& report, const char* title, const char* name, uint64_t bytes) {
  report.Row({title, Format("%.1f MB", static_cast<double>(bytes) / 1e6)},
             [&](JsonWriter& j) { j.Field("name", name).Field("bytes", static_cast<int64_t>(bytes)); });
}

void BenchEngineCommand(const BenchFlags& flags) {
  RequireEngineBenchRow(flags.only);
  Runtime runtime(flags.threads);
  const std::string path = FindGgufFile(flags.model).empty() && !flags.model.empty() ? FindModelFolder(flags.model) : flags.model;
  const auto start = std::chrono::steady_clock::now();
  std::unique_ptr<Model> model;
  if (flags.model.empty()) {
    model = NewModel(flags.shape.ToModelConfig(flags.vocab_size ? flags.vocab_size : 512), 1, runtime.allocator, &runtime.pool);
    model->SetKvType(flags.engine.KvTypeOr(KvType::kF32));
  } else {
    model = LoadModelForInference(path, runtime, InferenceOptionsOf(flags.engine, path));
  }
  const double load_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  Report report(flags, runtime);
  ShowCeilings(report, runtime, flags.quick ? 0.05 : 0.2);
  EngineBenchOptions options;
  options.kv_bytes = flags.engine.kv_bytes;
  if (flags.quick) options.samples = 3;
  options.completion_tokens = flags.train.completion_tokens;
  options.only = flags.only;
  const ModelWork work = WorkOf(*model);
  report.Section("engine", StrCat(flags.model.empty() ? "random weights" : flags.model, ", ",
                                  FormatQuantity(static_cast<double>(model->parameters().numel())), " parameters, ",
                                  FormatQuantity(work.weight_bytes_per_step), "B of weights read in a step, keys and values in ",
                                  KvTypeName(model->config().kv_type), ": time, tokens per second, share of the ",
                                  work.int8 ? "8-bit" : GemmTypeName(work.type), " ceiling, share of reading 256 MB"));
  report.Row({flags.model.empty() ? "make" : "load", Milliseconds(load_s)},
             [&](JsonWriter& j) { j.Field("name", "load").Field("seconds", load_s); });
  BenchEngine(runtime, *model, options, [&](const EngineBenchResult& r) {
    const bool measured = r.compute_fraction > 0;
    report.Row({r.name, Milliseconds(r.seconds), FormatQuantity(r.tokens_per_s) + " tok/s",
                measured          ? Percent(r.compute_fraction)
                : r.accepted >= 0 ? Percent(r.accepted) + " right"
                                  : "",
                measured ? Percent(r.bandwidth_fraction) : ""},
               [&](JsonWriter& j) {
                 j.Field("name", r.name)
                     .Field("batch", r.batch)
                     .Field("seconds", r.seconds)
                     .Field("tokens_per_s", r.tokens_per_s)
                     .Field("fraction", r.compute_fraction)
                     .Field("bandwidth_fraction", r.bandwidth_fraction);
                 if (r.accepted >= 0) j.Field("accepted", r.accepted);
               });
  });
  ShowBytes(report, "memory resident at the end", "memory_resident", ResidentMemoryBytes());
  report.Finish();
}

void ShowMemory(Report& report, const char* key, const MemoryPlan& plan, int64_t peak_bytes) {
  report.Row({StrCat(key, ": memory planned"), Format("%.1f MB", static_cast<double>(plan.Total()) / 1e6)},
             [&](JsonWriter& j) { j.Field("name", StrCat(key, "/memory_planned")).Field("bytes", plan.Total()); });
  report.Row({StrCat(key, ": allocator's peak"), Format("%.1f MB", static_cast<double>(peak_bytes) / 1e6),
              Percent(static_cast<double>(peak_bytes) / static_cast<double>(plan.Total())) + " of it"},
             [&](JsonWriter& j) { j.Field("name", StrCat(key, "/memory_peak")).Field("bytes", peak_bytes); });
}

void BenchTrainCommand(const BenchFlags& flags) {
  Require(flags.model.empty(), "bench train: starts from random weights; give the shape by flags, not a model folder");
  const ModelConfig config = flags.shape.ToModelConfig(flags.vocab_size ? flags.vocab_size : 256);
  TrainBenchOptions options = flags.train;
  if (flags.quick) options.steps = 6, options.grpo_steps = 1;
  Runtime runtime(flags.threads);
  Report report(flags, runtime);
  report.Section("pretrain", StrCat("pre-training, ", FormatQuantity(static_cast<double>(config.NumParameters())), " parameters, ",
                                    options.tokens_per_step, " tokens a step in documents of ", options.document_tokens,
                                    ", products in ", GemmTypeName(config.gemm_type)));
  const PretrainBenchResult r = BenchPretrain(runtime, config, options);
  report.Row({"step", Milliseconds(r.step_s), FormatQuantity(r.tokens_per_s) + " tok/s", Percent(r.fraction) + " of f32"},
             [&](JsonWriter& j) {
               j.Field("name", "pretrain")
                   .Field("compute_dtype", GemmTypeName(config.gemm_type))
                   .Field("seconds", r.step_s)
                   .Field("tokens_per_s", r.tokens_per_s)
                   .Field("ceiling_gflops", r.ceiling)
                   .Field("fraction", r.fraction);
             });
  report.Row({"f32 multiply-adds, between the steps", Format("%.1f GFLOP/s", r.ceiling)},
             [&](JsonWriter& j) { j.Field("name", "ceiling").Field("gflops", r.ceiling); });
  ShowMemory(report, "pretrain", r.plan, r.peak_bytes);

  // A runtime of its own: what the other used is no part of this one's memory, nor of the process's.
  runtime.allocator->ReleaseCached();
  Runtime grpo_runtime(flags.threads);
  report.Section("grpo", StrCat("one GRPO step: ", options.prompts, " questions x ", options.group_size, " completions of ",
                                options.completion_tokens, " tokens, products in ", GemmTypeName(config.gemm_type)));
  const GrpoBenchResult g = BenchGrpo(grpo_runtime, config, options);
  struct Phase {
    const char *key, *name;
  };
  const double step_s = g.metrics.Get("time/step_s");
  for (const Phase& phase : {Phase{"rollout", "rollout"},
                             {"reward", "reward"},
                             {"forward", "update: forward"},
                             {"backward", "update: backward"},
                             {"optimizer", "update: optimizer"},
                             {"step", "whole step"}}) {
    const double seconds = g.metrics.Get(StrCat("time/", phase.key, "_s"));
    const double rate = static_cast<double>(g.completion_tokens) / std::max(1e-9, seconds);
    report.Row({phase.name, Milliseconds(seconds), FormatQuantity(rate) + " tok/s", Percent(seconds / step_s)}, [&](JsonWriter& j) {
      j.Field("name", phase.key).Field("seconds", seconds).Field("tokens_per_s", rate).Field("share", seconds / step_s);
    });
  }
  ShowMemory(report, "update", g.plan, g.peak_bytes);
  ShowBytes(report, "memory resident at the end", "memory_resident", ResidentMemoryBytes());
  report.Finish();
}

void BenchTextCommand(const BenchFlags& flags) {
  Require(!flags.model.empty() && !flags.file.empty(), "bench text: give a model folder or tokenizer.json, and a text file");
  // A tokenizer alone will do; anything else is a model.
  const bool alone = flags.model.ends_with(".json") || std::filesystem::exists(flags.model + "/tokenizer.json");
  const std::string tokenizer = alone ? flags.model : FindModelFolder(flags.model);
  const std::string text = ReadFile(flags.file);
  Runtime runtime(1);
  Report report(flags, runtime);
  report.Section("text", StrCat(flags.model, " on ", flags.file, ": time, megabytes and tokens per second"));
  const TextBenchSummary summary = BenchText(tokenizer, text, flags.quick ? 1 : 5, [&](const TextBenchResult& r) {
    report.Row({r.name, Milliseconds(r.seconds), Format("%.1f MB/s", r.megabytes_per_s),
                r.tokens_per_s > 0 ? FormatQuantity(r.tokens_per_s) + " tok/s" : ""},
               [&](JsonWriter& j) {
                 j.Field("name", r.name).Field("seconds", r.seconds).Field("megabytes_per_s", r.megabytes_per_s);
                 j.Field("tokens_per_s", r.tokens_per_s);
               });
  });
  report.Row({"text", StrCat(summary.bytes, " bytes"), StrCat(summary.tokens, " tokens"),
              summary.round_trip ? "decoded equal" : "NOT equal"},
             [&](JsonWriter& j) {
               j.Field("name", "text")
                   .Field("bytes", summary.bytes)
                   .Field("tokens", summary.tokens)
                   .Field("round_trip", summary.round_trip);
             });
  report.Finish();
}

void BenchJudgeCommand(const BenchFlags& flags) {
  Runtime runtime(1);
  Report report(flags, runtime);
  report.Section("judge", "mathematical answers, one core: verdicts a second, the slowest pair");
  BenchJudge(flags.quick ? 0.1 : 2, [&](const JudgeBenchResult& r) {
    report.Row({StrCat(r.name, ", ", r.pairs, " pairs"), FormatQuantity(r.verdicts_per_s) + "/s", Format("%.1f us", r.slowest_us)},
               [&](JsonWriter& j) {
                 j.Field("name", r.name).Field("pairs", r.pairs).Field("verdicts_per_s", r.verdicts_per_s);
                 j.Field("slowest_us", r.slowest_us);
               });
  });
  report.Finish();
}

void RunBench(const BenchFlags& flags) {
  InterruptGuard guard;
  Require(flags.only.empty() || flags.what == "ops" || flags.what == "engine", "bench ", flags.what,
          ": --only is for ops and engine");
  Require(flags.model.empty() || flags.what == "engine" || flags.what == "text", "bench ", flags.what,
          ": a model folder is for `bench engine` and `bench text`");
  Require(flags.file.empty() || flags.what == "text", "bench ", flags.what, ": a file is for `bench text` only");
  if (flags.what == "ops") return BenchOpsCommand(flags);
  if (flags.what == "judge") return BenchJudgeCommand(flags);
  if (flags.what == "text") return BenchTextCommand(flags);
  if (flags.what == "engine") return BenchEngineCommand(flags);
  return BenchTrainCommand(flags);
}

// A flag that would change nothing of this measurement was meant for another.
void RequireSuitableFlags(const CLI::App& app, const BenchFlags& flags) {
  const bool engine = flags.what == "engine", train = flags.what == "train", has_model = !flags.model.empty();
  const auto refuse = [&](bool suits, const std::vector<std::string>& names, const char* why) {
    if (!suits) RefuseFlags(app, "bench " + flags.what, names, why);
  };
  std::vector<std::string> shape = {"--vocab-size"};
  for (const FieldDoc& doc : ListFieldsOf(flags.shape)) shape.push_back(FlagName(doc.path));
  refuse(train || (engine && !has_model), shape, engine ? "is of random weights; a model has its own" : "is for engine and train");
  refuse(train, {"--tokens-per-step", "--document-tokens", "--prompts", "--group-size"}, "is for train");
  refuse(train || engine, {"--completion-tokens"}, "is for engine and train");
  refuse(engine, {"--kv-bytes", "--kv-dtype"}, "is for engine");
  refuse(engine && has_model, {"--weight-format"}, "is for engine and a model's files");
}

}  // namespace

void SetUpBench(CLI::App& app) {
  auto flags = std::make_shared<BenchFlags>();
  app.add_option("what", flags->what,
                 "ops: matrix products and every op; engine: prefill and decoding of a model; train: pre-training and a GRPO step; "
                 "text: a tokenizer on a text file; judge: verdicts about mathematical answers")
      ->required()
      ->check(CLI::IsMember({"ops", "engine", "train", "text", "judge"}))
      ->type_name("ops|engine|train|text|judge");
  app.add_option("model", flags->model,
                 "For engine: a model folder (default: random weights of the shape below); for text: that or a tokenizer.json")
      ->type_name("MODEL");
  app.add_option("file", flags->file, "For text: the text to encode and decode")->type_name("FILE");
  app.add_flag("--json", flags->json, "Machine-readable, on one line");
  app.add_flag("--quick", flags->quick, "Fewer samples: seconds rather than a minute, and rougher figures");
  app.add_option("--only", flags->only,
                 "ops, engine: the rows whose name contains this, such as \"decode\", \"prefill\", \"dW bf16\" or \"linear\"")
      ->type_name("TEXT");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  const CLI::Range count(int64_t{1}, int64_t{1} << 24);
  app.add_option("--vocab-size", flags->vocab_size, "Vocabulary of the random model (default: 512 for engine, 256 for train)")
      ->check(count)
      ->type_name("N");
  app.add_option("--tokens-per-step", flags->train.tokens_per_step, "train: tokens of a pre-training step")
      ->check(count)
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--document-tokens", flags->train.document_tokens, "train: tokens of a document")
      ->check(count)
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--prompts", flags->train.prompts, "train: questions of the GRPO step")
      ->check(count)
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--group-size", flags->train.group_size, "train: completions of each question")
      ->check(CLI::Range(int64_t{2}, int64_t{1} << 16))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--completion-tokens", flags->train.completion_tokens, "engine, train: tokens of a completion")
      ->check(count)
      ->capture_default_str()
      ->type_name("N");
  AddFlags(app, flags->shape);
  AddModelFlags(app, flags->engine);
  app.callback([flags, &app] {
    RequireSuitableFlags(app, *flags);
    RunBench(*flags);
  });
}

}  // namespace r1
