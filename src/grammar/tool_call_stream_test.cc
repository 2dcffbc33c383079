#include "grammar/tool_call_stream.h"

#include <gtest/gtest.h>

#include "grammar/expression.h"
#include "grammar/tool_call_stream_test_util.h"

namespace r1 {
namespace {

using Kind = ToolCallPart::Kind;
using Parts = std::vector<ToolCallPart>;

const std::string kCalls =
    "I look.\n\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"}\\\"{\"]}}\n</tool_call>\n"
    "<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>";
const ToolCallStreamOptions kBound{.marked = false, .bound = true}, kFree{};

TEST(ToolCallStreamTest, TextsCallsAndArgumentsComeInOrderHoweverTheyAreCut) {
  const Parts bound = {{Kind::kText, "I look."},
                       {Kind::kCall, "f"},
                       {Kind::kArguments, "{\"a\": [1, \"}\\\"{\"]}"},
                       {Kind::kCall, "g"},
                       {Kind::kArguments, "{}"}};
  const Parts free = {{Kind::kText, "I look."},
                      {Kind::kCall, "f"},
                      {Kind::kArguments, "{\"a\":[1,\"}\\\"{\"]}"},  // read and written anew
                      {Kind::kCall, "g"},
                      {Kind::kArguments, "{}"}};
  for (const size_t piece : {1, 2, 3, 7, 50, 1000}) {
    EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, kBound, kCalls, piece), bound) << piece;
    EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, kFree, kCalls, piece), free) << piece;
  }
}

TEST(ToolCallStreamTest, ArgumentsOfABoundCallAreToldAsTheyCome) {
  ToolCallStream stream(ToolCallFormat::kHermes, kBound);
  EXPECT_TRUE(stream.Push("<tool_call>\n{\"name\": \"weather").empty());
  EXPECT_EQ(stream.Push("\", \"arguments\": {\"ci"), (Parts{{Kind::kCall, "weather"}, {Kind::kArguments, "{\"ci"}}));
  EXPECT_EQ(stream.Push("ty\": \"Os"), (Parts{{Kind::kArguments, "ty\": \"Os"}}));
  EXPECT_EQ(stream.Push("lo\"}}\n"), (Parts{{Kind::kArguments, "lo\"}"}}));
  EXPECT_TRUE(stream.Push("</tool_call>").empty());
  EXPECT_EQ(stream.num_calls(), 1);
  ToolCallStream cut(ToolCallFormat::kHermes, kBound);
  EXPECT_EQ(cut.Push("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a").size(), 2u);
  EXPECT_TRUE(cut.Flush().empty());
  EXPECT_TRUE(ReadInPieces(ToolCallFormat::kHermes, kBound, "<tool_call>\n{\"name\": \"f").empty());
}

TEST(ToolCallStreamTest, OfAFreeCallNothingIsToldUntilItIsWhole) {
  ToolCallStream stream(ToolCallFormat::kHermes, kFree);
  EXPECT_TRUE(stream.Push("<tool_call>\n{\"name\": \"f\", \"arguments\": {}").empty());
  EXPECT_EQ(stream.Push("}</tool_call>"), (Parts{{Kind::kCall, "f"}, {Kind::kArguments, "{}"}}));
  EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, kFree, "a <tool_call>{\"name\": \"f\""),
            (Parts{{Kind::kText, "a <tool_call>{\"name\": \"f\""}}));
  EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, kFree, "a <tool_call>x</tool_call>\n b"),
            (Parts{{Kind::kText, "a <tool_call>x</tool_call>\n b"}}));
}

TEST(ToolCallStreamTest, TextIsKeptAsItIsBesideItsCalls) {
  EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, kFree, "  a <b> <tool \n"), (Parts{{Kind::kText, "  a <b> <tool \n"}}));
  EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, kFree, " \n" + kCalls.substr(9)).front().kind, Kind::kCall);
  EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, kBound, kCalls + "\n\nDone.\n").back(), (ToolCallPart{Kind::kText, "\nDone.\n"}));
}

TEST(ToolCallStreamTest, OnlyTrueTagsCountWhereThereAreAny) {
  const std::string open = ControlTokenBytes("<tool_call>"), close = ControlTokenBytes("</tool_call>");
  const ToolCallStreamOptions marked{.marked = true, .bound = true};
  const std::string quoted = "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>";
  EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, marked, quoted), (Parts{{Kind::kText, quoted}}));
  EXPECT_EQ(ReadInPieces(ToolCallFormat::kHermes, marked, open + "\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n" + close),
            (Parts{{Kind::kCall, "f"}, {Kind::kArguments, "{\"a\": 1}"}}));
}

TEST(ToolCallStreamTest, EveryFamilyIsReadBoundAndFree) {
  const std::string deepseek =
      "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\":1}\n```<｜tool▁call▁end｜><"
      "｜tool▁calls▁end｜>";
  const std::string deepseek31 =
      "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{\"a\":1}<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
  const Parts expected = {{Kind::kCall, "f"}, {Kind::kArguments, "{\"a\":1}"}};
  for (const ToolCallStreamOptions options : {kBound, kFree}) {
    EXPECT_EQ(ReadInPieces(ToolCallFormat::kDeepSeek, options, deepseek), expected);
    EXPECT_EQ(ReadInPieces(ToolCallFormat::kDeepSeek31, options, deepseek31), expected);
    EXPECT_EQ(ReadInPieces(ToolCallFormat::kLlama3, options, "{\"name\": \"f\", \"parameters\": {\"a\":1}}"), expected);
  }
  EXPECT_EQ(ReadInPieces(ToolCallFormat::kLlama3, kFree, "{\"name\": 1}"), (Parts{{Kind::kText, "{\"name\": 1}"}}));
}

}  // namespace
}  // namespace r1
