#include "grammar/grammar.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "grammar/like_states.h"
#include "grammar/recognizer.h"

namespace r1 {
namespace {

// Removes every state that cannot come to the end of its rule, and every call of a rule that has none left. From the ends back, so
// that each edge is looked at once: a state is good if a byte edge leads to a good one, or a call of a good rule.
void RemoveDeadEnds(std::vector<RuleAutomaton>& automata) {
  struct Place {
    int32_t rule, state;
  };
  struct Call {
    Place from;
    int32_t target;
  };
  std::vector<std::vector<char>> good(automata.size());
  std::vector<std::vector<std::vector<int32_t>>> before(automata.size());  // by rule and state: where byte edges come from
  std::vector<std::vector<std::vector<std::pair<int32_t, int32_t>>>> calls_before(automata.size());  // (from, rule called)
  std::vector<std::vector<Call>> callers(automata.size());
  std::vector<Place> found;
  for (size_t r = 0; r < automata.size(); ++r) {
    const auto& states = automata[r].states;
    const auto rule = static_cast<int32_t>(r);
    good[r].resize(states.size());
    before[r].resize(states.size());
    calls_before[r].resize(states.size());
    for (size_t s = 0; s < states.size(); ++s) {
      const auto state = static_cast<int32_t>(s);
      for (const ByteEdge& edge : states[s].bytes) before[r][static_cast<size_t>(edge.target)].push_back(state);
      for (const CallEdge& edge : states[s].calls) {
        calls_before[r][static_cast<size_t>(edge.target)].emplace_back(state, edge.rule);
        callers[static_cast<size_t>(edge.rule)].push_back({{rule, state}, edge.target});
      }
      if (states[s].accepts) found.push_back({rule, state});
    }
  }
  while (!found.empty()) {
    const Place place = found.back();
    found.pop_back();
    const auto r = static_cast<size_t>(place.rule);
    char& known = good[r][static_cast<size_t>(place.state)];
    if (known) continue;
    known = true;
    for (const int32_t from : before[r][static_cast<size_t>(place.state)]) found.push_back({place.rule, from});
    for (const auto& [from, called] : calls_before[r][static_cast<size_t>(place.state)])
      if (good[static_cast<size_t>(called)][0]) found.push_back({place.rule, from});
    if (place.state == 0)
      for (const Call& call : callers[r])
        if (good[static_cast<size_t>(call.from.rule)][static_cast<size_t>(call.target)]) found.push_back(call.from);
  }
  for (size_t r = 0; r < automata.size(); ++r)
    for (RuleAutomaton::State& state : automata[r].states) {
      std::erase_if(state.bytes, [&](const ByteEdge& edge) { return !good[r][static_cast<size_t>(edge.target)]; });
      std::erase_if(state.calls, [&](const CallEdge& edge) {
        return !good[r][static_cast<size_t>(edge.target)] || !good[static_cast<size_t>(edge.rule)][0];
      });
    }
}

void FindControlTokens(const Expression& e, std::set<std::string>* names) {
  if (e.kind == Expression::Kind::kLiteral && e.bytes.size() > 2 && e.bytes.front() == kControlTokenMark)
    names->insert(e.bytes.substr(1, e.bytes.size() - 2));
  for (const Expression& part : e.parts) FindControlTokens(part, names);
}

}  // namespace

Grammar::Grammar(RuleSet rules) : root_(rules.root) {
  std::set<std::string> names;
  for (const RuleSet::Rule& rule : rules.rules) FindControlTokens(rule.body, &names);
  control_tokens_.assign(names.begin(), names.end());
  std::vector<RuleAutomaton> automata = BuildRuleAutomata(rules);
  RemoveDeadEnds(automata);
  Append(automata);
  const int32_t start = rule(root_).start;
  Require(Accepts(start) || !ByteEdges(start).empty() || !CallEdges(start).empty(), "grammar: no text satisfies rule \"",
          rules.rules[static_cast<size_t>(root_)].name, "\"");
  FindNullable();
  RankRules(rules);
}

void Grammar::Append(const std::vector<RuleAutomaton>& automata) {
  for (const RuleAutomaton& automaton : automata) {
    const auto base = static_cast<int32_t>(states_.size());
    rules_.push_back({base, 0, false});
    for (const int32_t like : FindLikeStates(automaton)) like_.push_back(base + like);
    for (const RuleAutomaton::State& state : automaton.states) {
      State s{};
      s.accepts = state.accepts;
      s.bytes_begin = static_cast<int32_t>(byte_edges_.size());
      for (const ByteEdge& edge : state.bytes) byte_edges_.push_back({edge.first, edge.last, base + edge.target});
      s.bytes_end = static_cast<int32_t>(byte_edges_.size());
      s.calls_begin = static_cast<int32_t>(call_edges_.size());
      for (const CallEdge& edge : state.calls) call_edges_.push_back({edge.rule, base + edge.target});
      s.calls_end = static_cast<int32_t>(call_edges_.size());
      states_.push_back(s);
    }
  }
}

// A rule is nullable if calls of nullable rules alone lead from its start to an end. Rounds until nothing changes; each makes at
// least one more rule nullable, and few grammars need three.
void Grammar::FindNullable() {
  std::vector<int32_t> seen(states_.size(), -1);
  for (int32_t round = 0, changed = true; changed; ++round) {
    changed = false;
    for (Rule& rule : rules_) {
      if (rule.nullable) continue;
      std::vector<int32_t> stack = {rule.start};
      while (!stack.empty() && !rule.nullable) {
        const int32_t state = stack.back();
        stack.pop_back();
        if (std::exchange(seen[static_cast<size_t>(state)], round) == round) continue;
        rule.nullable = Accepts(state);
        for (const CallEdge& edge : CallEdges(state))
          if (this->rule(edge.rule).nullable) stack.push_back(edge.target);
      }
      changed |= rule.nullable;
    }
  }
}

// Depth-first along calls that can happen before a byte is read. Meeting a rule that is still open is left recursion; otherwise the
// reverse of the order in which rules are left is the rank.
void Grammar::RankRules(const RuleSet& rules) {
  std::vector<std::vector<int32_t>> first_calls(rules_.size());
  std::vector<int32_t> seen(states_.size(), -1);
  for (size_t r = 0; r < rules_.size(); ++r) {
    std::vector<int32_t> stack = {rules_[r].start};
    while (!stack.empty()) {
      const int32_t state = stack.back();
      stack.pop_back();
      if (std::exchange(seen[static_cast<size_t>(state)], static_cast<int32_t>(r)) == static_cast<int32_t>(r)) continue;
      for (const CallEdge& edge : CallEdges(state)) {
        first_calls[r].push_back(edge.rule);
        if (rule(edge.rule).nullable) stack.push_back(edge.target);
      }
    }
  }
  enum Mark : char { kNew, kOpen, kLeft };
  std::vector<Mark> marks(rules_.size(), kNew);
  int32_t next_rank = num_rules();
  struct Visit {
    size_t rule, next_call;
  };
  for (size_t root = 0; root < rules_.size(); ++root) {
    if (marks[root] != kNew) continue;
    std::vector<Visit> visits = {{root, 0}};
    marks[root] = kOpen;
    while (!visits.empty()) {
      Visit& visit = visits.back();
      if (visit.next_call == first_calls[visit.rule].size()) {
        marks[visit.rule] = kLeft;
        rules_[visit.rule].rank = --next_rank;
        visits.pop_back();
        continue;
      }
      const auto called = static_cast<size_t>(first_calls[visit.rule][visit.next_call++]);
      Require(marks[called] != kOpen, "grammar: left recursion: rule \"", rules.rules[called].name,
              "\" can call itself before any text was read");
      if (marks[called] == kLeft) continue;
      marks[called] = kOpen;
      visits.push_back({called, 0});
    }
  }
}

bool Grammar::Matches(std::string_view text) const {
  Recognizer recognizer(*this);
  int32_t at = recognizer.start();
  for (const char c : text) at = recognizer.Step(at, static_cast<uint8_t>(c));
  return recognizer.complete(at);
}

}  // namespace r1
