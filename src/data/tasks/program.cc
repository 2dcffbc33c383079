// program: what does a small program print? Difficulty 1 and 2: assignments; 3 and 4: a loop; 5 and 6: a loop with a condition.
#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

// "x = x * 3 + y", carried out on the two variables.
struct Assignment {
  bool to_x, adds_other;
  int64_t factor, summand;

  void Run(int64_t& x, int64_t& y) const {
    int64_t& target = to_x ? x : y;
    target = target * factor + (adds_other ? (to_x ? y : x) : summand);
  }
  std::string Text() const {
    const char* target = to_x ? "x" : "y";
    return StrCat(target, " = ", target, factor == 1 ? "" : StrCat(" * ", factor), " + ",
                  adds_other ? (to_x ? "y" : "x") : std::to_string(summand));
  }
};

Assignment DrawAssignment(Rng& rng) { return {Chance(rng, 0.5), Chance(rng, 0.4), rng.Between(1, 3), rng.Between(1, 9)}; }

}  // namespace

std::optional<Problem> DrawProgram(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  int64_t x = rng.Between(0, 9), y = rng.Between(0, 9);
  std::string text = StrCat("x = ", x, "\ny = ", y, "\n");
  if (difficulty <= 2) {
    for (int64_t i = 0; i < difficulty + 1; ++i) {
      const Assignment a = DrawAssignment(rng);
      a.Run(x, y);
      text += a.Text() + "\n";
    }
  } else {
    const int64_t rounds = rng.Between(2, difficulty);
    const Assignment first = DrawAssignment(rng), second = DrawAssignment(rng);
    const bool conditional = difficulty >= 5;
    const int64_t divisor = rng.Between(2, 3);
    text += StrCat("repeat ", rounds, " times:\n");
    if (conditional) {
      text += StrCat("  if x is divisible by ", divisor, ":\n    ", first.Text(), "\n  else:\n    ", second.Text(), "\n");
      // Without a step that always happens most loops would do the same in every round.
      text += "  x = x + 1\n";
    } else {
      text += StrCat("  ", first.Text(), "\n  ", second.Text(), "\n");
    }
    for (int64_t i = 0; i < rounds; ++i) {
      if (conditional) {
        (x % divisor == 0 ? first : second).Run(x, y);
        x += 1;
      } else {
        first.Run(x, y);
        second.Run(x, y);
      }
    }
  }
  const int64_t printed = x + y;
  if (printed > 99999) return std::nullopt;
  text += "print x + y";
  return MakePuzzle(difficulty, {.question = "What does this program print?\n" + text,
                                 .answer = std::to_string(printed),
                                 .kind = difficulty <= 2   ? "assignments"
                                         : difficulty <= 4 ? "loop"
                                                           : "condition",
                                 .key = "program:" + text});
}

}  // namespace r1
