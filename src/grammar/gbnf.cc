#include "grammar/gbnf.h"

#include <map>
#include <optional>
#include <string>

#include "base/ascii.h"
#include "base/error.h"
#include "base/utf8.h"
#include "grammar/text_cursor.h"

namespace r1 {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 64;  // of parentheses; the parser is recursive

class Parser : TextCursor {
 public:
  explicit Parser(std::string_view text) : TextCursor(text) {}

  RuleSet Parse() {
    Require(text_.size() <= kMaxBytes, "grammar: at most ", kMaxBytes, " bytes, got ", text_.size());
    for (SkipSpace(true); !AtEnd(); SkipSpace(true)) ParseRule();
    for (const auto& [name, use] : used_)
      if (!defined_.contains(name)) FailAt(use, "rule \"", name, "\" is not defined");
    const auto root = numbers_.find("root");
    Require(root != numbers_.end() && defined_.contains("root"), "grammar: there is no rule \"root\"");
    rules_.root = root->second;
    return std::move(rules_);
  }

 private:
  template <class... Parts>
  [[noreturn]] void FailAt(size_t position, const Parts&... parts) const {
    size_t line = 1, column = 1;
    for (size_t i = 0; i < position && i < text_.size(); ++i) {
      const auto byte = static_cast<uint8_t>(text_[i]);
      if (byte == '\n')
        ++line, column = 1;
      else if ((byte & 0xC0) != 0x80)
        ++column;
    }
    Fail(ErrorCode::kInvalidArgument, "grammar: line ", line, ", column ", column, ": ", parts...);
  }
  void SkipSpace(bool newlines) {
    while (!AtEnd()) {
      const char c = text_[at_];
      if (c == '#')
        while (!AtEnd() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
      else if (c == ' ' || c == '\t' || (newlines && (c == '\n' || c == '\r')))
        ++at_;
      else
        return;
    }
  }

  static bool IsWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }
  std::string Word() {
    const size_t begin = at_;
    while (!AtEnd() && IsWord(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  int32_t NumberOf(const std::string& name) {
    const auto [it, added] = numbers_.try_emplace(name, 0);
    if (added) it->second = rules_.Add(name);
    return it->second;
  }

  void ParseRule() {
    const size_t begin = at_;
    const std::string name = Word();
    if (name.empty()) FailAt(begin, "expected the name of a rule");
    if (!defined_.try_emplace(name, begin).second) FailAt(begin, "rule \"", name, "\" is defined twice");
    SkipSpace(false);
    if (!Take("::=")) FailAt(at_, "expected ::= after \"", name, "\"");
    SkipSpace(true);
    const int32_t number = NumberOf(name);
    Expression body = ParseChoice(0);
    rules_.rules[static_cast<size_t>(number)].body = std::move(body);
    if (!AtEnd() && Peek() != '\n' && Peek() != '\r') FailAt(at_, "expected the end of the line, got '", Shown(), "'");
  }

  Expression ParseChoice(int depth) {
    std::vector<Expression> parts = {ParseSequence(depth)};
    while (Take("|")) {
      SkipSpace(true);
      parts.push_back(ParseSequence(depth));
    }
    return Expression::Choice(std::move(parts));
  }

  Expression ParseSequence(int depth) {
    std::vector<Expression> parts;
    for (SkipSpace(depth > 0);; SkipSpace(depth > 0)) {
      std::optional<Expression> part = ParseItem(depth);
      if (!part) break;
      int num_repetitions = 0;
      for (SkipSpace(depth > 0); TakeRepetition(&*part); SkipSpace(depth > 0))
        if (++num_repetitions > kMaxDepth) FailAt(at_, "more than ", kMaxDepth, " repetitions of repetitions");
      parts.push_back(std::move(*part));
    }
    return Expression::Sequence(std::move(parts));
  }

  std::optional<Expression> ParseItem(int depth) {
    const size_t begin = at_;
    if (Take("\"")) return ParseLiteral(begin);
    if (Take("[")) return ParseClass(begin);
    if (Take(".")) return Expression::Chars(CharRanges::All());
    if (Take("<")) {
      const size_t end = text_.find_first_of(">\n", at_);
      if (end == std::string_view::npos || text_[end] != '>' || end == at_)
        FailAt(begin, "expected a control token, as in <tool_call>");
      at_ = end + 1;
      return Expression::ControlToken(text_.substr(begin, at_ - begin));
    }
    if (Take("(")) {
      if (depth >= kMaxDepth) FailAt(begin, "more than ", kMaxDepth, " parentheses within each other");
      Expression inner = ParseChoice(depth + 1);
      SkipSpace(true);
      if (!Take(")")) FailAt(at_, AtEnd() ? "the text ends" : "expected )", ", the group was opened ", Where(begin));
      return inner;
    }
    if (AtEnd() || !IsWord(Peek())) return std::nullopt;
    const std::string name = Word();
    used_.try_emplace(name, begin);
    return Expression::Rule(NumberOf(name));
  }

  std::string Where(size_t position) const {
    size_t line = 1, column = 1;
    for (const char c : text_.substr(0, position)) c == '\n' ? (++line, column = 1) : ++column;
    return StrCat("in line ", line, ", column ", column);
  }

  bool TakeRepetition(Expression* part) {
    const size_t begin = at_;
    int64_t min = 0, max = Expression::kUnbounded;
    if (Take("?")) {
      max = 1;
    } else if (Take("+")) {
      min = 1;
    } else if (Take("{")) {
      const std::optional<int64_t> low = Count();
      min = low.value_or(0);
      max = min;
      SkipSpace(false);
      if (Take(",")) {
        const std::optional<int64_t> high = Count();
        if (!low && !high) FailAt(begin, "expected a number of repetitions");
        max = high.value_or(Expression::kUnbounded);
      } else if (!low) {
        FailAt(begin, "expected a number of repetitions");
      }
      SkipSpace(false);
      if (!Take("}")) FailAt(at_, "expected } after the number of repetitions");
      if (max >= 0 && max < min) FailAt(begin, "at least ", min, " and at most ", max, " repetitions");
      if (std::max(min, max) > kMaxRepetitions) FailAt(begin, "at most ", kMaxRepetitions, " repetitions");
    } else if (!Take("*")) {
      return false;
    }
    *part = Expression::Repeat(std::move(*part), min, max);
    return true;
  }

  std::optional<int64_t> Count() {
    SkipSpace(false);
    return TextCursor::Count(kMaxRepetitions);
  }

  // One character of a literal or a class.
  char32_t Char() {
    const size_t begin = at_;
    const Utf8Char c = NextChar();
    if (!c.valid) FailAt(begin, "not UTF-8");
    if (c.code_point != '\\') return c.code_point;
    if (AtEnd()) FailAt(begin, "the text ends after a backslash");
    const char escape = text_[at_++];
    switch (escape) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case 'x': return Hex(begin, 2);
      case 'u': return Hex(begin, 4);
      case 'U': return Hex(begin, 8);
      case '\\':
      case '"':
      case '[':
      case ']':
      case '-':
      case '^': return static_cast<char32_t>(escape);
      default: FailAt(begin, "unknown escape \\", IsValidUtf8(std::string(1, escape)) ? std::string(1, escape) : "?");
    }
  }
  char32_t Hex(size_t begin, int digits) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const int digit = HexDigit(Peek());
      if (digit < 0) FailAt(begin, "expected ", digits, " hexadecimal digits");
      value = value << 4 | static_cast<char32_t>(digit);
    }
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) FailAt(begin, "not a Unicode character");
    return value;
  }

  Expression ParseLiteral(size_t begin) {
    std::string bytes;
    while (!Take("\"")) {
      if (AtEnd()) FailAt(begin, "the text ends within a string");
      bytes += EncodeUtf8(Char());
    }
    return Expression::Literal(bytes);
  }

  Expression ParseClass(size_t begin) {
    const bool negated = Take("^");
    CharRanges set;
    while (!Take("]")) {
      if (AtEnd()) FailAt(begin, "the text ends within a character class");
      const size_t range = at_;
      const char32_t first = Char();
      char32_t last = first;
      if (Peek() == '-' && text_.substr(at_, 2) != "-]") {
        ++at_;
        if (AtEnd()) FailAt(begin, "the text ends within a character class");
        last = Char();
      }
      if (last < first) FailAt(range, "the range runs backwards");
      set.Add(first, last);
    }
    return Expression::Chars(negated ? set.Inverted() : set);
  }

  std::string Shown() const {
    const Utf8Char c = NextUtf8Char(text_.substr(at_));
    return EncodeUtf8(c.code_point);
  }

  RuleSet rules_;
  std::map<std::string, int32_t> numbers_;
  std::map<std::string, size_t> defined_, used_;  // name -> position
};

}  // namespace

Grammar ParseGbnf(std::string_view text) { return Grammar(Parser(text).Parse()); }

}  // namespace r1
