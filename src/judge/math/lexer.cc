#include <algorithm>

#include "base/ascii.h"
#include "base/error.h"
#include "base/utf8.h"
#include "judge/math/budget.h"
#include "judge/math/number_text.h"
#include "judge/math/token.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

struct CharacterRow {
  char32_t code;
  Tok kind;  // kEnd: space
  std::string_view text;
};

constexpr CharacterRow kCharacters[] = {
    {U'\u00A0', Tok::kEnd, ""},
    {U'\u2009', Tok::kEnd, ""},
    {U'\u202F', Tok::kEnd, ""},
    {U'\u3000', Tok::kEnd, ""},
    {U'€', Tok::kEnd, ""},
    {U'£', Tok::kEnd, ""},
    {U'¥', Tok::kEnd, ""},
    {U'¢', Tok::kEnd, ""},
    {U'₹', Tok::kEnd, ""},
    {U'π', Tok::kConstant, "pi"},
    {U'∞', Tok::kConstant, "inf"},
    {U'√', Tok::kRoot, "plain"},
    {U'≤', Tok::kRelation, "l"},
    {U'⩽', Tok::kRelation, "l"},
    {U'≥', Tok::kRelation, "g"},
    {U'⩾', Tok::kRelation, "g"},
    {U'≠', Tok::kRelation, "!"},
    {U'≈', Tok::kRelation, "~"},
    {U'≡', Tok::kRelation, "#"},
    {U'∈', Tok::kRelation, "e"},
    {U'×', Tok::kTimes, ""},
    {U'·', Tok::kTimes, ""},
    {U'⋅', Tok::kTimes, ""},
    {U'∙', Tok::kTimes, ""},
    {U'∗', Tok::kTimes, ""},
    {U'÷', Tok::kDivide, ""},
    {U'∕', Tok::kDivide, ""},
    {U'⁄', Tok::kDivide, ""},
    {U'−', Tok::kMinus, ""},
    {U'–', Tok::kMinus, ""},
    {U'±', Tok::kPlusMinus, ""},
    {U'∓', Tok::kMinusPlus, ""},
    {U'∪', Tok::kUnion, ""},
    {U'∩', Tok::kIntersection, ""},
    {U'∖', Tok::kSetMinus, ""},
    {U'°', Tok::kDegree, ""},
    {U'º', Tok::kDegree, ""},
    {U'ℝ', Tok::kSymbol, "RR"},
    {U'ℤ', Tok::kSymbol, "ZZ"},
    {U'∅', Tok::kSymbol, "{}"},
    {U'…', Tok::kSymbol, "..."},
    {U'′', Tok::kPrime, ""},
    {U'’', Tok::kPrime, ""},
    {U'∶', Tok::kColon, ""},
    {U'α', Tok::kSymbol, "\\alpha"},
    {U'β', Tok::kSymbol, "\\beta"},
    {U'γ', Tok::kSymbol, "\\gamma"},
    {U'δ', Tok::kSymbol, "\\delta"},
    {U'ε', Tok::kSymbol, "\\epsilon"},
    {U'θ', Tok::kSymbol, "\\theta"},
    {U'λ', Tok::kSymbol, "\\lambda"},
    {U'μ', Tok::kSymbol, "\\mu"},
    {U'ρ', Tok::kSymbol, "\\rho"},
    {U'σ', Tok::kSymbol, "\\sigma"},
    {U'φ', Tok::kSymbol, "\\phi"},
    {U'ω', Tok::kSymbol, "\\omega"},
    {U'Δ', Tok::kSymbol, "\\Delta"},
    {U'Ω', Tok::kSymbol, "\\Omega"},
    {U'∠', Tok::kSymbol, "\\angle"},
};

constexpr std::string_view kTextCommands[] = {"text",   "textbf", "textit", "textrm", "textnormal", "textsf",
                                              "texttt", "mbox",   "hbox",   "mathrm", "emph",       "operatorname"};

// Characters of superscripts, fractions: "x²" is x^{2}, "½" is 1/2.
constexpr std::pair<char32_t, char> kSuperscripts[] = {{U'⁰', '0'}, {U'¹', '1'}, {U'²', '2'}, {U'³', '3'}, {U'⁴', '4'}, {U'⁵', '5'},
                                                       {U'⁶', '6'}, {U'⁷', '7'}, {U'⁸', '8'}, {U'⁹', '9'}, {U'⁻', '-'}};
constexpr std::pair<char32_t, std::string_view> kFractions[] = {{U'½', "12"}, {U'⅓', "13"}, {U'⅔', "23"}, {U'¼', "14"},
                                                                {U'¾', "34"}, {U'⅕', "15"}, {U'⅙', "16"}, {U'⅛', "18"}};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> Run() {
    while (at_ < text_.size()) Next();
    Emit(Tok::kEnd);
    return std::move(tokens_);
  }

 private:
  std::string_view Rest() const { return text_.substr(at_); }
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void Emit(Tok kind, std::string_view text = "") {
    if (kind == Tok::kOpenParen || kind == Tok::kOpenBracket || kind == Tok::kOpenSet || kind == Tok::kOpenAngle) ++brackets_;
    if (kind == Tok::kCloseParen || kind == Tok::kCloseBracket || kind == Tok::kCloseSet || kind == Tok::kCloseAngle) --brackets_;
    tokens_.push_back({kind, std::string(text), space_, false});
    space_ = false;
  }
  Tok Last() const { return tokens_.empty() ? Tok::kEnd : tokens_.back().kind; }
  bool AfterNumber() const {
    const Tok last = Last();
    return last == Tok::kNumber || last == Tok::kUnit || last == Tok::kScale || last == Tok::kCloseBrace || last == Tok::kPercent;
  }

  void Next() {
    const char c = Peek();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
    if (IsLetter(c)) return Letters();
    if (c == '\\') return Command();
    if (static_cast<unsigned char>(c) >= 0x80) return Unicode();
    Punctuation(c);
  }

  void Number() {
    const std::optional<NumberText> number = ReadNumber(Rest(), brackets_ <= 0);
    at_ += number->num_bytes;
    Emit(Tok::kNumber, number->digits);
    tokens_.back().grouped = number->grouped;
  }

  void Punctuation(char c) {
    ++at_;
    const char next = Peek();
    const auto two = [&](char second, std::string_view relation) {
      if (next != second) return false;
      ++at_;
      Emit(Tok::kRelation, relation);
      return true;
    };
    switch (c) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
      case '~': space_ = true; return;
      case '$': return;  // a delimiter or dollars
      case '+':
        if (next == '-') return ++at_, Emit(Tok::kPlusMinus);
        return Emit(Tok::kPlus);
      case '-': return Emit(Tok::kMinus);
      case '*':
        if (next == '*') return ++at_, Emit(Tok::kPower);
        return Emit(Tok::kTimes);
      case '/': return Emit(Tok::kDivide);
      case '^': return Emit(Tok::kPower);
      case '_': return Emit(Tok::kSubscript);
      case ',': return Emit(Tok::kComma);
      case ';': return Emit(Tok::kSemicolon);
      case ':': return Emit(Tok::kColon);
      case '|': return Emit(Tok::kBar);
      case '%': return Emit(Tok::kPercent);
      case '\'': return Emit(Tok::kPrime);
      case '&': return Emit(Tok::kCell);
      case '(': return Emit(Tok::kOpenParen);
      case ')': return Emit(Tok::kCloseParen);
      case '[': return Emit(Tok::kOpenBracket);
      case ']': return Emit(Tok::kCloseBracket);
      case '{': return Emit(Tok::kOpenBrace);
      case '}': return Emit(Tok::kCloseBrace);
      case '=':
        if (next == '=') ++at_;
        return Emit(Tok::kRelation, "=");
      case '<':
        if (two('=', "l")) return;
        return Emit(Tok::kRelation, "<");
      case '>':
        if (two('=', "g")) return;
        return Emit(Tok::kRelation, ">");
      case '!':
        // 5!=120 is a factorial, x!=3 is not.
        if (Last() != Tok::kNumber && two('=', "!")) return;
        return Emit(Tok::kBang);
      case '.': return Point();
      default: throw Refusal{StrCat("no part of an answer: character ", static_cast<int>(c))};
    }
  }

  // At the end of an answer a point ends the sentence; three are an ellipsis; \left. has no bracket.
  void Point() {
    if (Rest().starts_with("..")) {
      at_ += 2;
      return Emit(Tok::kSymbol, "...");
    }
    const std::string_view rest = Trim(Rest(), " \t\r\n$*}");
    if (!rest.empty()) throw Refusal{"a point inside"};
  }

  void Unicode() {
    const Utf8Char character = NextUtf8Char(Rest());
    at_ += static_cast<size_t>(character.num_bytes);
    for (const CharacterRow& row : kCharacters) {
      if (row.code != character.code_point) continue;
      if (row.kind != Tok::kEnd) return Emit(row.kind, row.text);
      space_ = true;
      return;
    }
    for (const auto& [code, parts] : kFractions)
      if (code == character.code_point) return Fraction(parts);
    if (Superscript(character.code_point)) return;
    throw Refusal{"no part of an answer: a character outside mathematics"};
  }

  void Fraction(std::string_view parts) {
    Emit(Tok::kFraction);
    for (const char digit : parts) Emit(Tok::kNumber, std::string_view(&digit, 1));
  }

  bool Superscript(char32_t code) {
    bool any = false;
    while (true) {
      const auto* row =
          std::find_if(std::begin(kSuperscripts), std::end(kSuperscripts), [&](const auto& r) { return r.first == code; });
      if (row == std::end(kSuperscripts)) break;
      if (!any) Emit(Tok::kPower), Emit(Tok::kOpenBrace);
      if (row->second == '-')
        Emit(Tok::kMinus);
      else if (Last() == Tok::kNumber)
        tokens_.back().text += row->second;
      else
        Emit(Tok::kNumber, std::string_view(&row->second, 1));
      any = true;
      if (at_ >= text_.size() || static_cast<unsigned char>(Peek()) < 0x80) break;
      const Utf8Char next = NextUtf8Char(Rest());
      if (std::none_of(std::begin(kSuperscripts), std::end(kSuperscripts),
                       [&](const auto& r) { return r.first == next.code_point; }))
        break;
      code = next.code_point;
      at_ += static_cast<size_t>(next.num_bytes);
    }
    if (any) Emit(Tok::kCloseBrace);
    return any;
  }

  // A run of letters: a word of the language of answers, or symbols side by side.
  void Letters() {
    if (HalfDay()) return;
    size_t length = 0;
    while (at_ + length < text_.size() && IsLetter(text_[at_ + length])) ++length;
    std::string_view run = Rest().substr(0, length);
    // "1orW(x)": the word ends where a capital begins.
    for (const std::string_view join : {"and", "or"})
      if (run.starts_with(join) && run.size() > join.size() && run[join.size()] >= 'A' && run[join.size()] <= 'Z') run = join;
    at_ += run.size();
    Word(run);
  }

  // "am" and "p.m." behind a time
  bool HalfDay() {
    if (Last() != Tok::kNumber) return false;
    const std::string next = LowerCase(Rest().substr(0, 4));
    for (const std::string_view name : {"a.m.", "p.m.", "am", "pm"}) {
      if (!next.starts_with(name) || (name.size() == 2 && next.size() > 2 && IsLetter(next[2]))) continue;
      at_ += name.size();
      Emit(Tok::kUnit, name[0] == 'a' ? "am" : "pm");
      return true;
    }
    return false;
  }

  void Word(std::string_view run) {
    const std::string lower = LowerCase(run);
    if (lower == "and" || lower == "or") return Emit(Tok::kJoin, lower);
    if (run == "pi" || run == "Pi") return Emit(Tok::kConstant, "pi");
    if (run == "inf" || lower == "infinity" || run == "oo") return Emit(Tok::kConstant, "inf");
    if (lower == "percent" || lower == "pct" || (lower == "percentage" && AfterNumber())) return Emit(Tok::kPercent);
    if (run.size() == 1) {
      // 3 x 10^8
      if (run == "x" && Last() == Tok::kNumber && space_ && Trim(Rest()).starts_with("10^")) return Emit(Tok::kTimes);
      return Emit(run == "e" || run == "i" ? Tok::kConstant : Tok::kSymbol, run);
    }
    if (AfterNumber()) {
      if (const auto scale = ScaleOf(run)) return Emit(Tok::kScale, *scale);
      if (lower == "deg" || lower == "degree" || lower == "degrees") return Emit(Tok::kDegree);
      if (IsUnitWord(run) && Peek() != '(' && Peek() != '_') return Emit(Tok::kUnit, lower);
    }
    if (const auto function = FunctionName(run)) return Emit(Tok::kFunction, *function);
    // "sinx"
    if (const auto function = FunctionName(run.substr(0, run.size() - 1)); function && run.size() > 3) {
      Emit(Tok::kFunction, *function);
      return Word(run.substr(run.size() - 1));
    }
    const bool sentence = IsSentenceWord(run);
    if (AfterNumber() && run.size() >= 3 && !sentence && run == lower) return Emit(Tok::kUnit, lower);
    const bool upper = std::all_of(run.begin(), run.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!upper && (run.size() >= 4 || (sentence && run.size() >= 2) || lower == "yes" || lower == "odd" || lower == "one" ||
                   lower == "two" || lower == "six" || lower == "ten"))
      return Emit(Tok::kWord, lower);
    for (const char& letter : run) Word(std::string_view(&letter, 1));
  }

  void Command() {
    ++at_;
    const char c = Peek();
    if (!IsLetter(c)) {
      ++at_;
      if (c == '\\') return RowBreak();
      if (c == ' ' || c == ',' || c == ';' || c == ':' || c == '!' || c == '\n' || c == '$' || c == '>' || c == '\0') {
        space_ = space_ || c != '!';
        return;
      }
      if (c == '(' || c == ')' || c == '[' || c == ']') return;  // delimiters of mathematics in a text
      if (c == '|') return Emit(Tok::kBar);
      if (const CommandRow* row = FindCommand(std::string_view(&c, 1))) return Emit(row->kind, row->text);
      throw Refusal{StrCat("no part of an answer: \\", c)};
    }
    size_t length = 0;
    while (at_ + length < text_.size() && IsLetter(text_[at_ + length])) ++length;
    std::string_view name = Rest().substr(0, length);
    // "\quadx": the command was written without the space that ends it.
    if (FindCommand(name) == nullptr)
      for (const std::string_view known : {"qquad", "quad", "cdot", "times", "infty"})
        if (name.starts_with(known)) name = known;
    at_ += name.size();
    if (std::find(std::begin(kTextCommands), std::end(kTextCommands), name) != std::end(kTextCommands)) return Text(name);
    if (name == "mathbb" || name == "mathcal" || name == "mathscr") return Letter(name);
    if (name == "begin" || name == "end") return Environment(name == "begin");
    if (name == "color" || name == "textcolor" || name == "hspace") return (void)Argument();
    if (name == "mathbf" || name == "boldsymbol" || name == "bm" || name == "vec") return Bold(name);
    if (const auto function = FunctionName(name); function && name != "sqrt") return Emit(Tok::kFunction, *function);
    const CommandRow* row = FindCommand(name);
    if (row == nullptr) return Emit(Tok::kSymbol, StrCat("\\", name));
    if (row->kind == Tok::kEnd) {
      space_ = true;
      if ((name == "left" || name == "right" || name.starts_with("big") || name.starts_with("Big")) && Peek() == '.') ++at_;
      return;
    }
    Emit(row->kind, row->text);
  }

  // Row breaks may carry a distance: \\[4pt].
  void RowBreak() {
    Emit(Tok::kRow);
    if (Peek() != '[') return;
    const size_t end = Rest().find(']');
    if (end < 8 && Rest().substr(0, end).find_first_of("ptemx") != std::string_view::npos) at_ += end + 1;
  }

  // The text between { and its }, which are skipped.
  std::string_view Argument() {
    while (Peek() == ' ') ++at_;
    if (Peek() != '{') throw Refusal{"a command without its argument"};
    int depth = 0;
    for (size_t i = at_; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
        continue;
      }
      if (text_[i] == '{') ++depth;
      if (text_[i] == '}' && --depth == 0) {
        const std::string_view inside = text_.substr(at_ + 1, i - at_ - 1);
        at_ = i + 1;
        return inside;
      }
    }
    throw Refusal{"a brace that nothing closes"};
  }

  void Letter(std::string_view command) {
    std::string_view name;
    if (Peek() == '{') {
      name = Trim(Argument());
    } else {
      while (Peek() == ' ') ++at_;
      name = Rest().substr(0, 1);
      at_ += name.size();
    }
    if (command == "mathbb" && name.size() == 1) return Emit(Tok::kSymbol, StrCat(name, name));  // RR, ZZ
    Emit(Tok::kSymbol, StrCat("\\", command, "{", name, "}"));
  }

  // \mathbf{i} is a vector, not the imaginary unit; \mathbf{42} is 42.
  void Bold(std::string_view command) {
    while (Peek() == ' ') ++at_;
    if (Peek() == '{' && at_ + 2 < text_.size() && IsLetter(text_[at_ + 1]) && text_[at_ + 2] == '}') {
      Emit(Tok::kSymbol, StrCat("\\", "vec{", text_.substr(at_ + 1, 1), "}"));
      at_ += 3;
    } else if (command == "vec") {
      Emit(Tok::kAccent, "vec");
    }
  }

  void Environment(bool begins) {
    const std::string_view name = Trim(Argument());
    if (name == "array" || name == "tabular") {
      if (begins) Argument();  // the alignment of columns
    } else if (name == "align" || name == "align*" || name == "aligned" || name == "equation" || name == "equation*" ||
               name == "gathered") {
      return;
    } else if (!name.ends_with("matrix") && name != "cases") {
      throw Refusal{StrCat("no part of an answer: \\begin{", name.substr(0, 20), "}")};
    }
    Emit(begins ? Tok::kBeginMatrix : Tok::kEndMatrix, name);
  }

  // Upright words: units after a number, "and" between answers, names, numbers that somebody put in \text.
  void Text(std::string_view command) {
    if (command == "operatorname" && Peek() == '*') ++at_;
    std::string_view inside = Trim(Argument(), " ~\n\t,;");
    if (inside.starts_with("\\,")) inside = Trim(inside.substr(2));
    if (inside.find_first_of("\\{}$") != std::string_view::npos) {
      const std::string plain = WithoutMarkup(inside);
      return plain.empty() ? void() : Emit(Tok::kWord, LowerCase(plain));
    }
    if (inside.empty()) {
      space_ = true;
      return;
    }
    const std::string lower = LowerCase(inside);
    if (lower == "and" || lower == "or") return Emit(Tok::kJoin, lower);
    if (lower == "percent" || lower == "%") return Emit(Tok::kPercent);
    if (AfterNumber() || Last() == Tok::kConstant || Last() == Tok::kSymbol || Last() == Tok::kDegree) {
      if (const auto scale = ScaleOf(inside)) return Emit(Tok::kScale, *scale);
      if (lower == "a.m." || lower == "am") return Emit(Tok::kUnit, "am");
      if (lower == "p.m." || lower == "pm") return Emit(Tok::kUnit, "pm");
      if (lower == "degrees" || lower == "degree") return Emit(Tok::kDegree);
      if ((inside.size() > 1 || IsOneLetterUnit(inside) || command != "mathrm") && LooksLikeUnit(lower))
        return Emit(Tok::kUnit, lower);
    }
    if (inside.size() == 1 && IsLetter(inside[0]) && command == "mathrm") return Word(inside);
    if (FunctionName(inside)) return Emit(Tok::kFunction, *FunctionName(inside));
    if (inside.find_first_not_of("0123456789.,/+- ") == std::string_view::npos &&
        inside.find_first_of("0123456789") != std::string_view::npos) {
      std::vector<Token> inner = Lexer(inside).Run();
      inner.pop_back();
      Emit(Tok::kOpenBrace);
      tokens_.insert(tokens_.end(), inner.begin(), inner.end());
      return Emit(Tok::kCloseBrace);
    }
    Emit(Tok::kWord, lower);
  }

  // Only words that no sentence needs: "cm", "square feet", "m/s", "people".
  static bool LooksLikeUnit(std::string_view text) {
    if (text.size() > 40) return false;
    size_t begin = 0;
    while (begin < text.size()) {
      const size_t end = std::min(text.find_first_of(" /.-^*\xC2\xB7", begin), text.size());
      const std::string_view word = text.substr(begin, end - begin);
      begin = end + 1;
      if (word.empty() || word == "2" || word == "3") continue;
      if (!std::all_of(word.begin(), word.end(), IsLetter)) return false;
      if (IsSentenceWord(word) && !IsUnitWord(word)) return false;
    }
    return true;
  }

  static std::string WithoutMarkup(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\') {
        while (i + 1 < text.size() && IsLetter(text[i + 1])) ++i;
      } else if (text[i] != '{' && text[i] != '}' && text[i] != '$') {
        plain += text[i];
      }
    }
    return std::string(Trim(plain));
  }

  std::string_view text_;
  size_t at_ = 0;
  int brackets_ = 0;
  bool space_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Tokenize(std::string_view text) {
  if (text.size() > kMaxAnswerBytes) throw Refusal{StrCat("longer than ", kMaxAnswerBytes, " bytes")};
  return Lexer(text).Run();
}

}  // namespace r1::math
