#include "judge/math/math_verdict.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/error.h"
#include "judge/math/answer_comparison.h"
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

// The text without what only typesets it, to find two answers equal that neither can be parsed.
std::string Plain(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    bool skipped = false;
    for (const std::string_view mark :
         {"\\left", "\\right", "\\text", "\\mathrm", "\\textbf", "\\mbox", "\\!", "\\,", "\\;", "\\ ", "$", " ", "\n", "~"}) {
      if (!rest.starts_with(mark) || (mark.size() > 2 && rest.size() > mark.size() && IsLetter(rest[mark.size()]))) continue;
      i += mark.size() - 1;
      skipped = true;
      // "4 2" is not 42.
      if (!plain.empty() && IsDigit(plain.back()) && i + 1 < text.size() && IsDigit(text[i + 1])) plain += ' ';
      break;
    }
    if (!skipped) plain += text[i];
  }
  while (!plain.empty() && plain.back() == '.') plain.pop_back();
  return plain;
}

// Names of sets and of "nothing" that data sets spell out. plain: Plain(text), here and below.
std::string_view Synonym(std::string_view text, std::string_view plain) {
  const std::string lower = LowerCase(plain);
  for (const std::string_view reals : {"allrealnumbers", "allreals", "realnumbers", "{allrealnumbers}", "{allreals}"})
    if (lower == reals) return "\\mathbb{R}";
  for (const std::string_view none : {"nosolution", "nosolutions", "norealsolution", "norealsolutions", "{nosolution}",
                                      "{nosolutions}", "{norealsolution}", "{norealsolutions}", "emptyset", "theemptyset"})
    if (lower == none) return "\\emptyset";
  if (lower == "dne" || lower == "{dne}") return "\\text{does not exist}";
  return text;
}

// The letter of a choice: "A", "(A)", "A)", "A.", and "(A) 42" with what it says; "" for any other text.
std::string ChoiceLetter(std::string_view answer, std::string_view plain) {
  std::string unbraced(plain);
  std::erase_if(unbraced, [](char c) { return c == '{' || c == '}'; });
  std::string_view text = unbraced;
  const bool open = text.starts_with('(');
  if (open) text.remove_prefix(1);
  if (text.empty() || !IsLetter(text[0])) return "";
  const std::string letter = LowerCase(text.substr(0, 1));
  if (text.size() == 1) return open ? "" : letter;
  const bool closed = text[1] == ')' || (!open && (text[1] == '.' || text[1] == ':'));
  // "(A) or (B)", "A. B" and "A, not B" choose nothing.
  const std::string_view rest = text.substr(2);
  const std::string lower = LowerCase(answer);
  bool several = rest.size() == 1 || rest.find_first_of("(),") != rest.npos;
  for (const std::string_view word : {" or ", " and ", "not ", "or}", "and}"}) several = several || lower.find(word) != lower.npos;
  return closed && !several ? letter : "";
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
  const std::string plain = Plain(expected), answer_plain = Plain(answer);
  if (!plain.empty() && plain == answer_plain) {
    verdict.outcome = MathOutcome::kRight;
    verdict.reason = "the same text";
    return verdict;
  }
  // A capital, or a letter in brackets or upright type, may be a choice; x is not.
  const std::string choice = ChoiceLetter(expected, plain), other = ChoiceLetter(answer, answer_plain);
  if (!choice.empty() && choice == other && plain != choice) {
    verdict.outcome = MathOutcome::kRight;
    verdict.reason = "the same choice";
    return verdict;
  }
  const char* side = "the expected answer: ";
  try {
    Arena arena;
    Budget budget;
    const NodeId a = ParseAnswer(arena, Synonym(expected, plain));
    verdict.expected = Short(NormalForm(arena, a));
    side = "the answer: ";
    const NodeId b = ParseAnswer(arena, Synonym(answer, answer_plain));
    verdict.answer = Short(NormalForm(arena, b));
    side = "";
    if (options.prm800k && Prm800kForbids(arena, a, b, expected)) {
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
