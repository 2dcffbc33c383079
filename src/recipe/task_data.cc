#include "recipe/task_data.h"

#include <algorithm>
#include <optional>

#include "base/sha256.h"
#include "data/records.h"
#include "hub/data_set_name.h"

namespace r1 {
namespace {

// Draws one problem of every difficulty that may come.
void CheckProblems(const TaskShare& share, Split split) {
  const Task& task = FindTask(share.task);
  const TaskOptions all = share.Options();
  MakeProblem(task, 0, 0, split, all);  // no difficulty at all
  TaskOptions one = all;
  one.difficulty_weights.clear();
  const int64_t first = std::max(task.min_difficulty, all.min_difficulty), last = std::min(task.max_difficulty, all.max_difficulty);
  for (int64_t difficulty = first; difficulty <= last; ++difficulty) {
    if (all.WeightOf(difficulty) == 0) continue;
    one.min_difficulty = one.max_difficulty = difficulty;
    MakeProblem(task, 0, 0, split, one);
  }
}

// What the questions of some shares have: a task's have answers and no tests.
struct Judgeable {
  bool answers = false, tests = false;
};

Judgeable JudgeableBy(const std::vector<TaskShare>& shares) {
  Judgeable found;
  for (const TaskShare& share : WithStoredData(shares)) {
    if (share.weight == 0) continue;
    found.answers |= share.data.empty();
    if (share.data.empty() || (found.answers && found.tests)) continue;
    for (const Example& example : ReadQuestions(share.data)) {
      found.answers |= !example.answer.empty();
      found.tests |= example.metadata.contains("tests");
    }
  }
  return found;
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

void RequireRewardsApply(const Recipe& recipe) {
  std::optional<Judgeable> has;  // read once, and only where it is asked for
  for (const StageRecipe& stage : recipe.stages) {
    if (stage.kind != StageKind::kGrpo) continue;
    for (const RewardSpec& reward : stage.grpo.rewards) {
      const bool by_tests = reward.name == "code";
      if (reward.weight == 0 || !(by_tests || reward.name == "accuracy" || reward.name == "math")) continue;
      if (!has) has = JudgeableBy(recipe.tasks);
      Require(by_tests ? has->tests : has->answers, "rewards: ", reward.name, " of stage \"", stage.name,
              "\" needs questions with ", by_tests ? "tests" : "an answer", ", and none of `tasks` has one");
    }
  }
}

}  // namespace r1
