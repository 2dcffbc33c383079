// A generated problem: question, the one right answer, and, for the tasks that the corpus is written from, one or more worked
// solutions to be put into words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/chain.h"

namespace r1 {

// What a line of working is for; it decides the words around the equation (data/solution.h).
enum class StepRole {
  kCompute,   // brings the solution forward
  kPart,      // first half of a trial or column; more follows about the same thing
  kTooSmall,  // a trial that misses the target from below
  kTooBig,    // a trial that misses the target from above
  kHit,       // the trial that works
  kAbsent,    // the number computed is not in the list
  kPresent,   // the number computed is in the list
  kColumn,    // a column of a long addition: write `digit`, carry `carry`
  kGuess,     // no equation: try the value `digit`
};

struct Step {
  Equation equation;
  StepRole role = StepRole::kCompute;
  int64_t digit = 0;
  int64_t carry = 0;
  int64_t target = 0;  // of a trial
};

struct Solution {
  std::vector<Step> steps;
  std::vector<Equation> check;  // substitutes the answer back into the question; empty if there is no such check
};

struct Problem {
  std::string question;
  int64_t answer = 0;
  std::string text_answer;  // the answer, instead of `answer`, of a problem without worked solutions
  int64_t difficulty = 1;
  std::string kind;                 // finer than the task, e.g. "double" of sequence
  std::string subject;              // what is counted ("cakes"); empty for bare numbers
  std::string key;                  // canonical form, see data/split.h
  std::vector<Solution> solutions;  // all give `answer`; empty for tasks that are for rewards and evaluation only

  std::string AnswerText() const { return text_answer.empty() ? std::to_string(answer) : text_answer; }
};

}  // namespace r1
