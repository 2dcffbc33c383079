// A mixture of tasks as one endless list of questions. Question i is a pure function of (config, seed, split, i and the difficulty
// weights in force), so the whole state to resume from is the cursor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/fields.h"
#include "data/example.h"
#include "data/question_file.h"
#include "data/task.h"

namespace r1 {

// One task of a mixture, or one data file.
struct TaskShare {
  std::string task = "words";
  double weight = 1;
  int64_t min_difficulty = 1;
  int64_t max_difficulty = 6;
  std::vector<double> difficulty_weights;
  int64_t max_value = 99;
  std::string data;  // not empty: the task is not looked at
  std::string held_out_data;

  static constexpr auto Fields() {
    using C = TaskShare;
    return std::tuple{
        Field{"task", &C::task, "name of a task of the registry (words, chain, missing, ...)"},
        Field{"weight", &C::weight, "how often the task is drawn, relative to the others"},
        Field{"min_difficulty", &C::min_difficulty, "easiest problems wanted; cut to what the task offers"},
        Field{"max_difficulty", &C::max_difficulty, "hardest problems wanted; cut to what the task offers"},
        Field{"difficulty_weights", &C::difficulty_weights, "weight of difficulty 1, 2, ...; empty: all equal"},
        Field{"max_value", &C::max_value, "largest number in a question or its working"},
        Field{"data", &C::data,
              "instead of a task: a data file (JSON lines, Parquet, CSV), folder or pattern with question, answer and "
              "what rewards ask for, e.g. tests; a path begins where r1 was started"},
        Field{"held_out_data", &C::held_out_data,
              "the data file of the questions to be evaluated by; empty: one in eight of data"}};
  }
  void Validate() const;
  std::string Name() const { return data.empty() ? task : QuestionFileName(data); }
  TaskOptions Options() const { return {min_difficulty, max_difficulty, difficulty_weights, max_value}; }
};

// Throws kInvalidArgument if none of the shares can be drawn.
void RequireSomeWeight(const std::vector<TaskShare>& shares);

class TaskDataset {
 public:
  // `keep` may refuse questions: those of a file are left out, for that of a task another one is drawn. Reads data files. Throws
  // what QuestionFile throws, and kInvalidArgument if there is no share, a task is unknown, or no weight is positive.
  TaskDataset(std::vector<TaskShare> shares, uint64_t seed, Split split, const KeepQuestion& keep = {});

  // difficulty_weights, if not empty, replaces the weights of every task.
  Example At(int64_t index, const std::vector<double>& difficulty_weights = {}) const;
  // How many questions there are, all shares together; those of tasks have no end.
  int64_t size() const;
  // The next `count` questions; moves the cursor.
  std::vector<Example> Next(int64_t count, const std::vector<double>& difficulty_weights = {});

  int64_t cursor() const { return cursor_; }
  void Seek(int64_t cursor) { cursor_ = cursor; }

 private:
  std::vector<TaskShare> shares_;
  std::vector<std::shared_ptr<const QuestionFile>> files_;  // of each share; null: a task
  std::vector<double> weights_;
  uint64_t seed_;
  Split split_;
  KeepQuestion keep_;
  int64_t cursor_ = 0;
};

}  // namespace r1
