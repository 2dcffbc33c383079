#include "data/dataset.h"

#include <utility>

#include "data/pick.h"

namespace r1 {

void TaskShare::Validate() const {
  FindTask(task);
  Require(weight >= 0, "weight must not be negative, got ", weight);
  Require(min_difficulty >= 1 && min_difficulty <= max_difficulty,
          "min_difficulty and max_difficulty must satisfy 1 <= min <= max, got ", min_difficulty, " and ", max_difficulty);
}

DrawnProblem DrawFromMixture(const std::vector<TaskShare>& shares, uint64_t seed, int64_t index, Split split,
                             const std::vector<double>& difficulty_weights) {
  Rng rng(RngKey({seed, HashText("mixture"), static_cast<uint64_t>(split), static_cast<uint64_t>(index)}));
  std::vector<double> weights;
  for (const TaskShare& share : shares) weights.push_back(share.weight);
  const TaskShare& share = shares[PickWeighted(rng, weights, "task weights")];
  const Task& task = FindTask(share.task);
  TaskOptions options = share.Options();
  if (!difficulty_weights.empty()) options.difficulty_weights = difficulty_weights;
  return {&task, MakeProblem(task, seed, index, split, options)};
}

TaskDataset::TaskDataset(std::vector<TaskShare> shares, uint64_t seed, Split split)
    : shares_(std::move(shares)), seed_(seed), split_(split) {
  Require(!shares_.empty(), "dataset: the list of tasks is empty");
  double total = 0;
  for (const TaskShare& share : shares_) {
    share.Validate();
    total += share.weight;
  }
  Require(total > 0, "dataset: no task has a weight above 0");
}

Example TaskDataset::At(int64_t index, const std::vector<double>& difficulty_weights) const {
  DrawnProblem drawn = DrawFromMixture(shares_, seed_, index, split_, difficulty_weights);
  return ToExample(*drawn.task, std::move(drawn.problem), split_, index);
}

std::vector<Example> TaskDataset::Next(int64_t count, const std::vector<double>& difficulty_weights) {
  std::vector<Example> examples;
  for (int64_t i = 0; i < count; ++i) examples.push_back(At(cursor_++, difficulty_weights));
  return examples;
}

}  // namespace r1
