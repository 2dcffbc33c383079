// Which language is a text in? CLD2, a naive Bayes classifier over quadgrams and scripts, which knows 83 languages and tells apart
// those that share a script. https://github.com/CLD2Owners/cld2
#pragma once

#include <string>
#include <string_view>

namespace r1 {

struct DetectedLanguage {
  // Of most of the text: ISO 639-1 where there is such a code, "en", "zh" (also in traditional letters); "" if nothing can be said:
  // too short, or no language.
  std::string language;
  bool reliable = false;  // CLD2's own opinion
};

// Any bytes; what is no UTF-8 counts as a space. Tags and entities are read as text. Deterministic.
DetectedLanguage DetectLanguage(std::string_view text);

}  // namespace r1
