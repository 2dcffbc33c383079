// What is handed to a child, by the numbers it has there.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "judge/code/owned_fd.h"

namespace r1 {

class ChildDescriptors {
 public:
  // Numbers that Add gives begin at `first_free`.
  explicit ChildDescriptors(int first_free) : next_(first_free) {}

  void Put(int there, int here) { pairs_.emplace_back(there, here); }
  // Hands over a descriptor and returns its number there.
  int Add(OwnedFd fd) {
    pairs_.emplace_back(next_, fd.get());
    owned_.push_back(std::move(fd));
    return next_++;
  }
  int last() const { return next_ - 1; }
  const std::vector<std::pair<int, int>>& pairs() const { return pairs_; }  // there, here

 private:
  std::vector<std::pair<int, int>> pairs_;
  std::vector<OwnedFd> owned_;
  int next_;
};

}  // namespace r1
