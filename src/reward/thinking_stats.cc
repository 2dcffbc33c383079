#include "reward/thinking_stats.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "data/equation_text.h"
#include "reward/response_parts.h"

namespace r1 {
namespace {

// The ten words that DeepSeek-R1 counts (v2, C.2), and the ones of our own corpus.
constexpr std::string_view kReflective[] = {"wait",   "mistake", "however",  "but",    "retry", "error",
                                            "verify", "wrong",   "evaluate", "check",  "again", "attends",
                                            "preuve", "regarde", "faux",     "encore", "pardon"};
constexpr std::string_view kVerdicts[] = {"small", "big", "petit", "grand", "no", "non", "there", "absent"};

bool Undoes(const Equation& later, const Equation& earlier) {
  const bool inverse = (earlier.op == '+' && later.op == '-') || (earlier.op == '-' && later.op == '+') ||
                       (earlier.op == '*' && later.op == '/') || (earlier.op == '/' && later.op == '*');
  if (inverse) return later.a == earlier.result && (later.b == earlier.b || later.b == earlier.a);
  return later.op == '*' && earlier.op == '*' && later.a == earlier.b && later.b == earlier.a;
}

}  // namespace

ThinkingStats CountThinking(std::string_view completion_text) {
  const std::string_view thinking = ThinkingOf(completion_text);
  ThinkingStats stats;
  stats.languages = CountLanguages(thinking);
  std::vector<Equation> earlier;
  for (const FoundEquation& found : FindEquations(thinking)) {
    stats.equations += 1;
    stats.right_equations += found.right;
    if (found.end < thinking.size() && (thinking[found.end] == '<' || thinking[found.end] == '>')) stats.trials += 1;
    const Equation& e = found.equation;
    // Undoing counts only within three equations: a chain may come back to old numbers by chance.
    const size_t near = earlier.size() > 3 ? earlier.size() - 3 : 0;
    bool rechecks = false, corrects = false;
    for (size_t i = 0; i < earlier.size(); ++i) {
      const bool same_left = earlier[i].a == e.a && earlier[i].op == e.op && earlier[i].b == e.b;
      rechecks = rechecks || (same_left && earlier[i].result == e.result) || (i >= near && Undoes(e, earlier[i]));
      corrects = corrects || (same_left && earlier[i].result != e.result);
    }
    stats.rechecks += rechecks && !corrects;
    stats.corrections += corrects;
    earlier.push_back(e);
  }
  std::string word;
  for (size_t i = 0; i <= thinking.size(); ++i) {
    const char c = i < thinking.size() ? thinking[i] : ' ';
    if ((c | 32) >= 'a' && (c | 32) <= 'z') {
      word += static_cast<char>(c | 32);
      continue;
    }
    stats.reflective_words += std::find(std::begin(kReflective), std::end(kReflective), word) != std::end(kReflective);
    stats.trials += std::find(std::begin(kVerdicts), std::end(kVerdicts), word) != std::end(kVerdicts);
    word.clear();
  }
  return stats;
}

}  // namespace r1
