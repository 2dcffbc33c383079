// r1 perplexity MODEL FILE: how well a model foretells a text, and with --beside what it loses to a finer form of itself.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/format.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "cli/model_session.h"
#include "convert/gguf_tokenizer_spec.h"
#include "data/jsonl.h"
#include "eval/perplexity.h"
#include "hub/data_set_name.h"
#include "model/load.h"
#include "recipe/model_folder.h"

namespace r1 {
namespace {

constexpr int64_t kMostContext = 2048;  // by default

struct PerplexityFlags {
  EngineConfig engine;
  std::string model, file, beside;
  WindowOptions windows = {.context = 0};  // 0: the model's, at most kMostContext
  bool json = false, special = false;
  int threads = 0;
};

std::unique_ptr<Model> LoadToScore(const std::string& path, Runtime& runtime, const EngineConfig& config) {
  InferenceOptions options = InferenceOptionsOf(config, path);
  options.kv_bytes = 0;  // windows go through without a cache
  return LoadModelForInference(path, runtime, options);
}

std::string Line(const Perplexity& p) {
  return Format("perplexity %.4f (95%%: %.4f - %.4f)", p.value, p.interval.low, p.interval.high);
}

void AddJson(JsonWriter& json, const std::string& path, const Perplexity& p) {
  json.Field("model", path).Field("perplexity", p.value);
  json.Field("perplexity_low", p.interval.low).Field("perplexity_high", p.interval.high);
}

void WriteJson(const PerplexityFlags& flags, const std::string& weight_format, const Model& model, size_t texts,
               int64_t text_tokens, const PerplexityReport& report) {
  JsonWriter json;
  json.BeginObject();
  AddJson(json, flags.model, report.model);
  json.Field("weight_format", weight_format).Field("kv_dtype", KvTypeName(model.config().kv_type));
  json.Field("file", flags.file)
      .Field("texts", static_cast<int64_t>(texts))
      .Field("text_tokens", text_tokens)
      .Field("counted_tokens", report.counted);
  json.Field("context", flags.windows.context).Field("windows", report.windows).Field("disjoint", flags.windows.disjoint);
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
                   flags.windows.context, "\n"));
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
  const std::vector<std::string> texts = ReadTexts(DataPath(flags.file));
  const std::string path = FindModelFolder(flags.model);
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
  if (flags.windows.context == 0) flags.windows.context = std::min(kMostContext, model->config().max_position_embeddings);
  const std::optional<int32_t> bos_token = tokenizer.spec().add_bos ? tokenizer.bos_id() : std::nullopt;
  TokenizedTexts tokens;
  int64_t num_tokens = 0;
  for (const std::string& text : texts) {
    tokens.push_back(tokenizer.Encode(text, {.parse_special = flags.special, .add_bos = bos_token.has_value()}));
    num_tokens += static_cast<int64_t>(tokens.back().size());
  }
  const std::vector<TextWindow> windows = TextWindows(tokens, flags.windows);
  Progress progress(Terminal::Stderr(), {.title = "perplexity", .total = CountedTokens(windows), .unit = "token"});
  const PerplexityReport report = MeasurePerplexity(runtime, *model, finer.get(), tokens, windows, bos_token, [&](int64_t counted) {
    ThrowIfInterrupted();
    progress.Update(counted);
  });
  progress.Finish();
  if (flags.json)
    WriteJson(flags, flags.engine.weight_format == WeightFormat::kInt8 ? "int8" : "file", *model, texts.size(), num_tokens, report);
  else
    Print(flags, report);
}

}  // namespace

void SetUpPerplexity(CLI::App& app) {
  auto flags = std::make_shared<PerplexityFlags>();
  app.add_option("model", flags->model, "A model folder, a .gguf file, or the folder of a run")->required()->type_name("MODEL");
  app.add_option("file", flags->file, "The text; of a .jsonl file the \"text\" of each line, on its own")
      ->required()
      ->type_name("FILE");
  app.add_option("--beside", flags->beside,
                 "A finer form of the same model, taken as its file has it: print what MODEL loses to it, token by token")
      ->type_name("MODEL");
  app.add_option("--context", flags->windows.context, "Tokens of a window (default: the model's context, at most 2048)")
      ->check(CLI::Range(4, 1 << 20))
      ->type_name("N");
  app.add_flag(
      "--disjoint", flags->windows.disjoint,
      "Windows that do not overlap, of which the second half counts: llama.cpp's rule. Default: windows overlap by half, and "
      "every token counts once");
  app.add_flag("--special", flags->special,
               "Read control tokens such as <think> in the text as what they are, not letter by letter");
  app.add_option("--windows", flags->windows.max_windows, "Only the first so many windows (default: all)")
      ->check(CLI::Range(1, 1 << 30))
      ->type_name("N");
  app.add_flag("--json", flags->json, "Machine-readable, on one line");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  AddFormatFlags(app, flags->engine);
  app.callback([flags] { RunPerplexity(*flags); });
}

}  // namespace r1
