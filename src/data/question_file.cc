#include "data/question_file.h"

#include <bit>
#include <filesystem>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/ascii.h"
#include "base/error.h"
#include "base/log.h"
#include "base/rng.h"
#include "data/jsonl.h"

namespace r1 {
namespace {

std::string FinalOf(const std::string& answer) {
  const size_t mark = answer.rfind("####");
  return mark == std::string::npos ? answer : std::string(Trim(std::string_view(answer).substr(mark + 4)));
}

void Prepare(Example& example, const std::string& path) {
  example.answer = FinalOf(example.answer);
  example.metadata["task"] = QuestionFileName(path);
  example.metadata["answers"] = "mathematics";
}

// A permutation of 0..n-1: four rounds of a Feistel network over the next even number of bits, again until the result is below n.
uint64_t Permuted(uint64_t i, uint64_t n, uint64_t key) {
  const int half = (std::bit_width(n - 1) + 1) / 2;
  const uint64_t mask = (uint64_t{1} << half) - 1;
  do {
    uint64_t left = i >> half, right = i & mask;
    for (uint64_t round = 0; round < 4; ++round) left = std::exchange(right, left ^ (RandomBits(key ^ round, right) & mask));
    i = left << half | right;
  } while (i >= n);
  return i;
}

}  // namespace

std::string QuestionFileName(const std::string& path) {
  const std::filesystem::path name(path);
  return (name.has_filename() ? name : name.parent_path()).filename().string();
}

std::vector<Example> ReadQuestions(const std::string& data, const KeepQuestion& keep) {
  std::vector<Example> questions;
  for (Example& example : ReadExamples(data)) {
    if (keep && !keep(example.question)) continue;
    Prepare(example, data);
    questions.push_back(std::move(example));
  }
  return questions;
}

QuestionFile::QuestionFile(const std::string& data, const std::string& held_out, Split split, const KeepQuestion& keep) {
  const bool own_file = split == Split::kHeldOut && !held_out.empty();
  std::unordered_set<std::string> kept_back;
  if (split == Split::kTrain && !held_out.empty())
    for (const Example& example : ReadExamples(held_out)) kept_back.insert(example.question);
  const std::string& path = own_file ? held_out : data;
  size_t refused = 0;
  std::vector<Example> examples = ReadExamples(path);
  Require(!examples.empty(), path, " holds no question");
  for (Example& example : examples) {
    const bool is_held_out = own_file || (held_out.empty() ? IsHeldOut(example.question) : kept_back.contains(example.question));
    if (is_held_out != (split == Split::kHeldOut)) continue;
    if (keep && !keep(example.question)) {
      ++refused;
      continue;
    }
    Prepare(example, path);
    questions_.push_back(std::move(example));
  }
  if (refused > 0 && split == Split::kTrain) {
    LOG(Warning) << path << ": " << refused << " of " << refused + questions_.size()
                 << " questions are left out, being too long for the model's context";
  }
  Require(!questions_.empty(), path, ": no question ", split == Split::kTrain ? "is left to train on" : "is held out",
          held_out.empty() ? "; one in eight is held out, by its text (held_out_data names a file of its own for them)" : "",
          refused > 0 ? StrCat("; ", refused, " are too long for the model's context") : "");
}

const Example& QuestionFile::At(uint64_t seed, int64_t index) const {
  const uint64_t n = questions_.size(), i = static_cast<uint64_t>(index);
  return questions_[n == 1 ? 0 : Permuted(i % n, n, RngKey({seed, HashText("questions"), i / n}))];
}

}  // namespace r1
