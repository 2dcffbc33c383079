// The tree that the parser makes of a template and the interpreter walks.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "text/jinja/filters.h"
#include "text/jinja/operators.h"

namespace r1::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

struct CallSyntax {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  ExpressionPtr star, double_star;  // *args, **kwargs
};

enum class ExpressionKind {
  kConstant,     // constant
  kName,         // name
  kList,         // operands
  kTuple,        // operands
  kDict,         // operands: key, value, key, value, ...
  kAttribute,    // operands[0].name
  kItem,         // operands[0][operands[1]]
  kSlice,        // operands[0][operands[1]:operands[2]:operands[3]]; null: not given
  kCall,         // operands[0](call)
  kFilter,       // operands[0] | name(call)
  kTest,         // operands[0] is name(call)
  kNot,          // operands[0]
  kNegate,       // operands[0]
  kPlus,         // operands[0]
  kBinary,       // operands[0] binary operands[1]
  kConcat,       // operands, joined by ~
  kCompare,      // operands[0] comparisons[0] operands[1] comparisons[1] operands[2] ...
  kAnd,          // operands[0], operands[1]
  kOr,           // operands[0], operands[1]
  kConditional,  // operands[1] if operands[0] else operands[2]; null: no else
};

struct Expression {
  ExpressionKind kind;
  int line;
  int depth = 1;
  Value constant;
  std::string name;
  std::vector<ExpressionPtr> operands;
  BinaryOp binary = BinaryOp::kAdd;
  std::vector<CompareOp> comparisons;
  CallSyntax call;
  Function function = nullptr;  // of a filter or test; null: unknown, an error when it is reached
};

// The name that stands for a block's text in the filters of {% filter %} and {% set x | f %}; no identifier is empty.
inline constexpr const char* kBlockText = "";

struct Target {
  enum Kind { kName, kAttribute, kTuple } kind = kName;
  std::string name, attribute;  // attribute: of the namespace `name`
  std::vector<Target> items;
};

struct Statement;
using Body = std::vector<Statement>;

struct MacroSyntax {
  std::string name;
  std::vector<std::string> parameters;
  std::vector<ExpressionPtr> defaults;  // of the last parameters
  Body* body = nullptr;
  bool uses_caller = false, uses_varargs = false, uses_kwargs = false;
};

enum class StatementKind {
  kText,         // text
  kPrint,        // expressions
  kIf,           // expressions[i] -> bodies[i]; one more body: else
  kFor,          // target in expressions[0], if expressions[1] (may be null); bodies[0], bodies[1]: else
  kSet,          // target = expressions[0]
  kSetBlock,     // target = bodies[0], through the filters expressions[0] (may be null)
  kWith,         // targets[i] = expressions[i], bodies[0]
  kMacro,        // macro, with bodies[0]
  kCallBlock,    // expressions[0] is the call, macro the caller, with bodies[0]
  kFilterBlock,  // expressions[0] around bodies[0]
  kScope,        // bodies[0]
  kBreak,
  kContinue,
  kUnsupported,  // text: why
};

struct Statement {
  StatementKind kind;
  int line;
  std::string text;
  std::vector<ExpressionPtr> expressions;
  std::vector<Body> bodies;
  std::vector<Target> targets;
  bool recursive = false;
  std::unique_ptr<MacroSyntax> macro;
};

}  // namespace r1::jinja
