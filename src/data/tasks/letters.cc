// letters: counting letters, and words spelt backwards. Difficulty is the number of words.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"
#include "data/tasks/words_list.h"

namespace r1 {

std::optional<Problem> DrawLetters(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  std::string text;
  for (int64_t i = 0; i < difficulty; ++i) text += (i > 0 ? " " : "") + std::string(Pick(rng, kLetterWords));
  if (Chance(rng, 0.4)) {
    return MakePuzzle(difficulty, {.question = StrCat("Write this backwards, letter by letter: ", text),
                                   .answer = std::string(text.rbegin(), text.rend()),
                                   .kind = "backwards",
                                   .key = "letters:backwards " + text});
  }
  const char letter = "aeiorstlnp"[rng.Below(10)];
  const auto count = std::count(text.begin(), text.end(), letter);
  if (count == 0 && !Chance(rng, 0.2)) return std::nullopt;
  return MakePuzzle(difficulty, {.question = StrCat("How many times does the letter ", letter, " occur in: ", text, "?"),
                                 .answer = std::to_string(count),
                                 .kind = "count",
                                 .key = StrCat("letters:", letter, " ", text)});
}

}  // namespace r1
