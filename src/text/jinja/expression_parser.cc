#include "text/jinja/expression_parser.h"

#include <algorithm>

#include "text/jinja/printing.h"

namespace r1::jinja {

bool ExpressionParser::IsName(std::string_view name, size_t ahead) const {
  const Token& token = tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  return token.kind == TokenKind::kName && token.text == name;
}

void ExpressionParser::Fail(const std::string& message, int line) const {
  throw TemplateError("TemplateSyntaxError", message, line > 0 ? line : Current().line);
}

void ExpressionParser::FailExpected(const std::string& what) const {
  if (Current().kind == TokenKind::kEnd) Fail(StrCat("unexpected end of template, expected '", what, "'."));
  Fail(StrCat("expected token '", what, "', got ", QuotePython(Describe(Current()))));
}

void ExpressionParser::ExpectOperator(std::string_view op) {
  if (!SkipOperator(op)) FailExpected(std::string(op));
}
void ExpressionParser::ExpectName(std::string_view name) {
  if (!SkipName(name)) FailExpected(std::string(name));
}
void ExpressionParser::Expect(TokenKind kind) {
  if (Current().kind != kind) FailExpected(Describe({kind, "name", Value(), 0}));
  Next();
}
std::string ExpressionParser::ExpectIdentifier() {
  if (Current().kind != TokenKind::kName) FailExpected("name");
  return Next().text;
}

ExpressionParser::Nested::Nested(ExpressionParser& parser) : parser_(parser) {
  if (++parser_.nesting_ > kMaxSyntaxDepth) {
    --parser_.nesting_;
    throw TemplateError("LimitError", StrCat("nests deeper than ", kMaxSyntaxDepth, " levels"), parser_.Current().line,
                        ErrorCode::kResourceExhausted);
  }
}

ExpressionPtr ExpressionParser::Make(ExpressionKind kind, int line) const {
  auto expression = std::make_unique<Expression>();
  expression->kind = kind;
  expression->line = line;
  return expression;
}

// A chain such as a + b + c is a deep tree without any nesting in the source, and the interpreter recurses over it.
ExpressionPtr ExpressionParser::Finish(ExpressionPtr expression) const {
  int depth = 0;
  auto look = [&](const ExpressionPtr& child) { depth = std::max(depth, child == nullptr ? 0 : child->depth); };
  for (const auto& operand : expression->operands) look(operand);
  for (const auto& argument : expression->call.positional) look(argument);
  for (const auto& [name, argument] : expression->call.named) look(argument);
  look(expression->call.star);
  look(expression->call.double_star);
  expression->depth = depth + 1;
  if (expression->depth > kMaxSyntaxDepth)
    throw TemplateError("LimitError", StrCat("nests deeper than ", kMaxSyntaxDepth, " levels"), expression->line,
                        ErrorCode::kResourceExhausted);
  return expression;
}

ExpressionPtr ExpressionParser::Binary(ExpressionKind kind, int line, ExpressionPtr left, ExpressionPtr right) const {
  ExpressionPtr node = Make(kind, line);
  node->operands.push_back(std::move(left));
  node->operands.push_back(std::move(right));
  return Finish(std::move(node));
}

ExpressionPtr ExpressionParser::ParseExpression(bool with_conditional) {
  const Nested nested(*this);
  return with_conditional ? ParseConditional() : ParseOr();
}

ExpressionPtr ExpressionParser::ParseConditional() {
  int line = Current().line;
  const size_t num_unknown = unknown_.size();
  ExpressionPtr value = ParseOr();
  while (SkipName("if")) {
    ExpressionPtr test = ParseOr(), otherwise;
    if (SkipName("else")) {
      const Nested nested(*this);
      otherwise = ParseConditional();
    }
    unknown_.erase(unknown_.begin() + static_cast<int64_t>(num_unknown), unknown_.end());
    ExpressionPtr node = Make(ExpressionKind::kConditional, line);
    node->operands.push_back(std::move(test));
    node->operands.push_back(std::move(value));
    node->operands.push_back(std::move(otherwise));
    value = Finish(std::move(node));
    line = Current().line;
  }
  return value;
}

void ExpressionParser::FailIfUnknown(size_t num_known) const {
  if (unknown_.size() > num_known) throw unknown_[num_known];
}

ExpressionPtr ExpressionParser::ParseOr() {
  int line = Current().line;
  ExpressionPtr left = ParseAnd();
  while (SkipName("or")) {
    left = Binary(ExpressionKind::kOr, line, std::move(left), ParseAnd());
    line = Current().line;
  }
  return left;
}

ExpressionPtr ExpressionParser::ParseAnd() {
  int line = Current().line;
  ExpressionPtr left = ParseNot();
  while (SkipName("and")) {
    left = Binary(ExpressionKind::kAnd, line, std::move(left), ParseNot());
    line = Current().line;
  }
  return left;
}

ExpressionPtr ExpressionParser::ParseNot() {
  const int line = Current().line;
  if (!SkipName("not")) return ParseCompare();
  const Nested nested(*this);
  ExpressionPtr node = Make(ExpressionKind::kNot, line);
  node->operands.push_back(ParseNot());
  return Finish(std::move(node));
}

ExpressionPtr ExpressionParser::ParseCompare() {
  const int line = Current().line;
  ExpressionPtr node = Make(ExpressionKind::kCompare, line);
  node->operands.push_back(ParseSum());
  static constexpr std::pair<std::string_view, CompareOp> kOperators[] = {
      {"==", CompareOp::kEqual},     {"!=", CompareOp::kNotEqual}, {"<", CompareOp::kLess},
      {"<=", CompareOp::kLessEqual}, {">", CompareOp::kGreater},   {">=", CompareOp::kGreaterEqual}};
  while (true) {
    const auto* found =
        std::find_if(std::begin(kOperators), std::end(kOperators), [&](const auto& row) { return IsOperator(row.first); });
    if (found != std::end(kOperators)) {
      Next();
      node->comparisons.push_back(found->second);
    } else if (SkipName("in")) {
      node->comparisons.push_back(CompareOp::kIn);
    } else if (IsName("not") && IsName("in", 1)) {
      Next();
      Next();
      node->comparisons.push_back(CompareOp::kNotIn);
    } else {
      break;
    }
    node->operands.push_back(ParseSum());
  }
  if (node->comparisons.empty()) return std::move(node->operands[0]);
  return Finish(std::move(node));
}

ExpressionPtr ExpressionParser::ParseSum() {
  int line = Current().line;
  ExpressionPtr left = ParseConcat();
  while (IsOperator("+") || IsOperator("-")) {
    const BinaryOp op = Next().text == "+" ? BinaryOp::kAdd : BinaryOp::kSubtract;
    left = Binary(ExpressionKind::kBinary, line, std::move(left), ParseConcat());
    left->binary = op;
    line = Current().line;
  }
  return left;
}

ExpressionPtr ExpressionParser::ParseConcat() {
  ExpressionPtr node = Make(ExpressionKind::kConcat, Current().line);
  node->operands.push_back(ParseProduct());
  while (SkipOperator("~")) node->operands.push_back(ParseProduct());
  if (node->operands.size() == 1) return std::move(node->operands[0]);
  return Finish(std::move(node));
}

ExpressionPtr ExpressionParser::ParseProduct() {
  static constexpr std::pair<std::string_view, BinaryOp> kOperators[] = {
      {"*", BinaryOp::kMultiply}, {"/", BinaryOp::kDivide}, {"//", BinaryOp::kFloorDivide}, {"%", BinaryOp::kModulo}};
  int line = Current().line;
  ExpressionPtr left = ParsePower();
  while (true) {
    const auto* found =
        std::find_if(std::begin(kOperators), std::end(kOperators), [&](const auto& row) { return IsOperator(row.first); });
    if (found == std::end(kOperators)) return left;
    Next();
    left = Binary(ExpressionKind::kBinary, line, std::move(left), ParsePower());
    left->binary = found->second;
    line = Current().line;
  }
}

ExpressionPtr ExpressionParser::ParsePower() {
  int line = Current().line;
  ExpressionPtr left = ParseUnary();
  while (SkipOperator("**")) {  // from the left, unlike Python
    left = Binary(ExpressionKind::kBinary, line, std::move(left), ParseUnary());
    left->binary = BinaryOp::kPower;
    line = Current().line;
  }
  return left;
}

ExpressionPtr ExpressionParser::ParseUnary(bool with_filter) {
  const Nested nested(*this);
  const int line = Current().line;
  ExpressionPtr node;
  if (IsOperator("-") || IsOperator("+")) {
    node = Make(Next().text == "-" ? ExpressionKind::kNegate : ExpressionKind::kPlus, line);
    node->operands.push_back(ParseUnary(false));
    node = Finish(std::move(node));
  } else {
    node = ParsePrimary();
  }
  node = ParsePostfix(std::move(node));
  return with_filter ? ParseFilterExpression(std::move(node)) : std::move(node);
}

ExpressionPtr ExpressionParser::ParsePrimary() {
  const Token& token = Current();
  ExpressionPtr node = Make(ExpressionKind::kConstant, token.line);
  if (token.kind == TokenKind::kName) {
    Next();
    if (token.text == "true" || token.text == "True" || token.text == "false" || token.text == "False") {
      node->constant = Value(token.text[0] == 't' || token.text[0] == 'T');
    } else if (token.text != "none" && token.text != "None") {
      node->kind = ExpressionKind::kName;
      node->name = token.text;
      for (MacroSyntax* macro : macros_) {
        macro->uses_caller |= token.text == "caller";
        macro->uses_varargs |= token.text == "varargs";
        macro->uses_kwargs |= token.text == "kwargs";
      }
    }
    return node;
  }
  if (token.kind == TokenKind::kString) {
    std::string text;
    while (Current().kind == TokenKind::kString) text += Next().text;
    node->constant = Value(std::make_shared<const MarkedText>(std::move(text)));
    return node;
  }
  if (token.kind == TokenKind::kNumber) {
    node->constant = Next().number;
    return node;
  }
  if (SkipOperator("(")) {
    node = ParseTuple(true, {}, true);
    ExpectOperator(")");
    return node;
  }
  if (IsOperator("[")) return ParseList();
  if (IsOperator("{")) return ParseDict();
  Fail(StrCat("unexpected ", QuotePython(Describe(token))));
}

ExpressionPtr ExpressionParser::ParseTuple(bool with_conditional, std::initializer_list<std::string_view> end_names,
                                           bool parenthesized) {
  ExpressionPtr node = Make(ExpressionKind::kTuple, Current().line);
  bool is_tuple = false;
  while (true) {
    if (!node->operands.empty()) ExpectOperator(",");
    const bool ends = Current().kind == TokenKind::kPrintEnd || Current().kind == TokenKind::kBlockEnd || IsOperator(")") ||
                      std::any_of(end_names.begin(), end_names.end(), [&](std::string_view name) { return IsName(name); });
    if (ends) break;
    node->operands.push_back(ParseExpression(with_conditional));
    if (!IsOperator(",")) break;
    is_tuple = true;
  }
  if (!is_tuple) {
    if (!node->operands.empty()) return std::move(node->operands[0]);
    if (!parenthesized) Fail(StrCat("Expected an expression, got ", QuotePython(Describe(Current()))));
  }
  return Finish(std::move(node));
}

ExpressionPtr ExpressionParser::ParseList() {
  ExpressionPtr node = Make(ExpressionKind::kList, Current().line);
  ExpectOperator("[");
  while (!IsOperator("]")) {
    if (!node->operands.empty()) ExpectOperator(",");
    if (IsOperator("]")) break;
    node->operands.push_back(ParseExpression());
  }
  ExpectOperator("]");
  return Finish(std::move(node));
}

ExpressionPtr ExpressionParser::ParseDict() {
  ExpressionPtr node = Make(ExpressionKind::kDict, Current().line);
  ExpectOperator("{");
  while (!IsOperator("}")) {
    if (!node->operands.empty()) ExpectOperator(",");
    if (IsOperator("}")) break;
    node->operands.push_back(ParseExpression());
    ExpectOperator(":");
    node->operands.push_back(ParseExpression());
  }
  ExpectOperator("}");
  return Finish(std::move(node));
}

ExpressionPtr ExpressionParser::ParsePostfix(ExpressionPtr node) {
  while (true) {
    if (IsOperator(".") || IsOperator("[")) {
      node = ParseSubscript(std::move(node));
    } else if (IsOperator("(")) {
      node = ParseCall(std::move(node));
    } else {
      return node;
    }
  }
}

ExpressionPtr ExpressionParser::ParseFilterExpression(ExpressionPtr node) {
  while (true) {
    if (IsOperator("|")) {
      node = ParseFilters(std::move(node), false);
    } else if (IsName("is")) {
      node = ParseTest(std::move(node));
    } else if (IsOperator("(")) {
      node = ParseCall(std::move(node));
    } else {
      return node;
    }
  }
}

ExpressionPtr ExpressionParser::ParseSubscript(ExpressionPtr object) {
  ExpressionPtr node = Make(ExpressionKind::kItem, Current().line);
  node->operands.push_back(std::move(object));
  if (SkipOperator(".")) {
    const Token& attribute = Next();
    if (attribute.kind == TokenKind::kName) {
      node->kind = ExpressionKind::kAttribute;
      node->name = attribute.text;
      return Finish(std::move(node));
    }
    if (attribute.kind != TokenKind::kNumber || attribute.number.kind() == Kind::kFloat)
      Fail("expected name or number", attribute.line);
    node->operands.push_back(Make(ExpressionKind::kConstant, attribute.line));
    node->operands.back()->constant = attribute.number;
    return Finish(std::move(node));
  }
  ExpectOperator("[");
  std::vector<ExpressionPtr> keys;
  bool slice = false;
  while (!IsOperator("]")) {
    if (!keys.empty()) ExpectOperator(",");
    if (slice) Fail("slices of several dimensions are not supported");
    ExpressionPtr parts[3];
    if (!IsOperator(":")) parts[0] = ParseExpression();
    if (!IsOperator(":")) {
      keys.push_back(std::move(parts[0]));
      continue;
    }
    if (!keys.empty()) Fail("slices of several dimensions are not supported");
    slice = true;
    for (size_t i = 1; i < 3 && SkipOperator(":"); ++i)
      if (!IsOperator(":") && !IsOperator("]") && !IsOperator(",")) parts[i] = ParseExpression();
    node->kind = ExpressionKind::kSlice;
    for (ExpressionPtr& part : parts) node->operands.push_back(std::move(part));
    keys.push_back(nullptr);
  }
  ExpectOperator("]");
  if (slice) return Finish(std::move(node));
  if (keys.size() == 1) {
    node->operands.push_back(std::move(keys[0]));
  } else {
    ExpressionPtr tuple = Make(ExpressionKind::kTuple, node->line);
    tuple->operands = std::move(keys);
    node->operands.push_back(Finish(std::move(tuple)));
  }
  return Finish(std::move(node));
}

CallSyntax ExpressionParser::ParseArguments() {
  const int line = Current().line;
  CallSyntax call;
  auto ensure = [&](bool ok) {
    if (!ok) Fail("invalid syntax for function call expression", line);
  };
  ExpectOperator("(");
  for (bool first = true; !IsOperator(")"); first = false) {
    if (!first) {
      ExpectOperator(",");
      if (IsOperator(")")) break;
    }
    if (SkipOperator("*")) {
      ensure(call.star == nullptr && call.double_star == nullptr);
      call.star = ParseExpression();
    } else if (SkipOperator("**")) {
      ensure(call.double_star == nullptr);
      call.double_star = ParseExpression();
    } else if (Current().kind == TokenKind::kName && tokens_[at_ + 1].kind == TokenKind::kOperator &&
               tokens_[at_ + 1].text == "=") {
      ensure(call.double_star == nullptr);
      std::string name = Next().text;
      Next();
      for (const auto& [known, value] : call.named)
        if (known == name) Fail(StrCat("keyword argument repeated: ", name), line);
      call.named.emplace_back(std::move(name), ParseExpression());
    } else {
      ensure(call.star == nullptr && call.double_star == nullptr && call.named.empty());
      call.positional.push_back(ParseExpression());
    }
  }
  ExpectOperator(")");
  return call;
}

ExpressionPtr ExpressionParser::ParseCall(ExpressionPtr callee) {
  ExpressionPtr node = Make(ExpressionKind::kCall, Current().line);
  node->operands.push_back(std::move(callee));
  node->call = ParseArguments();
  return Finish(std::move(node));
}

std::string ExpressionParser::ParseDottedName() {
  std::string name = ExpectIdentifier();
  while (SkipOperator(".")) name += "." + ExpectIdentifier();
  return name;
}

ExpressionPtr ExpressionParser::ParseFilters(ExpressionPtr input, bool starts_with_name) {
  while (starts_with_name || SkipOperator("|")) {
    starts_with_name = false;
    ExpressionPtr node = Make(ExpressionKind::kFilter, Current().line);
    node->name = ParseDottedName();
    if (IsOperator("(")) node->call = ParseArguments();
    node->function = FindFilter(node->name);
    if (node->function == nullptr)
      unknown_.emplace_back("TemplateAssertionError", StrCat("No filter named ", QuotePython(node->name), "."), node->line);
    node->operands.push_back(std::move(input));
    input = Finish(std::move(node));
  }
  return input;
}

ExpressionPtr ExpressionParser::ParseTest(ExpressionPtr object) {
  ExpressionPtr node = Make(ExpressionKind::kTest, Current().line);
  ExpectName("is");
  const bool negated = SkipName("not");
  node->name = ParseDottedName();
  node->operands.push_back(std::move(object));
  const TokenKind kind = Current().kind;
  if (IsOperator("(")) {
    node->call = ParseArguments();
  } else if ((kind == TokenKind::kName && !IsName("else") && !IsName("or") && !IsName("and")) || kind == TokenKind::kString ||
             kind == TokenKind::kNumber || IsOperator("[") || IsOperator("{")) {
    if (IsName("is")) Fail("You cannot chain multiple tests with is");
    node->call.positional.push_back(ParsePostfix(ParsePrimary()));
  }
  node->function = FindTest(node->name);
  if (node->function == nullptr)
    unknown_.emplace_back("TemplateAssertionError", StrCat("No test named ", QuotePython(node->name), "."), node->line);
  node = Finish(std::move(node));
  if (!negated) return node;
  ExpressionPtr inverse = Make(ExpressionKind::kNot, node->line);
  inverse->operands.push_back(std::move(node));
  return Finish(std::move(inverse));
}

Target ExpressionParser::ToTarget(const Expression& expression) const {
  Target target;
  if (expression.kind == ExpressionKind::kName) {
    target.name = expression.name;
  } else if (expression.kind == ExpressionKind::kTuple) {
    target.kind = Target::kTuple;
    for (const auto& item : expression.operands) target.items.push_back(ToTarget(*item));
  } else {
    Fail("can't assign to this expression", expression.line);
  }
  return target;
}

Target ExpressionParser::ParseTarget(bool with_namespace, std::initializer_list<std::string_view> end_names) {
  std::vector<Target> targets;
  bool is_tuple = false;
  while (true) {
    if (!targets.empty()) ExpectOperator(",");
    if (Current().kind == TokenKind::kBlockEnd ||
        std::any_of(end_names.begin(), end_names.end(), [&](std::string_view name) { return IsName(name); }))
      break;
    Target target = ToTarget(*ParsePrimary());
    if (with_namespace && target.kind == Target::kName && SkipOperator(".")) {
      target.kind = Target::kAttribute;
      target.attribute = ExpectIdentifier();
    }
    targets.push_back(std::move(target));
    if (!IsOperator(",")) break;
    is_tuple = true;
  }
  if (targets.empty()) Fail(StrCat("Expected an expression, got ", QuotePython(Describe(Current()))));
  if (!is_tuple) return std::move(targets[0]);
  Target tuple;
  tuple.kind = Target::kTuple;
  tuple.items = std::move(targets);
  return tuple;
}

}  // namespace r1::jinja
