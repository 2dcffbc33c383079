// What the tasks without worked solutions share: they are for rewards and evaluation, so a question, its one right answer and a key
// are all they make.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "data/problem.h"

namespace r1 {

// Everything but the difficulty, which MakePuzzle's caller knows.
struct PuzzleParts {
  std::string question;
  std::string answer;  // as it must be given, or equal to it as a number (reward/answer_equality.h)
  std::string kind;
  std::string key;  // see data/split.h
};
Problem MakePuzzle(int64_t difficulty, PuzzleParts parts);

template <class T>
void Shuffle(Rng& rng, std::vector<T>& items) {
  for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[rng.Below(i)]);
}

std::string Join(std::span<const int64_t> numbers, std::string_view separator = ", ");
std::string Join(std::span<const std::string> texts, std::string_view separator = ", ");

// "3/4", "-2", in lowest terms with the sign in front; denominator != 0.
std::string FractionText(int64_t numerator, int64_t denominator);

// First names, each of one word, no two with the same initial.
std::vector<std::string> DrawNames(Rng& rng, size_t count);

}  // namespace r1
