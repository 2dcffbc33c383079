// Where in a growing list of tokens its last n tokens stood before: hash chains, as in LZ77. One hash and two stores a token.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace r1 {

class NgramIndex {
 public:
  explicit NgramIndex(int n) : n_(n) {}

  // Takes in the tokens beyond those it has; `tokens` is the same list, grown. The list is not kept.
  void Extend(std::span<const int32_t> tokens);
  int64_t size() const { return static_cast<int64_t>(previous_.size()) - 1; }
  void Clear();

  struct Match {
    int64_t end = 0;     // tokens[end] is what came next there
    int64_t length = 0;  // how many tokens before `end` equal the last ones of the list; 0: none found
  };
  // The longest match of the end of the list with an earlier place, among the latest kMostCandidates places with its last n tokens;
  // the latest of equally long ones. Lengths beyond max_length are not told apart. `tokens` is what Extend was given last.
  Match LongestMatch(std::span<const int32_t> tokens, int64_t max_length) const;

 private:
  static constexpr int kMostCandidates = 16;
  size_t BucketOf(const int32_t* last) const;
  void Link(std::span<const int32_t> tokens, int64_t end);

  int n_;
  // By hash of n tokens: the latest end of them, or 0. Hashes collide, so matches are compared. By end: the end before it in the
  // same bucket.
  std::vector<int32_t> latest_, previous_;
};

}  // namespace r1
