#include "cli/eval_benchmark.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "base/files.h"
#include "base/glob.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "base/progress.h"
#include "base/sha256.h"
#include "base/terminal.h"
#include "cli/data_path.h"
#include "cli/flags.h"
#include "cli/model_fingerprint.h"
#include "cli/model_session.h"
#include "eval/benchmark/answer_judging.h"
#include "eval/benchmark/items.h"
#include "eval/benchmark/judge.h"
#include "eval/benchmark/prompt_form.h"
#include "eval/benchmark/report.h"
#include "recipe/model_folder.h"

namespace r1 {
namespace {

std::vector<BenchmarkItem> LoadItems(const Benchmark& benchmark, const BenchmarkFlags& flags, const EvalRequest& request) {
  if (std::string_view(benchmark.name) == "tasks") {
    std::vector<std::string> tasks = request.tasks;
    if (tasks.empty() && flags.endpoint.url.empty()) {
      for (const TaskShare& share : ReadModelCard(FindModelFolder(request.model)).tasks)
        if (share.data.empty()) tasks.push_back(share.task);
    }
    Require(!tasks.empty(), "eval: name the tasks to ask: --task knights,chain (r1 tasks lists them)");
    return HeldOutItems(tasks, request.questions > 0 ? request.questions : 128, request.max_difficulty, request.seed);
  }
  std::vector<BenchmarkItem> items = ReadBenchmark(benchmark, BenchmarkDataPath(benchmark, flags.data), flags.dates);
  if (request.questions > 0 && static_cast<int64_t>(items.size()) > request.questions)
    items.resize(static_cast<size_t>(request.questions));
  return items;
}

// Settings that are not at their defaults, beside those that SettingsJson always has.
ConfigValue::Table OtherSampling(const SamplingParams& sampling) {
  ConfigValue::Table others = ChangedFields(sampling);
  std::erase_if(others, [](const ConfigEntry& entry) {
    const auto always = {"temperature", "top_p", "top_k", "min_p", "max_tokens", "thinking_budget"};
    return std::find(always.begin(), always.end(), entry.key) != always.end();
  });
  return others;
}

// All that completions depend on, and nothing else: no threads, no batch, no folder.
std::string SettingsJson(const Benchmark& benchmark, const EvalRequest& request, const EndpointConfig& endpoint,
                         const std::vector<BenchmarkItem>& items, const std::string& prompt, const std::string& weights) {
  Sha256 questions;
  for (const BenchmarkItem& item : items)
    for (const std::string* part : {&item.id, &item.question, &item.answer, &item.record}) {
      questions.Update(*part);
      questions.Update(std::string_view("\0", 1));
    }
  JsonWriter json;
  json.BeginObject().Field("benchmark", benchmark.name).Field("model", request.model).Field("weights", weights);
  json.Field("questions", items.size()).Field("questions_sha256", questions.Hex()).Field("samples", request.samples);
  json.Field("temperature", request.sampling.temperature).Field("top_p", request.sampling.top_p);
  json.Field("top_k", request.sampling.top_k)
      .Field("min_p", request.sampling.min_p)
      .Field("max_tokens", request.sampling.max_tokens);
  json.Field("thinking_budget", request.sampling.thinking_budget).Field("seed", request.seed).Field("prompt", prompt);
  json.Key("sampling").Raw(ToJsonText({OtherSampling(request.sampling)}));
  if (endpoint.url.empty())
    json.Field("weight_format", EnumToString(request.engine.weight_format))
        .Field("kv_dtype", EnumToString(request.engine.kv_dtype));
  else
    json.Field("endpoint", endpoint.url);
  return json.EndObject().text();
}

std::string DefaultFolder(const std::string& model, const std::string& benchmark) {
  std::filesystem::path path(model);
  std::string name = path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
  return "evals/" + name + "-" + benchmark;
}

}  // namespace

void AddBenchmarkFlags(CLI::App& app, BenchmarkFlags& flags) {
  app.add_option("--benchmark", flags.benchmark, "A benchmark, put and judged as its protocol says (r1 benchmarks lists them)")
      ->type_name("NAME");
  const CLI::Validator day(
      [](std::string& text) {
        return GlobMatches("[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]", text) ? ""
                                                                              : "expected a day such as 2024-08-01, got " + text;
      },
      "");
  app.add_option("--since", flags.dates.since, "Benchmark: only questions from this day on, where they have a date (LiveCodeBench)")
      ->check(day)
      ->type_name("DAY");
  app.add_option("--until", flags.dates.until, "Benchmark: only questions up to this day")->check(day)->type_name("DAY");
  app.add_option(
         "--out", flags.out,
         "Benchmark: the folder for completions and reports; the same command goes on there (default: evals/MODEL-BENCHMARK)")
      ->type_name("DIR");
  app.add_flag("--restart", flags.restart, "Benchmark: forget what the folder holds");
  app.add_option("--endpoint", flags.endpoint.url,
                 "Benchmark: ask MODEL at an OpenAI-compatible API, https://HOST/v1, instead of here")
      ->type_name("URL");
  app.add_option("--api-key-env", flags.endpoint.api_key_env, "Endpoint: the environment variable that holds the key")
      ->type_name("NAME");
  app.add_option("--concurrency", flags.endpoint.concurrency, "Endpoint: requests at a time")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--retries", flags.endpoint.retries, "Endpoint: how often a request that fails is sent again")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--timeout-s", flags.endpoint.timeout_s, "Endpoint: seconds for one answer")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--batch", flags.batch, "Benchmark: completions computed at a time; changes no bit of them")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str()
      ->type_name("N");
  app.add_flag("--unsafe-code", flags.unsafe_code, "Benchmark: run the programs of models even where they cannot be isolated");
}

void RequireNoBenchmarkFlags(const CLI::App& app) {
  RefuseFlags(app, "eval",
              {"--since", "--until", "--out", "--restart", "--endpoint", "--api-key-env", "--concurrency", "--retries",
               "--timeout-s", "--batch", "--unsafe-code"},
              "and the like go with --benchmark (r1 benchmarks lists them; `tasks` is the one without data)");
}

void RequireSuitableFlags(const CLI::App& app, const BenchmarkFlags& flags) {
  const auto refuse = [&](const std::vector<std::string>& names, const std::string& why) { RefuseFlags(app, "eval", names, why); };
  refuse({"--show"}, "goes with tasks and --data; a benchmark's completions are in the folder's completions.jsonl and report.html");
  if (flags.benchmark == "tasks")
    refuse({"--data"}, "does not go with --benchmark tasks, whose questions are drawn");
  else
    refuse({"--task", "--max-difficulty"}, StrCat("goes with tasks, not with --benchmark ", flags.benchmark));
  if (flags.endpoint.url.empty())
    refuse({"--api-key-env", "--concurrency", "--retries", "--timeout-s"}, "goes with --endpoint");
  else
    refuse({"--template", "--threads", "--batch", "--kv-bytes", "--kv-dtype", "--weight-format", "--draft-model", "--speculation",
            "--stop-in-thinking"},
           "is for a model that runs here, not at an --endpoint");
}

void RunBenchmark(const BenchmarkFlags& flags, EvalRequest request) {
  const Benchmark& benchmark = FindBenchmark(flags.benchmark);
  const std::string& url = flags.endpoint.url;
  Require(url.empty() || url.starts_with("http://") || url.starts_with("https://"),
          "eval: --endpoint must begin with http:// or https://, got ", url);
  std::vector<BenchmarkItem> items = LoadItems(benchmark, flags, request);
  const BenchmarkJudge judge(benchmark, flags.unsafe_code);  // a machine that cannot judge says so before anything is generated
  if (request.samples == 0) request.samples = benchmark.samples;
  if (request.sampling.max_tokens == 0) request.sampling.max_tokens = benchmark.max_tokens;

  std::unique_ptr<ModelSession> session;
  std::string prompt_name = "message";
  if (flags.endpoint.url.empty()) {
    request.engine.max_num_seqs = flags.batch;
    session = std::make_unique<ModelSession>(request.model, request.prompt_template, request.engine, request.threads);
    if (!session->chat_template) {
      prompt_name = session->prompt_template->name;
      request.sampling.max_tokens = std::min(request.sampling.max_tokens, session->engine->max_length());
    }
    request.sampling.Validate(session->model->config().vocab_size);
  }
  // A model without a chat template was trained on bare questions and knows no boxes.
  const bool bare = session && !session->chat_template && benchmark.prompt == PromptForm::kBoxed;

  const std::string settings =
      SettingsJson(benchmark, request, flags.endpoint, items, prompt_name, session ? FingerprintOf(session->dir) : "");
  InterruptGuard guard;
  CompletionStore store(flags.out.empty() ? DefaultFolder(request.model, benchmark.name) : flags.out, settings, flags.restart);
  std::vector<WantedAnswers> wanted;
  AnswerJudging judging(judge, items, request.samples);
  int64_t missing = 0;
  for (const BenchmarkItem& item : items) {
    WantedAnswers w{item.id, bare ? item.question : BenchmarkPrompt(benchmark.prompt, item), {}};
    for (int64_t i = 0; i < request.samples; ++i) {
      if (store.Has(item.id, i))
        judging.Begin(store.completions().at({item.id, i}));
      else
        w.samples.push_back(i);
    }
    missing += static_cast<int64_t>(w.samples.size());
    if (!w.samples.empty()) wanted.push_back(std::move(w));
  }
  const int64_t total = static_cast<int64_t>(items.size()) * request.samples;
  try {
    Progress progress(Terminal::Stderr(), {.title = "eval", .total = total, .start = total - missing, .unit = "answer"});
    int64_t done = total - missing, tokens = 0;
    const auto take = [&](BenchmarkCompletion completion) {
      tokens += completion.tokens;
      judging.Begin(store.Add(std::move(completion)));
      progress.Update(++done, StrCat(FormatQuantity(static_cast<double>(tokens)), " tokens"));
    };
    if (session) {
      AnswerByEngine(
          *session->engine, [&](const std::string& prompt) { return session->EncodePrompt(prompt); }, wanted, request.sampling,
          request.seed, take);
    } else {
      EndpointConfig endpoint = flags.endpoint;
      endpoint.model = request.model;
      AnswerByEndpoint(endpoint, wanted, request.sampling, request.seed, take);
    }
    progress.Finish();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kCancelled) throw;
    Fail(ErrorCode::kCancelled, "stopped; ", store.completions().size(), " of ", total, " answers are kept in ", store.dir(),
         ", and the same command goes on from there");
  }

  BenchmarkReport report;
  report.benchmark = &benchmark;
  report.model = request.model;
  report.settings_json = settings;
  report.samples = request.samples;
  {
    Progress progress(Terminal::Stderr(), {.title = "judge", .total = total, .unit = "answer"});
    report.answers = judging.Finish([&](int64_t judged) { progress.Update(judged); });
  }
  report.items = std::move(items);  // with LiveCodeBench's tests in them they are gigabytes
  Summarize(report, judge, request.seed);
  AtomicWriteFile(store.dir() + "/completions.jsonl", ReportCompletions(report));
  AtomicWriteFile(store.dir() + "/report.json", ReportJson(report));
  AtomicWriteFile(store.dir() + "/report.md", ReportMarkdown(report));
  AtomicWriteFile(store.dir() + "/report.html", ReportHtml(report));
  if (request.json) {
    std::cout << ReportJson(report);
    return;
  }
  const Terminal out = Terminal::Stdout();
  out.Write(ReportText(report));
  out.Write(out.Dim(StrCat("reports: ", store.dir(), "/report.{json,md,html}, every completion: completions.jsonl")) + "\n");
}

}  // namespace r1
