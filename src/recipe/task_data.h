// Where the questions of a recipe's data files are.
#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"
#include "recipe/recipe.h"

namespace r1 {

// The same shares; data sets that are named as on the hub (datasets/OWNER/NAME:FILES) become the paths of their downloaded files.
// Throws kNotFound with the command that downloads them.
std::vector<TaskShare> WithStoredData(std::vector<TaskShare> shares);

// SHA-256 of every file that is trained on, a line each; "" for tasks of the registry alone. A run is resumed with the same data.
std::string TaskDataHashes(const std::vector<TaskShare>& shares);

// Reads every data file of the shares once, and draws a problem of every difficulty of the tasks, so that what is wrong with one is
// said before hours of training, not after. Throws what QuestionFile and MakeProblem throw.
void CheckTaskData(const std::vector<TaskShare>& shares, Split split);

// Throws kInvalidArgument if a stage has a reward (accuracy, math, code) that applies to none of the questions trained on: they
// have no answers, or no tests.
void RequireRewardsApply(const Recipe& recipe);

}  // namespace r1
