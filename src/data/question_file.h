// The questions of data files as a source to train on and be evaluated by, as the tasks of the registry are: GSM8K, MATH, programs
// with tests, or one's own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/example.h"
#include "data/split.h"

namespace r1 {

using KeepQuestion = std::function<bool(const std::string& question)>;

class QuestionFile {
 public:
  // Reads one split of `data`, which data/records.h finds and data/jsonl.h describes. Held out are the questions of `held_out`, or,
  // where that is empty, one in eight of `data`, by their text; training never draws a question whose text is held out. An answer
  // that is a whole solution with "#### 18" at its end, as GSM8K has it, is 18. Metadata say task (the file's name) and
  // answers = "mathematics": how an evaluation compares them. What `keep` refuses is left out (a warning says how much of what is
  // trained on). Throws what ReadExamples throws, and kInvalidArgument if nothing is left for this split.
  QuestionFile(const std::string& data, const std::string& held_out, Split split, const KeepQuestion& keep = {});

  int64_t size() const { return static_cast<int64_t>(questions_.size()); }

  // All questions come once in each pass of size() consecutive indices, each pass in an order of its own. A pure function of the
  // files, seed and index.
  const Example& At(uint64_t seed, int64_t index) const;

 private:
  std::vector<Example> questions_;
};

// Every question of data files that `keep` accepts, in the order of the files, prepared as QuestionFile prepares them, and split by
// nobody. Throws what ReadExamples throws.
std::vector<Example> ReadQuestions(const std::string& data, const KeepQuestion& keep = {});

// "data/train-*.parquet" -> "train-*.parquet": how tables and logs call it.
std::string QuestionFileName(const std::string& path);

}  // namespace r1
