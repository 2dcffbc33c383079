#include "recipe/recipe.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"

namespace r1 {
namespace {

Recipe EveryKindOfTable() {
  Recipe recipe;
  recipe.tasks = recipe.evaluation.tasks = {{.task = "chain", .difficulty_weights = {1, 2}}};
  recipe.stages = {{.name = "base"}, {.name = "zero", .kind = StageKind::kGrpo}};
  return recipe;
}

std::string ErrorOf(const std::string& assignment) {
  Recipe recipe = EveryKindOfTable();
  try {
    SetField(recipe, assignment);
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

}  // namespace
}  // namespace r1
