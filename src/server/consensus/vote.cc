#include "server/consensus/vote.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "reward/answer_equality.h"

namespace r1 {

void Vote::Cast(int64_t chain, const std::optional<std::string>& answer, int64_t num_tokens) {
  CHECK(num_open_ > 0);
  --num_open_;
  lengths_.emplace_back(chain, num_tokens);
  if (!answer) return;
  for (Group& group : groups_) {
    if (!AnswersEqual(group.answer, *answer)) continue;
    group.chains.insert(std::upper_bound(group.chains.begin(), group.chains.end(), chain), chain);
    return;
  }
  groups_.push_back({*answer, {chain}});
}

bool Vote::Decided() const {
  if (num_open_ == 0) return true;
  return !groups_.empty() && Margin() > num_open_;
}

std::vector<Vote::Group> Vote::Ranking() const {
  std::vector<Group> ranking = groups_;
  std::sort(ranking.begin(), ranking.end(), IsBefore);
  return ranking;
}

bool Vote::IsBefore(const Group& a, const Group& b) {
  return a.chains.size() != b.chains.size() ? a.chains.size() > b.chains.size() : a.chains.front() < b.chains.front();
}

int64_t Vote::Margin() const {
  size_t first = 0, second = 0;
  for (const Group& group : groups_) {
    const size_t votes = group.chains.size();
    if (votes > first) {
      second = std::exchange(first, votes);
    } else if (votes > second) {
      second = votes;
    }
  }
  return static_cast<int64_t>(first - second);
}

std::optional<int64_t> Vote::Speaker() const {
  if (groups_.empty()) return {};
  const Group& first = *std::min_element(groups_.begin(), groups_.end(), IsBefore);
  return *std::min_element(first.chains.begin(), first.chains.end(),
                           [&](int64_t a, int64_t b) { return std::pair(LengthOf(a), a) < std::pair(LengthOf(b), b); });
}

int64_t Vote::LengthOf(int64_t chain) const {
  for (const auto& [known, tokens] : lengths_)
    if (known == chain) return tokens;
  CHECK(false);
  return 0;
}

}  // namespace r1
