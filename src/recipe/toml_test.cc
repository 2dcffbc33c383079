#include "recipe/toml.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/fields.h"
#include "base/message_of.h"
#include "base/rng.h"

namespace r1 {
namespace {

std::string ErrorOf(const std::string& text) {
  return MessageOf([&] { ParseToml(text, "r.toml"); }, ErrorCode::kInvalidArgument);
}

constexpr const char* kRecipe = R"(# a recipe
name = "micro"
[grpo]
steps = 1_000
lr = 2e-4
tasks = ["words", "chains"]
[[stage]]
b.c = true
a = -1
[[stage]]
text = '''two
lines'''
)";

TEST(TomlTest, KeepsOrderLinesAndTypes) {
  const ConfigValue tree = ParseToml(kRecipe, "r.toml");
  const auto& entries = std::get<ConfigValue::Table>(tree.data);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].key, "name");
  EXPECT_EQ(entries[1].key, "grpo");
  EXPECT_EQ(entries[2].key, "stage");
  const ConfigValue& grpo = entries[1].value;
  EXPECT_EQ(std::get<ConfigValue::Table>(grpo.data)[0].key, "steps");
  EXPECT_EQ(std::get<int64_t>(grpo.Find("steps")->data), 1000);
  EXPECT_EQ(std::get<double>(grpo.Find("lr")->data), 2e-4);
  EXPECT_EQ(grpo.Find("lr")->line, 5);
  const auto& stages = std::get<ConfigValue::Array>(entries[2].value.data);
  ASSERT_EQ(stages.size(), 2u);
  EXPECT_EQ(std::get<ConfigValue::Table>(stages[0].data)[0].key, "b");
  EXPECT_EQ(std::get<std::string>(stages[1].Find("text")->data), "two\nlines");
}

TEST(TomlTest, ItsTextFormReadsBackEqual) {
  const std::string text = ToTomlText(ParseToml(kRecipe, "r.toml"));
  EXPECT_EQ(ToTomlText(ParseToml(text, "again.toml")), text);
}

TEST(TomlTest, SyntaxErrorsNameFileLineAndColumn) {
  EXPECT_EQ(ErrorOf("a = 1\nb = \n").substr(0, 10), "r.toml:2:5");
  EXPECT_EQ(ErrorOf("a = 1\na = 2\n").substr(0, 9), "r.toml:2:");
  EXPECT_EQ(ErrorOf("x = \"abc\n").substr(0, 9), "r.toml:1:");
  EXPECT_EQ(ErrorOf("when = 2026-01-01\n"), "r.toml:1:8: dates and times are not used here; put it in quotes if it is text");
  EXPECT_EQ(ErrorOf("x = \xff\n").substr(0, 9), "r.toml:1:");
  EXPECT_EQ(ErrorOf("x = 1 # café\ncafé = 1\n"), "r.toml:2:4: text beyond ASCII must be in quotes");
}

TEST(TomlTest, StringsMayHoldAnyText) {
  for (const char* value :
       {R"("café # = . \" x")", R"('\ é')", "\"\"\"aé\n\"b\"\\\\\"\"\"\"\"", "'''é'''", "\"\"", "''", "\"\"\"\"\"\""}) {
    const std::string text = "x = " + std::string(value) + " # é ' \"\ny = \"é\"\n";
    EXPECT_EQ(ErrorOf(text), "no error") << text;
  }
}

TEST(TomlTest, DeepNestingIsAnErrorAndNoCrash) {
  const auto repeat = [](std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
  };
  EXPECT_NE(ErrorOf("x = " + repeat("[", 100'000)), "no error");
  EXPECT_NE(ErrorOf(repeat("a.", 100) + "a = 1"), "no error");
  EXPECT_NE(ErrorOf(repeat("a.", 100'000) + "a = 1"), "no error");
  EXPECT_NE(ErrorOf("[" + repeat("a.", 100'000) + "a]\n"), "no error");
  EXPECT_NE(ErrorOf("x = " + repeat("{a=", 100'000)), "no error");
}

TEST(TomlTest, DamagedTextIsAnErrorAndNoCrash) {
  const std::string good = kRecipe;
  for (uint64_t i = 0; i < 3000; ++i) {
    Rng rng(RngKey({7, i}));
    std::string text = good.substr(0, rng.Below(4) == 0 ? rng.Below(good.size()) : good.size());
    for (uint64_t n = rng.Below(4); n > 0 && !text.empty(); --n) text[rng.Below(text.size())] = static_cast<char>(rng.Below(256));
    try {
      ToTomlText(ParseToml(text, "r.toml"));
    } catch (const Error&) {
    }
  }
}

TEST(TomlTest, AMissingFileIsNotFound) {
  try {
    LoadToml("/nonexistent/r.toml");
    FAIL() << "must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_NE(std::string(error.what()).find("/nonexistent/r.toml"), std::string::npos);
  }
}

}  // namespace
}  // namespace r1
