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
    : shares_(std::move(shares)), seed_(seed), split_(split), keep_(keep) {
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
  // The first one that is kept, of so many that only a task of which hardly any can be kept runs out of them.
  constexpr int64_t kAttempts = 1000;
  for (int64_t attempt = 0; attempt < kAttempts; ++attempt) {
    const uint64_t seed = attempt == 0 ? seed_ : RngKey({seed_, HashText("another"), static_cast<uint64_t>(attempt)});
    Example example = ToExample(task, MakeProblem(task, seed, index, split_, options), split_, index);
    if (!keep_ || keep_(example.question)) return example;
  }
  Fail(ErrorCode::kInvalidArgument, "task ", task.name, ": of ", kAttempts,
       " questions none fits into the model's context; raise max_position_embeddings, or lower max_difficulty or "
       "max_completion_tokens");
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
