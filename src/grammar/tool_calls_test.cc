#include "grammar/tool_calls.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/env.h"
#include "base/error.h"
#include "base/files.h"
#include "grammar/grammar_test_util.h"
#include "grammar/tool_call_stream.h"

namespace r1 {
namespace {

const std::vector<ToolFunction>& Functions() {
  static const std::vector<ToolFunction> functions = {
      {"get_weather",
       R"({"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 7}},
                          "required": ["city"], "additionalProperties": false})"},
      {"now", R"({"type": "object", "properties": {}, "additionalProperties": false})"},
      {"anything", ""}};
  return functions;
}

const TokenTrie& SmallTrie() {
  static const TokenTrie trie(SmallTokenizer());
  return trie;
}

// With marks where the small vocabulary has control tokens: <tool_call> and </tool_call>.
std::string Hermes(const std::string& inner) {
  return ControlTokenBytes("<tool_call>") + "\n" + inner + "\n" + ControlTokenBytes("</tool_call>");
}
const std::string kDeepSeek =
    "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{\"city\": \"Oslo\", \"days\": 3}\n```"
    "<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
const std::string kDeepSeek31 =
    "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{\"city\": \"Oslo\", \"days\": 3}<｜tool▁call▁end｜>"
    "<｜tool▁call▁begin｜>now<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
const std::string kHermes = Hermes(R"({"name": "get_weather", "arguments": {"city": "Oslo", "days": 3}})") + "\n" +
                            Hermes(R"({"name": "now", "arguments": {}})");
const std::string kLlama = R"({"name": "get_weather", "parameters": {"city": "Oslo", "days": 3}})";
const ToolCall kWeather{"get_weather", R"({"city":"Oslo","days":3})"}, kNow{"now", "{}"};

struct Case {
  ToolCallFormat format;
  std::string text;
};
const Case kCases[] = {{ToolCallFormat::kHermes, kHermes},
                       {ToolCallFormat::kDeepSeek, kDeepSeek},
                       {ToolCallFormat::kDeepSeek31, kDeepSeek31},
                       {ToolCallFormat::kLlama3, kLlama}};

TEST(ToolCallsTest, GrammarsTakeTheFormOfTheFamily) {
  for (const auto& [format, text] : kCases) {
    const bool llama = format == ToolCallFormat::kLlama3;
    const Grammar required = ToolCallGrammar(format, Functions(), ToolChoice::kRequired, true, SmallTrie());
    EXPECT_TRUE(required.Matches(text)) << text;
    EXPECT_FALSE(required.Matches("Let me see. " + text));
    EXPECT_FALSE(required.Matches(""));
    EXPECT_EQ(ToolCallGrammar(format, Functions(), ToolChoice::kRequired, false, SmallTrie()).Matches(text), llama);
    const Grammar automatic = ToolCallGrammar(format, Functions(), ToolChoice::kAuto, true, SmallTrie());
    EXPECT_TRUE(automatic.Matches(text)) << text;
    EXPECT_TRUE(automatic.Matches("It rains."));
    EXPECT_EQ(automatic.Matches("Let me see. " + text), true);
    std::string wrong = text;
    wrong.replace(wrong.find("Oslo\", \"days\": 3"), 16, "Oslo\", \"days\": 8");
    EXPECT_FALSE(required.Matches(wrong));
    wrong = text;
    wrong.replace(wrong.find("get_weather"), 11, "get_whether");
    EXPECT_FALSE(required.Matches(wrong));
  }
}

TEST(ToolCallsTest, TheGrammarCanBeginBehindTheTagThatTheModelChose) {
  for (const auto& [format, text] : kCases) {
    if (format == ToolCallFormat::kLlama3) {
      EXPECT_THROW(ToolCallGrammar(format, Functions(), ToolChoice::kAfterTag, true, SmallTrie()), Error);
      continue;
    }
    std::string tag = ToolCallOpenTag(format);
    if (SmallTrie().HasControlToken(tag)) tag = ControlTokenBytes(tag);
    ASSERT_TRUE(text.starts_with(tag));
    const Grammar after = ToolCallGrammar(format, Functions(), ToolChoice::kAfterTag, true, SmallTrie());
    EXPECT_TRUE(after.Matches(text.substr(tag.size()))) << text;
    EXPECT_FALSE(after.Matches(text));
    EXPECT_FALSE(ToolCallGrammar(format, Functions(), ToolChoice::kAfterTag, false, SmallTrie()).Matches(text.substr(tag.size())));
  }
}

TEST(ToolCallsTest, TextThatIsNoCallCanHaveASchema) {
  const std::string schema = R"({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]})";
  const Grammar either = ToolCallGrammar(ToolCallFormat::kHermes, Functions(), ToolChoice::kAuto, true, SmallTrie(), schema);
  EXPECT_TRUE(either.Matches("{\"n\": 3}"));
  EXPECT_TRUE(either.Matches(kHermes));
  EXPECT_FALSE(either.Matches("It rains."));
  EXPECT_FALSE(either.Matches("{\"n\": 3}\n" + kHermes));
  EXPECT_TRUE(ToolCallGrammar(ToolCallFormat::kHermes, Functions(), ToolChoice::kAuto, true, SmallTrie(), kAnyJsonObject)
                  .Matches("{\"x\": [1]}"));
}

TEST(ToolCallsTest, ReadsThemBack) {
  for (const auto& [format, text] : kCases) {
    const bool llama = format == ToolCallFormat::kLlama3;
    const std::vector<ToolCall> expected = llama ? std::vector{kWeather} : std::vector{kWeather, kNow};
    ToolCallText read = ParseToolCalls(format, text);
    EXPECT_EQ(read.calls, expected) << text;
    EXPECT_EQ(read.content, "");
    std::string plain = text;
    std::erase(plain, kControlTokenMark);
    EXPECT_EQ(ParseToolCalls(format, plain).calls, expected);
    read = ParseToolCalls(format, "Let me see.\n" + text);
    EXPECT_EQ(read.content, llama ? "Let me see.\n" + text : "Let me see.");
    EXPECT_EQ(read.calls.size(), llama ? 0 : 2u);
    EXPECT_EQ(ParseToolCalls(format, "It rains.\n").content, "It rains.");
  }
}

TEST(ToolCallsTest, MalformedCallsStayText) {
  for (const std::string text : {"<tool_call>\n{\"name\": \"f\"}\n</tool_call>", "<tool_call>nonsense</tool_call>", "<tool_call>{}",
                                 "</tool_call>", "<tool_call>{\"name\": 1, \"arguments\": {}}</tool_call>"}) {
    const ToolCallText read = ParseToolCalls(ToolCallFormat::kHermes, text);
    EXPECT_EQ(read.content, text);
    EXPECT_TRUE(read.calls.empty());
  }
  for (const std::string text :
       {"<｜tool▁call▁begin｜>x<｜tool▁call▁end｜>", "<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n{}<｜tool▁call▁end｜>"})
    EXPECT_EQ(ParseToolCalls(ToolCallFormat::kDeepSeek, text).content, text);
  // A tag that was written in pieces is text where true tags are known.
  const ToolCallText quoted =
      ParseToolCalls(ToolCallFormat::kHermes, "<tool_call>{\"name\": \"x\", \"arguments\": {}}</tool_call>\n" + kHermes);
  EXPECT_EQ(quoted.calls.size(), 2u);
  EXPECT_EQ(quoted.content, "<tool_call>{\"name\": \"x\", \"arguments\": {}}</tool_call>");
}

TEST(ToolCallsTest, ErrorsNameTheFunction) {
  const auto error_of = [](std::vector<ToolFunction> functions) -> std::string {
    try {
      ToolCallGrammar(ToolCallFormat::kHermes, functions, ToolChoice::kAuto, true, SmallTrie());
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(error_of({}), "tools: there is no function to call");
  EXPECT_EQ(error_of({{"a b", ""}}), "function \"a b\": names are 1 to 64 letters, digits, _, - and .");
  EXPECT_EQ(error_of({{"f", ""}, {"f", ""}}), "function f stands twice");
  EXPECT_EQ(error_of({{"f", R"({"properties": {"x": {"not": {}}}})"}}),
            "function f: at #/properties/x: keyword \"not\" is not supported");
}

TEST(ToolCallsTest, WhatIsWrittenAtRandomIsRead) {
  const auto trie = std::make_shared<TokenTrie>(SmallTokenizer());
  int num_finished = 0;
  for (const auto& [format, text] : kCases) {
    const auto grammar = std::make_shared<TokenGrammar>(
        std::make_shared<Grammar>(ToolCallGrammar(format, std::span(Functions()).first(2), ToolChoice::kRequired, true, *trie)),
        trie);
    for (uint64_t walk = 0; walk < 30; ++walk) {
      const std::optional<std::string> written = RandomWalk(grammar, kSmallEos, walk, 3'000);
      if (!written) continue;
      ++num_finished;
      const ToolCallText read = ParseToolCalls(format, *written);
      EXPECT_EQ(read.content, "") << *written;
      EXPECT_GE(read.calls.size(), 1u);
      for (const ToolCall& call : read.calls) EXPECT_TRUE(call.name == "get_weather" || call.name == "now");
    }
  }
  EXPECT_GT(num_finished, 60);
}

TEST(ToolCallsTest, TheTemplateTellsTheFormat) {
  const std::string data =
      EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data") + "/templates/";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << data << " (R1_TEST_DATA) is not here";
  const std::pair<const char*, std::optional<ToolCallFormat>> expected[] = {
      {"Qwen2.5-7B-Instruct", ToolCallFormat::kHermes},
      {"Qwen3-0.6B", ToolCallFormat::kHermes},
      {"QwQ-32B", ToolCallFormat::kHermes},
      {"DeepSeek-R1-Distill-Qwen-32B", ToolCallFormat::kDeepSeek},
      {"DeepSeek-V3", ToolCallFormat::kDeepSeek},
      {"llama-cpp-deepseek-r1", ToolCallFormat::kDeepSeek},
      {"DeepSeek-V3.1", ToolCallFormat::kDeepSeek31},
      {"Llama-3.1-8B-Instruct", ToolCallFormat::kLlama3},
      {"Llama-3.2-3B-Instruct", ToolCallFormat::kLlama3},
      {"Llama-3-base-form", std::nullopt}};
  for (const auto& [name, format] : expected) EXPECT_EQ(FindToolCallFormat(ReadFile(data + name + ".jinja")), format) << name;
}

}  // namespace
}  // namespace r1
