#include "text/jinja/lexer.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "text/jinja/printing.h"
#include "text/jinja/text_search.h"
#include "text/jinja/unicode.h"

namespace r1::jinja {
namespace {

bool IsDecimalDigit(char c) { return c >= '0' && c <= '9'; }

// Line breaks of any kind become \n, and one at the very end goes.
std::string NormalizeLines(std::string_view source) {
  std::string out;
  for (size_t i = 0; i < source.size(); ++i) {
    out += source[i] == '\r' ? '\n' : source[i];
    if (source[i] == '\r' && i + 1 < source.size() && source[i + 1] == '\n') ++i;
  }
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(NormalizeLines(source)), rest_(source_) {}

  std::vector<Token> Run() {
    while (at_ < source_.size()) LexText();
    Add(TokenKind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  [[noreturn]] void Error(const std::string& message) { throw TemplateError("TemplateSyntaxError", message, line_); }

  void Add(TokenKind kind, std::string text, Value number = Value()) {
    tokens_.push_back({kind, std::move(text), std::move(number), line_});
  }
  char Peek(size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  bool Ahead(std::string_view text, size_t ahead = 0) const {
    return at_ + ahead <= rest_.size() && rest_.substr(at_ + ahead).starts_with(text);
  }
  void Advance(size_t bytes) {
    line_ += static_cast<int>(
        std::count(source_.begin() + static_cast<int64_t>(at_), source_.begin() + static_cast<int64_t>(at_ + bytes), '\n'));
    at_ += bytes;
    line_begins_ = bytes > 0 && source_[at_ - 1] == '\n';
  }
  void SkipSpace() { Advance(LeadingSpace(rest_.substr(at_))); }

  // Text before a tag at `end`. sign: the tag's - or +, else 0.
  void AddText(size_t end, char sign, bool may_lstrip) {
    std::string_view text = rest_.substr(at_, end - at_);
    if (sign == '-') {
      text.remove_suffix(TrailingSpace(text));
    } else if (sign != '+' && may_lstrip) {
      const size_t line = text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1;
      if ((line > 0 || line_begins_) && LeadingSpace(text.substr(line)) == text.size() - line) text = text.substr(0, line);
    }
    if (!text.empty()) Add(TokenKind::kText, std::string(text));
    Advance(end - at_);
  }

  // What a block's end tag takes with it: -%} all white space, %} one line break, +%} nothing. `bytes`: up to and with the }.
  void EndTag(char sign, size_t bytes, bool trims) {
    Advance(bytes);
    const bool begins = line_begins_;
    if (sign == '-') {
      if (LeadingSpace(rest_.substr(at_)) > 0) return SkipSpace();
    } else if (sign != '+' && trims && Peek() == '\n') {
      return Advance(1);
    }
    line_begins_ = begins;
  }

  void LexText() {
    size_t tag = at_;
    while (true) {
      tag = source_.find('{', tag);
      if (tag == std::string::npos || tag + 1 >= source_.size()) return AddText(source_.size(), '+', false);
      const char kind = source_[tag + 1];
      if (kind == '%' || kind == '{' || kind == '#') break;
      ++tag;
    }
    const char kind = source_[tag + 1], next = tag + 2 < source_.size() ? source_[tag + 2] : '\0';
    const char sign = next == '-' || next == '+' ? next : '\0';
    const size_t begin_size = sign != 0 ? 3 : 2;
    AddText(tag, sign, kind != '{');
    if (kind == '#') return LexComment(begin_size);
    if (kind == '%' && LexRaw(begin_size)) return;
    Add(kind == '%' ? TokenKind::kBlockBegin : TokenKind::kPrintBegin, "");
    Advance(begin_size);
    LexTag(kind == '%');
  }

  void LexComment(size_t begin_size) {
    Advance(begin_size);
    const size_t end = source_.find("#}", at_);
    if (end == std::string::npos) Error("Missing end of comment tag");
    const char before = end > at_ ? source_[end - 1] : '\0';
    EndTag(before == '-' || before == '+' ? before : '\0', end + 2 - at_, true);
  }

  // At `offset` behind a tag's begin: the word, white space around it, and the end of the tag. Returns the size; 0: it is not
  // there.
  size_t MatchWord(size_t offset, std::string_view word, bool plus, char* end_sign) {
    size_t at = offset + LeadingSpace(rest_.substr(at_ + offset));
    if (!Ahead(word, at)) return 0;
    at += word.size();
    at += LeadingSpace(rest_.substr(at_ + at));
    *end_sign =
        at_ + at < source_.size() && (source_[at_ + at] == '-' || (plus && source_[at_ + at] == '+')) ? source_[at_ + at] : '\0';
    at += *end_sign != 0 ? 1 : 0;
    return Ahead("%}", at) ? at + 2 : 0;
  }

  bool LexRaw(size_t begin_size) {
    char sign = 0;
    const size_t size = MatchWord(begin_size, "raw", false, &sign);
    if (size == 0) return false;
    EndTag(sign, size, false);
    for (size_t tag = source_.find("{%", at_); tag != std::string::npos; tag = source_.find("{%", tag + 1)) {
      const char next = tag + 2 < source_.size() ? source_[tag + 2] : '\0';
      const char begin_sign = next == '-' || next == '+' ? next : '\0';
      char end_sign = 0;
      const size_t here = at_;
      at_ = tag;  // MatchWord looks ahead from here
      const size_t end_size = MatchWord(begin_sign != 0 ? 3 : 2, "endraw", true, &end_sign);
      at_ = here;
      if (end_size == 0) continue;
      AddText(tag, begin_sign, true);
      EndTag(end_sign, end_size, true);
      return true;
    }
    Error("Missing end of raw directive");
  }

  void LexTag(bool block) {
    std::string open;  // brackets
    while (true) {
      SkipSpace();
      if (at_ >= source_.size()) return;  // the parser says what is missing
      if (open.empty()) {
        const std::string_view close = block ? "%}" : "}}";
        const char sign = Peek() == '-' || (block && Peek() == '+') ? Peek() : '\0';
        if (Ahead(close, sign != 0 ? 1 : 0)) {
          Add(block ? TokenKind::kBlockEnd : TokenKind::kPrintEnd, "");
          return EndTag(sign, sign != 0 ? 3 : 2, block);
        }
      }
      if (LexNumber() || LexName() || LexString()) continue;
      LexOperator(&open);
    }
  }

  size_t DigitRun(size_t offset, std::string_view digits) const {  // with single underscores between
    size_t at = offset;
    while (digits.find(Peek(at)) != std::string_view::npos && Peek(at) != '\0') {
      ++at;
      if (Peek(at) == '_' && Peek(at + 1) != '\0' && digits.find(Peek(at + 1)) != std::string_view::npos) ++at;
    }
    return at - offset;
  }

  bool LexNumber() {
    constexpr std::string_view kDigits = "0123456789";
    if (!IsDecimalDigit(Peek())) return false;
    size_t size = DigitRun(0, kDigits);
    bool real = false;
    if (at_ == 0 || source_[at_ - 1] != '.') {
      if (Peek(size) == '.' && IsDecimalDigit(Peek(size + 1))) size += 1 + DigitRun(size + 1, kDigits), real = true;
      if ((Peek(size) | 0x20) == 'e') {
        const size_t sign = Peek(size + 1) == '+' || Peek(size + 1) == '-' ? 1 : 0;
        if (IsDecimalDigit(Peek(size + 1 + sign))) size += 1 + sign + DigitRun(size + 1 + sign, kDigits), real = true;
      }
    }
    int base = 10;
    if (!real && Peek() == '0') {
      const char kind = static_cast<char>(Peek(1) | 0x20);
      const std::string_view digits = kind == 'x' ? "0123456789abcdefABCDEF" : kind == 'o' ? "01234567" : kind == 'b' ? "01" : "";
      const size_t lead = Peek(2) == '_' ? 3 : 2;
      if (!digits.empty() && DigitRun(lead, digits) > 0) {
        base = kind == 'x' ? 16 : kind == 'o' ? 8 : 2;
        size = lead + DigitRun(lead, digits);
      } else {
        size = DigitRun(0, "0");  // 007 is 00 and 7, an error of the parser
      }
    }
    std::string text = source_.substr(at_ + (base == 10 ? 0 : 2), size - (base == 10 ? 0 : 2));
    text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
    if (real) {
      Add(TokenKind::kNumber, text, Value(std::strtod(text.c_str(), nullptr)));
    } else {
      int64_t value = 0;
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
      if (parsed.ec != std::errc() && base != 10) Error("integers beyond 64 bits are not supported");
      Add(TokenKind::kNumber, text,
          parsed.ec == std::errc() ? Value(value) : Value(std::make_shared<const BigInteger>(BigInteger{text})));
    }
    Advance(size);
    return true;
  }

  bool LexName() {
    size_t size = 0, step = 0;
    while (at_ + size < source_.size()) {
      const char32_t c = CodePointAt(source_, at_ + size, &step);
      if (size == 0 ? !IsIdentifierStart(c) : !IsIdentifierPart(c)) break;
      size += step;
    }
    if (size == 0) return false;
    Add(TokenKind::kName, source_.substr(at_, size));
    Advance(size);
    return true;
  }

  bool LexString() {
    const char quote = Peek();
    if (quote != '"' && quote != '\'') return false;
    size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) return false;
    Add(TokenKind::kString, Unescape(rest_.substr(at_ + 1, end - at_ - 1)));
    Advance(end + 1 - at_);
    return true;
  }

  std::string Unescape(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\' || i + 1 >= text.size()) {
        out += text[i];
        continue;
      }
      const char c = text[++i];
      constexpr std::string_view kPlain = "abfnrtv\\'\"\n", kMeaning = "\a\b\f\n\r\t\v\\'\"";
      if (const size_t known = kPlain.find(c); known != std::string_view::npos) {
        if (c != '\n') out += kMeaning[known];  // an escaped line break joins the lines
      } else if (c >= '0' && c <= '7') {
        unsigned value = 0;
        size_t size = 0;
        for (; size < 3 && i + size < text.size() && text[i + size] >= '0' && text[i + size] <= '7'; ++size)
          value = value * 8 + static_cast<unsigned>(text[i + size] - '0');
        out += EncodeUtf8(value);
        i += size - 1;
      } else if (c == 'x' || c == 'u' || c == 'U') {
        const size_t size = c == 'x' ? 2 : c == 'u' ? 4 : 8;
        uint32_t value = 0;
        const std::string_view digits = text.substr(i + 1, size);
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() < size || parsed.ptr != digits.data() + size)
          Error(StrCat("truncated \\", c, std::string(size, 'X'), " escape"));
        if (value > 0x10FFFF) Error("illegal Unicode character");
        out += EncodeUtf8(value);
        i += size;
      } else if (c == 'N') {
        Error("\\N escapes are not supported");
      } else {
        out += '\\';
        out += c;
      }
    }
    return out;
  }

  void LexOperator(std::string* open) {
    static constexpr std::string_view kTwo[] = {"**", "//", "==", "!=", ">=", "<="};
    std::string op(1, Peek());
    for (const std::string_view two : kTwo)
      if (Ahead(two)) op = two;
    if (op.size() == 1 && std::string_view("+-/*%~[](){}><=.:|,;").find(op[0]) == std::string_view::npos) {
      size_t size = 0;
      CodePointAt(source_, at_, &size);
      Error(StrCat("unexpected char ", QuotePython(rest_.substr(at_, size)), " at ", at_));
    }
    if (op == "{" || op == "(" || op == "[") open->push_back(op == "{" ? '}' : op == "(" ? ')' : ']');
    if (op == "}" || op == ")" || op == "]") {
      if (open->empty()) Error(StrCat("unexpected '", op, "'"));
      if (open->back() != op[0]) Error(StrCat("unexpected '", op, "', expected '", open->back(), "'"));
      open->pop_back();
    }
    Add(TokenKind::kOperator, op);
    Advance(op.size());
  }

  std::string source_;
  std::string_view rest_;
  size_t at_ = 0;
  int line_ = 1;
  bool line_begins_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Tokenize(std::string_view source) { return Lexer(source).Run(); }

std::string Describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::kText: return "template data / text";
    case TokenKind::kPrintBegin: return "begin of print statement";
    case TokenKind::kPrintEnd: return "end of print statement";
    case TokenKind::kBlockBegin: return "begin of statement block";
    case TokenKind::kBlockEnd: return "end of statement block";
    case TokenKind::kString: return "string";
    case TokenKind::kNumber: return token.number.kind() == Kind::kFloat ? "float" : "integer";
    case TokenKind::kName:
    case TokenKind::kOperator: return token.text;
    case TokenKind::kEnd: return "end of template";
  }
  return "";
}

}  // namespace r1::jinja
