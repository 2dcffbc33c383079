// Words, sentences and cases of a text in any language, as IFEval counts them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

// Runs of letters, digits and underscores ("\w+" of Python's re), in any script.
int64_t CountWords(std::string_view text);

// Sentences end with . ! or ? (and closing quotes) before white space, as nltk's trained model Punkt has it, by which IFEval
// counts: so "1." of a list is a sentence of its own, and "etc." and "e.g." end one. Abbreviations, initials and ellipses do only
// before a capital of a word that often begins sentences. The rules are Punkt's, its tables are not: rare abbreviations and names
// differ.
int64_t CountSentences(std::string_view text);

// Words all of whose letters are capitals ("USA", "I", "U.S.", "AND/OR"), split as nltk's tokenizer does: "IT'S" are two.
int64_t CountCapitalWords(std::string_view text);

std::string LowerText(std::string_view text);  // simple case folding of each character

// Whether there is a letter that has cases, and all such letters are capitals, or small ones (Python's isupper and islower).
bool IsAllUpper(std::string_view text);
bool IsAllLower(std::string_view text);

// Is this character a part of a word, in the sense of CountWords?
bool IsWordChar(char32_t c);

}  // namespace r1
