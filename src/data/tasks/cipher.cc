// cipher: a text in Caesar's cipher, to be read. Difficulty 1 to 3 say the shift, 4 to 6 show another word and its cipher instead;
// words are one to three.
#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"
#include "data/tasks/words_list.h"

namespace r1 {
namespace {

std::string Shifted(std::string text, int64_t shift) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + shift) % 26);
  }
  return text;
}

}  // namespace

std::optional<Problem> DrawCipher(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const int64_t shift = rng.Between(1, 25), words = (difficulty - 1) % 3 + 1;
  std::string text;
  for (int64_t i = 0; i < words; ++i) text += (i > 0 ? " " : "") + std::string(Pick(rng, kLetterWords));
  const std::string hidden = Shifted(text, shift), key = StrCat("cipher:", hidden);
  if (difficulty <= 3) {
    return MakePuzzle(
        difficulty, {.question = StrCat("Every letter of a text was replaced by the one ", shift, shift == 1 ? " place" : " places",
                                        " later in the alphabet, with a after z. The result is: ", hidden, ". What was the text?"),
                     .answer = text,
                     .kind = "shift",
                     .key = key});
  }
  const std::string sample(Pick(rng, kLetterWords));
  return MakePuzzle(
      difficulty, {.question = StrCat("Letters are shifted along the alphabet, all by the same number of places, so that ", sample,
                                      " becomes ", Shifted(sample, shift), ". Which text becomes: ", hidden, "?"),
                   .answer = text,
                   .kind = "sample",
                   .key = key});
}

}  // namespace r1
