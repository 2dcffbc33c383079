#include "data/tasks/puzzle.h"

#include <numeric>

#include "base/check.h"

namespace r1 {

Problem MakePuzzle(int64_t difficulty, PuzzleParts parts) {
  Problem problem;
  problem.question = std::move(parts.question);
  problem.text_answer = std::move(parts.answer);
  problem.difficulty = difficulty;
  problem.kind = std::move(parts.kind);
  problem.key = std::move(parts.key);
  return problem;
}

std::string Join(std::span<const int64_t> numbers, std::string_view separator) {
  std::string text;
  for (size_t i = 0; i < numbers.size(); ++i) text += (i > 0 ? std::string(separator) : "") + std::to_string(numbers[i]);
  return text;
}

std::string Join(std::span<const std::string> texts, std::string_view separator) {
  std::string text;
  for (size_t i = 0; i < texts.size(); ++i) text += (i > 0 ? std::string(separator) : "") + texts[i];
  return text;
}

std::string FractionText(int64_t numerator, int64_t denominator) {
  CHECK(denominator != 0);
  const int64_t common = std::gcd(numerator, denominator) * (denominator < 0 ? -1 : 1);
  numerator /= common;
  denominator /= common;
  return denominator == 1 ? std::to_string(numerator) : std::to_string(numerator) + "/" + std::to_string(denominator);
}

std::vector<std::string> DrawNames(Rng& rng, size_t count) {
  std::vector<std::string> names = {"Ann",  "Ben",  "Carl", "Dora", "Emma", "Finn", "Gus",  "Hanna", "Ivan",
                                    "Jill", "Kurt", "Lena", "Mia",  "Nick", "Olga", "Paul", "Rosa",  "Tess"};
  CHECK(count <= names.size());
  Shuffle(rng, names);
  names.resize(count);
  return names;
}

}  // namespace r1
