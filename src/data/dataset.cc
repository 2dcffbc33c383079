#include "data/dataset.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/bounds.h"
#include "data/pick.h"

namespace r1 {

void TaskShare::Validate() const {
  if (data.empty()) FindTask(task);
  Require(!data.empty() || held_out_data.empty(), "held_out_data goes with data, got ", held_out_data, " alone");
  RequireRange("weight", weight, 0, 1e9);
  Require(min_difficulty >= 1 && min_difficulty <= max_difficulty,
          "min_difficulty and max_difficulty must satisfy 1 <= min <= max, got ", min_difficulty, " and ", max_difficulty);
  RequireRange("max_difficulty", max_difficulty, 1, 1'000'000);
  for (const double share : difficulty_weights) RequireRange("difficulty_weights", share, 0, 1e9);
}

void RequireSomeWeight(const std::vector<TaskShare>& shares) {
  Require(std::any_of(shares.begin(), shares.end(), [](const TaskShare& share) { return share.weight > 0; }),
          "tasks: no task has a weight above 0");
}

TaskDataset::TaskDataset(std::vector<TaskShare> shares, uint64_t seed, Split split, const KeepQuestion& keep)
    : shares_(std::move(shares)), seed_(seed), split_(split) {
  Require(!shares_.empty(), "dataset: the list of tasks is empty");
  for (const TaskShare& share : shares_) {
    share.Validate();
    weights_.push_back(share.weight);
    files_.push_back(share.data.empty() ? nullptr : std::make_shared<QuestionFile>(share.data, share.held_out_data, split, keep));
  }
  RequireSomeWeight(shares_);
}

Example TaskDataset::At(int64_t index, const std::vector<double>& difficulty_weights) const {
  Rng rng(RngKey({seed_, HashText("mixture"), static_cast<uint64_t>(split_), static_cast<uint64_t>(index)}));
  const size_t drawn = PickWeighted(rng, weights_, "task weights");
  if (files_[drawn]) return files_[drawn]->At(seed_, index);
  const Task& task = FindTask(shares_[drawn].task);
  TaskOptions options = shares_[drawn].Options();
  if (!difficulty_weights.empty()) options.difficulty_weights = difficulty_weights;
  return ToExample(task, MakeProblem(task, seed_, index, split_, options), split_, index);
}

int64_t TaskDataset::size() const {
  int64_t size = 0;
  for (const auto& file : files_) {
    if (!file) return std::numeric_limits<int64_t>::max();
    size += file->size();
  }
  return size;
}

std::vector<Example> TaskDataset::Next(int64_t count, const std::vector<double>& difficulty_weights) {
  std::vector<Example> examples;
  for (int64_t i = 0; i < count; ++i) examples.push_back(At(cursor_++, difficulty_weights));
  return examples;
}

}  // namespace r1
