#include "text/jinja/parser.h"

#include "text/jinja/expression_parser.h"
#include "text/jinja/printing.h"

namespace r1::jinja {
namespace {

class Parser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  Body Run() {
    Body body = ParseBody({});
    FailIfUnknown(0);
    return body;
  }

 private:
  using Names = std::vector<std::string_view>;

  // Statements until one of the end tags, whose name is then the current token.
  Body ParseBody(const Names& end_tags) {
    const Nested nested(*this);
    end_tags_.push_back(end_tags);
    Body body;
    while (Current().kind != TokenKind::kEnd) {
      if (Current().kind == TokenKind::kText) {
        body.push_back(MakeStatement(StatementKind::kText));
        body.back().text = Next().text;
      } else if (Current().kind == TokenKind::kPrintBegin) {
        body.push_back(MakeStatement(StatementKind::kPrint));
        Next();
        body.back().expressions.push_back(ParseTuple());
        Expect(TokenKind::kPrintEnd);
      } else {
        Expect(TokenKind::kBlockBegin);
        for (const std::string_view tag : end_tags)
          if (IsName(tag)) {
            end_tags_.pop_back();
            return body;
          }
        body.push_back(ParseStatement());
        Expect(TokenKind::kBlockEnd);
      }
    }
    if (!end_tags.empty()) FailUnexpected("Unexpected end of template.");
    end_tags_.pop_back();
    return body;
  }

  // The body of a statement: from the end of its tag up to and with the end tag's name.
  Body ParseBlock(const Names& end_tags) {
    SkipOperator(":");
    Expect(TokenKind::kBlockEnd);
    return ParseBody(end_tags);
  }
  Body ParseWholeBlock(std::string_view end_tag) {
    Body body = ParseBlock({end_tag});
    Next();
    return body;
  }

  [[noreturn]] void FailUnexpected(std::string message) {
    if (!end_tags_.empty() && !end_tags_.back().empty()) {
      message += " Jinja was looking for the following tags: ";
      for (size_t i = 0; i < end_tags_.back().size(); ++i) message += StrCat(i > 0 ? " or " : "", "'", end_tags_.back()[i], "'");
      message += ".";
    }
    if (!open_.empty()) message += StrCat(" The innermost block that needs to be closed is '", open_.back(), "'.");
    Fail(message);
  }

  Statement MakeStatement(StatementKind kind) const { return {kind, Current().line, "", {}, {}, {}, false, nullptr}; }

  Statement ParseStatement() {
    if (Current().kind != TokenKind::kName) Fail("tag name expected");
    using Method = Statement (Parser::*)();
    static constexpr std::pair<std::string_view, Method> kTags[] = {{"if", &Parser::ParseIf},
                                                                    {"for", &Parser::ParseFor},
                                                                    {"set", &Parser::ParseSet},
                                                                    {"macro", &Parser::ParseMacro},
                                                                    {"call", &Parser::ParseCallBlock},
                                                                    {"filter", &Parser::ParseFilterBlock},
                                                                    {"with", &Parser::ParseWith},
                                                                    {"print", &Parser::ParsePrint},
                                                                    {"block", &Parser::ParseNamedBlock},
                                                                    {"break", &Parser::ParseJump},
                                                                    {"continue", &Parser::ParseJump},
                                                                    {"generation", &Parser::ParseGeneration},
                                                                    {"include", &Parser::ParseLoader},
                                                                    {"import", &Parser::ParseLoader},
                                                                    {"from", &Parser::ParseLoader},
                                                                    {"extends", &Parser::ParseLoader},
                                                                    {"autoescape", &Parser::ParseAutoescape}};
    for (const auto& [tag, method] : kTags) {
      if (!IsName(tag)) continue;
      open_.push_back(std::string(tag));
      Statement statement = (this->*method)();
      open_.pop_back();
      return statement;
    }
    FailUnexpected(StrCat("Encountered unknown tag ", QuotePython(Current().text), "."));
  }

  Statement ParseIf() {
    Statement statement = MakeStatement(StatementKind::kIf);
    const size_t num_known = unknown_.size();
    Next();
    while (true) {
      statement.expressions.push_back(ParseTuple(false));
      statement.bodies.push_back(ParseBlock({"elif", "else", "endif"}));
      const std::string tag = Next().text;
      if (tag == "elif") continue;
      if (tag == "else") statement.bodies.push_back(ParseWholeBlock("endif"));
      break;
    }
    unknown_.erase(unknown_.begin() + static_cast<int64_t>(num_known), unknown_.end());
    return statement;
  }

  // What is parsed inside is not conditional, whatever stands around it.
  template <class Parse>
  auto Strict(const Parse& parse) {
    const size_t num_known = unknown_.size();
    auto result = parse();
    FailIfUnknown(num_known);
    return result;
  }

  static bool Assigns(const Target& target, std::string_view name) {
    for (const Target& item : target.items)
      if (Assigns(item, name)) return true;
    return target.kind == Target::kName && target.name == name;
  }

  Statement ParseFor() {
    Statement statement = MakeStatement(StatementKind::kFor);
    Next();
    statement.targets.push_back(ParseTarget(false, {"in"}));
    ExpectName("in");
    statement.expressions.push_back(ParseTuple(false, {"recursive"}));
    statement.expressions.push_back(SkipName("if") ? ParseExpression() : nullptr);
    statement.recursive = SkipName("recursive");
    ++loops_;
    CheckLoopTarget(statement.targets[0]);
    statement.bodies.push_back(Strict([&] { return ParseBlock({"endfor", "else"}); }));
    const bool has_else = Next().text == "else";
    if (has_else) statement.bodies.push_back(Strict([&] { return ParseWholeBlock("endfor"); }));
    --loops_;
    return statement;
  }

  void CheckLoopTarget(const Target& target) {
    if (loops_ > 0 && Assigns(target, "loop")) Fail("Can't assign to special loop variable in for-loop target");
  }

  Statement ParseSet() {
    Statement statement = MakeStatement(StatementKind::kSet);
    Next();
    statement.targets.push_back(ParseTarget(true));
    CheckLoopTarget(statement.targets[0]);
    if (SkipOperator("=")) {
      statement.expressions.push_back(ParseTuple());
      return statement;
    }
    statement.kind = StatementKind::kSetBlock;
    statement.expressions.push_back(IsOperator("|") ? ParseFilters(BlockText(), false) : nullptr);
    statement.bodies.push_back(Strict([&] { return ParseWholeBlock("endset"); }));
    return statement;
  }

  ExpressionPtr BlockText() const {
    auto text = std::make_unique<Expression>();
    text->kind = ExpressionKind::kName;
    text->line = Current().line;
    text->name = kBlockText;
    return text;
  }

  Statement ParseWith() {
    Statement statement = MakeStatement(StatementKind::kWith);
    Next();
    while (Current().kind != TokenKind::kBlockEnd) {
      if (!statement.targets.empty()) ExpectOperator(",");
      statement.targets.push_back(ParseTarget(false));
      ExpectOperator("=");
      statement.expressions.push_back(ParseExpression());
    }
    statement.bodies.push_back(Strict([&] { return ParseWholeBlock("endwith"); }));
    return statement;
  }

  // (name, name=default)
  void ParseSignature(MacroSyntax* macro) {
    ExpectOperator("(");
    for (bool first = true; !IsOperator(")"); first = false) {
      if (!first) ExpectOperator(",");
      macro->parameters.push_back(ExpectIdentifier());
      if (SkipOperator("=")) {
        macro->defaults.push_back(ParseExpression());
      } else if (!macro->defaults.empty()) {
        Fail("non-default argument follows default argument");
      }
    }
    ExpectOperator(")");
  }

  void ParseMacroBody(Statement* statement, std::string_view end_tag) {
    macros_.push_back(statement->macro.get());
    const int loops = std::exchange(loops_, 0);
    statement->bodies.push_back(Strict([&] { return ParseWholeBlock(end_tag); }));
    loops_ = loops;
    macros_.pop_back();
  }

  Statement ParseMacro() {
    Statement statement = MakeStatement(StatementKind::kMacro);
    Next();
    statement.macro = std::make_unique<MacroSyntax>();
    statement.macro->name = ExpectIdentifier();
    ParseSignature(statement.macro.get());
    ParseMacroBody(&statement, "endmacro");
    return statement;
  }

  Statement ParseCallBlock() {
    Statement statement = MakeStatement(StatementKind::kCallBlock);
    Next();
    statement.macro = std::make_unique<MacroSyntax>();
    statement.macro->name = "caller";
    if (IsOperator("(")) ParseSignature(statement.macro.get());
    statement.expressions.push_back(ParseExpression());
    if (statement.expressions[0]->kind != ExpressionKind::kCall) Fail("expected call", statement.line);
    ParseMacroBody(&statement, "endcall");
    return statement;
  }

  Statement ParseFilterBlock() {
    Statement statement = MakeStatement(StatementKind::kFilterBlock);
    Next();
    statement.expressions.push_back(ParseFilters(BlockText(), true));
    statement.bodies.push_back(Strict([&] { return ParseWholeBlock("endfilter"); }));
    return statement;
  }

  Statement ParsePrint() {
    Statement statement = MakeStatement(StatementKind::kPrint);
    Next();
    while (Current().kind != TokenKind::kBlockEnd) {
      if (!statement.expressions.empty()) ExpectOperator(",");
      statement.expressions.push_back(ParseExpression());
    }
    return statement;
  }

  // Without inheritance a block is where it stands.
  Statement ParseNamedBlock() {
    Statement statement = MakeStatement(StatementKind::kScope);
    Next();
    const std::string name = ExpectIdentifier();
    SkipName("scoped");
    SkipName("required");
    const int loops = std::exchange(loops_, 0);
    statement.bodies.push_back(Strict([&] { return ParseWholeBlock("endblock"); }));
    loops_ = loops;
    SkipName(name);
    return statement;
  }

  // {% generation %} marks what the assistant wrote, for training; it prints its body.
  Statement ParseGeneration() {
    Statement statement = MakeStatement(StatementKind::kScope);
    Next();
    const int loops = std::exchange(loops_, 0);
    statement.bodies.push_back(Strict([&] { return ParseWholeBlock("endgeneration"); }));
    loops_ = loops;
    return statement;
  }

  Statement ParseAutoescape() {
    Statement statement = MakeStatement(StatementKind::kScope);
    Next();
    const ExpressionPtr on = ParseExpression();
    if (on->kind != ExpressionKind::kConstant || !on->constant.is_bool() || on->constant.boolean())
      Fail("autoescape is not supported: chat templates write plain text", statement.line);
    statement.bodies.push_back(Strict([&] { return ParseWholeBlock("endautoescape"); }));
    return statement;
  }

  Statement ParseJump() {
    Statement statement = MakeStatement(IsName("break") ? StatementKind::kBreak : StatementKind::kContinue);
    if (loops_ == 0) Fail(StrCat("'", Current().text, "' outside loop"));
    Next();
    return statement;
  }

  Statement ParseLoader() {
    Statement statement = MakeStatement(StatementKind::kUnsupported);
    statement.text = "no loader for this environment specified";
    while (Current().kind != TokenKind::kBlockEnd && Current().kind != TokenKind::kEnd) Next();
    return statement;
  }

  std::vector<Names> end_tags_;
  std::vector<std::string> open_;
  int loops_ = 0;
};

}  // namespace

Body Parse(std::string_view source) { return Parser(source).Run(); }

}  // namespace r1::jinja
