// Which language words are in, by small word lists and alphabets: enough to see whether a model's thinking mixes languages.
#pragma once

#include <cstdint>
#include <string_view>

namespace r1 {

struct LanguageCounts {
  int64_t english = 0;  // Latin words that are not known to be French
  int64_t french = 0;
  int64_t other = 0;  // words with letters outside Latin; a Chinese character counts as a word
  int64_t bare = 0;   // clauses with an equation or a number and no word at all
  int64_t words() const { return english + french + other; }
  // Share of words in `language` ("en" or "fr"), bare clauses counting as one foreign word each; 0 if there is nothing.
  double Share(std::string_view language) const;
};

bool IsKnownLanguage(std::string_view language);  // "en" or "fr"

// Counts the words of a UTF-8 text. Clauses end at . ! ? ; : or a line break. Words that both languages have ("on", "six") go with
// the other words of their clause.
LanguageCounts CountLanguages(std::string_view text);

}  // namespace r1
