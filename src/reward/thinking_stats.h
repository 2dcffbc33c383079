// What happens inside the thinking, counted: the curves that show reasoning appear, drift to symbols, or check itself.
#pragma once

#include <cstdint>
#include <string_view>

#include "reward/word_language.h"

namespace r1 {

struct ThinkingStats {
  int64_t equations = 0;  // "17-8=9", "4+8+1=13"
  int64_t right_equations = 0;
  int64_t rechecks = 0;          // equations that repeat or undo an earlier one ("17-8=9 ... 9+8=17")
  int64_t corrections = 0;       // repeats of an earlier left side with another result
  int64_t reflective_words = 0;  // wait, check, again, wrong, ...
  int64_t trials = 0;            // candidates tried and judged: "too small", "no", 4+7=11<16
  LanguageCounts languages;

  // Signs of self-checking of any kind.
  int64_t self_checks() const { return rechecks + corrections + reflective_words; }
};

// Counts within the thinking of a completion (reward/response_parts.h says what that is when tags are missing).
ThinkingStats CountThinking(std::string_view completion_text);

}  // namespace r1
