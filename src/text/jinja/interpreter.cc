#include "text/jinja/interpreter.h"

#include <algorithm>

#include "text/jinja/globals.h"
#include "text/jinja/printing.h"

namespace r1::jinja {

const Value* Scope::Find(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent.get())
    for (const auto& [known, value] : scope->names)
      if (known == name) return &value;
  return nullptr;
}

void Scope::Set(std::string_view name, Value value) {
  for (auto& [known, old] : names)
    if (known == name) {
      old = std::move(value);
      return;
    }
  names.emplace_back(name, std::move(value));
}

namespace {

ScopePtr Inside(const ScopePtr& parent) {
  auto scope = std::make_shared<Scope>();
  scope->parent = parent;
  return scope;
}

}  // namespace

class Interpreter::Macro : public Callable {
 public:
  Macro(Interpreter* interpreter, const Statement* statement, ScopePtr scope)
      : interpreter_(interpreter), statement_(statement), scope_(std::move(scope)) {}
  Value Call(Runtime&, const Arguments& arguments) override { return interpreter_->CallMacro(*statement_, scope_, arguments); }
  std::string name() const override { return statement_->macro->name; }
  bool is_macro() const override { return true; }
  const char* type_name() const override { return "Macro"; }
  std::optional<Value> Attribute(Runtime& runtime, std::string_view name) override {
    const MacroSyntax& macro = *statement_->macro;
    if (name == "name") return runtime.String(macro.name);
    if (name == "caller") return Value(macro.uses_caller);
    if (name == "catch_kwargs") return Value(macro.uses_kwargs);
    if (name == "catch_varargs") return Value(macro.uses_varargs);
    if (name != "arguments") return std::nullopt;
    std::vector<Value> names;
    for (const std::string& parameter : macro.parameters) names.push_back(runtime.String(parameter));
    return runtime.Tuple(std::move(names));
  }

 private:
  Interpreter* interpreter_;
  const Statement* statement_;
  ScopePtr scope_;
};

Interpreter::Interpreter(Runtime& runtime, const Variables& variables) : runtime_(runtime), variables_(variables) {}

// Whatever refers to a scope or a namespace refers to one that is kept, so emptying them one by one never recurses far.
Interpreter::~Interpreter() {
  for (const ScopePtr& scope : captured_) scope->names.clear();
  for (const auto& object : runtime_.kept)
    if (auto* space = dynamic_cast<Namespace*>(object.get())) space->attributes = Dict();
}

void Interpreter::Keep(const ScopePtr& scope) {
  runtime_.budget.Allocate(sizeof(Scope) + 64);
  for (ScopePtr at = scope; at != nullptr && (captured_.empty() || captured_.back() != at); at = at->parent)
    captured_.push_back(at);
}

MarkedText Interpreter::Run(const Body& body) {
  MarkedText out;
  ExecuteAll(body, Inside(nullptr), out);
  return out;
}

Interpreter::Flow Interpreter::ExecuteAll(const Body& body, const ScopePtr& scope, MarkedText& out) {
  for (const Statement& statement : body) {
    Flow flow = Flow::kNext;
    try {
      flow = Execute(statement, scope, out);
    } catch (const TemplateError& error) {
      if (error.line() > 0) throw;
      throw TemplateError(error.type(), error.message(), statement.line, error.code());
    } catch (const Error& error) {
      throw TemplateError("LimitError", error.what(), statement.line, error.code());
    }
    if (flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Interpreter::Flow Interpreter::Execute(const Statement& statement, const ScopePtr& scope, MarkedText& out) {
  const Budget::Nested nested(runtime_.budget);
  runtime_.budget.Step();
  switch (statement.kind) {
    case StatementKind::kText:
      out.Append(statement.text);
      runtime_.budget.Allocate(statement.text.size());
      runtime_.budget.CheckOutput(out.size());
      break;
    case StatementKind::kPrint: ExecutePrint(statement, scope, out); break;
    case StatementKind::kIf: return ExecuteIf(statement, scope, out);
    case StatementKind::kFor: ExecuteFor(statement, Evaluate(*statement.expressions[0], scope), scope, out, 0); break;
    case StatementKind::kSet: Assign(statement.targets[0], Evaluate(*statement.expressions[0], scope), *scope); break;
    case StatementKind::kSetBlock: ExecuteSetBlock(statement, scope); break;
    case StatementKind::kWith: ExecuteWith(statement, scope, out); break;
    case StatementKind::kMacro: scope->Set(statement.macro->name, MakeMacro(statement, scope)); break;
    case StatementKind::kCallBlock: ExecuteCallBlock(statement, scope, out); break;
    case StatementKind::kFilterBlock: ExecuteFilterBlock(statement, scope, out); break;
    case StatementKind::kScope: ExecuteAll(statement.bodies[0], Inside(scope), out); break;
    case StatementKind::kBreak: return Flow::kBreak;
    case StatementKind::kContinue: return Flow::kContinue;
    case StatementKind::kUnsupported: RaiseTypeError(statement.text);
  }
  return Flow::kNext;
}

void Interpreter::ExecutePrint(const Statement& statement, const ScopePtr& scope, MarkedText& out) {
  for (const auto& expression : statement.expressions) {
    const Value value = Evaluate(*expression, scope);
    if (value.is_string()) {
      runtime_.budget.Allocate(value.string().size());
      out.Append(value.string());
    } else {
      out.Append(Print(runtime_.budget, value));
    }
    runtime_.budget.CheckOutput(out.size());
  }
}

Interpreter::Flow Interpreter::ExecuteIf(const Statement& statement, const ScopePtr& scope, MarkedText& out) {
  for (size_t i = 0; i < statement.expressions.size(); ++i)
    if (EvaluateTruth(*statement.expressions[i], scope)) return ExecuteAll(statement.bodies[i], scope, out);
  if (statement.bodies.size() > statement.expressions.size()) return ExecuteAll(statement.bodies.back(), scope, out);
  return Flow::kNext;
}

void Interpreter::ExecuteFor(const Statement& statement, const Value& iterable, const ScopePtr& scope, MarkedText& out,
                             int64_t depth) {
  const Target& target = statement.targets[0];
  auto loop = std::make_shared<Loop>();
  loop->items = Items(runtime_, iterable);
  if (statement.expressions[1] != nullptr) {
    std::vector<Value> chosen;
    for (Value& item : loop->items) {
      const ScopePtr test = Inside(scope);
      Assign(target, item, *test);
      if (EvaluateTruth(*statement.expressions[1], test)) chosen.push_back(std::move(item));
    }
    loop->items = std::move(chosen);
  }
  loop->depth0 = depth;
  for (const Value& item : loop->items) loop->depth = std::max(loop->depth, 1 + item.depth());
  if (statement.recursive) {
    Keep(scope);
    loop->recurse = [this, &statement, scope, depth](Runtime& runtime, const Value& items) {
      MarkedText inner;
      ExecuteFor(statement, items, scope, inner, depth + 1);
      return runtime.String(std::move(inner));
    };
  }
  const Value loop_value = MakeObject(loop);
  bool completed = false;  // one iteration, to its end; Jinja's else also follows a loop that only broke or continued
  for (size_t i = 0; i < loop->items.size(); ++i) {
    runtime_.budget.Step();
    const ScopePtr body = Inside(scope);
    loop->index0 = static_cast<int64_t>(i);
    body->Set("loop", loop_value);
    Assign(target, loop->items[i], *body);
    const Flow flow = ExecuteAll(statement.bodies[0], body, out);
    if (flow == Flow::kBreak) break;
    if (flow == Flow::kNext) completed = true;
  }
  if (!completed && statement.bodies.size() > 1) ExecuteAll(statement.bodies[1], Inside(scope), out);
}

Value Interpreter::BlockValue(const Body& body, const Expression* filters, const ScopePtr& scope) {
  MarkedText text;
  const ScopePtr inside = Inside(scope);
  ExecuteAll(body, inside, text);
  Value value = runtime_.String(std::move(text));
  if (filters == nullptr) return value;
  inside->Set(kBlockText, std::move(value));
  return Evaluate(*filters, inside);
}

void Interpreter::ExecuteSetBlock(const Statement& statement, const ScopePtr& scope) {
  Assign(statement.targets[0], BlockValue(statement.bodies[0], statement.expressions[0].get(), scope), *scope);
}

void Interpreter::ExecuteFilterBlock(const Statement& statement, const ScopePtr& scope, MarkedText& out) {
  out.Append(Print(runtime_.budget, BlockValue(statement.bodies[0], statement.expressions[0].get(), scope)));
  runtime_.budget.CheckOutput(out.size());
}

void Interpreter::ExecuteWith(const Statement& statement, const ScopePtr& scope, MarkedText& out) {
  const ScopePtr inside = Inside(scope);
  for (size_t i = 0; i < statement.targets.size(); ++i)
    Assign(statement.targets[i], Evaluate(*statement.expressions[i], scope), *inside);
  ExecuteAll(statement.bodies[0], inside, out);
}

void Interpreter::ExecuteCallBlock(const Statement& statement, const ScopePtr& scope, MarkedText& out) {
  const Value caller = MakeMacro(statement, scope);
  out.Append(Print(runtime_.budget, EvaluateCall(*statement.expressions[0], scope, &caller)));
  runtime_.budget.CheckOutput(out.size());
}

void Interpreter::Assign(const Target& target, const Value& value, Scope& scope) {
  if (target.kind == Target::kName) {
    runtime_.budget.Allocate(sizeof(Value));
    return scope.Set(target.name, value);
  }
  if (target.kind == Target::kAttribute) {
    const Value* found = scope.Find(target.name);
    auto* space = found == nullptr ? nullptr : found->As<Namespace>();
    if (space == nullptr) Raise("TemplateRuntimeError", "cannot assign attribute on non-namespace object");
    return space->Set(runtime_, target.attribute, value);
  }
  if (!IsIterable(value)) RaiseTypeError("cannot unpack non-iterable ", value.type_name(), " object");
  const std::vector<Value> items = Items(runtime_, value);
  if (items.size() < target.items.size())
    Raise("ValueError", "not enough values to unpack (expected ", target.items.size(), ", got ", items.size(), ")");
  if (items.size() > target.items.size()) Raise("ValueError", "too many values to unpack (expected ", target.items.size(), ")");
  for (size_t i = 0; i < items.size(); ++i) Assign(target.items[i], items[i], scope);
}

Value Interpreter::MakeMacro(const Statement& statement, const ScopePtr& scope) {
  Keep(scope);
  return MakeObject(std::make_shared<Macro>(this, &statement, scope));
}

Value Interpreter::CallMacro(const Statement& statement, const ScopePtr& scope, const Arguments& arguments) {
  const Budget::Nested nested(runtime_.budget);
  const MacroSyntax& macro = *statement.macro;
  const size_t num_parameters = macro.parameters.size(), num_given = std::min(arguments.positional.size(), num_parameters);
  std::vector<bool> used(arguments.named.size(), false);
  auto take = [&](std::string_view name) -> const Value* {
    for (size_t i = 0; i < arguments.named.size(); ++i)
      if (!used[i] && arguments.named[i].first == name) {
        used[i] = true;
        return &arguments.named[i].second;
      }
    return nullptr;
  };
  std::vector<const Value*> values(num_parameters, nullptr);
  bool explicit_caller = false;
  for (size_t i = 0; i < num_parameters; ++i) {
    values[i] = i < num_given ? &arguments.positional[i] : take(macro.parameters[i]);
    explicit_caller |= macro.parameters[i] == "caller";
  }
  const ScopePtr inside = Inside(scope);
  if (macro.uses_caller && !explicit_caller) {
    const Value* caller = take("caller");
    inside->Set("caller", caller == nullptr ? MakeUndefined("No caller defined") : *caller);
  }
  Dict rest;
  for (size_t i = 0; i < arguments.named.size(); ++i) {
    const auto& [name, value] = arguments.named[i];
    if (used[i]) continue;
    if (!macro.uses_kwargs) {
      if (name == "caller")
        RaiseTypeError("macro ", QuotePython(macro.name),
                       " was invoked with two values for the special caller argument. This is most likely a bug.");
      RaiseTypeError("macro ", QuotePython(macro.name), " takes no keyword argument ", QuotePython(name));
    }
    rest.Set(runtime_.budget, runtime_.String(name), value);
  }
  if (macro.uses_kwargs) inside->Set("kwargs", runtime_.MakeDict(std::move(rest)));
  if (macro.uses_varargs) {
    inside->Set("varargs",
                runtime_.Tuple({arguments.positional.begin() + static_cast<int64_t>(num_given), arguments.positional.end()}));
  } else if (arguments.positional.size() > num_parameters) {
    RaiseTypeError("macro ", QuotePython(macro.name), " takes not more than ", num_parameters, " argument(s)");
  }
  const size_t first_default = num_parameters - macro.defaults.size();
  for (size_t i = 0; i < num_parameters; ++i) {
    const std::string& name = macro.parameters[i];
    if (values[i] != nullptr) {
      inside->Set(name, *values[i]);
    } else if (i >= first_default) {
      inside->Set(name, Evaluate(*macro.defaults[i - first_default], inside));
    } else {
      inside->Set(name, MakeUndefined(StrCat("parameter ", QuotePython(name), " was not provided")));
    }
  }
  MarkedText out;
  ExecuteAll(statement.bodies[0], inside, out);
  return runtime_.String(std::move(out));
}

Value Interpreter::Evaluate(const Expression& expression, const ScopePtr& scope) {
  const Budget::Nested nested(runtime_.budget);
  runtime_.budget.Step();
  const auto operand = [&](size_t i) { return Evaluate(*expression.operands[i], scope); };
  switch (expression.kind) {
    case ExpressionKind::kConstant: return expression.constant;
    case ExpressionKind::kName: return EvaluateName(expression, scope);
    case ExpressionKind::kList: return runtime_.List(EvaluateAll(expression.operands, scope));
    case ExpressionKind::kTuple: return runtime_.Tuple(EvaluateAll(expression.operands, scope));
    case ExpressionKind::kDict: return EvaluateDict(expression, scope);
    case ExpressionKind::kAttribute: return GetAttribute(runtime_, operand(0), expression.name);
    case ExpressionKind::kItem: {
      const Value object = operand(0);
      return GetItem(runtime_, object, operand(1));
    }
    case ExpressionKind::kSlice: return EvaluateSlice(expression, scope);
    case ExpressionKind::kCall: return EvaluateCall(expression, scope);
    case ExpressionKind::kFilter:
    case ExpressionKind::kTest: return EvaluateFilterOrTest(expression, scope);
    case ExpressionKind::kNot: return Value(!EvaluateTruth(*expression.operands[0], scope));
    case ExpressionKind::kNegate: return Negate(operand(0));
    case ExpressionKind::kPlus: return Plus(operand(0));
    case ExpressionKind::kBinary: {
      const Value left = operand(0);
      return Calculate(runtime_, expression.binary, left, operand(1));
    }
    case ExpressionKind::kConcat: return EvaluateConcat(expression, scope);
    case ExpressionKind::kCompare: return EvaluateCompare(expression, scope);
    case ExpressionKind::kAnd: {
      Value left = operand(0);
      return Truth(runtime_, left) ? operand(1) : left;
    }
    case ExpressionKind::kOr: {
      Value left = operand(0);
      return Truth(runtime_, left) ? left : operand(1);
    }
    case ExpressionKind::kConditional: return EvaluateConditional(expression, scope);
  }
  return Value();
}

bool Interpreter::EvaluateTruth(const Expression& expression, const ScopePtr& scope) {
  return Truth(runtime_, Evaluate(expression, scope));
}

Value Interpreter::EvaluateName(const Expression& expression, const ScopePtr& scope) {
  if (const Value* found = scope->Find(expression.name)) return *found;
  for (const auto& [name, value] : variables_)
    if (name == expression.name) return value;
  if (auto global = FindGlobal(expression.name)) return *global;
  return MakeUndefined(StrCat(QuotePython(expression.name), " is undefined"));
}

std::vector<Value> Interpreter::EvaluateAll(const std::vector<ExpressionPtr>& expressions, const ScopePtr& scope) {
  std::vector<Value> values;
  values.reserve(expressions.size());
  for (const auto& expression : expressions) values.push_back(Evaluate(*expression, scope));
  return values;
}

Value Interpreter::EvaluateDict(const Expression& expression, const ScopePtr& scope) {
  Dict dict;
  for (size_t i = 0; i < expression.operands.size(); i += 2) {
    const Value key = Evaluate(*expression.operands[i], scope);
    dict.Set(runtime_.budget, key, Evaluate(*expression.operands[i + 1], scope));
  }
  return runtime_.MakeDict(std::move(dict));
}

Value Interpreter::EvaluateSlice(const Expression& expression, const ScopePtr& scope) {
  Value parts[4];
  for (size_t i = 0; i < 4; ++i)
    if (expression.operands[i] != nullptr) parts[i] = Evaluate(*expression.operands[i], scope);
  return Slice(runtime_, parts[0], parts[1], parts[2], parts[3]);
}

Arguments Interpreter::EvaluateArguments(const CallSyntax& call, const ScopePtr& scope) {
  Arguments arguments;
  arguments.positional = EvaluateAll(call.positional, scope);
  if (call.star != nullptr) {
    const std::vector<Value> more = Items(runtime_, Evaluate(*call.star, scope));
    arguments.positional.insert(arguments.positional.end(), more.begin(), more.end());
  }
  for (const auto& [name, value] : call.named) arguments.named.emplace_back(name, Evaluate(*value, scope));
  if (call.double_star != nullptr) {
    const Value more = Evaluate(*call.double_star, scope);
    if (!more.is_dict()) RaiseTypeError("argument after ** must be a mapping, not ", more.type_name());
    for (const auto& [key, value] : more.dict().items()) {
      if (!key.is_string()) RaiseTypeError("keywords must be strings");
      arguments.named.emplace_back(key.string().bytes(), value);
    }
  }
  return arguments;
}

Value Interpreter::EvaluateCall(const Expression& expression, const ScopePtr& scope, const Value* caller) {
  const Value callee = Evaluate(*expression.operands[0], scope);
  Arguments arguments = EvaluateArguments(expression.call, scope);
  if (caller != nullptr) arguments.named.emplace_back("caller", *caller);
  return Call(runtime_, callee, arguments);
}

Value Interpreter::EvaluateFilterOrTest(const Expression& expression, const ScopePtr& scope) {
  const bool filter = expression.kind == ExpressionKind::kFilter;
  if (expression.function == nullptr)
    Raise("TemplateRuntimeError", "No ", filter ? "filter" : "test", " named ", QuotePython(expression.name), " found.");
  const Value value = Evaluate(*expression.operands[0], scope);
  const Value result = expression.function(runtime_, value, EvaluateArguments(expression.call, scope));
  return result;
}

Value Interpreter::EvaluateConcat(const Expression& expression, const ScopePtr& scope) {
  MarkedText text;
  for (const auto& operand : expression.operands) {
    const MarkedText part = Print(runtime_.budget, Evaluate(*operand, scope));
    runtime_.budget.Allocate(part.size());
    text.Append(part);
  }
  return runtime_.String(std::move(text));
}

Value Interpreter::EvaluateCompare(const Expression& expression, const ScopePtr& scope) {
  Value left = Evaluate(*expression.operands[0], scope);
  for (size_t i = 0; i < expression.comparisons.size(); ++i) {
    Value right = Evaluate(*expression.operands[i + 1], scope);
    if (!Compare(runtime_, expression.comparisons[i], left, right)) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Value Interpreter::EvaluateConditional(const Expression& expression, const ScopePtr& scope) {
  if (EvaluateTruth(*expression.operands[0], scope)) return Evaluate(*expression.operands[1], scope);
  if (expression.operands[2] != nullptr) return Evaluate(*expression.operands[2], scope);
  return MakeUndefined(
      StrCat("the inline if-expression on line ", expression.line, " evaluated to false and no else section was defined."));
}

}  // namespace r1::jinja
