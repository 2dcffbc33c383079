// A task makes problems with verifiable answers, without end. Adding one: a file in data/tasks/ and a row in data/registry.cc; it
// is then usable by training and by evaluation, and, if it works its problems out, by the corpus. `r1 tasks` shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "data/example.h"
#include "data/problem.h"
#include "data/split.h"

namespace r1 {

struct TaskOptions {
  int64_t min_difficulty = 1;  // cut to what the task offers
  int64_t max_difficulty = 6;
  std::vector<double> difficulty_weights;  // [i]: weight of difficulty i+1; empty: all equal; missing entries weigh 0
  int64_t max_value = 99;                  // largest number in questions and working, of tasks that are `worked` (not of digits)

  double WeightOf(int64_t difficulty) const {
    const auto i = static_cast<size_t>(difficulty - 1);
    return difficulty_weights.empty() ? 1.0 : i < difficulty_weights.size() ? difficulty_weights[i] : 0.0;
  }
};

struct Task {
  const char* name;
  const char* description;
  int64_t min_difficulty;
  int64_t max_difficulty;
  // One problem of the given difficulty, of either split, or nothing if this draw led nowhere.
  std::optional<Problem> (*draw)(Rng& rng, int64_t difficulty, int64_t max_value);
  bool worked = false;  // its problems have worked solutions and an integer for an answer, so a corpus can be written from them
};

std::span<const Task> AllTasks();
const Task& FindTask(std::string_view name);  // throws kInvalidArgument naming the known tasks

// The index-th problem of a split: a pure function of all arguments. Throws kInvalidArgument if the options leave no difficulty or
// allow no problem of this split.
Problem MakeProblem(const Task& task, uint64_t seed, int64_t index, Split split, const TaskOptions& options);

// What trainers and evaluators see of a problem: id "task/split/index" and metadata task, difficulty, kind, key.
Example ToExample(const Task& task, Problem problem, Split split, int64_t index);

}  // namespace r1
