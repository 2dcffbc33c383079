// Is the answer of a completion the expected one, mathematically? The judge behind the reward `math`, rejection sampling, `r1 eval`
// and the server's verifiers. It fails closed: what it cannot read, decide or afford is not right.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace r1 {

enum class MathOutcome {
  kRight,
  kWrong,
  kNoAnswer,  // the completion has none: empty, cut off, or only inside its thinking
  kRefused,   // one side is too long, too deep, too costly, undefined or unreadable
};
const char* MathOutcomeName(MathOutcome outcome);  // "right", "wrong", "no_answer", "refused"

struct MathOptions {
  // Different units beside equal numbers are wrong ("5 m" and "5 km"). Off, as MATH and GSM8K are graded: units are not looked at.
  bool same_units = false;
  // As OpenAI's prm800k grades MATH, for comparing with figures measured by it: an integer must be written as one (8/2 is not 4),
  // and expressions of more than two letters must be the same text.
  bool prm800k = false;
};

struct MathVerdict {
  MathOutcome outcome = MathOutcome::kRefused;
  std::string reason;    // one line: which rule decided
  std::string expected;  // normal form of the expected answer, or its text where it was not parsed; shortened
  std::string answer;    // the same of the completion's answer

  bool right() const { return outcome == MathOutcome::kRight; }
};

// The final answer of a completion, as it stands there: after the last </think>; the last \boxed{...} (or several that "and" joins,
// with commas between); else what follows "answer is", "Answer:" or "####"; else the last mathematics or number of a text; else the
// whole of a short one. Nothing: none there, cut off, or an empty box. Time is linear in the length.
std::optional<std::string> ExtractAnswer(std::string_view completion);

// `expected` is an answer as data sets have it: bare ("5", "\frac{1}{2}"), in $...$, in \boxed{...}, or a whole solution.
// `completion` is all that a model wrote, or a bare answer. The verdict depends on nothing else, takes under 50 ms and a bounded
// amount of memory whatever the texts are, and never throws.
MathVerdict JudgeMath(std::string_view expected, std::string_view completion, const MathOptions& options = {});

// The same for an answer that was extracted already.
MathVerdict JudgeMathAnswer(std::string_view expected, std::string_view answer, const MathOptions& options = {});

}  // namespace r1
