#include "engine/grammar_processor.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "engine/engine_test_util.h"
#include "grammar/gbnf.h"

namespace r1 {
namespace {

std::shared_ptr<const TokenGrammar> MakeGrammar(const char* gbnf) {
  return std::make_shared<TokenGrammar>(std::make_shared<Grammar>(ParseGbnf(gbnf)), std::make_shared<TokenTrie>(ByteTokenizer()));
}

std::string AllowedBytes(GrammarProcessor& processor, size_t vocab_size = 256) {
  std::vector<float> logits(vocab_size, 1.0f);
  processor.Process(logits);
  std::string allowed;
  for (size_t id = 0; id < logits.size(); ++id)
    if (logits[id] == 1.0f) allowed += static_cast<char>(id);
  return allowed;
}

TEST(GrammarProcessorTest, LeavesOnlyWhatTheGrammarTakes) {
  GrammarProcessor processor(MakeGrammar("root ::= [a-c] \"!\"?"), {kTestEos});
  EXPECT_EQ(AllowedBytes(processor), "abc");
  processor.Accept('b');
  EXPECT_EQ(AllowedBytes(processor, 300), "\x03!");  // ids beyond the vocabulary are forbidden
  processor.Accept(kTestEos);
  EXPECT_EQ(AllowedBytes(processor), "\x03");  // where the engine goes on after the end
  EXPECT_THROW(GrammarProcessor(MakeGrammar("root ::= \"a\""), {}), Error);
}

TEST(GrammarProcessorTest, BeginsAfterTheTokenThatItWaitsFor) {
  GrammarProcessor processor(MakeGrammar("root ::= \"x\"+"), {kTestEos}, {.after = '>'});
  EXPECT_EQ(AllowedBytes(processor).size(), 256u);
  for (const char c : std::string("thoughts")) processor.Accept(c);
  EXPECT_FALSE(processor.begun());
  processor.Accept('>');
  EXPECT_TRUE(processor.begun());
  EXPECT_EQ(AllowedBytes(processor), "x");
  processor.Accept('x');
  processor.Accept('>');
  EXPECT_EQ(AllowedBytes(processor), "\x03");  // '>' was not the grammar's: only the end is left
}

TEST(GrammarProcessorTest, TheModelMayOpenItsThinkingFirst) {
  const auto grammar = MakeGrammar("root ::= \"x\"+");
  GrammarProcessor thinks(grammar, {kTestEos}, {.after_thinking = true, .opening = '<'});
  EXPECT_FALSE(thinks.applies_in_thinking());
  EXPECT_EQ(AllowedBytes(thinks), "<x");
  thinks.Accept('<');  // what follows until the closing tag is over, the engine keeps from it
  EXPECT_EQ(AllowedBytes(thinks), "x");
  GrammarProcessor answers(grammar, {kTestEos}, {.after_thinking = true, .opening = '<'});
  answers.Accept('x');
  EXPECT_EQ(AllowedBytes(answers), "\x03x");
  EXPECT_THROW(GrammarProcessor(grammar, {kTestEos}, {.opening = '<'}), Error);
}

TEST(GrammarProcessorTest, CompletionsFollowTheGrammarAloneAndInABatch) {
  Runtime runtime(1);
  const auto model = TinyModel();
  const Tokenizer tokenizer = ByteTokenizer();
  const auto json =
      MakeGrammar("root ::= \"{\" pair (\",\" pair){0,3} \"}\"\npair ::= \"\\\"\" [a-z]{1,5} \"\\\":\" ([0-9]{1,4} | \"null\")");
  std::vector<Request> requests;
  for (uint64_t i = 0; i < 6; ++i) {
    Request& request = requests.emplace_back();
    request.prompt = RandomPrompt(8 + static_cast<int64_t>(i), i);
    request.params.max_tokens = 80;
    request.params.seed = i;
    request.make_logits_processors = [&] {
      return std::vector<std::shared_ptr<LogitsProcessor>>{
          std::make_shared<GrammarProcessor>(json, std::vector<int32_t>{kTestEos})};
    };
  }
  Engine engine(runtime, *model, {}, &tokenizer);
  const std::vector<Completion> together = engine.Generate(requests);
  for (size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(together[i].finish_reason, FinishReason::kStop);
    EXPECT_TRUE(json->grammar().Matches(together[i].text)) << together[i].text;
    Engine alone(runtime, *model, {}, &tokenizer);
    EXPECT_EQ(alone.Generate({&requests[i], 1})[0].token_ids, together[i].token_ids);
  }
}

TEST(GrammarProcessorTest, TheAnswerBehindAForcedClosingFollowsTheGrammar) {
  Runtime runtime(1);
  const auto model = TinyModel();
  const Tokenizer tokenizer = TagTokenizer();
  const auto grammar = std::make_shared<const TokenGrammar>(std::make_shared<Grammar>(ParseGbnf("root ::= \"yes\" | \"no\"")),
                                                            std::make_shared<TokenTrie>(tokenizer));
  Request request;
  request.prompt = tokenizer.Encode("Q<think>\n");
  request.params.max_tokens = 40;
  request.params.thinking_budget = 5;
  request.params.min_thinking_tokens = 5;
  request.make_logits_processors = [&] {
    return std::vector<std::shared_ptr<LogitsProcessor>>{
        std::make_shared<GrammarProcessor>(grammar, std::vector<int32_t>{kTestEos}, GrammarStart{.after_thinking = true})};
  };
  EngineConfig config;
  config.eos_token_ids = {kTestEos};
  Engine engine(runtime, *model, config, &tokenizer);
  for (uint64_t seed = 0; seed < 8; ++seed) {
    request.params.seed = seed;
    const std::string text = engine.Generate({&request, 1})[0].text;
    const std::string closing = "\n</think>\n\n";
    const size_t end = text.find(closing);
    ASSERT_NE(end, std::string::npos) << text;
    const std::string answer = text.substr(end + closing.size());
    EXPECT_TRUE(answer == "yes" || answer == "no") << text;
  }
}

}  // namespace
}  // namespace r1
