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

TEST(GrammarProcessorTest, BeginsAfterTheTokenThatClosesTheThinking) {
  GrammarProcessor processor(MakeGrammar("root ::= \"x\"+"), {kTestEos}, '>');
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

}  // namespace
}  // namespace r1
