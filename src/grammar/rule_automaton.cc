#include "grammar/rule_automaton.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/check.h"
#include "base/error.h"

namespace r1 {
namespace {

constexpr int64_t kMaxStates = 1'000'000;   // of all rules, before subset construction
constexpr int64_t kMaxSubsetMembers = 8;    // mean size of the subsets that determinism may cost
constexpr int64_t kFewRepetitions = 8;      // as many copies stand where they are used
constexpr int64_t kMaxInlinedStates = 192;  // of a rule that is copied to where it is used
constexpr int kMaxInlineDepth = 8;
constexpr int64_t kMuch = int64_t{1} << 40;

struct NfaState {
  std::vector<ByteEdge> bytes;
  std::vector<CallEdge> calls;
  std::vector<int32_t> epsilons;
};

class Builder {
 public:
  explicit Builder(RuleSet& rules) : rules_(rules) {}

  std::vector<RuleAutomaton> Build() {
    FindInlinable();
    std::vector<RuleAutomaton> automata;
    for (size_t rule = 0; rule < rules_.rules.size(); ++rule) {  // grows while it runs
      nfa_.clear();
      const int32_t start = NewState(), end = NewState();
      top_level_ = true;
      Add(rules_.rules[rule].body, start, end);
      automata.push_back(Determinize(start, end));
    }
    return automata;
  }

 private:
  int32_t NewState() {
    Require(++num_states_ <= kMaxStates, "grammar: too large, more than ", kMaxStates, " states");
    nfa_.emplace_back();
    return static_cast<int32_t>(nfa_.size()) - 1;
  }
  NfaState& At(int32_t state) { return nfa_[static_cast<size_t>(state)]; }
  void AddEpsilon(int32_t from, int32_t to) { At(from).epsilons.push_back(to); }

  // The number of states that an expression will have; kMuch if it calls rules.
  int64_t Size(const Expression& e) const {
    int64_t size = 2;
    switch (e.kind) {
      case Expression::Kind::kLiteral: return static_cast<int64_t>(e.bytes.size());
      case Expression::Kind::kChars:
        for (const CharRange& range : e.chars.ranges()) size += range.last < 0x80 ? 1 : 8;
        return size;
      case Expression::Kind::kRule: return inline_size_[static_cast<size_t>(e.rule)];
      case Expression::Kind::kRepeat:
        return std::min(kMuch, std::min(kMuch, Size(e.parts[0])) * std::max<int64_t>(1, std::max(e.min, e.max)));
      default:
        for (const Expression& part : e.parts) size = std::min(kMuch, size + Size(part));
        return size;
    }
  }

  // Rules that call only inlinable rules, from the leaves up; never more than a few deep, because Add recurses into them.
  void FindInlinable() {
    inline_size_.assign(rules_.rules.size(), kMuch);
    for (int depth = 0; depth < kMaxInlineDepth; ++depth) {
      std::vector<int64_t> sizes = inline_size_;
      for (size_t i = 0; i < sizes.size(); ++i)
        if (const int64_t size = Size(rules_.rules[i].body); size <= kMaxInlinedStates) sizes[i] = size;
      inline_size_ = std::move(sizes);
    }
  }

  // A path from state `from` to state `to` for every text of e.
  void Add(const Expression& e, int32_t from, int32_t to) {
    const bool top_level = std::exchange(top_level_, false);
    switch (e.kind) {
      case Expression::Kind::kLiteral: {
        for (size_t i = 0; i < e.bytes.size(); ++i) {
          const int32_t next = i + 1 == e.bytes.size() ? to : NewState();
          const auto byte = static_cast<uint8_t>(e.bytes[i]);
          At(from).bytes.push_back({byte, byte, next});
          from = next;
        }
        if (e.bytes.empty()) AddEpsilon(from, to);
        return;
      }
      case Expression::Kind::kChars:
        for (const auto& sequence : Utf8Sequences(e.chars)) {
          int32_t at = from;
          for (size_t i = 0; i < sequence.size(); ++i) {
            const int32_t next = i + 1 == sequence.size() ? to : NewState();
            At(at).bytes.push_back({sequence[i].first, sequence[i].last, next});
            at = next;
          }
        }
        return;
      case Expression::Kind::kSequence:
        for (size_t i = 0; i < e.parts.size(); ++i) {
          const int32_t next = i + 1 == e.parts.size() ? to : NewState();
          top_level_ = top_level && IsQuotation(e);
          Add(e.parts[i], from, next);
          from = next;
        }
        if (e.parts.empty()) AddEpsilon(from, to);
        return;
      case Expression::Kind::kChoice:
        for (const Expression& part : e.parts) {
          // A start of its own, so that a loop in one part does not lead into the others.
          const int32_t start = NewState();
          AddEpsilon(from, start);
          Add(part, start, to);
        }
        return;
      case Expression::Kind::kRule:
        if (inline_size_[static_cast<size_t>(e.rule)] < kMuch)
          Add(rules_.rules[static_cast<size_t>(e.rule)].body, from, to);
        else
          At(from).calls.push_back({e.rule, to});
        return;
      case Expression::Kind::kGraph: {
        std::vector<int32_t> nodes = {NewState(), NewState()};
        while (static_cast<int32_t>(nodes.size()) < e.num_nodes) nodes.push_back(NewState());
        AddEpsilon(from, nodes[0]);
        AddEpsilon(nodes[1], to);
        for (size_t i = 0; i < e.parts.size(); ++i)
          Add(e.parts[i], nodes[static_cast<size_t>(e.edges[i].from)], nodes[static_cast<size_t>(e.edges[i].to)]);
        return;
      }
      case Expression::Kind::kRepeat: return AddRepeat(e, from, to, top_level);
    }
  }

  // One repetition between literal texts, as in a string with a bounded length: not worth a rule of its own, whose end would come
  // in sight after every character.
  static bool IsQuotation(const Expression& sequence) {
    return std::count_if(sequence.parts.begin(), sequence.parts.end(),
                         [](const Expression& part) { return part.kind != Expression::Kind::kLiteral; }) == 1;
  }

  void AddRepeat(const Expression& e, int32_t from, int32_t to, bool top_level) {
    const int64_t copies = std::max(e.min, e.max);
    Require(copies <= kMaxRepetitions, "grammar: at most ", kMaxRepetitions, " repetitions, got ", copies);
    if (copies > kFewRepetitions && !top_level) {
      const auto rule = static_cast<int32_t>(rules_.rules.size());
      rules_.Add(StrCat("a repetition, ", e.min, " to ", e.max), e);
      inline_size_.push_back(kMuch);
      At(from).calls.push_back({rule, to});
      return;
    }
    // What is repeated often and is large itself becomes a rule, too, so that sizes add up and do not multiply.
    Expression part = e.parts[0];
    if (copies > kFewRepetitions && Size(part) > kMaxInlinedStates && part.kind != Expression::Kind::kRule) {
      const int32_t rule = rules_.Add("a part of a repetition", std::move(part));
      inline_size_.push_back(kMuch);
      part = Expression::Rule(rule);
    }
    int32_t at = NewState();
    AddEpsilon(from, at);
    for (int64_t i = 0; i < e.min; ++i) {
      const int32_t next = NewState();
      Add(part, at, next);
      at = next;
    }
    if (e.max == Expression::kUnbounded) {
      const int32_t loop = NewState(), back = NewState();
      AddEpsilon(at, loop);
      Add(part, loop, back);
      AddEpsilon(back, loop);
      AddEpsilon(loop, to);
      return;
    }
    for (int64_t i = e.min; i < e.max; ++i) {
      const int32_t next = NewState();
      AddEpsilon(at, to);
      Add(part, at, next);
      at = next;
    }
    AddEpsilon(at, to);
  }

  // All states that can be reached without a byte or a call, of those that have either or are the end; ascending.
  std::vector<int32_t> Closure(const std::vector<int32_t>& states, int32_t end) {
    if (seen_.size() < nfa_.size()) seen_.resize(nfa_.size(), 0);
    ++stamp_;
    std::vector<int32_t> stack = states, closure;
    while (!stack.empty()) {
      const int32_t state = stack.back();
      stack.pop_back();
      if (std::exchange(seen_[static_cast<size_t>(state)], stamp_) == stamp_) continue;
      const NfaState& s = At(state);
      if (!s.bytes.empty() || !s.calls.empty() || state == end) closure.push_back(state);
      stack.insert(stack.end(), s.epsilons.begin(), s.epsilons.end());
    }
    num_members_ += static_cast<int64_t>(closure.size());
    std::sort(closure.begin(), closure.end());
    return closure;
  }

  RuleAutomaton Determinize(int32_t start, int32_t end) {
    const int64_t most_members = kMaxSubsetMembers * static_cast<int64_t>(nfa_.size()) + 10'000;
    num_members_ = 0;
    RuleAutomaton automaton;
    std::map<std::vector<int32_t>, int32_t> numbers;
    std::vector<const std::vector<int32_t>*> subsets;  // by number; keys of the map, which stay where they are
    const auto number_of = [&](const std::vector<int32_t>& targets) {
      const auto [it, added] = numbers.try_emplace(Closure(targets, end), static_cast<int32_t>(subsets.size()));
      if (added) subsets.push_back(&it->first);
      return it->second;
    };
    number_of({start});
    for (size_t i = 0; i < subsets.size(); ++i) {
      RuleAutomaton::State state;
      std::array<bool, 257> cuts{};
      std::map<int32_t, std::vector<int32_t>> by_rule;
      for (const int32_t member : *subsets[i]) {
        state.accepts |= member == end;
        for (const ByteEdge& edge : At(member).bytes) cuts[edge.first] = cuts[size_t{edge.last} + 1] = true;
        for (const CallEdge& edge : At(member).calls) by_rule[edge.rule].push_back(edge.target);
      }
      std::array<int, 256> piece_of{};  // pieces of the byte range between two cuts
      int piece = 0;
      for (int byte = 0; byte < 256; ++byte)
        piece_of[static_cast<size_t>(byte)] = byte > 0 && cuts[static_cast<size_t>(byte)] ? ++piece : piece;
      std::vector<std::vector<int32_t>> targets(static_cast<size_t>(piece) + 1);
      for (const int32_t member : *subsets[i])
        for (const ByteEdge& edge : At(member).bytes)
          for (int p = piece_of[edge.first]; p <= piece_of[edge.last]; ++p) targets[static_cast<size_t>(p)].push_back(edge.target);
      for (int byte = 0; byte < 256;) {
        const int p = piece_of[static_cast<size_t>(byte)];
        const auto first = static_cast<uint8_t>(byte);
        while (byte < 256 && piece_of[static_cast<size_t>(byte)] == p) ++byte;
        if (targets[static_cast<size_t>(p)].empty()) continue;
        const int32_t target = number_of(targets[static_cast<size_t>(p)]);
        if (!state.bytes.empty() && state.bytes.back().target == target && state.bytes.back().last + 1 == first)
          state.bytes.back().last = static_cast<uint8_t>(byte - 1);
        else
          state.bytes.push_back({first, static_cast<uint8_t>(byte - 1), target});
      }
      for (const auto& [rule, after] : by_rule) state.calls.push_back({rule, number_of(after)});
      automaton.states.push_back(std::move(state));
      if (num_members_ > most_members) return WithoutEpsilons(start, end);
    }
    return automaton;
  }

  // The NFA as it is, each state with the edges of its closure.
  RuleAutomaton WithoutEpsilons(int32_t start, int32_t end) {
    RuleAutomaton automaton;
    std::vector<int32_t> numbers(nfa_.size(), -1), order;
    const auto number_of = [&](int32_t state) {
      int32_t& number = numbers[static_cast<size_t>(state)];
      if (number < 0) number = static_cast<int32_t>(order.size()), order.push_back(state);
      return number;
    };
    number_of(start);
    int64_t num_edges = 0;
    for (size_t i = 0; i < order.size(); ++i) {
      RuleAutomaton::State state;
      for (const int32_t member : Closure({order[i]}, end)) {
        state.accepts |= member == end;
        for (const ByteEdge& edge : At(member).bytes) state.bytes.push_back({edge.first, edge.last, number_of(edge.target)});
        for (const CallEdge& edge : At(member).calls) state.calls.push_back({edge.rule, number_of(edge.target)});
      }
      num_edges += static_cast<int64_t>(state.bytes.size() + state.calls.size());
      Require(num_edges <= 4 * kMaxStates, "grammar: too ambiguous to be compiled");
      automaton.states.push_back(std::move(state));
    }
    return automaton;
  }

  RuleSet& rules_;
  std::vector<int64_t> inline_size_;  // by rule; kMuch: called
  std::vector<NfaState> nfa_;         // of the rule at hand
  bool top_level_ = false;            // Add is given a whole rule, not a part of one
  int64_t num_states_ = 0, num_members_ = 0;
  std::vector<int32_t> seen_;
  int32_t stamp_ = 0;
};

}  // namespace

std::vector<RuleAutomaton> BuildRuleAutomata(RuleSet& rules) { return Builder(rules).Build(); }

}  // namespace r1
