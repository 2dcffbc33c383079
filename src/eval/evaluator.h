// Asks a model held-out questions and counts what came back. The sampled answers are a pure function of (weights, questions,
// options), so an evaluation repeats to the bit whatever the batch or the machine's load.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/fields.h"
#include "data/dataset.h"
#include "data/prompt_template.h"
#include "engine/engine.h"
#include "eval/intervals.h"

namespace r1 {

struct EvalTask {
  std::string name;
  std::vector<Example> examples;
};

// `count` held-out questions of each share, the same for every model; fewer where its data file has fewer that `keep` accepts, or
// its task fewer different ones: a question asked twice would make an interval narrower than it is. Answers are compared strictly,
// those of data files as mathematics; questions without an answer (programs with tests) are left out.
std::vector<EvalTask> HeldOutTasks(const std::vector<TaskShare>& shares, int64_t count, uint64_t seed,
                                   const KeepQuestion& keep = {});

struct EvalOptions {
  std::string prompt_template = "r1_zero";
  int64_t samples = 4;      // completions per question
  SamplingParams sampling;  // temperature, top_p, max_tokens, ...; rng_key is set per sample
  uint64_t seed = 1;
};

// One completion with its verdict.
struct EvalSample {
  int64_t question = 0;  // index into the task's examples
  std::string text;
  std::optional<std::string> answer;  // as extracted
  int64_t tokens = 0;
  std::vector<int32_t> token_ids;
  std::vector<float> logprobs, entropies;  // of each token; entropies only if options.sampling asks for them
  bool correct = false, well_formed = false, finished = false;
};

// Means over the completions of one task, or over all tasks.
struct EvalRow {
  std::string task;
  int64_t questions = 0, samples = 0;  // questions; completions of each
  double pass_at_1 = 0;
  Interval pass_at_1_interval;          // 95%, see MeanShareInterval
  double pass_at_k = 0, cons_at_k = 0;  // k = samples
  double format = 0;                    // share of completions in the form <think> </think> <answer> </answer>
  double finished = 0;                  // share that ended by themselves
  double mean_tokens = 0;
  // Of the thinking:
  double english = 0;                                          // share of English words; bare equations count as foreign
  double symbols = 0;                                          // share of clauses without any word
  double equations = 0, right_equations = 0, self_checks = 0;  // per completion; right: share of equations
  std::vector<EvalSample> completions;                         // empty in the total
};

struct EvalReport {
  EvalOptions options;
  std::vector<EvalRow> rows;  // one per task
  EvalRow total;              // over all questions
  double seconds = 0;
};

EvalReport Evaluate(Engine& engine, const Tokenizer& tokenizer, const std::vector<EvalTask>& tasks, const EvalOptions& options,
                    const std::function<void(const GenerateProgress&)>& progress = {});

}  // namespace r1
