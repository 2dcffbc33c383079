// Thinking controls, each with a model that is made to write a given text: what is forced, what is forbidden, where stops and
// processors begin, and what the completion reports.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/engine_test_util.h"

namespace r1 {
namespace {

// Writes a text of its own behind the thinking, and nothing before.
class AnswerOnly : public Dictate {
 public:
  using Dictate::Dictate;
  bool applies_in_thinking() const override { return false; }
};

class EngineThinkingTest : public ::testing::TestWithParam<bool> {
 protected:
  EngineConfig Config() {
    EngineConfig config = Plain();
    config.num_blocks = 64;
    return config;
  }
  // The prompt ends inside thinking; the text is written over and over, with the closing tag for each '/'.
  Request Thinking(std::string text) {
    Request request = Writing(std::move(text));
    request.prompt = Encode("Q<think>\n");
    return request;
  }
  Request Writing(std::string text) {
    for (char& c : text) c = c == '/' ? static_cast<char>(kTestClose) : c == '{' ? static_cast<char>(kTestOpen) : c;
    Request request = DictatedRequest(text);
    request.params.max_tokens = 60;
    return request;
  }
  std::vector<int32_t> Encode(const std::string& text) { return tokenizer_.Encode(text); }
  Completion Run(const Request& request) {
    EngineConfig config = Config();
    config.speculation = GetParam() ? Speculation::kNgram : Speculation::kOff;
    Engine engine(runtime_, *model_, config, &tokenizer_);
    return engine.Generate({&request, 1}).front();
  }

  std::unique_ptr<Model> model_ = TinyModel();
  Runtime runtime_{1};
  Tokenizer tokenizer_ = TagTokenizer();
};
INSTANTIATE_TEST_SUITE_P(Speculation, EngineThinkingTest, ::testing::Values(false, true),
                         [](const auto& test) { return test.param ? "on" : "off"; });

TEST_P(EngineThinkingTest, ReportsWhatTheModelDoesByItself) {
  Completion c = Run(Thinking("so so/\n\n42\x03"));
  EXPECT_EQ(c.text, "so so</think>\n\n42");
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kNatural);
  EXPECT_EQ(c.num_thinking_tokens, 6);  // the tag included
  EXPECT_EQ(c.num_answer_tokens(), 5);  // the end token included
  EXPECT_EQ(c.forced_begin, -1);
  EXPECT_TRUE(c.starts_in_thinking);
  EXPECT_EQ(Run(Thinking("so so\x03")).thinking_end, ThinkingEnd::kUnfinished);
  c = Run(Writing(" {so/42\x03"));  // opens it itself
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kNatural);
  EXPECT_EQ(c.num_thinking_tokens, 4);
  EXPECT_FALSE(c.starts_in_thinking);
  c = Run(Writing("42\x03"));
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kNone);
  EXPECT_EQ(c.num_thinking_tokens, 0);
}

TEST_P(EngineThinkingTest, ABudgetIsExactAndTheClosingIsForced) {
  Request request = Thinking("abcdefgh");
  request.params.thinking_budget = 10;
  request.params.max_tokens = 30;
  Completion c = Run(request);
  EXPECT_EQ(c.text, "abcdefghab\n</think>\n\nghabcdefghabcdef");
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kBudget);
  EXPECT_EQ(c.num_thinking_tokens, 12);  // the budget, and what closes
  EXPECT_EQ(c.forced_begin, 10);
  EXPECT_EQ(c.num_forced, 4);
  EXPECT_EQ(c.token_ids.size(), 30u);
  EXPECT_EQ(c.logprobs.size(), 30u);
  request.params.thinking_wrap_up = "\nTime is up.";
  c = Run(request);
  EXPECT_EQ(c.text.substr(0, 33), "abcdefghab\nTime is up.\n</think>\n\n");
  request.params.thinking_wrap_up = "\nEnough.</think>Answer:";
  EXPECT_EQ(Run(request).text.substr(0, 33), "abcdefghab\nEnough.</think>Answer:");
  // A model that closes in time is left alone.
  request = Thinking("abc/\n\n42\x03");
  request.params.thinking_budget = 10;
  EXPECT_EQ(Run(request).thinking_end, ThinkingEnd::kNatural);
  request = Writing("{abcdefgh");  // the budget counts the model's own opening tag
  request.params.thinking_budget = 5;
  EXPECT_EQ(Run(request).text.substr(0, 20), "<think>abcd\n</think>");
}

// Not sampled, but all that is reported of a token is true of it: the same completion, had it been dictated, has the same logprobs.
TEST_P(EngineThinkingTest, ForcedTokensHaveTheModelsOwnLogprobs) {
  Request request = Thinking("abcdefgh");
  request.params.thinking_budget = 10;
  request.params.max_tokens = 20;
  request.params.temperature = 0.7f;
  request.params.entropy = true;
  request.params.logprobs = 3;
  const Completion c = Run(request);
  Request dictated = Thinking(std::string(c.token_ids.begin(), c.token_ids.end()));
  dictated.params = request.params;
  dictated.params.thinking_budget = -1;
  const Completion d = Run(dictated);
  EXPECT_EQ(c.token_ids, d.token_ids);
  EXPECT_TRUE(SameBits(c.logprobs, d.logprobs));
  EXPECT_TRUE(SameBits(c.entropies, d.entropies));
  EXPECT_EQ(c.top_logprobs.size(), 20u);
  EXPECT_EQ(c.top_logprobs[11][0].token_id, d.top_logprobs[11][0].token_id);
}

TEST_P(EngineThinkingTest, ForcedTokensEndNothing) {
  Request request = Thinking("abc");
  request.params.thinking_budget = 5;
  request.params.stop = {"\n\n", "think"};
  request.params.stop_token_ids = {'\n', kTestClose};
  request.params.max_tokens = 20;
  const Completion c = Run(request);
  EXPECT_EQ(c.finish_reason, FinishReason::kLength);
  EXPECT_EQ(c.token_ids.size(), 20u);
}

TEST_P(EngineThinkingTest, ThinkingOffAndBudgetZeroAreTheSamePrompt) {
  for (const char* prompt : {"Q<think>\n", "Q", "Q<think>\n\n</think>\n\n"}) {
    Request off = Writing("{42\x03"), zero = off;
    off.prompt = zero.prompt = Encode(prompt);
    off.params.thinking = ThinkingMode::kOff;
    zero.params.thinking_budget = 0;
    const Completion a = Run(off), b = Run(zero);
    EXPECT_EQ(a.num_prompt_tokens, static_cast<int64_t>(Encode("Q<think>\n\n</think>\n\n").size()));
    ExpectSame({a}, {b}, prompt);
    EXPECT_EQ(a.num_thinking_tokens, 0);
    EXPECT_EQ(a.thinking_end, ThinkingEnd::kNone);
    EXPECT_EQ(std::count(a.token_ids.begin(), a.token_ids.end(), kTestOpen), 0);  // it cannot begin again
    EXPECT_FALSE(a.starts_in_thinking);
  }
}

TEST_P(EngineThinkingTest, ThinkingOnOpensIt) {
  Request request = Writing("so/42\x03");
  request.prompt = Encode("Q");
  request.params.thinking = ThinkingMode::kOn;
  const Completion c = Run(request);
  EXPECT_TRUE(c.starts_in_thinking);
  EXPECT_EQ(c.num_prompt_tokens, static_cast<int64_t>(Encode("Q<think>\n").size()));
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kNatural);
}

TEST_P(EngineThinkingTest, RoomForTheAnswerIsKept) {
  for (int64_t max_tokens : {20, 25, 40, 0}) {
    Request request = Thinking("abcdefgh");
    request.params.max_tokens = max_tokens;
    request.params.answer_reserve = 12;
    const Completion c = Run(request);
    EXPECT_EQ(c.thinking_end, ThinkingEnd::kReserve);
    EXPECT_EQ(c.finish_reason, FinishReason::kLength);
    EXPECT_EQ(static_cast<int64_t>(c.token_ids.size()) - c.forced_begin - c.num_forced, 12) << max_tokens;
    EXPECT_TRUE(max_tokens == 0 || static_cast<int64_t>(c.token_ids.size()) == max_tokens);
  }
  Request request = Thinking("abcdefgh");  // less room than the reserve: no thinking at all
  request.params.max_tokens = 8;
  request.params.answer_reserve = 12;
  EXPECT_EQ(Run(request).forced_begin, 0);
  EXPECT_EQ(Run(request).text.substr(0, 10), "</think>\n\n");  // the prompt ends in a line break
}

TEST_P(EngineThinkingTest, ThinkingCannotEndTooEarly) {
  Request request = Thinking("a/");
  request.params.min_thinking_tokens = 7;
  request.params.max_tokens = 30;
  const Completion c = Run(request);
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kNatural);
  EXPECT_GE(c.num_thinking_tokens, 8);
  EXPECT_LE(c.num_thinking_tokens, 9);
  request = Thinking("a\x03");
  request.params.min_thinking_tokens = 7;
  const Completion d = Run(request);
  EXPECT_EQ(d.token_ids.size(), 8u);
  EXPECT_EQ(d.stop_token_id, kTestEos);
}

TEST_P(EngineThinkingTest, ALoopEndsTheThinkingAndNotTheRequest) {
  Request request = Thinking("ab");
  request.params.loop_guard = 12;
  request.params.max_tokens = 100;
  const Completion c = Run(request);
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kLoop);
  EXPECT_EQ(c.forced_begin, 14);  // 12 that repeat, and the first period
  // The answer loops too, and that ends the completion.
  EXPECT_EQ(c.finish_reason, FinishReason::kLoop);
  EXPECT_EQ(c.token_ids.size(), 14u + 4 + 14);
  EXPECT_STREQ(FinishReasonName(c.finish_reason), "loop");
  Engine without(runtime_, *model_, Config());  // needs no tokenizer
  Request plain = Writing("ab");
  plain.params.loop_guard = 12;
  EXPECT_EQ(without.Generate({&plain, 1}).front().token_ids.size(), 14u);
}

TEST_P(EngineThinkingTest, StopsBeginWithTheAnswer) {
  Request request = Thinking("a\n\nb 7/\n\nc 7 d");
  request.params.stop = {"\n\n", "7"};
  Completion c = Run(request);
  EXPECT_EQ(c.text, "a\n\nb 7</think>\n\nc ");  // the line breaks behind the tag are layout
  EXPECT_EQ(c.stop_text, "7");
  request.params.stop_in_thinking = true;
  EXPECT_EQ(Run(request).text, "a");
  request.params.stop = {};
  request.params.stop_in_thinking = false;
  request.params.stop_token_ids = {'7'};
  EXPECT_EQ(Run(request).text, "a\n\nb 7</think>\n\nc ");
  request.params.stop_token_ids = {kTestClose};  // the tag that ends the thinking may end the completion
  EXPECT_EQ(Run(request).text, "a\n\nb 7");
  // What is held back because it may become a stop text is shown before the thinking begins.
  request = Writing("A <{so/B\x03");
  request.params.stop = {"</"};
  EXPECT_EQ(Run(request).text, "A <<think>so</think>B");
}

TEST_P(EngineThinkingTest, ProcessorsOfTheAnswerBeginWithIt) {
  Request request = Thinking("abc");
  request.params.thinking_budget = 5;
  request.params.max_tokens = 20;
  request.make_logits_processors = [] {
    return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<AnswerOnly>("{\"x\":1}\x03")};
  };
  const Completion c = Run(request);
  EXPECT_TRUE(c.text.ends_with("</think>\n\n{\"x\":1}")) << c.text;
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kBudget);
}

TEST_P(EngineThinkingTest, AnswerNow) {
  EngineConfig config = Config();
  config.speculation = GetParam() ? Speculation::kNgram : Speculation::kOff;
  Engine engine(runtime_, *model_, config, &tokenizer_);
  Request request = Thinking("abcdefghijk");
  request.rng_keys = {1, 2};
  int64_t seen = 0, forced = 0, thinking = 0;
  std::string text;
  request.callback = [&](const TokenEvent& event) {
    seen += event.id == 1;
    forced += event.id == 1 && event.forced;
    thinking += event.id == 1 && event.thinking;
    if (event.id == 1) text += event.text;
  };
  const SequenceId id = engine.Submit(request);
  EXPECT_EQ(id, 1);
  while (seen < 8) engine.Step();
  const int64_t at = seen;
  EXPECT_TRUE(engine.EndThinking(id));
  EXPECT_TRUE(engine.EndThinking(id));  // once is enough
  while (engine.HasWork()) engine.Step();
  const Completion c = *engine.Take(id), other = *engine.Take(id + 1);
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kRequested);
  EXPECT_EQ(c.forced_begin, at);
  EXPECT_EQ(forced, 4);
  EXPECT_EQ(thinking, c.num_thinking_tokens);
  EXPECT_EQ(text, c.text);
  EXPECT_EQ(other.thinking_end, ThinkingEnd::kUnfinished);
  EXPECT_FALSE(engine.EndThinking(id));
  // The receipt: a budget repeats it.
  request.params.thinking_budget = c.forced_begin;
  request.rng_keys = {1};
  request.callback = {};
  EXPECT_EQ(Run(request).token_ids, c.token_ids);
  EXPECT_TRUE(SameBits(Run(request).logprobs, c.logprobs));
  // While it waits, and where there is nothing to end.
  const SequenceId waiting = engine.Submit(Thinking("abc")), answering = engine.Submit(Writing("abc"));
  EXPECT_TRUE(engine.EndThinking(waiting));
  EXPECT_FALSE(engine.EndThinking(answering));
  while (engine.HasWork()) engine.Step();
  EXPECT_EQ(engine.Take(waiting)->forced_begin, 0);
}

TEST_P(EngineThinkingTest, TheClosingTakesOneStep) {
  EngineConfig config = Config();
  Engine engine(runtime_, *model_, config, &tokenizer_);
  Request request = Thinking("ab");
  request.params.thinking_budget = 4;
  request.params.thinking_wrap_up = "\nConsidering the limited time, the answer follows.";
  request.params.max_tokens = 70;
  const Completion c = engine.Generate({&request, 1}).front();
  EXPECT_EQ(c.num_forced, 54);
  // Four for the budget, one for all that is forced and the token behind it, the rest one by one.
  EXPECT_EQ(engine.stats().num_steps, 4 + 1 + (70 - 4 - 54 - 1));
  EXPECT_EQ(engine.stats().tokens_drafted, 0);  // known, not guessed
}

// A tokenizer that spells its tags in letters: the same controls, with tags of several tokens.
TEST_P(EngineThinkingTest, TagsOfSeveralTokensWorkTheSame) {
  Tokenizer letters = ByteTokenizer();
  EngineConfig config = Config();
  config.speculation = GetParam() ? Speculation::kNgram : Speculation::kOff;
  Engine engine(runtime_, *model_, config, &letters);
  auto run = [&](const std::string& text, auto change) {
    Request request = DictatedRequest(text);
    request.prompt = letters.Encode("Q<think>\n");
    request.params.max_tokens = 60;
    change(request.params);
    return engine.Generate({&request, 1}).front();
  };
  Completion c = run("so </th</think>\n\n4 2\x03", [](SamplingParams& p) { p.stop = {" "}; });
  EXPECT_EQ(c.text, "so </th</think>\n\n4");
  EXPECT_EQ(c.num_thinking_tokens, 15);
  EXPECT_EQ(c.thinking_end, ThinkingEnd::kNatural);
  c = run("abcdefgh", [](SamplingParams& p) { p.thinking_budget = 10; });
  EXPECT_EQ(c.text.substr(0, 21), "abcdefghab\n</think>\n\n");
  EXPECT_EQ(c.num_forced, 11);
  c = run("a</think>", [](SamplingParams& p) { p.min_thinking_tokens = 20; });
  EXPECT_GT(c.num_thinking_tokens, 20);
  c = run("abc", [](SamplingParams& p) { p.thinking = ThinkingMode::kOff; });
  EXPECT_EQ(c.num_thinking_tokens, 0);
  EXPECT_EQ(c.num_prompt_tokens, 9 + 11 - 1);
}

TEST_P(EngineThinkingTest, TheEngineAndTheParserAgree) {
  for (const char* text : {"so/42\x03", "{so/4/2{\x03", "so so\x03", "/42\x03"}) {
    for (bool inside : {false, true}) {
      Request request = inside ? Thinking(text) : Writing(text);
      const Completion c = Run(request);
      ReasoningParser parser({}, c.starts_in_thinking, &tokenizer_);
      for (int32_t id : c.token_ids) parser.Push(id);
      parser.Flush();
      EXPECT_EQ(parser.num_tokens(ReasoningSection::kThinking), c.num_thinking_tokens) << text;
      EXPECT_EQ(parser.thinking_closed(), c.thinking_end == ThinkingEnd::kNatural) << text;
    }
  }
}

TEST_P(EngineThinkingTest, WrongControlsAreNamed) {
  auto message = [&](auto change, const Tokenizer* tokenizer) -> std::string {
    Request request = Writing("abc");
    change(request.params);
    Engine engine(runtime_, *model_, Config(), tokenizer);
    try {
      engine.Submit(request);
    } catch (const Error& e) {
      return e.what();
    }
    return "accepted";
  };
  using P = SamplingParams;
  EXPECT_EQ(message([](P& p) { p.thinking_budget = -2; }, &tokenizer_).rfind("thinking_budget", 0), 0u);
  EXPECT_EQ(message([](P& p) { p.answer_reserve = -1; }, &tokenizer_).rfind("answer_reserve", 0), 0u);
  EXPECT_EQ(message([](P& p) { p.min_thinking_tokens = -1; }, &tokenizer_).rfind("min_thinking_tokens", 0), 0u);
  EXPECT_EQ(message([](P& p) { p.min_thinking_tokens = 5, p.thinking_budget = 4; }, &tokenizer_).rfind("min_thinking_tokens", 0),
            0u);
  EXPECT_EQ(
      message([](P& p) { p.min_thinking_tokens = 5, p.thinking = ThinkingMode::kOff; }, &tokenizer_).rfind("min_thinking_", 0), 0u);
  EXPECT_EQ(message([](P& p) { p.thinking = ThinkingMode::kOn, p.thinking_budget = 0; }, &tokenizer_).rfind("thinking ", 0), 0u);
  EXPECT_EQ(message([](P& p) { p.loop_guard = 3; }, &tokenizer_).rfind("loop_guard", 0), 0u);
  EXPECT_NE(message([](P& p) { p.thinking_budget = 9; }, nullptr).find("tokenizer"), std::string::npos);
}

}  // namespace
}  // namespace r1
