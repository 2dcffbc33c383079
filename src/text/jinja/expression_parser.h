// Expressions of the template language, in Jinja's order of precedence.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "text/jinja/lexer.h"
#include "text/jinja/syntax.h"

namespace r1::jinja {

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view source) : tokens_(Tokenize(source)) {}

 protected:
  const Token& Current() const { return tokens_[at_]; }
  const Token& Next() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool IsOperator(std::string_view op) const { return Current().kind == TokenKind::kOperator && Current().text == op; }
  bool IsName(std::string_view name, size_t ahead = 0) const;
  bool SkipOperator(std::string_view op) { return IsOperator(op) && (Next(), true); }
  bool SkipName(std::string_view name) { return IsName(name) && (Next(), true); }
  void ExpectOperator(std::string_view op);
  void ExpectName(std::string_view name);
  std::string ExpectIdentifier();
  void Expect(TokenKind kind);
  [[noreturn]] void Fail(const std::string& message, int line = 0) const;
  [[noreturn]] void FailExpected(const std::string& what) const;

  // One level of recursion in the parser.
  class Nested {
   public:
    explicit Nested(ExpressionParser& parser);
    ~Nested() { --parser_.nesting_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    ExpressionParser& parser_;
  };

  ExpressionPtr ParseExpression(bool with_conditional = true);
  // One expression, or a tuple of several. end_names: names that end it. parenthesized: may be empty.
  ExpressionPtr ParseTuple(bool with_conditional = true, std::initializer_list<std::string_view> end_names = {},
                           bool parenthesized = false);
  ExpressionPtr ParseFilters(ExpressionPtr input, bool starts_with_name);
  // Of a name, or a tuple of targets; with_namespace: also of an attribute.
  Target ParseTarget(bool with_namespace, std::initializer_list<std::string_view> end_names = {});

  // Filters and tests that do not exist. They are errors when the template is read, except inside {% if %} and inline
  // conditionals, which forget them: there they are errors once reached.
  std::vector<TemplateError> unknown_;
  void FailIfUnknown(size_t num_known) const;
  // Of the macros around: which of caller, varargs and kwargs they mention.
  std::vector<MacroSyntax*> macros_;

 private:
  ExpressionPtr Make(ExpressionKind kind, int line) const;
  ExpressionPtr Finish(ExpressionPtr expression) const;
  ExpressionPtr Binary(ExpressionKind kind, int line, ExpressionPtr left, ExpressionPtr right) const;
  ExpressionPtr ParseConditional();
  ExpressionPtr ParseOr();
  ExpressionPtr ParseAnd();
  ExpressionPtr ParseNot();
  ExpressionPtr ParseCompare();
  ExpressionPtr ParseSum();
  ExpressionPtr ParseConcat();
  ExpressionPtr ParseProduct();
  ExpressionPtr ParsePower();
  ExpressionPtr ParseUnary(bool with_filter = true);
  ExpressionPtr ParsePrimary();
  ExpressionPtr ParseList();
  ExpressionPtr ParseDict();
  ExpressionPtr ParsePostfix(ExpressionPtr node);
  ExpressionPtr ParseFilterExpression(ExpressionPtr node);
  ExpressionPtr ParseSubscript(ExpressionPtr node);
  ExpressionPtr ParseCall(ExpressionPtr node);
  ExpressionPtr ParseTest(ExpressionPtr node);
  CallSyntax ParseArguments();
  std::string ParseDottedName();
  Target ToTarget(const Expression& expression) const;

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int nesting_ = 0;
};

}  // namespace r1::jinja
