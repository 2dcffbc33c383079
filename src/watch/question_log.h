// questions.jsonl: the same few held-out questions at every evaluation of a run. In memory is only where each answer stands.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "watch/line_tail.h"

namespace r1 {

class QuestionLog {
 public:
  struct Question {
    std::string id, task, question, answer;
  };
  // How one question was answered at one step.
  struct Entry {
    int64_t step = 0;
    size_t question = 0;  // index into questions()
    bool correct = false, well_formed = false, finished = false;
    int64_t tokens = 0;
    uint64_t offset = 0, bytes = 0;  // of its line
  };
  struct Answer {
    std::string completion;
    std::vector<int32_t> token_ids;
    std::vector<float> logprobs, entropies;  // as long as token_ids, or empty
  };

  explicit QuestionLog(const std::string& path) : tail_(path) {}

  void Refresh();
  const std::vector<Question>& questions() const { return questions_; }
  const std::vector<Entry>& entries() const { return entries_; }  // in the order of the file
  // Throws kDataLoss if the line is not (or no longer) what it was.
  Answer Read(const Entry& entry) const;

 private:
  void Add(std::string_view line, uint64_t offset);

  LineTail tail_;
  std::vector<Question> questions_;
  std::map<std::string, size_t> index_;  // id -> question
  std::vector<Entry> entries_;
};

}  // namespace r1
