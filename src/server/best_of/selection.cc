#include "server/best_of/selection.h"

#include <algorithm>

namespace r1 {

void Selection::Judged(int64_t chain, int64_t num_passed, int64_t num_verifiers) {
  passed_[static_cast<size_t>(chain)] = num_passed;
  ++num_judged_;
  if (num_passed == num_verifiers && (!passing_ || chain < *passing_)) passing_ = chain;
}

std::optional<int64_t> Selection::best() const {
  if (passing_) return passing_;
  if (num_judged_ == 0) return {};
  return std::ranges::max_element(passed_) - passed_.begin();  // of equals the first
}

bool Selection::decided() const {
  return passing_ && std::find(passed_.begin(), passed_.begin() + *passing_, kNotJudged) == passed_.begin() + *passing_;
}

}  // namespace r1
