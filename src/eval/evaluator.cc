#include "eval/evaluator.h"

#include <algorithm>
#include <chrono>
#include <unordered_set>

#include "base/error.h"
#include "base/log.h"
#include "eval/cons_at_k.h"
#include "eval/pass_at_k.h"
#include "judge/math/math_verdict.h"
#include "reward/answer_equality.h"
#include "reward/response_parts.h"
#include "reward/reward.h"
#include "reward/thinking_stats.h"
#include "text/tokenizer.h"

namespace r1 {
namespace {

// Whether two answers to a question are the same: strictly, as the reward `accuracy` compares, or as mathematics where the
// questions come from people's data files.
SameAnswer EqualityFor(const Example& example) {
  const auto answers = example.metadata.find("answers");
  if (answers == example.metadata.end() || answers->second != "mathematics") return AnswersEqual;
  return [](std::string_view answer, std::string_view expected) { return JudgeMathAnswer(expected, answer).right(); };
}

EvalSample Judge(const Example& example, int64_t question, const Completion& completion, AnswerStyle style) {
  EvalSample sample;
  sample.question = question;
  sample.text = completion.text;
  sample.tokens = static_cast<int64_t>(completion.token_ids.size());
  sample.token_ids = completion.token_ids;
  sample.logprobs = completion.logprobs;
  sample.entropies = completion.entropies;
  sample.finished = completion.finish_reason == FinishReason::kStop;
  const auto answer = style == AnswerStyle::kTags ? FinalAnswer(sample.text) : LastNumber(sample.text);
  if (answer) sample.answer = std::string(*answer);
  sample.correct = sample.answer && EqualityFor(example)(*sample.answer, example.answer);
  const RewardResult format = FormatReward(example, {sample.text, completion.token_ids, sample.finished});
  sample.well_formed = format.score.value_or(0) == 1;
  return sample;
}

// Fills a row from the completions of `questions` questions, `k` each, in order. `per_question` receives each question's accuracy.
void Summarize(EvalRow& row, std::span<const Example> examples, int64_t k, uint64_t seed, std::vector<double>& per_question) {
  row.questions = static_cast<int64_t>(examples.size());
  row.samples = k;
  ThinkingStats thinking;
  double clauses_bare = 0, clauses = 0;
  for (size_t q = 0; q < examples.size(); ++q) {
    int64_t correct = 0;
    std::vector<std::optional<std::string>> answers;
    for (int64_t i = 0; i < k; ++i) {
      const EvalSample& s = row.completions[q * static_cast<size_t>(k) + static_cast<size_t>(i)];
      correct += s.correct;
      answers.push_back(s.answer);
      row.format += s.well_formed;
      row.finished += s.finished;
      row.mean_tokens += static_cast<double>(s.tokens);
      const ThinkingStats stats = CountThinking(s.text);
      row.equations += static_cast<double>(stats.equations);
      row.right_equations += static_cast<double>(stats.right_equations);
      row.self_checks += static_cast<double>(stats.self_checks());
      row.english += stats.languages.Share("en");
      clauses_bare += static_cast<double>(stats.languages.bare);
      clauses += static_cast<double>(stats.languages.bare + stats.languages.words());
    }
    per_question.push_back(static_cast<double>(correct) / static_cast<double>(k));
    row.pass_at_1 += per_question.back();
    row.pass_at_k += PassAtK(k, correct, k);
    row.cons_at_k += ConsAtK(answers, examples[q].answer, k, EqualityFor(examples[q]));
  }
  const double questions = static_cast<double>(row.questions), n = questions * static_cast<double>(k);
  row.pass_at_1 /= questions;
  row.pass_at_k /= questions;
  row.cons_at_k /= questions;
  row.pass_at_1_interval = MeanShareInterval(per_question, RngKey({seed, 0xB007}));
  row.format /= n;
  row.finished /= n;
  row.mean_tokens /= n;
  row.english /= n;
  row.symbols = clauses > 0 ? clauses_bare / clauses : 0;
  row.right_equations = row.equations > 0 ? row.right_equations / row.equations : 0;
  row.equations /= n;
  row.self_checks /= n;
}

}  // namespace

std::vector<EvalTask> HeldOutTasks(const std::vector<TaskShare>& shares, int64_t count, uint64_t seed, const KeepQuestion& keep) {
  std::vector<EvalTask> tasks;
  for (TaskShare share : shares) {
    share.weight = 1;  // which says how often it is trained on
    const TaskDataset dataset({share}, RngKey({seed, 0xE7A1}), Split::kHeldOut, keep);
    // Two rows may name one task, or files of one name, or a folder what a line of metrics.jsonl has beside the tasks.
    EvalTask task{share.Name(), {}};
    const auto taken = [&] {
      const auto others = {"step", "stage", "eval", "samples", "all"};
      return std::find(others.begin(), others.end(), task.name) != others.end() ||
             std::any_of(tasks.begin(), tasks.end(), [&](const EvalTask& t) { return t.name == task.name; });
    };
    for (int n = 2; taken(); ++n) task.name = StrCat(share.Name(), " ", n);
    constexpr int64_t kRepeats = 1000;  // one after the other: a task of which that is drawn has no other questions
    const bool drawn = share.data.empty();
    const int64_t questions = std::min(count, dataset.size());
    std::unordered_set<std::string> asked;
    for (int64_t i = 0, repeats = 0; repeats < kRepeats && (drawn ? static_cast<int64_t>(asked.size()) : i) < questions; ++i) {
      Example example = dataset.At(i);
      const bool is_new = !drawn || asked.insert(example.question).second;
      repeats = is_new ? 0 : repeats + 1;
      if (is_new && !example.answer.empty()) task.examples.push_back(std::move(example));
    }
    if (drawn && static_cast<int64_t>(task.examples.size()) < count) {
      LOG(Warning) << "task " << task.name << ": no more than " << task.examples.size() << " different held-out questions; "
                   << count << " were asked for";
    }
    if (!task.examples.empty()) tasks.push_back(std::move(task));
  }
  return tasks;
}

EvalReport Evaluate(Engine& engine, const Tokenizer& tokenizer, const std::vector<EvalTask>& tasks, const EvalOptions& options,
                    const std::function<void(const GenerateProgress&)>& progress) {
  Require(options.samples >= 1, "samples must be at least 1, got ", options.samples);
  const auto start = std::chrono::steady_clock::now();
  const PromptTemplate& prompt_template = FindPromptTemplate(options.prompt_template);
  std::vector<Request> requests;
  for (size_t t = 0; t < tasks.size(); ++t) {
    for (size_t q = 0; q < tasks[t].examples.size(); ++q) {
      Request request;
      request.prompt =
          tokenizer.Encode(RenderPrompt(prompt_template, tasks[t].examples[q].question), {.parse_special = false, .add_bos = true});
      request.params = options.sampling;
      for (int64_t i = 0; i < options.samples; ++i)
        request.rng_keys.push_back(RngKey({options.seed, 0xE7A2, t, q, static_cast<uint64_t>(i)}));
      requests.push_back(std::move(request));
    }
  }
  const std::vector<Completion> completions = engine.Generate(requests, progress);

  EvalReport report;
  report.options = options;
  std::vector<Example> all_examples;
  std::vector<double> all_accuracies;
  size_t at = 0;
  for (const EvalTask& task : tasks) {
    EvalRow row;
    row.task = task.name;
    for (size_t q = 0; q < task.examples.size(); ++q)
      for (int64_t i = 0; i < options.samples; ++i)
        row.completions.push_back(
            Judge(task.examples[q], static_cast<int64_t>(q), completions[at++], prompt_template.answer_style));
    std::vector<double> accuracies;
    Summarize(row, task.examples, options.samples, options.seed, accuracies);
    all_examples.insert(all_examples.end(), task.examples.begin(), task.examples.end());
    report.total.completions.insert(report.total.completions.end(), row.completions.begin(), row.completions.end());
    report.rows.push_back(std::move(row));
  }
  report.total.task = "all";
  if (!all_examples.empty()) Summarize(report.total, all_examples, options.samples, options.seed, all_accuracies);
  report.total.completions.clear();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace r1
