#include <algorithm>

#include "judge/math/parser.h"
#include "judge/math/parser_state.h"

namespace r1::math {

NodeId ParseAnswer(Arena& arena, std::string_view text) { return Parser(arena, Tokenize(text)).Answer(); }

NodeId Parser::Answer() {
  const NodeId answer = List();
  if (!At(Tok::kEnd)) throw Refusal{"something follows the answer"};
  return answer;
}

NodeId Parser::List() {
  const DepthGuard guard(depth_);
  const auto separates = [&] { return At(Tok::kComma) || At(Tok::kJoin) || At(Tok::kRow); };
  const auto ends = [&] {
    switch (Peek().kind) {
      case Tok::kEnd:
      case Tok::kSemicolon:
      case Tok::kCloseParen:
      case Tok::kCloseBrace:
      case Tok::kCloseSet:
      case Tok::kCloseAngle:
      case Tok::kMid: return true;
      case Tok::kCloseBracket: return at_ > 0;  // first of all it opens ]0,1[
      default: return false;
    }
  };
  std::vector<NodeId> groups, items;
  int32_t joined = 0;  // 1: by "or", 2: by "and"
  while (true) {
    items.clear();
    while (!ends()) {
      AddItem(items, Relation());
      if (ConditionFollows()) continue;  // is the next item
      if (!separates()) break;
      while (separates()) {
        if (At(Tok::kJoin)) joined = Peek().text == "or" ? 1 : 2;
        ++at_;
      }
    }
    if (!items.empty()) groups.push_back(items.size() == 1 ? items[0] : arena_.Add(Op::kSequence, "", items, joined));
    if (!Take(Tok::kSemicolon)) break;
  }
  if (groups.empty()) throw Refusal{"nothing there"};
  return groups.size() == 1 ? groups[0] : arena_.Add(Op::kSequence, "", groups, joined);
}

// x \ne 1, 2 is x \ne 1, x \ne 2, and so is x \ne \pm 1.
void Parser::AddItem(std::vector<NodeId>& items, NodeId item) {
  const auto excludes = [&](NodeId id) { return arena_[id].op == Op::kRelation && arena_[id].text == "!"; };
  const auto add = [&](NodeId unknown, NodeId value) {
    const bool both = arena_[value].op == Op::kPlusMinus;
    const NodeId first = both ? arena_[value].children[0] : value;
    items.push_back(arena_.Add(Op::kRelation, "!", {unknown, first}));
    if (both) items.push_back(arena_.Add(Op::kRelation, "!", {unknown, arena_.Negative(first)}));
  };
  if (excludes(item)) return add(arena_[item].children[0], arena_[item].children[1]);
  if (!items.empty() && excludes(items.back()) && IsScalar(arena_, item)) return add(arena_[items.back()].children[0], item);
  items.push_back(item);
}

NodeId Parser::Relation() {
  if (At(Tok::kRelation) && Peek().text == "~") ++at_;  // "about 5" answers 5
  std::vector<NodeId> sides = {Sets()};
  std::string relations;
  while (At(Tok::kRelation)) {
    relations += Peek().text;
    ++at_;
    sides.push_back(Sets());
  }
  if (sides.size() == 1) return sides[0];
  return arena_.Add(Op::kRelation, relations, sides);
}

NodeId Parser::Sets() {
  NodeId set = Ratio();
  while (At(Tok::kUnion) || At(Tok::kIntersection) || At(Tok::kSetMinus)) {
    const char* kind = At(Tok::kUnion) ? "u" : At(Tok::kIntersection) ? "n" : "-";
    ++at_;
    const NodeId other = Ratio();
    set = arena_.Add(Op::kSetOperation, kind, {set, other});
  }
  return set;
}

NodeId Parser::Ratio() {
  std::vector<NodeId> parts = {Sum()};
  const auto separates = [&] {
    if (At(Tok::kWord) && Peek().text == "to") return ++at_, true;  // 3 to 4
    return open_sets_ == 0 && Take(Tok::kColon);
  };
  while (separates()) parts.push_back(Sum());
  return parts.size() == 1 ? parts[0] : arena_.Add(Op::kRatio, "", parts);
}

NodeId Parser::Bracketed(std::string open, bool grouping) {
  const int bars = std::exchange(open_bars_, 0), sets = std::exchange(open_sets_, 0);
  const NodeId inside = List();
  open_bars_ = bars, open_sets_ = sets;
  const bool is_list = arena_[inside].op == Op::kSequence && arena_[inside].text.empty();
  if (open == "<") {
    Expect(Tok::kCloseAngle, "a closing angle bracket");
    open = "()";  // \langle 1, 2 \rangle is (1, 2)
  } else if (Take(Tok::kCloseParen)) {
    open += ")";
  } else {
    // ]0,1[ is how some write (0,1).
    if (At(Tok::kOpenBracket) && is_list) return ++at_, arena_.Add(Op::kSequence, open + ")", arena_[inside].children);
    Expect(Tok::kCloseBracket, "a closing bracket");
    open += "]";
  }
  if (is_list) {
    std::vector<NodeId> children = arena_[inside].children;
    return arena_.Add(Op::kSequence, open, std::move(children), arena_[inside].number);
  }
  if (!grouping || (open != "()" && open != "[]")) throw Refusal{"brackets that do not match"};
  return inside;
}

NodeId Parser::Group() {
  const NodeId inside = List();
  if (At(Tok::kInfix)) {
    const bool choose = Peek().text == "binom";
    ++at_;
    const NodeId below = List();
    Expect(Tok::kCloseBrace, "a closing brace");
    return choose ? Call("binom", {inside, below}) : arena_.Add(Op::kDiv, "", {inside, below});
  }
  Expect(Tok::kCloseBrace, "a closing brace");
  if (arena_[inside].op != Op::kSequence || !arena_[inside].text.empty()) return inside;
  std::vector<NodeId> children = arena_[inside].children;
  return arena_.Add(Op::kSequence, "gg", std::move(children));
}

NodeId Parser::Set() {
  if (Take(Tok::kCloseSet)) return arena_.Add(Op::kSequence, "{}");
  if (At(Tok::kBeginMatrix)) {
    // \left\{ \begin{array}{l} x = 1 \\ y = 2 \end{array} \right. is a system, whose bracket nothing closes.
    const bool array = Peek().text == "array";
    ++at_;
    const NodeId system = array ? Lines() : Matrix();
    if (!At(Tok::kCloseSet)) return system;
    return ++at_, arena_.Add(Op::kSequence, "{}", {system});
  }
  const int bars = std::exchange(open_bars_, 1);  // so that a bar ends the element
  ++open_sets_;
  const NodeId inside = List();
  open_bars_ = bars;
  if (At(Tok::kMid) || At(Tok::kBar) || At(Tok::kColon)) {
    ++at_;
    open_bars_ = 0;
    const NodeId condition = List();
    open_bars_ = bars;
    --open_sets_;
    Expect(Tok::kCloseSet, "\\}");
    return arena_.Add(Op::kSetBuilder, "", {inside, condition});
  }
  --open_sets_;
  Expect(Tok::kCloseSet, "\\}");
  const bool is_list = arena_[inside].op == Op::kSequence && arena_[inside].text.empty();
  std::vector<NodeId> children = is_list ? arena_[inside].children : std::vector<NodeId>{inside};
  return arena_.Add(Op::kSequence, "{}", std::move(children));
}

NodeId Parser::Matrix() {
  const std::string kind = tokens_[at_ - 1].text;
  if (kind == "cases" || kind == "aligned") return Lines();
  const bool determinant = kind == "vmatrix" || kind == "Vmatrix";
  if (determinant) ++open_determinants_;
  std::vector<NodeId> cells;
  size_t columns = 0, in_row = 0;
  while (true) {
    cells.push_back(Relation());
    ++in_row;
    if (Take(Tok::kCell)) continue;
    if (columns == 0) columns = in_row;
    if (in_row != columns) throw Refusal{"rows of different lengths"};
    in_row = 0;
    if (Take(Tok::kRow) && !At(Tok::kEndMatrix)) continue;
    Expect(Tok::kEndMatrix, "the end of the matrix");
    if (determinant && --open_determinants_ == 0 && kind == "vmatrix")
      if (const NodeId value = Determinant(cells, columns); value != kNoNode) return value;
    return arena_.Add(Op::kMatrix, determinant ? "determinant" : "", cells, static_cast<int32_t>(columns));
  }
}

// Of two or three rows, by the rule of Sarrus; kNoNode: larger, or not of numbers. None is inside another, so the tree stays small.
NodeId Parser::Determinant(const std::vector<NodeId>& cells, size_t size) {
  if (size < 2 || size > 3 || cells.size() != size * size) return kNoNode;
  if (!std::all_of(cells.begin(), cells.end(), [&](NodeId cell) { return IsScalar(arena_, cell); })) return kNoNode;
  std::vector<NodeId> terms;
  for (const bool falling : {true, false}) {
    for (size_t start = 0; start < (size == 2 ? 1 : size); ++start) {
      std::vector<NodeId> diagonal;
      for (size_t row = 0; row < size; ++row)
        diagonal.push_back(cells[row * size + (falling ? start + row : start + size - 1 - row) % size]);
      const NodeId product = arena_.Add(Op::kMul, "", std::move(diagonal));
      terms.push_back(falling ? product : arena_.Negative(product));
    }
  }
  return arena_.Add(Op::kAdd, "", std::move(terms));
}

// A system, one equation a line, or one chain of equations: x &= 3 + 4 \\ &= 7.
NodeId Parser::Lines() {
  std::vector<NodeId> lines;
  while (!Take(Tok::kEndMatrix)) {
    if (Take(Tok::kRow) || Take(Tok::kComma)) continue;
    if (At(Tok::kRelation) && !lines.empty()) {
      const Node left = arena_[lines.back()];
      std::vector<NodeId> sides = left.op == Op::kRelation ? left.children : std::vector<NodeId>{lines.back()};
      const std::string relations = (left.op == Op::kRelation ? left.text : "") + Peek().text;
      ++at_;
      sides.push_back(Sets());
      lines.back() = arena_.Add(Op::kRelation, relations, std::move(sides));
    } else {
      lines.push_back(Relation());
    }
    if (At(Tok::kComma) && Peek(1).kind == Tok::kCell) ++at_;
    if (Take(Tok::kCell)) lines.back() = arena_.Add(Op::kSequence, "()", {lines.back(), CaseCondition()});
    if (!At(Tok::kRow) && !At(Tok::kComma) && !At(Tok::kEndMatrix)) throw Refusal{"expected the end of a line"};
  }
  if (lines.empty()) throw Refusal{"nothing there"};
  return lines.size() == 1 ? lines[0] : arena_.Add(Op::kSequence, "", std::move(lines));
}

// Of a definition by cases: "x > 0", "if x > 0", "otherwise". A case is the pair of its value and its condition.
NodeId Parser::CaseCondition() {
  if (At(Tok::kWord)) {
    const std::string word = Peek().text;
    if (word == "otherwise" || word == "else") return ++at_, arena_.Add(Op::kText, "otherwise");
    if (word != "if" && word != "for" && word != "when") throw Refusal{"a definition by cases"};
    ++at_;
  }
  const NodeId condition = Relation();
  if (arena_[condition].op != Op::kRelation) throw Refusal{"a definition by cases"};
  return condition;
}

}  // namespace r1::math
