// For tests that solve the tasks' questions anew, from their text alone and by other means than the generator's.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/task.h"

namespace r1 {

// 60 problems of every difficulty, of both splits.
inline void ForEachProblem(const char* task_name, const std::function<void(const Problem&)>& check) {
  const Task& task = FindTask(task_name);
  for (int64_t d = task.min_difficulty; d <= task.max_difficulty; ++d) {
    for (int64_t i = 0; i < 60; ++i) {
      const Split split = i % 3 == 0 ? Split::kHeldOut : Split::kTrain;
      check(MakeProblem(task, 11, i, split, {.min_difficulty = d, .max_difficulty = d}));
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

// Every number of a text in order; a minus belongs to it where no digit, letter or bracket stands before.
inline std::vector<int64_t> NumbersOf(const std::string& text) {
  std::vector<int64_t> numbers;
  for (size_t i = 0; i < text.size();) {
    const auto digit = [&](size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
    const bool minus = text[i] == '-' && digit(i + 1) && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '(');
    if (!minus && !digit(i)) {
      ++i;
      continue;
    }
    size_t length = 0;
    numbers.push_back(std::stoll(text.substr(i), &length));
    i += length;
  }
  return numbers;
}

// The part of `text` between two marks; the first occurrence of `after`, then of `before`.
inline std::string Between(const std::string& text, const std::string& after, const std::string& before) {
  const size_t begin = text.find(after);
  EXPECT_NE(begin, std::string::npos) << text;
  if (begin == std::string::npos) return "";
  const size_t from = begin + after.size(), end = text.find(before, from);
  return text.substr(from, end == std::string::npos ? end : end - from);
}

inline std::vector<std::string> SplitText(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  size_t from = 0;
  for (size_t at; (at = text.find(separator, from)) != std::string::npos; from = at + separator.size())
    parts.push_back(text.substr(from, at - from));
  parts.push_back(text.substr(from));
  return parts;
}

}  // namespace r1
