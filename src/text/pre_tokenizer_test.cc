#include "text/pre_tokenizer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace r1 {
namespace {

using Strings = std::vector<std::string>;

Strings Split(const std::string& json, const std::string& text) {
  Strings pieces;
  PreTokenizer::FromJson(nlohmann::json::parse(json)).Split(text, /*at_start=*/true, [&](std::string_view piece) {
    pieces.emplace_back(piece);
  });
  return pieces;
}

std::string SplitJson(const std::string& behavior, bool invert = false) {
  return nlohmann::json{{"type", "Split"}, {"pattern", {{"String", "-"}}}, {"behavior", behavior}, {"invert", invert}}.dump();
}

// The examples of Hugging Face's documentation of SplitDelimiterBehavior.
TEST(PreTokenizerTest, FiveBehaviors) {
  const std::string text = "the-final--countdown";
  EXPECT_EQ(Split(SplitJson("Removed"), text), (Strings{"the", "final", "countdown"}));
  EXPECT_EQ(Split(SplitJson("Isolated"), text), (Strings{"the", "-", "final", "-", "-", "countdown"}));
  EXPECT_EQ(Split(SplitJson("MergedWithPrevious"), text), (Strings{"the-", "final-", "-", "countdown"}));
  EXPECT_EQ(Split(SplitJson("MergedWithNext"), text), (Strings{"the", "-final", "-", "-countdown"}));
  EXPECT_EQ(Split(SplitJson("Contiguous"), text), (Strings{"the", "-", "final", "--", "countdown"}));
  EXPECT_EQ(Split(SplitJson("Removed", true), text), (Strings{"-", "-", "-"}));
}

TEST(PreTokenizerTest, DigitsAloneOrTogether) {
  EXPECT_EQ(Split(R"({"type":"Digits","individual_digits":true})", "a12b"), (Strings{"a", "1", "2", "b"}));
  EXPECT_EQ(Split(R"({"type":"Digits","individual_digits":false})", "a12b"), (Strings{"a", "12", "b"}));
}

TEST(PreTokenizerTest, ByteLevelSplitsLikeGpt2AndMayAddASpace) {
  EXPECT_EQ(Split(R"({"type":"ByteLevel","add_prefix_space":true})", "it's  12 cats!"),
            (Strings{" it", "'s", " ", " 12", " cats", "!"}));
  EXPECT_EQ(Split(R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false})", "a b"), (Strings{"a b"}));
}

TEST(PreTokenizerTest, MetaspaceMarksSpacesAndWhereWordsBegin) {
  const auto split = [](const std::string& scheme, bool cut) {
    return Split(nlohmann::json{{"type", "Metaspace"}, {"replacement", "_"}, {"prepend_scheme", scheme}, {"split", cut}}.dump(),
                 "a b  c");
  };
  EXPECT_EQ(split("always", true), (Strings{"_a", "_b", "_", "_c"}));
  EXPECT_EQ(split("first", false), (Strings{"_a_b__c"}));
  EXPECT_EQ(split("never", true), (Strings{"a", "_b", "_", "_c"}));
  Strings later;
  PreTokenizer::FromJson({{"type", "Metaspace"}, {"prepend_scheme", "first"}})
      .Split("a", /*at_start=*/false, [&](std::string_view piece) { later.emplace_back(piece); });
  EXPECT_EQ(later, (Strings{"a"}));
}

TEST(PreTokenizerTest, UnknownPartsAreErrors) {
  for (const char* json : {R"({"type":"Punctuation"})", R"({"type":"Metaspace","prepend_scheme":"sometimes"})",
                           R"({"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"})",
                           R"({"type":"Split","pattern":{"Regex":"a"},"behavior":"Sideways"})",
                           R"({"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]})"})
    EXPECT_THROW(PreTokenizer::FromJson(nlohmann::json::parse(json)), Error) << json;
}

}  // namespace
}  // namespace r1
