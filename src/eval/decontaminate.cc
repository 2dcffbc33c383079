#include "eval/decontaminate.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"

namespace r1 {
namespace {

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    const bool part = ((u | 32) >= 'a' && (u | 32) <= 'z') || (u >= '0' && u <= '9') || u >= 0x80;
    if (part && !inside) words.emplace_back();
    if (part) words.back() += u >= 'A' && u <= 'Z' ? static_cast<char>(u | 32) : c;
    inside = part;
  }
  return words;
}

std::string Run(const std::vector<std::string>& words, size_t begin, size_t count) {
  std::string run;
  for (size_t i = begin; i < begin + count; ++i) run += (i > begin ? " " : "") + words[i];
  return run;
}

}  // namespace

Decontamination FindOverlaps(std::span<const std::string> train, std::span<const std::string> test, int64_t ngram) {
  Require(ngram >= 2 && ngram <= 64, "decontaminate: runs must be 2 to 64 words long, got ", ngram);
  Decontamination result;
  result.train_contaminated.assign(train.size(), false);
  // Runs of the test set -> the tests that have them. Short tests are one run of their own length.
  std::unordered_map<std::string, std::vector<size_t>> runs;
  std::vector<size_t> lengths;  // of runs that occur
  for (size_t t = 0; t < test.size(); ++t) {
    const std::vector<std::string> words = WordsOf(test[t]);
    const size_t n = std::min(words.size(), static_cast<size_t>(ngram));
    if (n < static_cast<size_t>(std::min(kFewestWords, ngram))) {
      result.unchecked += 1;
      continue;
    }
    if (std::find(lengths.begin(), lengths.end(), n) == lengths.end()) lengths.push_back(n);
    for (size_t i = 0; i + n <= words.size(); ++i) {
      std::vector<size_t>& tests = runs[Run(words, i, n)];
      if (tests.empty() || tests.back() != t) tests.push_back(t);
    }
  }
  std::vector<bool> found(test.size(), false);
  for (size_t d = 0; d < train.size(); ++d) {
    const std::vector<std::string> words = WordsOf(train[d]);
    for (const size_t n : lengths) {
      for (size_t i = 0; i + n <= words.size(); ++i) {
        const auto hit = runs.find(Run(words, i, n));
        if (hit == runs.end()) continue;
        result.train_contaminated[d] = true;
        for (const size_t t : hit->second) {
          if (!found[t]) result.overlaps.push_back({t, d, hit->first});
          found[t] = true;
        }
      }
    }
  }
  std::sort(result.overlaps.begin(), result.overlaps.end(), [](const Overlap& a, const Overlap& b) { return a.test < b.test; });
  return result;
}

}  // namespace r1
