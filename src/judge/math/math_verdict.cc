#include "judge/math/math_verdict.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/error.h"
#include "judge/math/answer_comparison.h"
#include "judge/math/answer_words.h"
#include "judge/math/extraction.h"
#include "judge/math/parser.h"
#include "judge/math/vocabulary.h"

namespace r1 {
namespace math {
namespace {

std::string Short(std::string_view text) {
  constexpr size_t kMost = 80;
  return text.size() <= kMost ? std::string(text) : std::string(text.substr(0, kMost - 3)) + "...";
}

bool IsIntegerText(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// prm800k's own strictness, before anything is calculated.
bool Prm800kForbids(const Arena& arena, NodeId expected, NodeId answer, std::string_view expected_plain) {
  if (IsIntegerText(expected_plain) && arena[answer].op == Op::kDiv) return true;
  return Unknowns(arena, expected).size() > 2 || Unknowns(arena, answer).size() > 2;
}

}  // namespace
}  // namespace math

const char* MathOutcomeName(MathOutcome outcome) {
  switch (outcome) {
    case MathOutcome::kRight: return "right";
    case MathOutcome::kWrong: return "wrong";
    case MathOutcome::kNoAnswer: return "no_answer";
    default: return "refused";
  }
}

namespace {

bool AreCapitals(std::string_view text) {
  text = Trim(text, " \n\t.$");
  return text.size() >= 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

MathVerdict JudgeMathAnswer(std::string_view expected, std::string_view answer, const MathOptions& options) {
  using namespace math;
  MathVerdict verdict{MathOutcome::kRefused, "", Short(expected), Short(answer)};
  if (Trim(answer).empty()) {
    verdict.outcome = MathOutcome::kNoAnswer;
    verdict.reason = "the answer is empty";
    return verdict;
  }
  const bool long_text = expected.size() > kMaxAnswerBytes || answer.size() > kMaxAnswerBytes;
  if (long_text) {
    verdict.reason = StrCat("an answer longer than ", kMaxAnswerBytes, " bytes");
    return verdict;
  }
  const std::string plain = PlainText(expected), answer_plain = PlainText(answer);
  const auto right = [&](std::string reason) {
    verdict.outcome = MathOutcome::kRight;
    verdict.reason = std::move(reason);
    return verdict;
  };
  if (!plain.empty() && plain == answer_plain) return right("the same text");
  // SAS, XIV, CAB: three capitals and more are a word, of which the order of letters counts, and no product.
  if (AreCapitals(expected) && AreCapitals(answer)) {
    verdict.outcome = MathOutcome::kWrong;
    verdict.reason = "other letters, or in another order";
    return verdict;
  }
  // A capital, or a letter in brackets or upright type, may be a choice; x is not.
  const Choice choice = ChoiceOf(expected, plain), other = ChoiceOf(answer, answer_plain);
  if (!choice.letter.empty() && choice.letter == other.letter && plain != choice.letter) {
    const bool said = !choice.says.empty() && !other.says.empty();
    if (!said || JudgeMathAnswer(choice.says, other.says, options).outcome != MathOutcome::kWrong) return right("the same choice");
    verdict.outcome = MathOutcome::kWrong;
    verdict.reason = "the same choice, which says something else";
    return verdict;
  }
  // "(C) 12" is answered by 12 too.
  if (!choice.says.empty() && other.letter.empty()) return JudgeMathAnswer(choice.says, answer, options);
  if (SaysTheSame(expected, answer)) return right("the same words");
  const char* side = "the expected answer: ";
  try {
    Arena arena;
    Budget budget;
    const NodeId a = ParseAnswer(arena, SpelledOut(expected, plain));
    verdict.expected = Short(NormalForm(arena, a));
    side = "the answer: ";
    const NodeId b = ParseAnswer(arena, SpelledOut(answer, answer_plain));
    verdict.answer = Short(NormalForm(arena, b));
    side = "";
    if (options.prm800k && Prm800kForbids(arena, a, b, plain)) {
      verdict.outcome = MathOutcome::kWrong;
      verdict.reason = "another text, where prm800k's rules ask for the same";
      return verdict;
    }
    AnswerComparison comparison(arena, budget, options);
    verdict.outcome = comparison.Same(a, b) ? MathOutcome::kRight : MathOutcome::kWrong;
    verdict.reason = comparison.rule();
  } catch (const Refusal& refusal) {
    verdict.outcome = MathOutcome::kRefused;
    verdict.reason = side + refusal.reason;
  }
  return verdict;
}

MathVerdict JudgeMath(std::string_view expected, std::string_view completion, const MathOptions& options) {
  // An expected answer is one, however little it looks like it.
  const std::string wanted = math::Extract(expected, false).value_or(std::string(Trim(expected)));
  std::optional<std::string> answer = ExtractAnswer(completion);
  if (!answer && !Trim(completion).empty() && Trim(completion) == Trim(expected)) answer = wanted;
  if (!answer) return {MathOutcome::kNoAnswer, "no answer in the completion", math::Short(wanted), ""};
  return JudgeMathAnswer(wanted, *answer, options);
}

}  // namespace r1
