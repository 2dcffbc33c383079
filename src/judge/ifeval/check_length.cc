// length_constraints:*.
#include "base/ascii.h"
#include "judge/ifeval/checks.h"
#include "judge/ifeval/words.h"

namespace r1 {
namespace {

bool Words(std::string_view response, const IfevalArguments& a) { return HoldsRelation(a.relation, CountWords(response), a.count); }
bool Sentences(std::string_view response, const IfevalArguments& a) {
  return HoldsRelation(a.relation, CountSentences(response), a.count);
}

// Paragraphs are separated by ***; an empty one may stand at either end only.
bool Paragraphs(std::string_view response, const IfevalArguments& a) {
  const std::vector<std::string_view> pieces = SplitAt(response, "***");
  int64_t count = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const bool empty = Trim(pieces[i]).empty();
    if (empty && i > 0 && i + 1 < pieces.size()) return false;
    count += !empty;
  }
  return count == a.count;
}

// Paragraphs are separated by empty lines; so many there are, and the n-th begins with the word.
bool NthParagraphFirstWord(std::string_view response, const IfevalArguments& a) {
  const std::vector<std::string_view> pieces = SplitAt(response, "\n\n");
  int64_t count = 0;
  for (const std::string_view piece : pieces) count += !Trim(piece).empty();
  if (count != a.count || a.nth < 1 || a.nth > static_cast<int64_t>(pieces.size())) return false;
  std::string_view word = Trim(pieces[static_cast<size_t>(a.nth - 1)]);
  if (word.empty()) return false;
  word = word.substr(0, word.find_first_of(kAsciiSpace));
  word = word.substr(std::min(word.find_first_not_of("'\""), word.size()));
  word = word.substr(0, word.find_first_of(".,?!'\""));
  return LowerText(word) == LowerText(a.text);
}

constexpr IfevalCheck kChecks[] = {
    {.id = "length_constraints:number_words", .follows = Words, .relation = "relation", .count = "num_words"},
    {.id = "length_constraints:number_sentences", .follows = Sentences, .relation = "relation", .count = "num_sentences"},
    {.id = "length_constraints:number_paragraphs", .follows = Paragraphs, .count = "num_paragraphs"},
    {.id = "length_constraints:nth_paragraph_first_word",
     .follows = NthParagraphFirstWord,
     .count = "num_paragraphs",
     .text = "first_word",
     .nth = "nth_paragraph"},
};

}  // namespace

std::span<const IfevalCheck> LengthChecks() { return kChecks; }

}  // namespace r1
