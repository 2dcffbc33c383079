// Self-consistency: several chains of thought answer the same question and vote. https://arxiv.org/abs/2203.11171
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace r1 {

// Answers vote together if AnswersEqual says so: 7, 7.0 and 14/2 are one.
class Vote {
 public:
  struct Group {
    std::string answer;  // as its first chain wrote it
    std::vector<int64_t> chains;
  };

  explicit Vote(int64_t num_chains) : num_open_(num_chains) {}

  // A chain has ended, after so many tokens. Once for each.
  void Cast(int64_t chain, const std::optional<std::string>& answer, int64_t num_tokens);

  int64_t num_cast() const { return static_cast<int64_t>(lengths_.size()); }  // with or without an answer
  // No outcome of the chains that still run can change the winner.
  bool Decided() const;
  // Most votes first; of equally many, the one with the first chain.
  std::vector<Group> Ranking() const;
  // Votes of the first group less those of the second; 0 if nobody voted.
  int64_t Margin() const;
  // Who speaks for the first group: its shortest chain, of equally long ones the first. Nothing if nobody voted.
  std::optional<int64_t> Speaker() const;

 private:
  static bool IsBefore(const Group& a, const Group& b);  // in the ranking
  int64_t LengthOf(int64_t chain) const;                 // of one that has ended

  int64_t num_open_;
  std::vector<Group> groups_;
  std::vector<std::pair<int64_t, int64_t>> lengths_;  // (chain, tokens)
};

}  // namespace r1
