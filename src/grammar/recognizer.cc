#include "grammar/recognizer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace r1 {

Recognizer::Recognizer(const Grammar& grammar)
    : grammar_(grammar), new_stack_of_rule_(static_cast<size_t>(grammar.num_rules()), -1) {
  CHECK(stacks_.Number({}) == kBottom);
  CHECK(NumberOf({}) == kDead);
}

int32_t Recognizer::start() {
  kernel_.assign(1, {grammar_.rule(grammar_.root()).start, kBottom});
  return Close();
}

int32_t Recognizer::Alone(int32_t state) {
  const IntPair item{state, kBottom};
  return NumberOf({&item, 1});
}

int32_t Recognizer::AfterReturn(int32_t stack) {
  if (after_return_.size() < static_cast<size_t>(stacks_.size())) after_return_.resize(static_cast<size_t>(stacks_.size()), -1);
  if (after_return_[static_cast<size_t>(stack)] < 0) {
    const auto returns = stacks_[stack];
    kernel_.assign(returns.begin(), returns.end());
    const int32_t situation = Close();
    after_return_[static_cast<size_t>(stack)] = situation;
  }
  return after_return_[static_cast<size_t>(stack)];
}

int32_t Recognizer::SlowStep(int32_t situation, uint8_t byte) {
  if (situation == kDead) return kDead;
  const size_t key = static_cast<size_t>(situation) << 8 | byte;
  const bool tabled = key < kMaxTables << 8;
  if (tabled && key >= tables_.size()) tables_.resize((key | 255) + 1, -1);
  if (const int32_t next = tabled ? tables_[key] : transitions_[key]; next >= 0) return next;
  kernel_.clear();
  for (const IntPair& item : items(situation))
    for (const ByteEdge& edge : grammar_.ByteEdges(item.first))
      if (edge.first <= byte && byte <= edge.last) kernel_.push_back({edge.target, item.second});
  const int32_t next = Close();
  (tabled ? tables_[key] : transitions_[key]) = next;
  return next;
}

int32_t Recognizer::Step(int32_t situation, std::string_view bytes) {
  for (const char c : bytes) situation = Step(situation, static_cast<uint8_t>(c));
  return situation;
}

int32_t Recognizer::NumberOf(std::span<const IntPair> list) {
  const int32_t situation = lists_.Number(list);
  if (static_cast<size_t>(situation) == kinds_.size()) {
    const bool complete = !list.empty() && list[0].first == kCompleteMark;
    kinds_.push_back({static_cast<int32_t>(list.size()) - complete, complete});
  }
  return situation;
}

void Recognizer::Add(int32_t state, int32_t stack) {
  if (++work_ <= kMaxWork && seen_.Insert({state, stack})) items_.push_back({state, stack});
}

// Follows calls and ends of rules from one item.
void Recognizer::Expand(IntPair item) {
  const auto [state, stack] = item;
  // An end below a new stack is a rule that matched nothing; that was dealt with where it was called.
  if (grammar_.Accepts(state) && stack >= 0) {
    complete_ |= stack == kBottom;
    for (const IntPair& to : stacks_[stack]) {
      if (work_ > kMaxWork) break;
      Add(to.first, to.second);
    }
  }
  for (const CallEdge& call : grammar_.CallEdges(state)) {
    const Grammar::Rule& rule = grammar_.rule(call.rule);
    if (rule.nullable) Add(call.target, stack);
    if (grammar_.IsEnd(call.target)) {  // nothing to come back to
      Add(rule.start, stack);
      continue;
    }
    int32_t& index = new_stack_of_rule_[static_cast<size_t>(call.rule)];
    if (index < 0) {
      index = static_cast<int32_t>(new_stacks_.size());
      new_stacks_.push_back({call.rule, -1, {}});
      Add(rule.start, ~index);
    }
    new_stacks_[static_cast<size_t>(index)].returns.push_back({call.target, stack});
  }
}

int32_t Recognizer::Close() {
  items_.clear();
  new_stacks_.clear();
  seen_.Clear();
  complete_ = false;
  work_ = 0;
  for (const IntPair& item : kernel_) Add(item.first, item.second);
  for (size_t i = 0; i < items_.size(); ++i) Expand(items_[i]);
  // Callers before the called: what a new stack stands on has its number by then, because there is no left recursion.
  std::vector<NewStack*> by_rank;
  for (NewStack& stack : new_stacks_) by_rank.push_back(&stack);
  std::sort(by_rank.begin(), by_rank.end(),
            [&](const NewStack* a, const NewStack* b) { return grammar_.rule(a->rule).rank < grammar_.rule(b->rule).rank; });
  for (NewStack* stack : by_rank) {
    for (IntPair& to : stack->returns) {
      to.second = Resolved(to.second);
      CHECK(to.second >= 0);
    }
    std::sort(stack->returns.begin(), stack->returns.end());
    stack->returns.erase(std::unique(stack->returns.begin(), stack->returns.end()), stack->returns.end());
    stack->number = stacks_.Number(stack->returns);
    new_stack_of_rule_[static_cast<size_t>(stack->rule)] = -1;
  }
  std::erase_if(items_, [&](const IntPair& item) { return grammar_.ByteEdges(item.first).empty(); });
  for (IntPair& item : items_) item.second = Resolved(item.second);
  std::sort(items_.begin(), items_.end());
  items_.erase(std::unique(items_.begin(), items_.end()), items_.end());
  if (complete_) items_.insert(items_.begin(), {kCompleteMark, kCompleteMark});
  return NumberOf(items_);
}

void Recognizer::Keep(std::span<int32_t*> situations) {
  // A stack stands on stacks of smaller numbers: marking downwards and copying upwards needs no recursion.
  std::vector<int32_t> number(static_cast<size_t>(stacks_.size()), -1);
  for (const int32_t* situation : situations)
    for (const IntPair& item : items(*situation)) number[static_cast<size_t>(item.second)] = 0;
  for (size_t stack = number.size(); stack-- > 0;)
    if (number[stack] == 0)
      for (const IntPair& to : stacks_[static_cast<int32_t>(stack)]) number[static_cast<size_t>(to.second)] = 0;
  PairLists stacks;
  stacks.Number({});
  std::vector<IntPair> list;
  const auto copy = [&](std::span<const IntPair> from) {
    list.assign(from.begin(), from.end());
    for (IntPair& pair : list)
      if (pair.first != kCompleteMark) pair.second = number[static_cast<size_t>(pair.second)];
    std::sort(list.begin(), list.end());
  };
  for (size_t stack = 0; stack < number.size(); ++stack) {
    if (number[stack] < 0) continue;
    copy(stacks_[static_cast<int32_t>(stack)]);
    number[stack] = stacks.Number(list);
  }
  const PairLists old = std::exchange(lists_, PairLists());
  kinds_.clear();
  NumberOf({});
  for (int32_t* situation : situations) {
    copy(old[*situation]);
    *situation = NumberOf(list);
  }
  stacks_ = std::move(stacks);
  tables_.clear();
  transitions_.Clear();
  after_return_.clear();
}

void Recognizer::ItemSet::Clear() {
  size_ = 0;
  if (++stamp_ == 0) std::fill(stamps_.begin(), stamps_.end(), 0), stamp_ = 1;
}

bool Recognizer::ItemSet::Insert(IntPair item) {
  if (size_ * 2 >= slots_.size()) {
    const std::vector<IntPair> slots = std::move(slots_);
    const std::vector<uint32_t> stamps = std::move(stamps_);
    slots_.assign(slots.size() * 2, {});
    stamps_.assign(slots.size() * 2, stamp_ - 1);
    size_ = 0;
    for (size_t i = 0; i < slots.size(); ++i)
      if (stamps[i] == stamp_) Insert(slots[i]);
  }
  uint64_t hash = static_cast<uint64_t>(static_cast<uint32_t>(item.first)) << 32 | static_cast<uint32_t>(item.second);
  hash *= 0x9E3779B97F4A7C15;
  size_t slot = static_cast<size_t>(hash >> 32) & (slots_.size() - 1);
  for (; stamps_[slot] == stamp_; slot = (slot + 1) & (slots_.size() - 1))
    if (slots_[slot] == item) return false;
  slots_[slot] = item;
  stamps_[slot] = stamp_;
  ++size_;
  return true;
}

}  // namespace r1
