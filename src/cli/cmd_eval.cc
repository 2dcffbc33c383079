// r1 eval MODEL: held-out questions, pass@k and cons@k with intervals; the same figures whatever the batch or the machine's load.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/format.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "cli/eval_benchmark.h"
#include "cli/flags.h"
#include "cli/model_session.h"
#include "data/fitting_questions.h"
#include "data/question_file.h"
#include "eval/evaluator.h"
#include "hub/data_set_name.h"
#include "recipe/task_data.h"

namespace r1 {
namespace {

struct EvalFlags {
  EngineConfig engine;
  std::string model, prompt_template, data;
  std::vector<std::string> tasks;
  int64_t questions = 0, samples = 0, max_difficulty = 0, show = 0;  // 0: not given
  bool json = false;
  int threads = 0;
  EvalOptions options;
  BenchmarkFlags benchmark;
};

// Questions of a data file, in its order: the first `count`, or all.
EvalTask DataTask(const std::string& data, int64_t count, const KeepQuestion& keep) {
  EvalTask task{QuestionFileName(data), ReadQuestions(DataPath(data), keep)};
  if (task.examples.empty()) {
    const bool any = !ReadQuestions(DataPath(data)).empty();
    Fail(ErrorCode::kInvalidArgument, "eval: ", data, " holds no question", any ? " that fits into the model's context" : "");
  }
  const size_t all = task.examples.size();
  const size_t unanswered = std::erase_if(task.examples, [](const Example& example) { return example.answer.empty(); });
  Require(!task.examples.empty(), "eval: none of the ", all, " questions of ", data, " has an answer");
  if (unanswered > 0) {
    LOG(Warning) << data << ": " << unanswered << " of " << all << " questions are left out, having no answer";
  }
  if (count > 0 && count < static_cast<int64_t>(task.examples.size())) task.examples.resize(static_cast<size_t>(count));
  return task;
}

// Held-out questions of the tasks that are named, or of those that the model was trained on.
std::vector<EvalTask> TasksOf(const EvalFlags& flags, const ModelSession& session, const KeepQuestion& keep) {
  std::vector<TaskShare> shares;
  std::set<std::string> names;
  for (const std::string& task : flags.tasks) {
    Require(names.insert(task).second, "eval: --task ", task, " is given twice");
    shares.push_back({.task = task, .max_difficulty = flags.max_difficulty > 0 ? flags.max_difficulty : kHardestAsked});
  }
  if (flags.tasks.empty()) {
    shares = session.card.tasks;
    for (TaskShare& share : shares)
      if (flags.max_difficulty > 0) share.max_difficulty = std::min(share.max_difficulty, flags.max_difficulty);
  }
  Require(!shares.empty(), "eval: name what to ask: --task (words, chain, ...) or --data FILE.jsonl");
  return HeldOutTasks(WithStoredData(shares), flags.questions > 0 ? flags.questions : 128, flags.options.seed, keep);
}

// What is asked. Too long questions are left out, as in training and its evaluations.
std::vector<EvalTask> Questions(const EvalFlags& flags, const ModelSession& session) {
  int64_t too_long = 0;
  const KeepQuestion fits = FittingQuestions(session.tokenizer, *session.prompt_template, session.engine->max_length(),
                                             flags.options.sampling.max_tokens);
  const KeepQuestion keep = [&](const std::string& question) {
    const bool kept = fits(question);
    too_long += !kept;
    return kept;
  };
  std::vector<EvalTask> tasks =
      flags.data.empty() ? TasksOf(flags, session, keep) : std::vector{DataTask(flags.data, flags.questions, keep)};
  if (too_long > 0) {
    LOG(Warning) << "eval: questions left out, too long for the model's context of " << session.engine->max_length()
                 << " tokens: " << too_long;
  }
  return tasks;
}

void WriteJson(const EvalReport& report, const ModelSession& session) {
  JsonWriter json;
  json.BeginObject()
      .Field("model", session.dir)
      .Field("prompt_template", report.options.prompt_template)
      .Field("samples", report.options.samples);
  json.Field("temperature", report.options.sampling.temperature)
      .Field("top_p", report.options.sampling.top_p)
      .Field("seed", report.options.seed);
  json.Field("seconds", report.seconds).Key("rows").BeginArray();
  auto add = [&](const EvalRow& row) {
    json.BeginObject().Field("task", row.task).Field("questions", row.questions).Field("pass@1", row.pass_at_1);
    json.Field("pass@1_low", row.pass_at_1_interval.low).Field("pass@1_high", row.pass_at_1_interval.high);
    json.Field("pass@k", row.pass_at_k).Field("cons@k", row.cons_at_k).Field("format", row.format).Field("finished", row.finished);
    json.Field("mean_tokens", row.mean_tokens).Field("english", row.english).Field("symbols", row.symbols);
    json.Field("self_checks", row.self_checks);
    json.Field("equations", row.equations).Field("right_equations", row.right_equations).EndObject();
  };
  for (const EvalRow& row : report.rows) add(row);
  add(report.total);
  json.EndArray().EndObject();
  std::cout << json.text() << "\n";
}

void PrintTable(const EvalReport& report, const Terminal& out) {
  const bool several = report.options.samples > 1;  // else pass@k and cons@k are pass@1 again
  std::string head = Format("%-14s %9s %8s %15s", "task", "questions", "pass@1", "95%");
  if (several)
    head += Format(" %8s %8s", StrCat("pass@", report.options.samples).c_str(), StrCat("cons@", report.options.samples).c_str());
  out.Write(out.Bold(head + Format(" %8s %8s\n", "format", "tokens")));
  const auto line = [&](const EvalRow& row) {
    std::string text = Format("%-14s %9lld %7.1f%% %6.1f - %5.1f%%", row.task.c_str(), static_cast<long long>(row.questions),
                              100 * row.pass_at_1, 100 * row.pass_at_1_interval.low, 100 * row.pass_at_1_interval.high);
    if (several) text += Format(" %7.1f%% %7.1f%%", 100 * row.pass_at_k, 100 * row.cons_at_k);
    out.Write(text + Format(" %7.1f%% %8.1f\n", 100 * row.format, row.mean_tokens));
  };
  for (const EvalRow& row : report.rows) line(row);
  if (report.rows.size() > 1) line(report.total);
}

void ShowAnswers(const EvalReport& report, const std::vector<EvalTask>& tasks, int64_t count, const Terminal& out) {
  for (int64_t i = 0; i < count; ++i) {
    const size_t t = static_cast<size_t>(i) % tasks.size(), q = static_cast<size_t>(i) / tasks.size();
    if (q >= tasks[t].examples.size()) continue;
    const EvalSample& s = report.rows[t].completions[q * static_cast<size_t>(report.options.samples)];
    out.Write(StrCat("\n", out.Cyan("Q: "), PrintableText(tasks[t].examples[q].question, true),
                     out.Dim(StrCat("  (", tasks[t].examples[q].answer, ")")), "\n", out.Cyan("A:"), PrintableText(s.text, true),
                     "  ", s.correct ? out.Green("right") : out.Red("wrong"), "\n"));
  }
}

void RunEval(EvalFlags flags) {
  if (!flags.benchmark.benchmark.empty()) {
    flags.benchmark.data = flags.data;
    return RunBenchmark(flags.benchmark, {.model = flags.model,
                                          .prompt_template = flags.prompt_template,
                                          .tasks = flags.tasks,
                                          .questions = flags.questions,
                                          .samples = flags.samples,
                                          .max_difficulty = flags.max_difficulty > 0 ? flags.max_difficulty : kHardestAsked,
                                          .seed = flags.options.seed,
                                          .json = flags.json,
                                          .threads = flags.threads,
                                          .sampling = flags.options.sampling,
                                          .engine = flags.engine});
  }
  Require(flags.data.empty() || flags.tasks.empty(), "eval: --task and --data exclude each other; ask one after the other");
  Require(flags.data.empty() || flags.max_difficulty == 0,
          "eval: --max-difficulty goes with tasks; the questions of --data have none");
  if (flags.samples > 0) flags.options.samples = flags.samples;
  flags.engine.max_num_seqs = 256;
  ModelSession session(flags.model, flags.prompt_template, flags.engine, flags.threads);
  flags.options.prompt_template = session.prompt_template->name;
  if (session.chat_template) {
    LOG(Warning) << "eval: questions are put by --template " << flags.options.prompt_template
                 << ", not by the model's chat template; "
                 << "r1 eval --benchmark asks by that";
  }
  if (flags.options.sampling.max_tokens == 0) flags.options.sampling.max_tokens = session.card.max_completion_tokens;
  flags.options.sampling.Validate(session.model->config().vocab_size);
  const std::vector<EvalTask> tasks = Questions(flags, session);
  Require(!tasks.empty(), "eval: none of the held-out questions has an answer, or fits into the model's context");
  InterruptGuard guard;
  int64_t total = 0;
  for (const EvalTask& task : tasks) total += static_cast<int64_t>(task.examples.size()) * flags.options.samples;
  Progress progress(Terminal::Stderr(), {.title = "eval", .total = total, .unit = "answer"});
  const EvalReport report = Evaluate(*session.engine, session.tokenizer, tasks, flags.options, [&](const GenerateProgress& p) {
    ThrowIfInterrupted();
    progress.Update(p.num_finished, StrCat(p.tokens_generated, " tokens"));
  });
  progress.Finish();
  if (flags.json) return WriteJson(report, session);
  const Terminal out = Terminal::Stdout();
  PrintTable(report, out);
  ShowAnswers(report, tasks, flags.show, out);
}

}  // namespace

void SetUpEval(CLI::App& app) {
  auto flags = std::make_shared<EvalFlags>();
  flags->options.sampling = {.temperature = 0.6f, .top_p = 0.95f};
  app.add_option("model", flags->model, "A model folder, or the folder of a run")->required()->type_name("MODEL");
  app.add_option("--task", flags->tasks, "A task of the registry (may be repeated; default: what the model was trained on)")
      ->delimiter(',')
      ->type_name("NAME");
  app.add_option(
         "--data", flags->data,
         "Questions from a data file (JSON lines, Parquet, CSV), a folder or DIR/test-*.parquet, with question and answer, or "
         "datasets/OWNER/NAME[:FILES] that r1 pull has; of a benchmark, its data")
      ->type_name("FILE");
  app.add_option("-n,--questions", flags->questions,
                 "Held-out questions of each task (default: 128), or the first so many of --data or a benchmark (all)")
      ->check(CLI::Range(1, 1000000))
      ->type_name("N");
  app.add_option("-k,--samples", flags->samples, "Completions of each question (default: 4; of a benchmark, as the R1 papers)")
      ->check(CLI::Range(1, 10000))
      ->type_name("K");
  app.add_option("--max-difficulty", flags->max_difficulty,
                 StrCat("Hardest questions asked of tasks (default: ", kHardestAsked, ", or what the model was trained on)"))
      ->check(CLI::Range(1, 6))
      ->type_name("N");
  app.add_option("--show", flags->show, "Print so many questions with the answers given")
      ->check(CLI::Range(0, 100000))
      ->type_name("N");
  app.add_option("--template", flags->prompt_template, "How the question is put (default: as the model was trained)")
      ->type_name("NAME");
  AddBenchmarkFlags(app, flags->benchmark);
  app.add_flag("--json", flags->json, "Machine-readable, on one line");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  AddFlags(app, flags->options.sampling);
  AddEngineFlags(app, flags->engine);
  // Which questions are asked and how they are answered is one seed; what a completion reports beside its text is not used here.
  for (const char* name : {"--seed", "--logprobs"}) app.remove_option(app.get_option(name));
  app.add_option("--seed,--eval-seed", flags->options.seed, "Which questions and random numbers")
      ->check(CLI::Validator(WholeNumberError, ""))
      ->type_name("N");
  app.callback([flags, &app] {
    if (flags->benchmark.benchmark.empty())
      RequireNoBenchmarkFlags(app);
    else
      RequireSuitableFlags(app, flags->benchmark);
    RunEval(*flags);
  });
}

}  // namespace r1
