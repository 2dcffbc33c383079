// Walks a template's syntax tree and writes its text.
//
// Scopes are those of Jinja: a loop's body, a macro, a with, filter, call or set block have their own; an if has not. Variables
// set in a loop are gone in its next iteration, which is what namespaces are for.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/jinja/syntax.h"

namespace r1::jinja {

using Variables = std::vector<std::pair<std::string, Value>>;

struct Scope {
  std::shared_ptr<Scope> parent;
  std::vector<std::pair<std::string_view, Value>> names;  // of the syntax tree or the variables, which outlive it
  const Value* Find(std::string_view name) const;
  void Set(std::string_view name, Value value);
};
using ScopePtr = std::shared_ptr<Scope>;

class Interpreter {
 public:
  // Both must outlive it.
  Interpreter(Runtime& runtime, const Variables& variables);
  ~Interpreter();
  MarkedText Run(const Body& body);

 private:
  class Macro;
  enum class Flow { kNext, kBreak, kContinue };

  Flow ExecuteAll(const Body& body, const ScopePtr& scope, MarkedText& out);
  Flow Execute(const Statement& statement, const ScopePtr& scope, MarkedText& out);
  Flow ExecuteIf(const Statement& statement, const ScopePtr& scope, MarkedText& out);
  void ExecuteFor(const Statement& statement, const Value& iterable, const ScopePtr& scope, MarkedText& out, int64_t depth);
  void ExecuteSetBlock(const Statement& statement, const ScopePtr& scope);
  void ExecuteWith(const Statement& statement, const ScopePtr& scope, MarkedText& out);
  void ExecuteCallBlock(const Statement& statement, const ScopePtr& scope, MarkedText& out);
  void ExecuteFilterBlock(const Statement& statement, const ScopePtr& scope, MarkedText& out);
  void ExecutePrint(const Statement& statement, const ScopePtr& scope, MarkedText& out);
  // A block's text, through the filters if there are any.
  Value BlockValue(const Body& body, const Expression* filters, const ScopePtr& scope);
  void Assign(const Target& target, const Value& value, Scope& scope);
  Value MakeMacro(const Statement& statement, const ScopePtr& scope);
  Value CallMacro(const Statement& statement, const ScopePtr& scope, const Arguments& arguments);

  Value Evaluate(const Expression& expression, const ScopePtr& scope);
  Value EvaluateName(const Expression& expression, const ScopePtr& scope);
  Value EvaluateDict(const Expression& expression, const ScopePtr& scope);
  Value EvaluateSlice(const Expression& expression, const ScopePtr& scope);
  Value EvaluateCall(const Expression& expression, const ScopePtr& scope, const Value* caller = nullptr);
  Value EvaluateFilterOrTest(const Expression& expression, const ScopePtr& scope);
  Value EvaluateConcat(const Expression& expression, const ScopePtr& scope);
  Value EvaluateCompare(const Expression& expression, const ScopePtr& scope);
  Value EvaluateConditional(const Expression& expression, const ScopePtr& scope);
  std::vector<Value> EvaluateAll(const std::vector<ExpressionPtr>& expressions, const ScopePtr& scope);
  Arguments EvaluateArguments(const CallSyntax& call, const ScopePtr& scope);
  bool EvaluateTruth(const Expression& expression, const ScopePtr& scope);
  void Keep(const ScopePtr& scope);

  Runtime& runtime_;
  const Variables& variables_;
  std::vector<ScopePtr> captured_;  // by macros; emptied at the end, since a macro may stand in the scope it captured
};

}  // namespace r1::jinja
