// Words, sentences and cases of a text in any language, as IFEval counts them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

// Runs of letters, digits and underscores ("\w+" of Python's re), in any script.
int64_t CountWords(std::string_view text);

// Sentences end with . ! or ? (and closing quotes) before white space and a next sentence. Not after common abbreviations, initials
// and the numbers of a list. What IFEval takes nltk's trained Punkt model for; on ordinary prose the two agree.
int64_t CountSentences(std::string_view text);

// Words, apostrophes and hyphens included, all of whose letters are capitals ("USA", "I").
int64_t CountCapitalWords(std::string_view text);

std::string LowerText(std::string_view text);  // simple case folding of each character

// Whether there is a letter that has cases, and all such letters are capitals, or small ones (Python's isupper and islower).
bool IsAllUpper(std::string_view text);
bool IsAllLower(std::string_view text);

// Is this character a part of a word, in the sense of CountWords?
bool IsWordChar(char32_t c);

}  // namespace r1
