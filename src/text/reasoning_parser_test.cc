#include "text/reasoning_parser.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "text/bpe_trainer.h"
#include "text/test_corpus.h"

namespace r1 {
namespace {

using enum ReasoningSection;

Tokenizer WithTags() {
  return TrainBpe(
      TestCorpus(),
      {.vocab_size = 400, .special_tokens = {"<|end|>"}, .plain_tokens = {"<think>", "</think>"}, .eos_token = "<|end|>"});
}
Tokenizer WithoutTags() {
  return TrainBpe(TestCorpus(), {.vocab_size = 400, .special_tokens = {"<|end|>"}, .eos_token = "<|end|>"});
}

struct Result {
  std::string thinking, answer, other;
  int64_t num_thinking, num_answer, num_other;
  bool closed;
};

Result Parse(const Tokenizer& t, const std::vector<int32_t>& ids, const ReasoningFormat& format, bool starts_in_thinking) {
  ReasoningParser parser(format, starts_in_thinking, &t);
  Result r{};
  const auto take = [&](const std::vector<ReasoningDelta>& deltas) {
    for (const ReasoningDelta& d : deltas) {
      EXPECT_FALSE(d.text.empty());
      (d.section == kThinking ? r.thinking : d.section == kAnswer ? r.answer : r.other) += d.text;
    }
  };
  for (const int32_t id : ids) take(parser.Push(id));
  take(parser.Flush());
  r.num_thinking = parser.num_tokens(kThinking);
  r.num_answer = parser.num_tokens(kAnswer);
  r.num_other = parser.num_tokens(kOther);
  r.closed = parser.thinking_closed();
  EXPECT_EQ(r.num_thinking + r.num_answer + r.num_other, static_cast<int64_t>(ids.size()));
  return r;
}

TEST(ReasoningParserTest, TagsAreTokens) {
  const Tokenizer t = WithTags();
  const auto r = Parse(t, t.Encode("<think>\nfirst\n</think>\n\nanswer<|end|>"), {}, false);
  EXPECT_EQ(r.thinking, "first\n");
  EXPECT_EQ(r.answer, "answer");
  EXPECT_TRUE(r.closed);
}

TEST(ReasoningParserTest, StartsInsideThinkingWhenThePromptSaysSo) {
  const Tokenizer t = WithTags();
  for (const auto& [text, thinking, answer] :
       std::vector<std::array<std::string, 3>>{{"a</think>b", "a", "b"},
                                               {"\na</think>\n\n\nb", "a", "\nb"},
                                               {"never closed", "never closed", ""},
                                               {"</think>b", "", "b"},
                                               {"<think>a</think>b", "a", "b"},     // the model repeats the prompt's tag
                                               {"a</think>b</think>c", "a", "bc"},  // closes twice
                                               {"a</think>b<think>c</think>d", "a", "bcd"}}) {  // does not think again
    const auto r = Parse(t, t.Encode(text), {}, true);
    EXPECT_EQ(r.thinking, thinking) << text;
    EXPECT_EQ(r.answer, answer) << text;
  }
}

TEST(ReasoningParserTest, ATagSpelledInPiecesIsTextWhereItIsAToken) {
  const Tokenizer t = WithTags();
  std::vector<int32_t> ids = t.Encode("It ends at </think> you know", {.parse_special = false});
  ids.push_back(*t.TokenId("</think>"));
  const auto r = Parse(t, ids, {}, true);
  EXPECT_EQ(r.thinking, "It ends at </think> you know");
  EXPECT_EQ(r.answer, "");
}

TEST(ReasoningParserTest, CountsTokensWithTheirTags) {
  const Tokenizer t = WithTags();
  std::vector<int32_t> ids = {*t.TokenId("<think>")};
  for (const int32_t id : t.Encode("1+1")) ids.push_back(id);
  ids.push_back(*t.TokenId("</think>"));
  for (const int32_t id : t.Encode("22")) ids.push_back(id);
  const auto r = Parse(t, ids, {}, false);
  EXPECT_EQ(r.num_thinking, 5);
  EXPECT_EQ(r.num_answer, 2);
  const auto cut = Parse(t, t.Encode("11111"), {}, true);
  EXPECT_EQ(cut.num_thinking, 5);
  EXPECT_EQ(cut.num_answer, 0);
}

TEST(ReasoningParserTest, WithoutTagTokensTheTextDecides) {
  const Tokenizer t = WithoutTags();
  const auto r = Parse(t, t.Encode(" <think>a < b</think>b<<|end|>"), {}, false);
  EXPECT_EQ(r.thinking, "a < b");
  EXPECT_EQ(r.answer, " b<");
  const auto quoted = Parse(t, t.Encode("Write <think> to open."), {}, false);  // an answer that mentions the tag
  EXPECT_EQ(quoted.answer, "Write <think> to open.");
  EXPECT_EQ(quoted.thinking, "");
}

TEST(ReasoningParserTest, R1ZeroFormat) {
  const Tokenizer t = WithoutTags();
  const auto format = ReasoningFormat::R1Zero();
  const auto r = Parse(t, t.Encode(" <think> 1+1=2 </think> <answer> 2 </answer><|end|>"), format, false);
  EXPECT_EQ(r.thinking, " 1+1=2 ");
  EXPECT_EQ(r.answer, " 2 ");
  EXPECT_EQ(r.other, "  ");
  const auto no_thinking = Parse(t, t.Encode("<answer>2</answer>"), format, false);
  EXPECT_EQ(no_thinking.answer, "2");
  EXPECT_EQ(no_thinking.thinking, "");
  const auto inside = Parse(t, t.Encode("<think><answer>2</answer>"), format, false);  // thinking is not over
  EXPECT_EQ(inside.thinking, "<answer>2</answer>");
  EXPECT_FALSE(inside.closed);
}

TEST(ReasoningParserTest, StreamedPiecesJoinToTheWhole) {
  Rng rng(RngKey({5}));
  static constexpr std::string_view kParts[] = {"<think>", "</think>", "<answer>", "</answer>", "<", "</",  "think",
                                                ">",       "\n",       "a",        "\xC3\xA9",  " ", "<th", "</thi"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (uint64_t n = rng.Below(14); n > 0; --n) text += kParts[rng.Below(std::size(kParts))];
    const ReasoningFormat format = rng.Below(2) == 0 ? ReasoningFormat{} : ReasoningFormat::R1Zero();
    const bool inside = rng.Below(2) == 0;
    const ReasoningText whole = SplitReasoning(text, format, inside);
    ReasoningParser parser(format, inside);
    ReasoningText joined;
    const auto take = [&](const std::vector<ReasoningDelta>& deltas) {
      for (const ReasoningDelta& d : deltas)
        (d.section == kThinking ? joined.thinking : d.section == kAnswer ? joined.answer : joined.other) += d.text;
    };
    for (const char c : text) take(parser.PushText(std::string_view(&c, 1)));
    take(parser.Flush());
    EXPECT_EQ(joined.thinking, whole.thinking) << text;
    EXPECT_EQ(joined.answer, whole.answer) << text;
    EXPECT_EQ(joined.other, whole.other) << text;
  }
}

TEST(ReasoningParserTest, NeverShowsHalfATag) {
  ReasoningParser parser({}, true);
  EXPECT_TRUE(parser.PushText("</thi").empty());
  EXPECT_EQ(parser.PushText("s"), (std::vector<ReasoningDelta>{{kThinking, "</this"}}));
  EXPECT_TRUE(parser.PushText("</think").empty());
  EXPECT_EQ(parser.PushText(">x"), (std::vector<ReasoningDelta>{{kAnswer, "x"}}));
}

TEST(ReasoningParserTest, KnowsWhetherThePromptIsThinking) {
  const Tokenizer with = WithTags(), without = WithoutTags();
  for (const auto& [prompt, expected] : std::vector<std::pair<std::string, bool>>{{"User: hi\n<think>", true},
                                                                                  {"User: hi\n<think>\n", true},
                                                                                  {"User: hi\n", false},
                                                                                  {"", false},
                                                                                  {"<think></think>", false}}) {
    EXPECT_EQ(PromptEndsInThinking(with, with.Encode(prompt)), expected) << prompt;
    EXPECT_EQ(PromptEndsInThinking(without, without.Encode(prompt)), expected) << prompt;
  }
  EXPECT_TRUE(PromptEndsInThinking(with, with.Encode("<think>First, ")));  // a prefilled thought
  EXPECT_FALSE(PromptEndsInThinking(with, with.Encode("<think>", {.parse_special = false})));
}

}  // namespace
}  // namespace r1
