// Which language is a text in? CLD2, a naive Bayes classifier over quadgrams and scripts, which knows 83 languages and tells apart
// those that share a script. https://github.com/CLD2Owners/cld2
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace r1 {

struct LanguageShare {
  std::string language;  // ISO 639-1 where there is such a code: "en", "zh"; Chinese in traditional letters is "zh" too
  double share = 0;      // of the text's letters
};

struct DetectedLanguage {
  std::string language;               // of most of the text; "" if nothing can be said: too short, or no language
  bool reliable = false;              // CLD2's own opinion
  std::vector<LanguageShare> shares;  // at most three, largest first
};

// Any bytes; what is no UTF-8 counts as a space. Tags and entities are read as text. Deterministic.
DetectedLanguage DetectLanguage(std::string_view text);

}  // namespace r1
