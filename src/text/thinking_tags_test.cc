#include "text/thinking_tags.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "text/bpe_trainer.h"
#include "text/test_corpus.h"
#include "text/thinking_tracker.h"

namespace r1 {
namespace {

Tokenizer WithTags() {
  return TrainBpe(
      TestCorpus(),
      {.vocab_size = 400, .special_tokens = {"<|end|>"}, .plain_tokens = {"<think>", "</think>", "\n\n"}, .eos_token = "<|end|>"});
}
Tokenizer WithoutTags() {
  return TrainBpe(TestCorpus(), {.vocab_size = 400, .special_tokens = {"<|end|>"}, .eos_token = "<|end|>"});
}

// What `mode` makes of a prompt, as text.
std::string Prepared(const Tokenizer& t, const std::string& text, ThinkingMode mode, ThinkingPhase phase,
                     const ReasoningFormat& format = {}) {
  const ThinkingTags tags(t, format);
  std::vector<int32_t> prompt = t.Encode(text);
  EXPECT_EQ(tags.Prepare(mode, prompt), phase) << text;
  std::vector<int32_t> again = prompt;
  EXPECT_EQ(tags.Prepare(mode, again), phase) << text;
  EXPECT_EQ(again, prompt) << "prepared twice: " << text;
  EXPECT_EQ(tags.PhaseAtEndOf(prompt), phase) << text;
  return t.Decode(prompt);
}

TEST(ThinkingTagsTest, PromptsArePreparedInTheLayoutOfTheFamily) {
  using enum ThinkingMode;
  using enum ThinkingPhase;
  for (const Tokenizer& t : {WithTags(), WithoutTags()}) {
    EXPECT_EQ(Prepared(t, "Q.", kAuto, kBefore), "Q.");
    EXPECT_EQ(Prepared(t, "Q.", kOn, kInside), "Q.<think>\n");
    EXPECT_EQ(Prepared(t, "Q.", kOff, kAfter), "Q.<think>\n\n</think>\n\n");
    EXPECT_EQ(Prepared(t, "Q.<think>\n", kAuto, kInside), "Q.<think>\n");
    EXPECT_EQ(Prepared(t, "Q.<think>\n", kOn, kInside), "Q.<think>\n");
    EXPECT_EQ(Prepared(t, "Q.<think>\n\n</think>\n\n", kAuto, kAfter), "Q.<think>\n\n</think>\n\n");
    EXPECT_EQ(Prepared(t, "Q.<think>\n\n</think>\n\n", kOff, kAfter), "Q.<think>\n\n</think>\n\n");
    EXPECT_EQ(Prepared(t, "Q.<think>\n\n</think>\n\n", kOn, kAfter), "Q.<think>\n\n</think>\n\n");
    EXPECT_EQ(Prepared(t, "<think>a</think>b Q.", kAuto, kBefore), "<think>a</think>b Q.");  // an earlier turn
    const auto zero = ReasoningFormat::R1Zero();
    EXPECT_EQ(Prepared(t, "Q.", kOff, kAfter, zero), "Q. <think> </think> ");
    EXPECT_EQ(Prepared(t, "Q.", kOn, kInside, zero), "Q. <think> ");
  }
  // A thinking that the caller began is closed, not thrown away.
  EXPECT_EQ(Prepared(WithTags(), "Q.<think>\nFirst", ThinkingMode::kOff, ThinkingPhase::kAfter), "Q.<think>\nFirst\n</think>\n\n");
}

TEST(ThinkingTagsTest, AnOpenBlockBecomesTheVeryTokensOfTheEmptyBlock) {
  const Tokenizer t = WithTags();
  const ThinkingTags tags(t, {});
  std::vector<int32_t> open = t.Encode("Q.<think>\n"), none = t.Encode("Q.");
  tags.Prepare(ThinkingMode::kOff, open);
  tags.Prepare(ThinkingMode::kOff, none);
  EXPECT_EQ(open, none);
  EXPECT_EQ(open, t.Encode("Q.<think>\n\n</think>\n\n"));
}

TEST(ThinkingTagsTest, ClosingBringsItsTagAndOneLineBreak) {
  for (const Tokenizer& t : {WithTags(), WithoutTags()}) {
    const ThinkingTags tags(t, {});
    const auto closing = [&](const std::string& wrap_up, const std::string& before) {
      return t.Decode(tags.Closing(wrap_up, t.Encode(before)));
    };
    EXPECT_EQ(closing("", "so"), "\n</think>\n\n");
    EXPECT_EQ(closing("", "so\n"), "</think>\n\n");
    EXPECT_EQ(closing("\nEnough.", "so\n"), "\nEnough.\n</think>\n\n");
    EXPECT_EQ(closing("\nEnough.\n", "so"), "\nEnough.\n</think>\n\n");
    EXPECT_EQ(closing("Enough</think>", "so"), "Enough</think>");
    EXPECT_EQ(closing("a<|end|>b", ""), "a<|end|>b\n</think>\n\n");  // in plain letters
  }
  const Tokenizer t = WithTags();
  const ThinkingTags zero(t, ReasoningFormat::R1Zero());
  EXPECT_EQ(t.Decode(zero.Closing("", t.Encode("so"))), " </think> ");
  EXPECT_EQ(t.Decode(zero.Closing("", t.Encode("so. "))), "</think> ");
  const ThinkingTags tags(t, {});
  const std::vector<int32_t> ids = tags.Closing("a<|end|>b", {});
  EXPECT_EQ(std::count(ids.begin(), ids.end(), *t.TokenId("<|end|>")), 0);
  EXPECT_EQ(std::count(ids.begin(), ids.end(), tags.close_id()), 1);
}

TEST(ThinkingTagsTest, UserTextDoesNotOpenOrCloseByWhatItQuotes) {
  const Tokenizer t = WithTags();
  const ThinkingTags tags(t, {});
  std::vector<int32_t> prompt = t.Encode("Q <think>\n");
  const std::vector<int32_t> quoted = t.Encode("say </think>", {.parse_special = false});
  prompt.insert(prompt.end(), quoted.begin(), quoted.end());
  EXPECT_EQ(tags.PhaseAtEndOf(prompt), ThinkingPhase::kInside);
}

// Streams of tag pieces, in every phase: the tracker and the parser that shows the text never disagree.
TEST(ThinkingTrackerTest, AgreesWithTheParser) {
  const std::vector<std::string> pieces = {"<think>", "</think>", "<",  "think>", "</th", "ink>",   "\n",
                                           " ",       "so ",      "12", "</",     ">",    "<|end|>"};
  for (const Tokenizer& t : {WithTags(), WithoutTags()}) {
    const ThinkingTags tags(t, {});
    int64_t closed = 0;
    for (uint64_t seed = 0; seed < 3000; ++seed) {
      Rng rng(RngKey({5, seed}));
      const bool inside = rng.Below(2) == 0;
      std::vector<int32_t> ids;
      for (int64_t n = rng.Between(1, 12); n > 0; --n) {
        const std::vector<int32_t> piece = t.Encode(pieces[rng.Below(pieces.size())]);
        ids.insert(ids.end(), piece.begin(), piece.end());
      }
      ThinkingTracker tracker(tags, inside ? ThinkingPhase::kInside : ThinkingPhase::kBefore);
      ReasoningParser parser({}, inside, &t);
      for (int32_t id : ids) {
        const bool was_inside = tracker.phase() == ThinkingPhase::kInside, closes = tracker.Closes(id);
        tracker.Push(id);
        parser.Push(id);
        if (was_inside) {
          ASSERT_EQ(closes, tracker.phase() == ThinkingPhase::kAfter);
        }
        ASSERT_EQ(tracker.phase() == ThinkingPhase::kAfter, parser.thinking_closed()) << t.Decode(ids);
        if (tracker.phase() == ThinkingPhase::kInside) {
          ASSERT_EQ(parser.section(), ReasoningSection::kThinking) << t.Decode(ids);
        }
      }
      parser.Flush();
      ASSERT_EQ(tracker.num_thinking_tokens(), parser.num_tokens(ReasoningSection::kThinking))
          << t.Decode(ids) << " inside " << inside;
      closed += parser.thinking_closed();
    }
    EXPECT_GT(closed, 500);
  }
}

TEST(ThinkingTrackerTest, TellsHowMuchOfAClosingTokenIsAnswer) {
  TokenizerSpec spec;
  spec.tokens = {"<", "think", ">", "</", ">Yes", "a"};
  spec.pre_tokenizer_json = R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false})";
  spec.decoder_json = R"({"type":"ByteLevel"})";
  const Tokenizer t(std::move(spec));
  const ThinkingTags tags(t, {});
  ThinkingTracker tracker(tags, ThinkingPhase::kInside);
  for (int32_t id : {5, 3, 1}) tracker.Push(id);
  EXPECT_TRUE(tracker.Closes(4));
  EXPECT_TRUE(tracker.Closes(2));
  EXPECT_FALSE(tracker.Closes(5));
  tracker.Push(4);
  EXPECT_EQ(tracker.phase(), ThinkingPhase::kAfter);
  EXPECT_EQ(tracker.num_answer_bytes(), 3u);
  EXPECT_EQ(tracker.num_thinking_tokens(), 4);
  EXPECT_EQ(tags.close_ends().size(), 2u);
}

}  // namespace
}  // namespace r1
