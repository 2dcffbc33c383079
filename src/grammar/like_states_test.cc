#include "grammar/like_states.h"

#include <gtest/gtest.h>

#include <set>

#include "grammar/grammar_test_util.h"
#include "grammar/json_rules.h"
#include "grammar/json_schema.h"

namespace r1 {
namespace {

size_t NumKinds(Expression expression) {
  RuleSet rules;
  rules.Add("root", std::move(expression));
  const auto like = FindLikeStates(BuildRuleAutomata(rules)[0]);
  return std::set<int32_t>(like.begin(), like.end()).size();
}

TEST(LikeStatesTest, LongRepetitionsHaveFewKindsOfStates) {
  const Expression letter = Expression::Chars({{'a', 'z'}}), character = JsonRules::AnyCharacter();
  EXPECT_LT(NumKinds(Expression::Repeat(letter, 3, 5'000)), 300u);
  EXPECT_LT(NumKinds(Expression::Repeat(letter, 5'000, 5'000)), 300u);
  EXPECT_EQ(NumKinds(Expression::Repeat(letter, 0, 200)), 201u);  // the end is always near
  EXPECT_LT(
      NumKinds(Expression::Sequence({Expression::Literal("<"), Expression::Repeat(letter, 0, 5'000), Expression::Literal(">")})),
      300u);
  // A character is up to 12 bytes, and has as many states and more; 256 bytes before the end they begin to differ.
  EXPECT_LT(NumKinds(Expression::Repeat(character, 0, 4'000)), 12'000u);
}

// Byte by byte, from states that are said to be alike.
TEST(LikeStatesTest, LikeStatesTakeTheSameTexts) {
  const Grammar grammar = JsonSchemaGrammar(R"({"type": "string", "maxLength": 600})");
  Recognizer recognizer(grammar);
  Rng rng(RngKey({0x11CE}));
  int num_pairs = 0;
  for (int32_t state = 0; state < grammar.num_states(); ++state) {
    if (grammar.Like(state) == state || grammar.ByteEdges(state).empty()) continue;
    ++num_pairs;
    int32_t a = recognizer.Alone(state), b = recognizer.Alone(grammar.Like(state));
    for (int i = 0; i < kLikeBytes && a != Recognizer::kDead; ++i) {
      // A byte that some edge takes, most of the time.
      uint8_t byte = static_cast<uint8_t>(rng.Below(256));
      for (int tries = 0; tries < 50 && recognizer.Step(a, byte) == Recognizer::kDead; ++tries)
        byte = static_cast<uint8_t>(rng.Below(256));
      a = recognizer.Step(a, byte);
      b = recognizer.Step(b, byte);
      ASSERT_EQ(a == Recognizer::kDead, b == Recognizer::kDead) << state << " " << i;
      ASSERT_EQ(recognizer.complete(a), recognizer.complete(b)) << state << " " << i;
    }
  }
  EXPECT_GT(num_pairs, 600 / 2 * 35);
}

}  // namespace
}  // namespace r1
