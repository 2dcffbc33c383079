#include "grammar/regex_pattern.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/error.h"
#include "base/utf8.h"
#include "grammar/json_rules.h"
#include "grammar/rule_automaton.h"
#include "grammar/text_cursor.h"

namespace r1 {
namespace {

using E = Expression;

constexpr int kMaxDepth = 64;  // of groups; the parser is recursive

const CharRanges kDigit = {{'0', '9'}};
const CharRanges kWord = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const CharRanges kSpace = {{'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
                           {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
const CharRanges kLineEnd = {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};

class Parser : TextCursor {
 public:
  Parser(std::string_view pattern, std::string_view what) : TextCursor(pattern), what_(what) {}

  E Parse() {
    Require(IsValidUtf8(text_), what_, ": not UTF-8");
    E expression = ParseChoice(0);
    if (!AtEnd()) FailAt(at_, "unexpected )");
    return expression;
  }

 private:
  template <class... Parts>
  [[noreturn]] void FailAt(size_t position, const Parts&... parts) const {
    Fail(ErrorCode::kInvalidArgument, what_, ": at byte ", position, " of the pattern: ", parts...);
  }

  E ParseChoice(int depth) {
    std::vector<E> parts = {ParseSequence(depth)};
    while (Take("|")) parts.push_back(ParseSequence(depth));
    return E::Choice(std::move(parts));
  }

  // An outermost alternative that is not tied to an end may have anything there.
  E ParseSequence(int depth) {
    const E anything = E::Repeat(JsonRules::AnyCharacter(), 0, E::kUnbounded);
    std::vector<E> parts;
    if (depth == 0 && !Take("^")) parts.push_back(anything);
    bool tied = depth > 0;
    while (!AtEnd() && Peek() != '|' && Peek() != ')') {
      const size_t begin = at_;
      if (Take("$")) {
        if (depth > 0 || (!AtEnd() && Peek() != '|')) FailAt(begin, "$ is supported at the end only");
        tied = true;
        break;
      }
      E part = ParseAtom(depth);
      int num_repetitions = 0;
      while (TakeRepetition(&part))
        if (++num_repetitions > 1) FailAt(begin, "nothing to repeat");
      parts.push_back(std::move(part));
    }
    if (!tied) parts.push_back(anything);
    return E::Sequence(std::move(parts));
  }

  E ParseAtom(int depth) {
    const size_t begin = at_;
    if (Take("(")) {
      if (depth >= kMaxDepth) FailAt(begin, "more than ", kMaxDepth, " groups within each other");
      if (Take("?") && !Take(":")) {
        if (!Take("<") || Peek() == '=' || Peek() == '!') FailAt(begin, "this kind of group is not supported");
        const size_t end = text_.find('>', at_);
        if (end == std::string_view::npos) FailAt(begin, "the name of the group does not end");
        at_ = end + 1;
      }
      E inner = ParseChoice(depth + 1);
      if (!Take(")")) FailAt(begin, "the group does not end");
      return inner;
    }
    if (Take("[")) return JsonRules::Character(ParseClass(begin));
    if (Take(".")) return JsonRules::Character(kLineEnd.Inverted());
    if (Peek() == '^') FailAt(begin, "^ is supported at the beginning only");
    if (Peek() == '*' || Peek() == '+' || Peek() == '?') FailAt(begin, "nothing to repeat");
    if (Take("\\")) return JsonRules::Character(ParseEscape(begin, false));
    const char32_t c = NextChar().code_point;
    return JsonRules::Character({{c, c}});
  }

  bool TakeRepetition(E* part) {
    const size_t begin = at_;
    int64_t min = 0, max = E::kUnbounded;
    if (Take("?")) {
      max = 1;
    } else if (Take("+")) {
      min = 1;
    } else if (Take("{")) {
      const std::optional<int64_t> low = Count(kMaxRepetitions);
      if (!low) FailAt(begin, "expected {m}, {m,} or {m,n}; write \\{ for the character");
      min = max = *low;
      if (Take(",")) max = Count(kMaxRepetitions).value_or(E::kUnbounded);
      if (!Take("}")) FailAt(begin, "expected {m}, {m,} or {m,n}");
      if (max >= 0 && max < min) FailAt(begin, "at least ", min, " and at most ", max, " repetitions");
      if (std::max(min, max) > kMaxRepetitions) FailAt(begin, "at most ", kMaxRepetitions, " repetitions");
    } else if (!Take("*")) {
      return false;
    }
    Take("?");  // lazy
    *part = E::Repeat(std::move(*part), min, max);
    return true;
  }

  CharRanges ParseClass(size_t begin) {
    const bool negated = Take("^");
    CharRanges set;
    while (!Take("]")) {
      if (AtEnd()) FailAt(begin, "the character class does not end");
      const size_t item = at_;
      const CharRanges first = ClassItem();
      if (Peek() == '-' && text_.substr(at_, 2) != "-]" && IsOne(first)) {
        ++at_;
        if (AtEnd()) FailAt(begin, "the character class does not end");
        const CharRanges last = ClassItem();
        if (!IsOne(last) || last.ranges()[0].first < first.ranges()[0].first) FailAt(item, "the range runs backwards");
        set.Add(first.ranges()[0].first, last.ranges()[0].first);
      } else {
        set.Add(first);
      }
    }
    return negated ? set.Inverted() : set;
  }
  CharRanges ClassItem() {
    const size_t begin = at_;
    if (Take("\\")) return ParseEscape(begin, true);
    const char32_t c = NextChar().code_point;
    return {{c, c}};
  }
  static bool IsOne(const CharRanges& set) { return set.ranges().size() == 1 && set.ranges()[0].first == set.ranges()[0].last; }

  CharRanges ParseEscape(size_t begin, bool in_class) {
    if (AtEnd()) FailAt(begin, "the pattern ends after a backslash");
    const char32_t c = NextChar().code_point;
    switch (c) {
      case 'd': return kDigit;
      case 'D': return kDigit.Inverted();
      case 'w': return kWord;
      case 'W': return kWord.Inverted();
      case 's': return kSpace;
      case 'S': return kSpace.Inverted();
      case 'n': return {{'\n', '\n'}};
      case 'r': return {{'\r', '\r'}};
      case 't': return {{'\t', '\t'}};
      case 'f': return {{'\f', '\f'}};
      case 'v': return {{'\v', '\v'}};
      case 'x': return Hex(begin, 2);
      case 'u': return Take("{") ? Hex(begin, 0) : Hex(begin, 4);
      case 'b':
        if (in_class) return {{'\b', '\b'}};
        break;
      default: break;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) FailAt(begin, "\\", EncodeUtf8(c), " is not supported");
    return {{c, c}};
  }
  CharRanges Hex(size_t begin, int digits) {  // digits 0: up to }
    char32_t value = 0;
    int num_digits = 0;
    for (; digits == 0 ? !Take("}") : num_digits < digits; ++at_, ++num_digits) {
      const int digit = HexDigit(Peek());
      if (digit < 0 || num_digits == 8) FailAt(begin, "expected hexadecimal digits");
      value = value << 4 | static_cast<char32_t>(digit);
    }
    if (value > 0x10FFFF) FailAt(begin, "not a Unicode character");
    return {{value, value}};
  }

  std::string_view what_;
};

}  // namespace

Expression PatternExpression(std::string_view pattern, std::string_view what) { return Parser(pattern, what).Parse(); }

}  // namespace r1
