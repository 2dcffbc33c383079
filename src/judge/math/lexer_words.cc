#include <algorithm>

#include "base/ascii.h"
#include "base/error.h"
#include "judge/math/lexer_state.h"
#include "judge/math/vocabulary.h"

namespace r1::math {

// A run of letters: a word of the language of answers, or symbols side by side.
void Lexer::Letters() {
  if (HalfDay()) return;
  for (const std::string_view currency : {"US$", "US\\$", "USD", "Rs. ", "Rs."})
    if (Last() == Tok::kEnd && Rest().starts_with(currency)) return void(at_ += currency.size());
  size_t length = 0;
  while (at_ + length < text_.size() && IsLetter(text_[at_ + length])) ++length;
  std::string_view run = Rest().substr(0, length);
  // "1orW(x)": the word ends where a capital begins.
  for (const std::string_view join : {"and", "or"})
    if (run.starts_with(join) && run.size() > join.size() && run[join.size()] >= 'A' && run[join.size()] <= 'Z') run = join;
  at_ += run.size();
  if (IsUnitHere(run)) return Emit(Tok::kUnit, run.size() == 1 && Last() != Tok::kDegree ? StrCat(run, "?") : LowerCase(run));
  Word(run);
}

// "am" and "p.m." behind a time
bool Lexer::HalfDay() {
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

void Lexer::Word(std::string_view run) {
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

// A unit in plain letters. Of one letter only where nothing else can be meant: behind "km/", or before "/s", and in "3.5 h" at the
// end, which "h?" marks, for there a symbol may be meant.
bool Lexer::IsUnitHere(std::string_view run) const {
  if (Last() == Tok::kDegree && (run == "C" || run == "F")) return true;
  if (BehindUnitBar()) return IsOneLetterUnit(run) || IsUnitWord(run);
  if (run.size() == 1) {
    const std::string_view rest = Trim(Rest());
    if (!space_ || Last() != Tok::kNumber || !IsOneLetterUnit(run)) return false;
    return Trim(BehindPower(rest), " .$}").empty() || DividesByUnit(rest);
  }
  // 36\pi in^3, (3 + \sqrt{2}) cm
  return space_ && (Last() == Tok::kCloseParen || Last() == Tok::kConstant) && IsUnitWord(run) && !FunctionName(run);
}

std::string_view Lexer::BehindPower(std::string_view text) {
  for (const std::string_view power : {"^2", "^3", "^{2}", "^{3}", "²", "³"})
    if (text.starts_with(power)) return text.substr(power.size());
  return text;
}

bool Lexer::DividesByUnit(std::string_view text) {
  if (!text.starts_with('/')) return false;
  text = Trim(text.substr(1));
  size_t length = 0;
  while (length < text.size() && IsLetter(text[length])) ++length;
  return IsOneLetterUnit(text.substr(0, length)) || IsUnitWord(text.substr(0, length));
}

// "2A5" before "_{16}": letters are digits only there. a_{16} and 2A_{12} are symbols with an index.
size_t Lexer::DigitsOfLargeBase() const {
  const std::string_view rest = Rest().substr(0, 64);
  const size_t end = std::min(rest.find_first_not_of("0123456789ABCDEFabcdef"), rest.size());
  const size_t letter = rest.find_first_not_of("0123456789"), digit = rest.find_first_of("0123456789");
  if (end < 2 || letter >= end || digit >= end) return 0;
  for (const std::string_view base : {"_{16}", "_16", "_{(16)}"})
    if (rest.substr(end).starts_with(base)) return end;
  return end >= 3 && rest.substr(end).starts_with("_{12}") ? end : 0;
}

// Takes "base 2", "base two" or "(base 2)" from the start of `text`, which follows a number.
bool Lexer::Base(std::string_view& text) {
  std::string_view rest = text;
  const bool bracket = rest.starts_with('(');
  if (bracket) rest.remove_prefix(1);
  if (LowerCase(rest.substr(0, 5)) != "base ") return false;
  rest.remove_prefix(5);
  const size_t end = std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), rest.size());
  const auto base = BaseOf(rest.substr(0, end));
  rest.remove_prefix(end);
  if (!base || (bracket && !rest.starts_with(')'))) return false;
  text = rest.substr(bracket ? 1 : 0);
  Emit(Tok::kSubscript), Emit(Tok::kNumber, *base);
  return true;
}

}  // namespace r1::math
