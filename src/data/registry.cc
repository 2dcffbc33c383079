#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/task.h"
#include "data/tasks/tasks.h"

namespace r1 {

static constexpr Task kTasks[] = {
    {"words", "small English word problems: gaining, losing, bags of, sharing, comparing", 1, 6, DrawWords},
    {"chain", "sums, differences and products: Compute 12-2*3+8?", 1, 6, DrawChain},
    {"missing", "find the number x in 3*x+4=19; the answer can be put back and checked", 1, 4, DrawMissing},
    {"pairs", "search: which two numbers of a list add up to a target", 1, 4, DrawPairs},
    {"countdown", "search: make a target from three numbers; which number comes last", 1, 2, DrawCountdown},
    {"order", "the largest or smallest of several small expressions", 2, 5, DrawOrder},
    {"sequence", "the next number of a sequence", 1, 4, DrawSequence},
    {"digits", "addition of numbers with two to five digits, column by column", 2, 5, DrawDigits},
};

std::span<const Task> AllTasks() { return kTasks; }

const Task& FindTask(std::string_view name) {
  std::string known;
  for (const Task& task : kTasks) {
    if (task.name == name) return task;
    known += known.empty() ? "" : ", ";
    known += task.name;
  }
  Fail(ErrorCode::kInvalidArgument, "task: there is no '", name, "'; known tasks: ", known);
}

Problem MakeProblem(const Task& task, uint64_t seed, int64_t index, Split split, const TaskOptions& options) {
  const int64_t lo = std::max(task.min_difficulty, options.min_difficulty);
  const int64_t hi = std::min(task.max_difficulty, options.max_difficulty);
  Require(lo <= hi, "task ", task.name, ": offers difficulties ", task.min_difficulty, " to ", task.max_difficulty, ", asked for ",
          options.min_difficulty, " to ", options.max_difficulty);
  Require(options.max_value >= 20 && options.max_value <= 9999, "task ", task.name, ": max_value must be in 20..9999, got ",
          options.max_value);
  std::vector<double> weights;
  for (int64_t d = lo; d <= hi; ++d) {
    const auto i = static_cast<size_t>(d - 1);
    weights.push_back(options.difficulty_weights.empty()      ? 1.0
                      : i < options.difficulty_weights.size() ? options.difficulty_weights[i]
                                                              : 0.0);
  }
  Rng rng(RngKey({seed, HashText(task.name), static_cast<uint64_t>(split), static_cast<uint64_t>(index)}));
  const int64_t difficulty = lo + static_cast<int64_t>(PickWeighted(rng, weights, "difficulty_weights"));
  // The rarest acceptance (long held-out chains) is above 1%, so this bound is never met by accident.
  for (int attempt = 0; attempt < 20000; ++attempt) {
    std::optional<Problem> problem = task.draw(rng, difficulty, options.max_value);
    if (problem && IsHeldOut(problem->key) == (split == Split::kHeldOut)) return *std::move(problem);
  }
  Fail(ErrorCode::kInvalidArgument, "task ", task.name, ": no ", SplitName(split), " problem of difficulty ", difficulty,
       " with numbers up to ", options.max_value);
}

Example ToExample(const Task& task, Problem problem, Split split, int64_t index) {
  Example example;
  example.id = StrCat(task.name, '/', SplitName(split), '/', index);
  example.question = std::move(problem.question);
  example.answer = std::to_string(problem.answer);
  example.metadata = {{"task", task.name},
                      {"difficulty", std::to_string(problem.difficulty)},
                      {"kind", std::move(problem.kind)},
                      {"key", std::move(problem.key)}};
  return example;
}

}  // namespace r1
