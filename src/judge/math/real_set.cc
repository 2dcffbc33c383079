#include "judge/math/real_set.h"

#include <algorithm>
#include <cmath>

#include "judge/math/scalar_equality.h"

namespace r1::math {
namespace {

constexpr size_t kMaxPieces = 64;

// Left of, or touching so that nothing lies between.
bool Touches(const Piece& a, const Piece& b) {
  return a.rough_high > b.rough_low || (a.rough_high == b.rough_low && (a.high_closed || b.low_closed));
}

bool IsEmpty(const Piece& p) {
  return p.rough_low > p.rough_high || (p.rough_low == p.rough_high && !(p.low_closed && p.high_closed));
}

std::vector<Piece> Union(std::vector<Piece> pieces) {
  std::erase_if(pieces, IsEmpty);
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    return a.rough_low != b.rough_low ? a.rough_low < b.rough_low : a.low_closed && !b.low_closed;
  });
  std::vector<Piece> merged;
  for (const Piece& p : pieces) {
    if (merged.empty() || !Touches(merged.back(), p)) {
      merged.push_back(p);
      continue;
    }
    Piece& last = merged.back();
    if (p.rough_high > last.rough_high)
      last.high = p.high, last.rough_high = p.rough_high, last.high_closed = p.high_closed;
    else if (p.rough_high == last.rough_high)
      last.high_closed = last.high_closed || p.high_closed;
  }
  return merged;
}

std::vector<Piece> Intersection(const std::vector<Piece>& a, const std::vector<Piece>& b) {
  std::vector<Piece> both;
  for (const Piece& p : a) {
    for (const Piece& q : b) {
      Piece r = p;
      if (q.rough_low > r.rough_low)
        r.low = q.low, r.rough_low = q.rough_low, r.low_closed = q.low_closed;
      else if (q.rough_low == r.rough_low)
        r.low_closed = r.low_closed && q.low_closed;
      if (q.rough_high < r.rough_high)
        r.high = q.high, r.rough_high = q.rough_high, r.high_closed = q.high_closed;
      else if (q.rough_high == r.rough_high)
        r.high_closed = r.high_closed && q.high_closed;
      both.push_back(r);
    }
  }
  return Union(both);
}

std::vector<Piece> Complement(const std::vector<Piece>& set) {
  std::vector<Piece> rest;
  Piece gap{.rough_low = -HUGE_VAL};
  for (const Piece& p : set) {
    gap.high = p.low, gap.rough_high = p.rough_low, gap.high_closed = !p.low_closed;
    if (p.rough_low > -HUGE_VAL) rest.push_back(gap);
    gap = {.low = p.high, .rough_low = p.rough_high, .low_closed = !p.high_closed};
  }
  gap.rough_high = HUGE_VAL;
  if (gap.rough_low < HUGE_VAL) rest.push_back(gap);
  return Union(rest);
}

// B of the sum A - B, where A is certainly a set and B written as one; or nothing.
NodeId Subtracted(const Arena& arena, NodeId sum) {
  const std::vector<NodeId>& terms = arena[sum].children;
  if (terms.size() != 2 || !IsCertainlyRealSet(arena, terms[0])) return kNoNode;
  const Node& negative = arena[terms[1]];
  if (negative.op != Op::kMul || negative.children.size() != 2 || arena[negative.children[0]].text != "-1") return kNoNode;
  const Node& set = arena[negative.children[1]];
  return set.op == Op::kSequence && set.text == "{}" ? negative.children[1] : kNoNode;
}

class Reader {
 public:
  Reader(Arena& arena, Budget& budget) : arena_(arena), budget_(budget) {}

  std::optional<RealSet> Read(NodeId id) {
    const Node node = arena_[id];
    switch (node.op) {
      case Op::kSymbol:
        if (node.text != "RR") return std::nullopt;
        return RealSet{Complement({}), ""};
      case Op::kSetOperation: return Operation(node);
      case Op::kAdd: {  // \mathbb{R} - \{0\}
        const NodeId without = Subtracted(arena_, id);
        if (without == kNoNode) return std::nullopt;
        return Operation(Node{Op::kSetOperation, "-", {node.children[0], without}});
      }
      case Op::kSetBuilder: {
        // {x | x > 2}, {x in R | x > 2}
        NodeId element = node.children[0];
        if (arena_[element].op == Op::kRelation && arena_[element].text == "e") {
          const Node& domain = arena_[arena_[element].children[1]];
          if (domain.op != Op::kSymbol || domain.text != "RR") return std::nullopt;  // integers are no interval
          element = arena_[element].children[0];
        }
        // All conditions hold, unless "or" joins them.
        Node conditions = arena_[node.children[1]];
        const bool several = conditions.op == Op::kSequence && conditions.text.empty();
        if (several && conditions.number == 0) conditions.number = 2;
        auto set = several ? Several(conditions) : Read(node.children[1]);
        if (!set || NormalForm(arena_, element) != set->unknown) return std::nullopt;
        set->unknown.clear();
        return set;
      }
      case Op::kRelation: return Inequality(node);
      case Op::kSequence: return Sequence(node);
      default: return std::nullopt;
    }
  }

 private:
  std::optional<RealSet> Operation(const Node& node) {
    const auto a = Read(node.children[0]), b = Read(node.children[1]);
    if (!a || !b || a->pieces.size() + b->pieces.size() > kMaxPieces) return std::nullopt;
    RealSet set{{}, a->unknown};
    if (node.text == "u") {
      set.pieces = a->pieces;
      set.pieces.insert(set.pieces.end(), b->pieces.begin(), b->pieces.end());
      set.pieces = Union(set.pieces);
    } else {
      set.pieces = Intersection(a->pieces, node.text == "n" ? b->pieces : Complement(b->pieces));
    }
    return set;
  }

  std::optional<Piece> Interval(NodeId low, NodeId high, bool low_closed, bool high_closed) {
    Piece p{low, high, RoughValue(arena_, low, budget_), RoughValue(arena_, high, budget_), low_closed, high_closed};
    if (std::isnan(p.rough_low) || std::isnan(p.rough_high)) return std::nullopt;
    if (std::isinf(p.rough_low)) p.low = kNoNode, p.low_closed = false;
    if (std::isinf(p.rough_high)) p.high = kNoNode, p.high_closed = false;
    return p;
  }

  std::optional<RealSet> Sequence(const Node& node) {
    RealSet set;
    if (node.children.size() > kMaxPieces) return std::nullopt;
    if (node.text == "{}") {
      for (const NodeId child : node.children) {
        const auto point = IsScalar(arena_, child) ? Interval(child, child, true, true) : std::nullopt;
        if (!point || point->low == kNoNode) return std::nullopt;
        set.pieces.push_back(*point);
      }
    } else if (node.text.empty()) {
      return Several(node);
    } else if (node.text != "gg" && node.text != "<>" && node.children.size() == 2) {
      const auto interval = Interval(node.children[0], node.children[1], node.text[0] == '[', node.text[1] == ']');
      if (!interval || interval->rough_low > interval->rough_high) return std::nullopt;
      set.pieces.push_back(*interval);
    } else {
      return std::nullopt;
    }
    set.pieces = Union(set.pieces);
    return set;
  }

  // "x < 1 or x > 2", "x < 1, x > 2"; with "and" both must hold, and in "x > 2, x != 3".
  std::optional<RealSet> Several(const Node& node) {
    RealSet all, both{Complement({}), ""};
    for (const NodeId child : node.children) {
      const auto set = arena_[child].op == Op::kSequence && arena_[child].text.empty() ? std::nullopt : Read(child);
      if (!set || (child != node.children[0] && set->unknown != all.unknown)) return std::nullopt;
      all.unknown = set->unknown;
      both.pieces = Intersection(both.pieces, set->pieces);
      all.pieces.insert(all.pieces.end(), set->pieces.begin(), set->pieces.end());
    }
    const bool excludes = node.number != 1 && std::any_of(node.children.begin(), node.children.end(), [&](NodeId child) {
                            return arena_[child].op == Op::kRelation && arena_[child].text == "!";
                          });
    if (node.number == 2 || excludes) return RealSet{both.pieces, all.unknown};
    all.pieces = Union(all.pieces);
    // "x > 1, x < 2" excludes something.
    const bool everything = all.pieces.size() == 1 && all.pieces[0].low == kNoNode && all.pieces[0].high == kNoNode;
    if (node.number == 0 && everything) all.pieces = both.pieces;
    return all;
  }

  // Every two neighbours of a chain, affine in one unknown: -1 < 2x + 1 <= 3.
  std::optional<RealSet> Inequality(const Node& node) {
    if (const auto set = AbsoluteValue(node)) return set;
    RealSet set{Complement({}), ""};
    for (size_t i = 0; i + 1 < node.children.size(); ++i) {
      const char relation = node.text[i];
      if (relation == 'e' && node.children.size() == 2) {
        auto inner = Read(node.children[1]);
        if (inner) inner->unknown = NormalForm(arena_, node.children[0]);
        return inner;
      }
      if (std::string_view("<l>g!").find(relation) == std::string_view::npos) return std::nullopt;
      const auto half = Half(node.children[i], relation, node.children[i + 1], set.unknown);
      if (!half) return std::nullopt;
      set.pieces = Intersection(set.pieces, *half);
    }
    return set;
  }

  // |x - 1| < 3 is -3 < x - 1 < 3, and |x - 1| > 3 what that leaves.
  std::optional<RealSet> AbsoluteValue(const Node& node) {
    if (node.children.size() != 2 || std::string_view("<l>g").find(node.text[0]) == std::string_view::npos) return std::nullopt;
    const auto is_abs = [&](NodeId id) { return arena_[id].op == Op::kFunction && arena_[id].text == "abs"; };
    const bool left = is_abs(node.children[0]);
    if (left == is_abs(node.children[1])) return std::nullopt;
    const NodeId inside = arena_[node.children[left ? 0 : 1]].children[0], bound = node.children[left ? 1 : 0];
    if (!(RoughValue(arena_, bound, budget_) > 0)) return std::nullopt;
    const bool below = (node.text[0] == '<' || node.text[0] == 'l') == left;
    const bool closed = node.text[0] == 'l' || node.text[0] == 'g';
    const std::string between = closed == below ? "ll" : "<<";
    auto set = Inequality(Node{Op::kRelation, between, {arena_.Negative(bound), inside, bound}});
    if (set && !below) set->pieces = Complement(set->pieces);
    return set;
  }

  std::optional<std::vector<Piece>> Half(NodeId left, char relation, NodeId right, std::string& unknown) {
    const NodeId name = UnknownOf(left, right);
    if (name == kNoNode) return std::nullopt;
    const std::string form = NormalForm(arena_, name);
    if (!unknown.empty() && unknown != form) return std::nullopt;
    unknown = form;
    bool upwards = relation == '>' || relation == 'g';
    NodeId bound = right;
    if (NormalForm(arena_, right) == form) {
      bound = left;
      upwards = !upwards;
    } else if (NormalForm(arena_, left) != form) {
      const NodeId difference = arena_.Difference(left, right);
      NodeId at[3];
      for (int i = 0; i < 3; ++i) at[i] = Replaced(arena_, difference, form, arena_.Integer(i), budget_);
      const NodeId slope = arena_.Difference(at[1], at[0]);
      if (!CompareScalars(arena_, arena_.Difference(at[2], at[1]), slope, budget_).equal) return std::nullopt;
      const double rough_slope = RoughValue(arena_, slope, budget_);
      if (std::isnan(rough_slope) || rough_slope == 0) return std::nullopt;
      // Three points do not make a line of a curve; a fourth far away tells most of them.
      const NodeId far = Replaced(arena_, difference, form, arena_.Integer(-1000), budget_);
      const NodeId line = arena_.Add(Op::kAdd, "", {at[0], arena_.Add(Op::kMul, "", {arena_.Integer(-1000), slope})});
      if (!CompareScalars(arena_, far, line, budget_).equal) return std::nullopt;
      bound = arena_.Add(Op::kDiv, "", {arena_.Negative(at[0]), slope});
      if (rough_slope < 0) upwards = !upwards;
    }
    const double rough = RoughValue(arena_, bound, budget_);
    if (std::isnan(rough)) return std::nullopt;
    const NodeId end = std::isinf(rough) ? kNoNode : bound;
    const bool closed = (relation == 'l' || relation == 'g') && end != kNoNode;
    const Piece below{kNoNode, end, -HUGE_VAL, rough, false, closed}, above{end, kNoNode, rough, HUGE_VAL, closed, false};
    if (relation == '!') return Union({below, above});
    return Union({upwards ? above : below});
  }

  // The one unknown of two sides: a symbol, or f(x) where nothing but that occurs.
  NodeId UnknownOf(NodeId left, NodeId right) {
    std::set<std::string> names;
    NodeId node = kNoNode;
    for (const NodeId side : {left, right}) Collect(side, names, node);
    return names.size() == 1 ? node : kNoNode;
  }
  void Collect(NodeId id, std::set<std::string>& names, NodeId& node) {
    budget_.Spend(10);
    if (arena_[id].op == Op::kSymbol || arena_[id].op == Op::kUnknown) {
      names.insert(NormalForm(arena_, id));
      node = id;
      return;
    }
    for (const NodeId child : arena_[id].children) Collect(child, names, node);
  }

  Arena& arena_;
  Budget& budget_;
};

}  // namespace

std::optional<RealSet> ToRealSet(Arena& arena, NodeId node, Budget& budget) { return Reader(arena, budget).Read(node); }

bool IsCertainlyRealSet(const Arena& arena, NodeId node) {
  switch (arena[node].op) {
    case Op::kSymbol: return arena[node].text == "RR";
    case Op::kSetOperation:
    case Op::kSetBuilder: return true;
    case Op::kAdd: return Subtracted(arena, node) != kNoNode;
    case Op::kRelation: return arena[node].text.find_first_not_of("<l>g!") == std::string::npos;
    case Op::kSequence: {
      const std::vector<NodeId>& children = arena[node].children;
      if (arena[node].text.empty())
        return std::any_of(children.begin(), children.end(), [&](NodeId c) { return IsCertainlyRealSet(arena, c); });
      return std::any_of(children.begin(), children.end(), [&](NodeId c) { return NormalForm(arena, c).ends_with("inf"); }) &&
             children.size() == 2;
    }
    default: return false;
  }
}

bool SameRealSet(const Arena& arena, const RealSet& a, const RealSet& b, Budget& budget) {
  if (a.pieces.size() != b.pieces.size()) return false;
  if (!a.unknown.empty() && !b.unknown.empty() && a.unknown != b.unknown) return false;
  const auto same_end = [&](NodeId x, NodeId y) {
    if (x == kNoNode || y == kNoNode) return x == y;
    return CompareScalars(arena, x, y, budget).equal;
  };
  for (size_t i = 0; i < a.pieces.size(); ++i) {
    const Piece &p = a.pieces[i], &q = b.pieces[i];
    if (p.low_closed != q.low_closed || p.high_closed != q.high_closed) return false;
    if (!same_end(p.low, q.low) || !same_end(p.high, q.high)) return false;
  }
  return true;
}

}  // namespace r1::math
