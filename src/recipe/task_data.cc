#include "recipe/task_data.h"

#include <algorithm>

#include "base/sha256.h"
#include "data/records.h"
#include "hub/data_set_name.h"

namespace r1 {
namespace {

// Draws one problem of every difficulty that may come.
void CheckProblems(const TaskShare& share, Split split) {
  const Task& task = FindTask(share.task);
  TaskOptions options = share.Options();
  MakeProblem(task, 0, 0, split, options);  // no difficulty at all
  options.difficulty_weights.clear();
  const auto weight = [&](int64_t difficulty) {
    const auto& weights = share.difficulty_weights;
    return weights.empty()                                      ? 1.0
           : difficulty <= static_cast<int64_t>(weights.size()) ? weights[static_cast<size_t>(difficulty - 1)]
                                                                : 0.0;
  };
  const int64_t first = std::max(task.min_difficulty, share.min_difficulty),
                last = std::min(task.max_difficulty, share.max_difficulty);
  for (int64_t difficulty = first; difficulty <= last; ++difficulty) {
    if (weight(difficulty) == 0) continue;
    options.min_difficulty = options.max_difficulty = difficulty;
    MakeProblem(task, 0, 0, split, options);
  }
}

}  // namespace

std::vector<TaskShare> WithStoredData(std::vector<TaskShare> shares) {
  for (TaskShare& share : shares)
    for (std::string* path : {&share.data, &share.held_out_data}) *path = DataPath(*path);
  return shares;
}

std::string TaskDataHashes(const std::vector<TaskShare>& shares) {
  std::string hashes;
  for (const TaskShare& share : WithStoredData(shares))
    for (const std::string& path : {share.data, share.held_out_data})
      if (!path.empty())
        for (const DataFile& file : DataFiles(path)) hashes += Sha256HexOfFile(file.path) + "\n";
  return hashes;
}

void CheckTaskData(const std::vector<TaskShare>& shares, Split split) {
  for (const TaskShare& share : WithStoredData(shares)) {
    if (share.data.empty())
      CheckProblems(share, split);
    else
      QuestionFile(share.data, share.held_out_data, split);
  }
}

}  // namespace r1
