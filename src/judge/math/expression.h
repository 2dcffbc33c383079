// The tree of a mathematical answer. Nodes live in one arena and name each other by index: nothing to free recursively, and the
// expected answer and the given one can share it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "judge/math/budget.h"

namespace r1::math {

using NodeId = int32_t;
inline constexpr NodeId kNoNode = -1;

enum class Op : uint8_t {
  // Scalars.
  kNumber,     // text: "12", "0.50", "3e8": digits with at most one point and exponent, no sign
  kSymbol,     // text: "x", "alpha", "a_{1}"; units and quantities have their own nodes
  kConstant,   // text: "pi", "e", "i", "inf"
  kAdd,        // any number of terms
  kMul,        // any number of factors
  kDiv,        // numerator, denominator
  kPow,        // base, exponent
  kPlusMinus,  // one child; text "+" for \pm, "-" for \mp
  kFunction,   // text: "sin", "root", "factorial", ...; children are its arguments
  kUnknown,    // text: name of a function nobody defined, f(x), or of an indexed symbol, F_{k+1}; children are its arguments
  kSum,        // text "sum" or "prod"; bound symbol, first, last, body
  kPercent,    // one child
  kDegree,     // one child
  kUnit,       // one child; text: the unit as it was written, in lower case
  kBased,      // text: the digits; number: the base
  // What is made of scalars.
  kSequence,      // text: the two brackets "()", "[)", "{}" (set), "<>", "" (a bare list), "gg" (a TeX group with commas)
  kSetOperation,  // text "u" union, "n" intersection, "-" difference; two children
  kSetBuilder,    // element, condition
  kRelation,  // n + 1 children; text: n characters of = ~ < l > g ! e c # (approximately, at most, at least, not equal, in, subset,
              // congruent)
  kRatio,     // 3:4, 12:30
  kMatrix,    // children row by row; number: columns; text "determinant" between bars
  kModulo,    // value, modulus
  kText,      // text: in lower case, spaces collapsed
};

struct Node {
  Op op;
  std::string text;
  std::vector<NodeId> children;
  int32_t number = 0;
};

class Arena {
 public:
  NodeId Add(Op op, std::string text, std::vector<NodeId> children = {}, int32_t number = 0);
  NodeId Integer(int64_t value);  // also negative
  NodeId Negative(NodeId node);
  NodeId Difference(NodeId a, NodeId b);

  // References die with the next Add.
  const Node& operator[](NodeId id) const { return nodes_[static_cast<size_t>(id)]; }
  size_t size() const { return nodes_.size(); }

 private:
  std::vector<Node> nodes_;
};

// One text for all ways to write a tree that differ in the order of terms and factors, in nested sums and products, and in how its
// numbers are written ("0.50" is ".5"). Equal texts mean equal answers; different texts mean nothing.
std::string NormalForm(const Arena& arena, NodeId node);

// Names that have a value only once one is chosen: symbols and functions nobody defined. Bound names of sums do not count.
std::set<std::string> Unknowns(const Arena& arena, NodeId node);
bool Contains(const Arena& arena, NodeId node, Op op);
bool IsScalar(const Arena& arena, NodeId node);  // nothing below it is a sequence, relation, matrix, text, ...

// The tree with every subtree whose normal form is `from` replaced by `to`.
NodeId Replaced(Arena& arena, NodeId node, std::string_view from, NodeId to, Budget& budget);

}  // namespace r1::math
