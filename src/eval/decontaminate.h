// Does a training set contain questions of a test set? DeepSeek-R1's rule: a text is contaminated if it shares a run of ten words
// with a test question (arXiv 2501.12948v2, D.1).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

struct Overlap {
  size_t test = 0;   // index of the test text
  size_t train = 0;  // index of the first training text that shares a run with it
  std::string run;   // the shared words
};

struct Decontamination {
  std::vector<Overlap> overlaps;         // one for each test text that is contaminated, in order
  std::vector<bool> train_contaminated;  // of each training text, whether it shares a run with any test text
  int64_t unchecked = 0;                 // test texts of fewer than kFewestWords words, which say nothing
};

// A test text of fewer than `ngram` words is contaminated if a training text holds all of them in a row.
inline constexpr int64_t kFewestWords = 5;

// Words are runs of letters, digits and marks beyond ASCII, without regard to case; all else separates. ngram in 2..64, or
// kInvalidArgument. Memory grows with the test set only; time with both.
Decontamination FindOverlaps(std::span<const std::string> train, std::span<const std::string> test, int64_t ngram = 10);

}  // namespace r1
