#include "grammar/matcher.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/env.h"
#include "base/error.h"
#include "base/rng.h"
#include "grammar/gbnf.h"
#include "grammar/grammar_test_util.h"

namespace r1 {
namespace {

TEST(TokenTrieTest, HoldsEveryTokenOnceInOrderOfItsBytes) {
  const TokenTrie trie(SmallTokenizer());
  std::vector<std::string> path(static_cast<size_t>(trie.max_depth()) + 1);
  int64_t num_tokens = 0;
  for (int32_t node = 0; node < trie.num_nodes(); ++node) {
    const TokenTrie::Node& n = trie.node(node);
    ASSERT_GT(n.subtree_end, node);
    path[n.depth] = path[n.depth - 1u] + static_cast<char>(n.byte);
    for (const int32_t id : trie.TokensAt(node)) {
      EXPECT_EQ(trie.Bytes(id), path[n.depth]);
      ++num_tokens;
    }
  }
  EXPECT_EQ(num_tokens, trie.vocab_size() - 1);  // all but the token with byte 0xFF
  EXPECT_TRUE(trie.HasControlToken("<tool_call>"));
  EXPECT_FALSE(trie.HasControlToken("<other>"));
}

// The mask against its definition: each token tried alone.
void ExpectMaskIsRight(const TokenGrammar& grammar, GrammarMatcher& matcher, Recognizer& oracle, int32_t at) {
  const TokenTrie& trie = grammar.trie();
  const TokenMask& mask = matcher.Allowed();
  for (int32_t id = 0; id < trie.vocab_size(); ++id) {
    const std::string& bytes = trie.Bytes(id);
    const bool allowed = id == kSmallEos ? oracle.complete(at) : !bytes.empty() && oracle.Step(at, bytes) != Recognizer::kDead;
    ASSERT_EQ(mask.Test(id), allowed) << id << " " << bytes;
  }
}

const char* const kGrammars[] = {
    R"g(root ::= "yes" | "no" | "não")g",
    R"g(root ::= "\"" ([^"\\] | "\\" ["\\n])* "\"")g",
    R"g(root ::= [a-zà-ÿ]{3,12} ("," root)?)g",
    R"g(root ::= "a" root "a" | "b" root "b" | ".")g",
    "root ::= value\nvalue ::= \"[\" (value (\",\" value)*)? \"]\" | \"{\" (pair (\",\" pair)*)? \"}\" | string | [0-9]{1,9}\n"
    "pair ::= string \":\" value\nstring ::= \"\\\"\" char* \"\\\"\"\nchar ::= [^\"\\\\\\x00-\\x1f] | \"\\\\\" [\"\\\\nt]\n",
    R"g(root ::= <tool_call> "\n{" .* "}\n" </tool_call>)g",
    R"g(root ::= (("a" | "b"){1,20} "c"?){1,30} | "ab"*)g",
};

TEST(GrammarMatcherTest, AllowsExactlyTheTokensThatTheGrammarTakes) {
  const auto trie = std::make_shared<TokenTrie>(SmallTokenizer());
  for (const char* text : kGrammars) {
    const auto grammar = std::make_shared<TokenGrammar>(std::make_shared<Grammar>(ParseGbnf(text)), trie);
    for (uint64_t walk = 0; walk < 20; ++walk) {
      GrammarMatcher matcher(grammar, {kSmallEos});
      Recognizer oracle(grammar->grammar());
      int32_t at = oracle.start();
      Rng rng(RngKey({walk}));
      for (int i = 0; i < 20 && !matcher.finished(); ++i) {
        ExpectMaskIsRight(*grammar, matcher, oracle, at);
        const int32_t id = DrawToken(matcher.Allowed(), rng);
        ASSERT_TRUE(matcher.Accept(id)) << text;
        if (id != kSmallEos) at = oracle.Step(at, trie->Bytes(id));
      }
    }
  }
}

TEST(GrammarMatcherTest, RandomWalksEndInWhatTheGrammarDescribes) {
  const auto trie = std::make_shared<TokenTrie>(SmallTokenizer());
  for (const char* text : kGrammars) {
    const auto grammar = std::make_shared<TokenGrammar>(std::make_shared<Grammar>(ParseGbnf(text)), trie);
    for (uint64_t walk = 0; walk < 50; ++walk) {
      const std::optional<std::string> written = RandomWalk(grammar, kSmallEos, walk, 400);
      { EXPECT_TRUE(!written || grammar->grammar().Matches(*written)) << text << " " << written.value_or(""); }
    }
  }
}

TEST(GrammarMatcherTest, RefusesWithoutChangingAnything) {
  const auto grammar = SmallGrammar(R"g(root ::= "yes")g");
  GrammarMatcher matcher(grammar, {kSmallEos});
  EXPECT_FALSE(matcher.Accept('n'));
  EXPECT_FALSE(matcher.Accept(kSmallEos));
  EXPECT_FALSE(matcher.Accept(-1));
  EXPECT_FALSE(matcher.Accept(1 << 30));
  for (const char c : std::string("yes")) {
    EXPECT_FALSE(matcher.complete());
    EXPECT_TRUE(matcher.Accept(c));
  }
  EXPECT_TRUE(matcher.complete());
  EXPECT_EQ(matcher.Allowed().Count(), 1);
  EXPECT_TRUE(matcher.Accept(kSmallEos));
  EXPECT_TRUE(matcher.finished());
  EXPECT_EQ(matcher.Allowed().Count(), 0);
  EXPECT_FALSE(matcher.Accept(kSmallEos));
}

TEST(GrammarMatcherTest, TakesTokensBack) {
  GrammarMatcher matcher(SmallGrammar(kGrammars[4]), {kSmallEos});
  std::vector<int64_t> counts;
  const std::string text = "[[1,{\"a\":2}]]";
  for (const char c : text) {
    counts.push_back(matcher.Allowed().Count());
    ASSERT_TRUE(matcher.Accept(c));
  }
  ASSERT_TRUE(matcher.Accept(kSmallEos));
  matcher.Rollback(1);
  EXPECT_TRUE(matcher.complete());
  for (size_t i = text.size(); i-- > 0;) {
    matcher.Rollback(1);
    EXPECT_EQ(matcher.Allowed().Count(), counts[i]);
  }
  EXPECT_THROW(matcher.Rollback(1), Error);
}

TEST(GrammarMatcherTest, LongTextsKeepTheirMemory) {
  GrammarMatcher matcher(SmallGrammar("root ::= [a-z]{90000} \"!\""), {kSmallEos});
  for (int i = 0; i < 90'000; ++i) ASSERT_TRUE(matcher.Accept('a' + i % 26)) << i;
  matcher.Rollback(10);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(matcher.Accept('z'));
  EXPECT_FALSE(matcher.Accept('z'));
  EXPECT_TRUE(matcher.Accept('!'));
}

TEST(GrammarMatcherTest, ForcesWhatHasNoAlternative) {
  GrammarMatcher matcher(SmallGrammar("root ::= \"{\\\"naïve\\\":\" ([0-9] | \"null\") \"}\" <tool_call>?"), {kSmallEos});
  EXPECT_EQ(matcher.ForcedBytes(), "{\"naïve\":");
  EXPECT_EQ(matcher.ForcedBytes(3), "{\"n");
  for (const char c : std::string("{\"na")) ASSERT_TRUE(matcher.Accept(static_cast<uint8_t>(c)));
  EXPECT_EQ(matcher.ForcedBytes(), "ïve\":");
  for (const char c : std::string("ïve\":n")) ASSERT_TRUE(matcher.Accept(static_cast<uint8_t>(c)));
  EXPECT_EQ(matcher.ForcedBytes(), "ull}");
}

TEST(GrammarMatcherTest, ControlTokensComeOnlyWhereTheGrammarNamesThem) {
  const auto allowed = [](const char* text, const char* token) {
    const auto grammar = SmallGrammar(text);
    GrammarMatcher matcher(grammar, {kSmallEos});
    return matcher.Allowed().Test(*SmallTokenizer().TokenId(token));
  };
  EXPECT_FALSE(allowed("root ::= .*", "<tool_call>"));
  EXPECT_FALSE(allowed("root ::= .*", "<bos>"));
  EXPECT_FALSE(allowed("root ::= \"<tool_call>\"", "<tool_call>"));
  EXPECT_TRUE(allowed("root ::= <tool_call> .*", "<tool_call>"));
  EXPECT_TRUE(allowed("root ::= .*", "<eos>"));
  EXPECT_THROW(SmallGrammar("root ::= <nothing>"), Error);
}

TEST(GrammarMatcherTest, WhereTheVocabularyCannotGoOnItMayEnd) {
  GrammarMatcher matcher(SmallGrammar("root ::= \"a\" <bos>"), {kSmallEos});
  ASSERT_TRUE(matcher.Accept('a'));
  EXPECT_EQ(matcher.Allowed().Count(), 1);
  GrammarMatcher stuck(SmallGrammar("root ::= \"a\" <bos>"), {*SmallTokenizer().TokenId("<bos>"), kSmallEos});
  ASSERT_TRUE(stuck.Accept('a'));
  EXPECT_TRUE(stuck.Allowed().Test(kSmallEos));
}

TEST(GrammarMatcherTest, HostileAmbiguityIsBounded) {
  for (const char* text : {"root ::= ((((.{1,99}){1,99}){1,99}){1,99}){1,99}", "root ::= . root . | . root root | .",
                           "root ::= \"a\" root x | \"a\" root y | \"a\"\nx ::= \"a\"\ny ::= \"a\""}) {
    const auto grammar = SmallGrammar(text);
    GrammarMatcher matcher(grammar, {kSmallEos});
    for (int i = 0; i < 60; ++i) {
      ASSERT_GT(matcher.Allowed().Count(), 0);
      ASSERT_TRUE(matcher.Accept('a')) << text << i;
    }
  }
}

TEST(GrammarMatcherTest, RealVocabulariesMatchToo) {
  const std::string data = EnvironmentVariable("R1_TEST_DATA").value_or(std::string(R1_SOURCE_DIR) + "/../shared/data");
  for (const char* name : {"qwen2_5", "deepseek_v3"}) {
    const std::string path = data + "/tokenizers/" + name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << data << " (R1_TEST_DATA) is not here";
    const Tokenizer tokenizer = LoadTokenizer(path);
    const auto trie = std::make_shared<TokenTrie>(tokenizer);
    int num_finished = 0;
    for (const char* text : kGrammars) {
      if (std::string_view(text).find("<tool_call>") != std::string_view::npos && !trie->HasControlToken("<tool_call>")) continue;
      const auto grammar = std::make_shared<TokenGrammar>(std::make_shared<Grammar>(ParseGbnf(text)), trie);
      for (uint64_t walk = 0; walk < 10; ++walk) {
        const std::optional<std::string> written = RandomWalk(grammar, tokenizer.eos_id().value(), walk, 60);
        num_finished += written.has_value();
        EXPECT_TRUE(!written || grammar->grammar().Matches(*written)) << text << " " << written.value_or("");
      }
    }
    EXPECT_GT(num_finished, 20);
  }
}

}  // namespace
}  // namespace r1
