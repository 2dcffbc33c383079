#include "reward/word_language.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/error.h"

namespace r1 {
namespace {

// Frequent French words that are no English ones, in lower case: grammar, and the vocabulary of working sums out.
constexpr std::string_view kFrench[] = {
    "ai",     "alors", "ans",          "apr\xC3\xA8s", "attends", "au",         "aussi",   "autre",
    "aux",    "avec",  "avoir",        "avons",        "bien",    "bon",        "c",       "calcul",
    "cela",   "ces",   "cette",        "chaque",       "cinq",    "combien",    "comme",   "d",
    "dans",   "de",    "deux",         "dix",          "donc",    "du",         "elle",    "en",
    "encore", "enfin", "ensuite",      "essayons",     "est",     "et",         "fait",    "faut",
    "faux",   "font",  "huit",         "il",           "ils",     "j",          "je",      "juste",
    "l",      "la",    "le",           "les",          "leur",    "maintenant", "mais",    "moins",
    "n",      "neuf",  "nombre",       "nous",         "obtient", "ou",         "oui",     "parce",
    "pardon", "pas",   "petit",        "pour",         "preuve",  "puis",       "qu",      "quand",
    "quatre", "que",   "qui",          "quoi",         "regarde", "reste",      "retiens", "sept",
    "sont",   "sur",   "tout",         "tr\xC3\xA8s",  "trois",   "trop",       "trouve",  "un",
    "une",    "voici", "voil\xC3\xA0", "vous",         "voyons"};
// Words of both languages: they go with their clause.
constexpr std::string_view kShared[] = {"a",  "abord", "absent", "but",  "car",  "commence", "grand", "non", "ok",
                                        "on", "or",    "par",    "plus", "pose", "six",      "son",   "x",   "y"};

bool IsAsciiLetter(unsigned char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

template <size_t kCount>
bool Contains(const std::string_view (&words)[kCount], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

struct Clause {
  int64_t english = 0, french = 0, other = 0, shared = 0;
  bool has_number = false;
};

void Close(Clause& clause, LanguageCounts& counts) {
  const int64_t words = clause.english + clause.french + clause.other + clause.shared;
  counts.english += clause.english;
  counts.french += clause.french;
  counts.other += clause.other;
  (clause.french > clause.english ? counts.french : counts.english) += clause.shared;
  if (words == 0 && clause.has_number) counts.bare += 1;
  clause = {};
}

}  // namespace

double LanguageCounts::Share(std::string_view language) const {
  const int64_t all = words() + bare;
  if (all == 0) return 0;
  return static_cast<double>(language == "fr" ? french : english) / static_cast<double>(all);
}

bool IsKnownLanguage(std::string_view language) { return language == "en" || language == "fr"; }

LanguageCounts CountLanguages(std::string_view text) {
  LanguageCounts counts;
  Clause clause;
  std::string word;
  bool foreign = false;  // the word has a letter outside Latin-1
  const auto end_word = [&] {
    if (word.empty()) return;
    if (foreign) {
      clause.other += 1;
    } else if (Contains(kShared, word)) {
      clause.shared += 1;
    } else if (Contains(kFrench, word)) {
      clause.french += 1;
    } else {
      clause.english += 1;
    }
    word.clear();
    foreign = false;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (IsAsciiLetter(c)) {
      word += static_cast<char>(c | 32);
    } else if (c >= 0x80 && c <= 0xDF) {  // accented Latin letters lie in 0xC3..0xC5; other alphabets follow
      word += static_cast<char>(c);
      foreign = foreign || c >= 0xC6;
    } else if (c >= 0xE3) {  // Chinese, Japanese, Korean: one character, one word; from 0xF0 on mostly pictures
      end_word();
      clause.other += c < 0xF0;
      i += c < 0xF0 ? 2 : 3;
    } else if (c >= 0xE2) {  // punctuation and signs
      end_word();
      i += 2;
    } else if (c >= 0xE0) {
      word += static_cast<char>(c);
      foreign = true;
    } else {
      end_word();
      if (c >= '0' && c <= '9') clause.has_number = true;
      if (c == '.' || c == '!' || c == '?' || c == ';' || c == ':' || c == '\n') Close(clause, counts);
    }
  }
  end_word();
  Close(clause, counts);
  return counts;
}

}  // namespace r1
