// Is a reply to a benchmark's question right? One place for training's judges (judge/) and the benchmarks' own forms.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "eval/benchmark/items.h"

namespace r1 {

class CodeJudge;

struct AnswerVerdict {
  bool right = false;
  std::optional<std::string> answer;  // what was taken for the answer; nothing: there was none
  std::string reason;                 // one line
  bool loose = false;                 // IFEval: right by its loose reading
};

class BenchmarkJudge {
 public:
  // For code, starts the code judge: throws kIo, saying why, where this machine cannot isolate programs and `unsafe` is false.
  explicit BenchmarkJudge(const Benchmark& benchmark, bool unsafe = false);
  ~BenchmarkJudge();

  // `reply`: what the model said after its thinking ("" if it never came to it). Safe to call from many threads. Throws what the
  // judges throw for a record that makes no sense.
  AnswerVerdict Judge(const BenchmarkItem& item, std::string_view reply) const;

  // Ends the programs that run: what is being judged, and all that comes later, throws kCancelled.
  void Cancel() const;

  // Whether completions can vote for an answer (cons@k), and whether two such answers are one vote.
  bool CanVote() const;
  bool SameAnswer(std::string_view a, std::string_view b) const;

 private:
  AnswerVerdict JudgeProgram(const BenchmarkItem& item, std::string_view reply) const;

  const Benchmark& benchmark_;
  std::unique_ptr<CodeJudge> code_judge_;
};

}  // namespace r1
