#include "base/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace r1 {
namespace {

TEST(ParseJsonTest, ReadsWhatIsValid) {
  EXPECT_EQ(ParseJson(R"({"a": [1, "[[[[{"]})", "f")["a"][0], 1);
  EXPECT_EQ(ParseJson(std::string(64, '[') + std::string(64, ']'), "f").size(), 1u);
}

TEST(ParseJsonTest, ErrorsNameTheSource) {
  for (const std::string& text :
       {std::string("{"), std::string("\"\xff\""), std::string(), std::string("1e999999"), std::string("nul")}) {
    try {
      ParseJson(text, "some.json");
      ADD_FAILURE() << text;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kDataLoss);
      EXPECT_EQ(std::string(e.what()).rfind("some.json: ", 0), 0u) << e.what();
    }
  }
}

TEST(ParseJsonTest, RefusesNestingThatRecursionCouldNotSurvive) {
  EXPECT_THROW(ParseJson(std::string(65, '[') + std::string(65, ']'), "f"), Error);
  EXPECT_THROW(ParseJson(std::string(1'000'000, '['), "f"), Error);
}

TEST(ParseJsonTest, RefusesDoubleKeysWhereAsked) {
  EXPECT_EQ(ParseJson(R"({"a": 1, "a": 2})", "f")["a"], 2);
  EXPECT_THROW(ParseJson(R"({"a": 1, "a": 2})", "f", true), Error);
  EXPECT_THROW(ParseJson(R"({"x": [{"a": 1, "b": {}, "a": 2}]})", "f", true), Error);
  EXPECT_EQ(ParseJson(R"({"a": {"a": 1}, "b": {"a": [{"a": 2}]}})", "f", true).size(), 2u);
}

TEST(ReadingJsonTest, TurnsWrongTypesIntoErrors) {
  const nlohmann::json value = {{"a", "text"}};
  EXPECT_THROW(ReadingJson("f", [&] { (void)value.at("a").get<int>(); }), Error);
  EXPECT_THROW(ReadingJson("f", [&] { (void)value.at("b"); }), Error);
}

}  // namespace
}  // namespace r1
