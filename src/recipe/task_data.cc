#include "recipe/task_data.h"

#include <algorithm>
#include <map>

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

bool Has(const Example& example, RewardNeeds needed) {
  if (needed == RewardNeeds::kAnswer) return !example.answer.empty();
  const auto tests = example.metadata.find("tests");
  return tests != example.metadata.end() && !tests->second.empty() && tests->second != "null";
}

// Whether any question of the shares has it. Those of tasks have answers and no tests.
bool AnyHas(const std::vector<TaskShare>& shares, RewardNeeds needed) {
  const auto drawn = [](const TaskShare& share) { return share.weight > 0; };
  for (const TaskShare& share : shares)
    if (drawn(share) && share.data.empty() && needed == RewardNeeds::kAnswer) return true;
  for (const TaskShare& share : WithStoredData(shares)) {
    if (!drawn(share) || share.data.empty()) continue;
    const std::vector<Example> examples = ReadQuestions(share.data);
    if (std::any_of(examples.begin(), examples.end(), [&](const Example& example) { return Has(example, needed); })) return true;
  }
  return false;
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
  std::map<RewardNeeds, bool> known;  // the files are read once, and only where it is asked for
  for (const StageRecipe& stage : recipe.stages) {
    if (stage.kind != StageKind::kGrpo) continue;
    for (const RewardSpec& reward : stage.grpo.rewards) {
      const RewardNeeds needed = FindReward(reward.name).needs;
      if (reward.weight == 0 || needed == RewardNeeds::kNothing) continue;
      if (!known.contains(needed)) known[needed] = AnyHas(recipe.tasks, needed);
      Require(known[needed], "rewards: ", reward.name, " of stage \"", stage.name, "\" needs questions with ",
              needed == RewardNeeds::kTests ? "tests" : "an answer", ", and none of `tasks` has one");
    }
  }
}

}  // namespace r1
