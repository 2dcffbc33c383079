#include "recipe/recipe.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/message_of.h"
#include "base/scratch_folder.h"

namespace r1 {
namespace {

Recipe EveryKindOfTable() {
  Recipe recipe;
  recipe.tasks = recipe.evaluation.tasks = {{.task = "chain", .difficulty_weights = {1, 2}}};
  recipe.stages = {{.name = "base"}, {.name = "zero", .kind = StageKind::kGrpo}};
  return recipe;
}

// Of assignments with semicolons between them.
std::string ErrorOf(const std::string& assignments) {
  Recipe recipe = EveryKindOfTable();
  try {
    std::istringstream list(assignments);
    for (std::string assignment; std::getline(list, assignment, ';');) SetField(recipe, assignment);
    ValidateFields(recipe);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    return error.what();
  }
  return "accepted";
}

// Calls visit(path, is_integer) for every number of the tree.
template <class Visit>
void VisitNumbers(const ConfigValue& value, const std::string& path, const Visit& visit) {
  const std::string prefix = path.empty() ? "" : path + ".";
  if (const auto* table = std::get_if<ConfigValue::Table>(&value.data)) {
    for (const auto& [key, child] : *table) VisitNumbers(child, prefix + key, visit);
  } else if (const auto* array = std::get_if<ConfigValue::Array>(&value.data)) {
    for (size_t i = 0; i < array->size(); ++i)
      if ((*array)[i].IsTable()) VisitNumbers((*array)[i], prefix + std::to_string(i), visit);
  } else if (std::holds_alternative<int64_t>(value.data)) {
    visit(path, true);
  } else if (std::holds_alternative<double>(value.data)) {
    visit(path, false);
  }
}

constexpr std::array kIntegers = {"9223372036854775807", "-9223372036854775807", "1.5", "nan", "inf"};
constexpr std::array kFractions = {"1e300", "-1e300", "inf", "-inf", "nan"};

TEST(RecipeTest, EveryNumberHasBounds) {
  ASSERT_EQ(ErrorOf("seed=9223372036854775807"), "accepted") << "the one number that may be anything";
  // Each is read by one reward, which looks at it (reward_test); max_value is looked at when a problem is drawn (CheckTaskData).
  const std::set<std::string_view> elsewhere = {"seed", "max_tokens", "soft_tokens", "ngram", "jobs", "max_value"};
  int numbers = 0;
  VisitNumbers(WriteFields(EveryKindOfTable()), "", [&](const std::string& path, bool is_integer) {
    const std::string key = path.substr(path.rfind('.') + 1);
    if (elsewhere.count(key) > 0) return;
    ++numbers;
    for (const char* value : is_integer ? kIntegers : kFractions)
      EXPECT_NE(ErrorOf(path + "=" + value).find(key), std::string::npos)
          << path << "=" << value << ": " << ErrorOf(path + "=" + value);
  });
  EXPECT_GT(numbers, 100);
}

TEST(RecipeTest, ListsOfNumbersHaveBounds) {
  for (const char* weights : {"[1,nan]", "[inf]", "[-1]", "[1e300]"})
    EXPECT_NE(ErrorOf(std::string("tasks.0.difficulty_weights=") + weights).find("difficulty_weights"), std::string::npos)
        << weights;
}

TEST(RecipeTest, ANameIsOneLineAndNoPath) {
  EXPECT_EQ(ErrorOf("name=my run, the 2nd"), "accepted");
  for (const char* name : {"", ".", "..", "../x", "a/b", "a\nb", "\x1b[2J"})
    EXPECT_NE(ErrorOf(std::string("name=") + name).find("name must be one line without a slash"), std::string::npos) << name;
}

// All of this would stop a run only after its pre-training.
TEST(RecipeTest, WhatLeavesNothingToDrawIsRefused) {
  const std::string unused =
      "corpus.prose=0;corpus.small_talk=0;corpus.answer=0;corpus.chat_answer=0;corpus.solution=0;"
      "corpus.chat_solution=0;corpus.tagged=0;corpus.drill=0";
  for (const auto& [assignments, says] : std::vector<std::pair<std::string, std::string>>{
           {"tasks.0.weight=0", "tasks: no task has a weight above 0"},
           {"curriculum.enabled=true;tasks.0.min_difficulty=3", "curriculum.first_difficulty must be at least 3"},
           {"curriculum.enabled=true;stages.1.grpo.rewards.0.name=repetition", "no reward that tells how right answers are"},
           {"stages.1.grpo.temperature=1e-8", "temperature must be in 1e-06..100"},
           {"evaluation.temperature=1e-8", "temperature must be 0 or in 1e-06..100"},
           {"stages.1.grpo.schedule.decay=cosine", "decay = cosine with final_fraction = 1 is no decay"},
           {"stages.1.grpo.optimizer.epsilon=1e-40", "epsilon must be in 1e-30..1"},
           {"prompt_template=solution", "accuracy of stage \"zero\" looks for <think> and <answer>"},
           {"stages.1.grpo.rewards.1.name=length", "which no completion of max_completion_tokens = 96 has"},
           {"corpus.english=0;corpus.french=0;corpus.symbols=0;corpus.mixed=0", "no manner of solutions"},
           {unused, "no kind of document"}}) {
    const std::string with =
        assignments.ends_with("length") ? assignments + ";stages.1.grpo.max_completion_tokens=96" : assignments;
    EXPECT_NE(ErrorOf(with).find(says), std::string::npos) << with << ": " << ErrorOf(with);
  }
  EXPECT_EQ(ErrorOf("curriculum.enabled=true;stages.1.grpo.rewards.0.name=math"), "accepted");
}

TEST(RecipeTest, AnOverrideOfAStageOfAnotherKindIsRefused) {
  const ScratchFolder folder;
  folder.Write("a.toml", "[[tasks]]\n[[stages]]\nname = \"base\"\n[[stages]]\nname = \"zero\"\nkind = \"grpo\"\n");
  const auto load = [&](const std::string& assignment) {
    return MessageOf([&] { LoadRecipe(folder.path() + "/a.toml", {assignment}); });
  };
  EXPECT_EQ(load("stages.0.grpo.steps=3"), "--set stages.0.grpo.steps=3: stage 0 (counted from 0), \"base\", is of kind pretrain");
  EXPECT_EQ(load("stages.1.pretrain.tokens=8192"),
            "--set stages.1.pretrain.tokens=8192: stage 1 (counted from 0), \"zero\", is of kind grpo");
  EXPECT_EQ(load("stages.1.grpo.steps=3"), "no error");
}

TEST(RecipeTest, AStageWithSettingsOfReinforcementLearningHasAKind) {
  const ScratchFolder folder;
  folder.Write("a.toml", "[[stages]]\nname = \"zero\"\n[stages.grpo]\nsteps = 3\n");
  EXPECT_EQ(MessageOf([&] { LoadRecipe(folder.path() + "/a.toml", {}); }),
            folder.path() +
                "/a.toml:1: stages: `kind` is missing beside `grpo` (line 3); for reinforcement learning say kind = \"grpo\"");
}

}  // namespace
}  // namespace r1
