// How many words of a text are of one language? By script first: Chinese characters are no English, whatever stands around them.
// Words in a script that the language shares with others are told sentence by sentence, by CLD2 (judge/language/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_limit.h"

namespace r1 {

struct LanguageWords {
  int64_t target = 0;  // of the wanted language
  int64_t all = 0;     // of any language
};

// A word is a run of letters; in Chinese, Japanese and Thai, which write without spaces, every character is one. Formulas ($...$,
// \(...\), \[...\]), code in backquotes, commands with a backslash, numbers and single letters of variables are no words. A stretch
// of which nothing can be said (too short) counts as the target's, if its script is. Nothing where the limit is over before the
// end.
std::optional<LanguageWords> CountLanguageWords(std::string_view text, const std::string& language, const TimeLimit& limit = {});

bool IsTellableLanguage(const std::string& language);  // an ISO 639-1 code whose script is known here
std::string LanguageOfText(std::string_view text);     // "" if it cannot be told

}  // namespace r1
