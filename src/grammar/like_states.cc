#include "grammar/like_states.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace r1 {
namespace {

constexpr int32_t kMaxPeriod = 128;

// Whether state s + period does what state s does, one period later.
bool Repeats(const RuleAutomaton& automaton, int32_t s, int32_t period) {
  if (s + period >= static_cast<int32_t>(automaton.states.size())) return false;
  const RuleAutomaton::State& a = automaton.states[static_cast<size_t>(s)];
  const RuleAutomaton::State& b = automaton.states[static_cast<size_t>(s + period)];
  return a.accepts == b.accepts && a.calls.empty() && b.calls.empty() &&
         std::ranges::equal(a.bytes, b.bytes, [&](const ByteEdge& x, const ByteEdge& y) {
           return x.first == y.first && x.last == y.last && (x.target + period == y.target || x.target == y.target);
         });
}

// The smallest period with which the middle of the automaton repeats itself; 0 if there is none.
int32_t FindPeriod(const RuleAutomaton& automaton) {
  const auto middle = static_cast<int32_t>(automaton.states.size() / 2);
  for (int32_t period = 1; period <= kMaxPeriod; ++period) {
    int32_t s = middle;
    while (s < middle + kMaxPeriod && Repeats(automaton, s, period)) ++s;
    if (s == middle + kMaxPeriod) return period;
  }
  return 0;
}

}  // namespace

std::vector<int32_t> FindLikeStates(const RuleAutomaton& automaton) {
  const auto num_states = static_cast<int32_t>(automaton.states.size());
  std::vector<int32_t> like(automaton.states.size());
  std::iota(like.begin(), like.end(), 0);
  const int32_t period = num_states > 4 * kMaxPeriod ? FindPeriod(automaton) : 0;
  if (period == 0) return like;
  // A state and the one a period later are alike for as many bytes as it takes to get to where the automaton does not repeat
  // itself: breadth first from there back.
  std::vector<std::vector<int32_t>> before(automaton.states.size());
  std::vector<int32_t> queue;
  std::vector<bool> near(automaton.states.size(), false);
  for (int32_t s = 0; s < num_states; ++s) {
    if (!Repeats(automaton, s, period)) {
      near[static_cast<size_t>(s)] = true;
      queue.push_back(s);
      continue;
    }
    const auto& bytes = automaton.states[static_cast<size_t>(s)].bytes;
    const auto& later = automaton.states[static_cast<size_t>(s + period)].bytes;
    for (size_t i = 0; i < bytes.size(); ++i)  // both may also lead to the very same state
      if (bytes[i].target != later[i].target) before[static_cast<size_t>(bytes[i].target)].push_back(s);
  }
  for (int32_t distance = 0; distance < kLikeBytes && !queue.empty(); ++distance) {
    std::vector<int32_t> next;
    for (const int32_t s : queue)
      for (const int32_t from : before[static_cast<size_t>(s)]) {
        if (near[static_cast<size_t>(from)]) continue;
        near[static_cast<size_t>(from)] = true;
        next.push_back(from);
      }
    queue = std::move(next);
  }
  for (int32_t s = num_states - 1; s >= 0; --s)
    if (!near[static_cast<size_t>(s)]) like[static_cast<size_t>(s)] = like[static_cast<size_t>(s + period)];
  return like;
}

}  // namespace r1
