// r1 perplexity MODEL FILE: how well a model foretells a text, and with --beside what it loses to a finer form of itself.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "cli/model_session.h"
#include "convert/gguf_tokenizer_spec.h"
#include "eval/perplexity.h"
#include "model/load.h"
#include "recipe/model_folder.h"

namespace r1 {
namespace {

constexpr int64_t kMostContext = 2048;  // by default

struct PerplexityFlags {
  EngineConfig engine;
  std::string model, file, beside;
  int64_t context = 0;  // 0: the model's, at most kMostContext
  PerplexityOptions options;
  bool json = false;
  int threads = 0;
};

std::unique_ptr<Model> LoadToScore(const std::string& path, Runtime& runtime, const EngineConfig& config) {
  InferenceOptions options = InferenceOptionsOf(config);
  options.kv_bytes = 0;  // windows go through without a cache
  std::unique_ptr<Model> model = LoadModelForInference(path, runtime, options);
  model->SetKvType(config.KvTypeOr(InferenceKvType(path)));
  return model;
}

std::string Format(const char* format, auto... values) {
  char text[256];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

std::string Line(const Perplexity& p) {
  return Format("perplexity %.4f (95%%: %.4f - %.4f)", p.value, p.interval.low, p.interval.high);
}

void AddJson(JsonWriter& json, const std::string& path, const Perplexity& p) {
  json.Field("model", path).Field("perplexity", p.value);
  json.Field("perplexity_low", p.interval.low).Field("perplexity_high", p.interval.high);
}

void WriteJson(const PerplexityFlags& flags, const std::string& weight_format, const Model& model, int64_t text_tokens,
               const PerplexityReport& report) {
  JsonWriter json;
  json.BeginObject();
  AddJson(json, flags.model, report.model);
  json.Field("weight_format", weight_format).Field("kv_dtype", KvTypeName(model.config().kv_type));
  json.Field("file", flags.file).Field("text_tokens", text_tokens).Field("counted_tokens", report.counted);
  json.Field("context", flags.options.context).Field("windows", report.windows).Field("disjoint", flags.options.disjoint);
  if (report.comparison) {
    json.Key("beside").BeginObject();
    AddJson(json, flags.beside, report.comparison->finer);
    json.EndObject();
    json.Field("loss", report.comparison->loss);
    json.Field("loss_low", report.comparison->loss_interval.low).Field("loss_high", report.comparison->loss_interval.high);
    json.Field("mean_kl", report.comparison->mean_kl).Field("same_top", report.comparison->same_top);
  }
  json.EndObject();
  std::cout << json.text() << "\n";
}

void Print(const PerplexityFlags& flags, const PerplexityReport& report) {
  const Terminal out = Terminal::Stdout();
  out.Write(StrCat(Line(report.model), " over ", report.counted, " tokens in ", report.windows, " windows of ",
                   flags.options.context, "\n"));
  if (!report.comparison) return;
  const PerplexityReport::Comparison& c = *report.comparison;
  out.Write(StrCat("beside ", PrintableText(flags.beside, /*one_line=*/true), ": ", Line(c.finer), "\n"));
  out.Write(
      Format("loss %+.3f%% (95%%: %+.3f - %+.3f%%), Kullback-Leibler divergence %.6f nats a token, %.2f%% the same likeliest "
             "token\n",
             100 * c.loss, 100 * c.loss_interval.low, 100 * c.loss_interval.high, c.mean_kl, 100 * c.same_top));
}

void RunPerplexity(PerplexityFlags flags) {
  InterruptGuard guard;
  const std::string text = ReadFile(flags.file), path = FindModelFolder(flags.model);
  Require(!text.empty(), flags.file, " is empty");
  Runtime runtime(flags.threads);
  const Tokenizer tokenizer = LoadModelTokenizer(path);
  const std::unique_ptr<Model> model = LoadToScore(path, runtime, flags.engine);
  std::unique_ptr<Model> finer;
  if (!flags.beside.empty()) {
    const std::string other = FindModelFolder(flags.beside);
    const TokenizerSpec &mine = tokenizer.spec(), theirs = LoadModelTokenizer(other).spec();
    Require(mine.tokens == theirs.tokens && mine.merges.size() == theirs.merges.size(), other, ": its tokenizer is not that of ",
            path, "; --beside is for forms of the same model");
    finer = LoadToScore(other, runtime, {});
  }
  PerplexityOptions& options = flags.options;
  options.context = flags.context > 0 ? flags.context : std::min(kMostContext, model->config().max_position_embeddings);
  const bool with_bos = tokenizer.spec().add_bos && tokenizer.bos_id().has_value();
  if (with_bos) options.bos_token = tokenizer.bos_id();
  const std::vector<int32_t> ids = tokenizer.Encode(text, {.parse_special = false, .add_bos = with_bos});
  int64_t total = 0, left = options.max_windows;
  for (const TextWindow& w : TextWindows(static_cast<int64_t>(ids.size()), options.context, options.disjoint))
    if (options.max_windows == 0 || left-- > 0) total += w.end - w.first_target;
  Progress progress(Terminal::Stderr(), {.title = "perplexity", .total = total, .unit = "token"});
  const PerplexityReport report = MeasurePerplexity(runtime, *model, finer.get(), ids, options, [&](int64_t counted) {
    ThrowIfInterrupted();
    progress.Update(counted);
  });
  progress.Finish();
  if (flags.json)
    WriteJson(flags, flags.engine.weight_format == WeightFormat::kInt8 ? "int8" : "file", *model, static_cast<int64_t>(ids.size()),
              report);
  else
    Print(flags, report);
}

}  // namespace

void SetUpPerplexity(CLI::App& app) {
  auto flags = std::make_shared<PerplexityFlags>();
  app.add_option("model", flags->model, "A model folder, a .gguf file, or the folder of a run")->required()->type_name("MODEL");
  app.add_option("file", flags->file, "The text, read as plain text without control tokens")->required()->type_name("FILE");
  app.add_option("--beside", flags->beside,
                 "A finer form of the same model, taken as its file has it: print what MODEL loses to it, token by token")
      ->type_name("MODEL");
  app.add_option("--context", flags->context, "Tokens of a window (default: the model's context, at most 2048)")
      ->check(CLI::Range(4, 1 << 20))
      ->type_name("N");
  app.add_flag(
      "--disjoint", flags->options.disjoint,
      "Windows that do not overlap, of which the second half counts: llama.cpp's rule. Default: windows overlap by half, and "
      "every token counts once");
  app.add_option("--windows", flags->options.max_windows, "Only the first so many windows (default: all)")
      ->check(CLI::Range(1, 1 << 30))
      ->type_name("N");
  app.add_flag("--json", flags->json, "Machine-readable, on one line");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  AddFormatFlags(app, flags->engine);
  app.callback([flags] { RunPerplexity(*flags); });
}

}  // namespace r1
