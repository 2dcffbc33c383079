// One question with what is needed to judge an answer.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace r1 {

struct Example {
  std::string id;                               // unique within its task and split, e.g. "words/train/17"
  std::string question;                         // bare, without a prompt template
  std::string answer;                           // the expected final answer
  std::map<std::string, std::string> metadata;  // difficulty, kind, ...
  int64_t difficulty = 0;                       // of a task's question; 0: of a data file, whose questions are of no known one
};

}  // namespace r1
