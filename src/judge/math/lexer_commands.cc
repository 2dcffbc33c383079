#include <algorithm>

#include "base/ascii.h"
#include "base/error.h"
#include "judge/math/budget.h"
#include "judge/math/lexer_state.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

constexpr std::string_view kTextCommands[] = {"text",   "textbf", "textit", "textrm", "textnormal", "textsf",
                                              "texttt", "mbox",   "hbox",   "mathrm", "emph",       "operatorname"};

}  // namespace

void Lexer::Command() {
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
  if (name == "not") {  // \not= is \ne
    while (Peek() == ' ') ++at_;
    if (Peek() != '=') throw Refusal{"no part of an answer: \\not"};
    return ++at_, Emit(Tok::kRelation, "!");
  }
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
void Lexer::RowBreak() {
  Emit(Tok::kRow);
  if (Peek() != '[') return;
  const size_t end = Rest().find(']');
  if (end < 8 && Rest().substr(0, end).find_first_of("ptemx") != std::string_view::npos) at_ += end + 1;
}

// The text between { and its }, which are skipped.
std::string_view Lexer::Argument() {
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

void Lexer::Letter(std::string_view command) {
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
void Lexer::Bold(std::string_view command) {
  while (Peek() == ' ') ++at_;
  if (command == "mathbf" && (Rest() == "{R}" || Rest() == "{Z}"))
    return Emit(Tok::kSymbol, Rest()[1] == 'R' ? "RR" : "ZZ"), void(at_ += 3);
  if (Peek() == '{' && at_ + 2 < text_.size() && IsLetter(text_[at_ + 1]) && text_[at_ + 2] == '}') {
    Emit(Tok::kSymbol, StrCat("\\", "vec{", text_.substr(at_ + 1, 1), "}"));
    at_ += 3;
  } else if (command == "vec") {
    Emit(Tok::kAccent, "vec");
  }
}

// Matrices, definitions by cases, and lines that are aligned: x &= 3 + 4 \\ &= 7.
void Lexer::Environment(bool begins) {
  const std::string_view name = Trim(Argument());
  const bool aligned = name.starts_with("align") || name.starts_with("equation") || name.starts_with("gather") || name == "split";
  if (!begins && aligned_.empty()) return;                           // it began before the answer did
  if (begins && (name == "array" || name == "tabular")) Argument();  // the alignment of columns
  if (!aligned && name != "array" && name != "tabular" && !name.ends_with("matrix") && name != "cases")
    throw Refusal{StrCat("no part of an answer: \\begin{", name.substr(0, 20), "}")};
  if (begins)
    aligned_.push_back(aligned);
  else
    aligned_.pop_back();
  Emit(begins ? Tok::kBeginMatrix : Tok::kEndMatrix, aligned ? "aligned" : name);
}

// Upright words: units after a number, "and" between answers, names, numbers that somebody put in \text.
void Lexer::Text(std::string_view command) {
  if (command == "operatorname" && Peek() == '*') ++at_;
  std::string_view inside = Trim(Argument(), " ~\n\t,;");
  if (inside.starts_with("\\,")) inside = Trim(inside.substr(2));
  if (inside.find_first_of("\\{}$") != std::string_view::npos) {
    const std::string plain = WithoutMarkup(inside);
    if (AfterNumber() && LooksLikeUnit(plain)) return Emit(Tok::kUnit, LowerCase(plain));  // m\,s^{-1}
    return plain.empty() ? void() : Emit(Tok::kWord, LowerCase(plain));
  }
  if (inside.empty()) {
    space_ = true;
    return;
  }
  const std::string lower = LowerCase(inside);
  if (lower == "and" || lower == "or") return Emit(Tok::kJoin, lower);
  if (lower == "percent" || lower == "%") return Emit(Tok::kPercent);
  if (lower == "infinity") return Emit(Tok::kConstant, "inf");
  if (std::string_view rest = inside; Last() == Tok::kNumber && Base(rest) && rest.empty()) return;
  // \operatorname{cis}; but 3\text{ min} has a unit.
  const auto function = FunctionName(inside);
  if (function && (command == "operatorname" || !IsUnitWord(inside))) return Emit(Tok::kFunction, *function);
  if (AfterNumber() || BehindUnitBar() || Last() == Tok::kConstant || Last() == Tok::kSymbol || Last() == Tok::kDegree) {
    const size_t word = std::min(inside.find(' '), inside.size());  // "million", "million dollars"
    if (const auto scale = ScaleOf(inside.substr(0, word)); scale && LooksLikeUnit(lower.substr(word))) {
      Emit(Tok::kScale, *scale);
      return word == inside.size() ? void() : Emit(Tok::kUnit, Trim(std::string_view(lower).substr(word)));
    }
    if (lower == "a.m." || lower == "am") return Emit(Tok::kUnit, "am");
    if (lower == "p.m." || lower == "pm") return Emit(Tok::kUnit, "pm");
    if (lower == "degrees" || lower == "degree") return Emit(Tok::kDegree);
    if ((inside.size() > 1 || IsOneLetterUnit(inside) || command != "mathrm") && LooksLikeUnit(lower))
      return Emit(Tok::kUnit, lower);
  }
  // \frac{\mathrm{m}}{\mathrm{s}}; d is the one of derivatives
  const bool in_fraction = Last() == Tok::kOpenBrace && Peek() == '}' && tokens_.size() > 1;
  if (in_fraction && IsOneLetterUnit(inside) && inside != "d") return Emit(Tok::kWord, inside);
  if (inside.size() == 1 && IsLetter(inside[0]) && command == "mathrm") return Word(inside);
  if (function) return Emit(Tok::kFunction, *function);
  // \text{A and C}
  const auto is_choices = [](std::string_view text) {
    bool any = false;
    for (size_t i = 0; i < text.size();) {
      const size_t end = std::min(text.find_first_of(" ,", i), text.size());
      const std::string_view word = text.substr(i, end - i);
      if (!word.empty() && word != "and" && (word.size() != 1 || word[0] < 'A' || word[0] > 'H')) return false;
      any = any || word.size() == 1;
      i = end + 1;
    }
    return any;
  };
  if (inside.size() > 1 && is_choices(inside)) return Append(inside);
  // \text{13}, \text{7:45 p.m.}, \text{12 cm}
  const size_t number = std::min(inside.find_first_not_of("0123456789.,:/+- "), inside.size());
  const bool half_day = lower.ends_with("m.") || lower.ends_with("am") || lower.ends_with("pm");
  if (inside.substr(0, number).find_first_of("0123456789") != std::string_view::npos &&
      (half_day || LooksLikeUnit(lower.substr(number)))) {
    Emit(Tok::kOpenBrace);
    Append(inside);
    return Emit(Tok::kCloseBrace);
  }
  Emit(Tok::kWord, lower);
}

void Lexer::Append(std::string_view text) {
  std::vector<Token> inner = Lexer(text).Run();
  inner.pop_back();  // the end
  tokens_.insert(tokens_.end(), inner.begin(), inner.end());
}

// Only words that no sentence needs: "cm", "square feet", "m/s", "people".
bool Lexer::LooksLikeUnit(std::string_view text) {
  if (text.size() > 40) return false;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find_first_of(" /.-^*\xC2\xB7", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    begin = end + 1;
    if (word.empty() || word == "1" || word == "2" || word == "3") continue;
    if (!std::all_of(word.begin(), word.end(), IsLetter)) return false;
    if (IsSentenceWord(word) && !IsUnitWord(word)) return false;
  }
  return true;
}

std::string Lexer::WithoutMarkup(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (i + 1 < text.size() && !IsLetter(text[i + 1])) ++i, plain += ' ';
      while (i + 1 < text.size() && IsLetter(text[i + 1])) ++i;
    } else if (text[i] != '{' && text[i] != '}' && text[i] != '$') {
      plain += text[i];
    }
  }
  return std::string(Trim(plain));
}

}  // namespace r1::math
