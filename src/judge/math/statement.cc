#include "judge/math/statement.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "judge/math/number_text.h"
#include "judge/math/spans.h"
#include "judge/math/vocabulary.h"

namespace r1::math {
namespace {

// Behind the command at `at`, and behind the argument of those whose words are not the sentence's: \text{ cm}, \begin{array}.
size_t BehindCommand(std::string_view text, size_t at) {
  const size_t begin = ++at;
  while (at < text.size() && IsLetter(text[at])) ++at;
  const std::string_view name = text.substr(begin, at - begin);
  const bool words = name.starts_with("text") || name.starts_with("math") || name == "mbox" || name == "begin" || name == "end" ||
                     name == "operatorname";
  if (words && at < text.size() && text[at] == '{') at = std::min(text.find('}', at), text.size());
  return std::max(at, begin);
}

// Calls fn(word, behind) for each run of letters outside of commands; `behind` is the place after it.
template <class Fn>
void EachWord(std::string_view text, Fn fn) {
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\\') {
      i = BehindCommand(text, i);
      continue;
    }
    const size_t begin = i;
    while (i < text.size() && IsLetter(text[i])) ++i;
    const std::string_view word = text.substr(begin, i - begin);
    if (word.empty())
      ++i;
    else
      fn(word, i);
  }
}

// Words of a language, not names of variables, units or functions, outside of the spans.
int CountWords(std::string_view text) {
  int words = 0;
  EachWord(text, [&](std::string_view word, size_t) {
    if (word.size() < 2 || word == "and" || word == "or" || FunctionName(word) || word == "pi") return;
    if (word.size() >= 3 || IsSentenceWord(word))
      words += IsUnitWord(word) || ScaleOf(word) || word == "percent" || word == "degrees" ? 0 : 1;
  });
  return words;
}

// What follows gives a reason for what was stated, or says for which values it holds.
bool BeginsAReason(std::string_view word) {
  for (const std::string_view reason :
       {"because", "since", "where", "when", "whenever", "given", "provided", "assuming", "for", "if"})
    if (word == reason) return true;
  return false;
}

// A sentence in which the last words are followed by mathematics without any $: "... is \frac{1}{2}", "Hence x = 12".
struct Tail {
  std::string_view before, word, rest;  // up to the last of these words, that word, and what follows
};

std::optional<Tail> LastWordAndRest(std::string_view text) {
  std::optional<Tail> tail;
  EachWord(text, [&](std::string_view word, size_t behind) {
    const bool plain = word.size() >= 4 || (word.size() >= 2 && IsSentenceWord(word)) || BeginsAReason(word);
    if (plain && word != "and" && word != "or" && !FunctionName(word))
      tail = Tail{text.substr(0, behind - word.size()), word, text.substr(behind)};
  });
  return tail;
}

// "The answer is 5", of "The answer is 5 because x = 3": what was stated before the reason.
std::optional<std::string_view> BeforeReason(std::string_view text) {
  const auto tail = LastWordAndRest(text);
  if (!tail || !BeginsAReason(tail->word)) return std::nullopt;
  const std::string_view stated = Trim(tail->before, " \n\t,(");
  // Something with a digit must have been stated, and no comma or full stop begin another statement behind the reason.
  if (std::none_of(stated.begin(), stated.end(), IsDigit) || tail->rest.find(", ") != text.npos ||
      tail->rest.find(". ") != text.npos)
    return std::nullopt;
  return stated;
}

// Where the words of a sentence end and only mathematics follows.
std::optional<std::string_view> BareTail(std::string_view text) {
  const auto tail = LastWordAndRest(text);
  if (!tail) return std::nullopt;
  const std::string_view rest = Trim(tail->rest, " \n\t:,.");
  if (rest.find_first_of("\\=") == rest.npos || rest.find(". ") != rest.npos) return std::nullopt;
  return rest;
}

constexpr size_t kMaxLookBack = 400;  // bytes of a sentence before what it states

struct Number {
  size_t begin = 0, end = 0;
};

// What stands beside emphasis that closes (or opens): "every day" of "** every day". A power has no space beside it: "2**3".
std::string_view OutsideBold(std::string_view text, bool closes) {
  if (text.size() < 2 || text.substr(closes ? 0 : text.size() - 2, 2) != "**") return text;
  const std::string_view rest = closes ? text.substr(2) : text.substr(0, text.size() - 2);
  if (rest.empty()) return rest;
  return std::string_view(" \n\t.,;:!?()").find(closes ? rest.front() : rest.back()) != std::string_view::npos ? Trim(rest) : text;
}

// A number between spaces or punctuation, with its sign, currency, fraction and percent sign.
std::optional<Number> StandingNumber(std::string_view text, size_t at) {
  const std::optional<NumberText> number = ReadNumber(text.substr(at), true);
  if (!number) return std::nullopt;
  size_t begin = at, end = at + number->num_bytes;
  if (begin > 0 && text[begin - 1] == '$') --begin;
  if (begin > 0 && text[begin] == '$' && text[begin - 1] == '\\') --begin;
  if (begin > 0 && text[begin - 1] == '-') --begin;
  if (end < text.size() && text[end] == '/' && end + 1 < text.size() && IsDigit(text[end + 1])) {
    const std::optional<NumberText> denominator = ReadNumber(text.substr(end + 1), false);
    end += 1 + denominator->num_bytes;
  }
  if (end < text.size() && text[end] == '%') ++end;
  const std::string_view before = text.substr(0, begin), after = text.substr(end);
  const bool free_before = before.empty() || std::string_view(" \n\t(:=*").find(before.back()) != std::string_view::npos;
  const bool free_after = after.empty() || std::string_view(" \n\t).,;:!*$").find(after.front()) != std::string_view::npos ||
                          after.starts_with("\xE2\x82\xAC") || after.starts_with("\xC2\xB0");
  // Part of a calculation: "5x + 3", "3 * y", "2 = x".
  const std::string_view left = OutsideBold(Trim(before), false), right = OutsideBold(Trim(after), true);
  const bool operated = (!left.empty() && std::string_view("+-*/^<>_\\").find(left.back()) != std::string_view::npos) ||
                        (!right.empty() && std::string_view("+*/^=<>_\\").find(right.front()) != std::string_view::npos) ||
                        right.starts_with("- ");
  if (!free_before || !free_after || operated) return std::nullopt;
  if (after.starts_with("!")) return std::nullopt;
  return Number{begin, end};
}

std::optional<Number> LastStandingNumber(std::string_view text, const std::vector<Span>& spans) {
  std::optional<Number> last;
  size_t next_span = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    while (next_span < spans.size() && spans[next_span].end <= i) ++next_span;
    if (next_span < spans.size() && spans[next_span].begin <= i) {
      i = spans[next_span].end - 1;
      continue;
    }
    if (!IsDigit(text[i]) && !(text[i] == '.' && i + 1 < text.size() && IsDigit(text[i + 1]))) continue;
    const auto number = StandingNumber(text, i);
    if (number) {
      // "1, 2 and 3" is one answer.
      if (last) {
        const std::string_view gap = Trim(text.substr(last->end, std::max(number->begin, last->end) - last->end));
        const bool list = gap == "," || gap == "and" || gap == "or" || gap == ", and" || gap == ", or" || gap == ";";
        last = list ? Number{last->begin, number->end} : *number;
      } else {
        last = number;
      }
      i = number->end - 1;
    } else {
      while (i + 1 < text.size() && (IsDigit(text[i + 1]) || IsLetter(text[i + 1]) || text[i + 1] == '.')) ++i;
    }
  }
  return last;
}

bool EndsWithWord(std::string_view text, std::string_view word) {
  text = Trim(text, " \n\t:*");
  return text.ends_with(word) && (text.size() == word.size() || !IsLetter(text[text.size() - word.size() - 1]));
}

bool HasWord(std::string_view text, std::initializer_list<std::string_view> words) {
  bool has = false;
  EachWord(text, [&](std::string_view word, size_t) {
    has = has || std::find(words.begin(), words.end(), LowerCase(word)) != words.end();
  });
  return has;
}

// The mathematics that the last sentence states: "is $5$" is more than what is mentioned behind it, and more than a reason,
// "because the side is $12$". Of two that it states without a condition it is unclear which is meant, unless "so" leads to the
// last: nullptr.
const Span* Stated(std::string_view text, const std::vector<Span>& spans) {
  const Span* stated = nullptr;
  for (size_t i = spans.size(); i-- > 0 && spans.size() - i <= 16;) {
    const size_t end = i > 0 ? spans[i - 1].end : 0;
    const std::string_view before = text.substr(0, spans[i].begin), gap = before.substr(end);
    if (EndsWithWord(before, "is") || EndsWithWord(before, "are") || EndsWithWord(before, "equals")) {
      const size_t point = before.rfind(". "), line = before.rfind('\n');
      const size_t begin = std::max(point == before.npos ? 0 : point + 1, line == before.npos ? 0 : line + 1);
      const bool last = i + 1 == spans.size();
      const std::string_view reason =
          last ? gap : before.substr(std::max(begin, before.size() - std::min(before.size(), kMaxLookBack)));
      if (HasWord(reason, {"since", "because", "if", "when", "where", "as", "given", "for", "that"})) {
        if (!last) return stated != nullptr ? stated : &spans.back();
      } else if (stated == nullptr) {
        stated = &spans[i];
      } else {
        return Trim(stated->inside) == Trim(spans[i].inside) ? stated : nullptr;
      }
    }
    if (gap.find(". ") != gap.npos || gap.find('\n') != gap.npos || HasWord(gap, {"so", "thus", "hence", "therefore", "then"}))
      break;
  }
  return stated != nullptr ? stated : &spans.back();
}

// "$x=2$ and $x=5$" and "$1$, $2$, or $3$" are one answer; "" where nothing joins the last two.
std::string Joined(std::string_view text, const std::vector<Span>& spans) {
  size_t first = spans.size() - 1;
  while (first > 0 && spans.size() - first < 32) {
    const std::string_view gap = Trim(text.substr(spans[first - 1].end, spans[first].begin - spans[first - 1].end));
    const bool word = gap == "and" || gap == "or" || gap == ", and" || gap == ", or";
    if (!word && !(gap == "," && first + 1 < spans.size())) break;
    --first;
  }
  std::string all;
  for (size_t i = first; i < spans.size() && first + 1 < spans.size(); ++i) {
    if (i > first) all += ", ";
    all += Trim(spans[i].inside);
  }
  return all;
}

bool HasSentenceWord(std::string_view text) {
  bool has = false;
  EachWord(text, [&](std::string_view word, size_t) { has = has || IsSentenceWord(word); });
  return has;
}

// "5 was a typo" speaks about 5.
bool IsSubject(std::string_view after) {
  after = Trim(after);
  for (const std::string_view verb : {"is ", "was ", "isn't ", "wasn't ", "would ", "cannot ", "can't "})
    if (after.starts_with(verb)) return true;
  return false;
}

// "$5$ is wrong"
bool IsRejected(std::string_view after) {
  return IsSubject(after) && HasWord(after.substr(0, 40), {"not", "wrong", "incorrect", "false", "too", "never", "impossible"});
}

// "over 5", "minus 5", "half of 5", "the opposite of 5": another number is meant than the one that stands there.
bool IsChanged(const std::vector<std::string>& words) {
  if (words.empty()) return false;
  const std::string before = words.size() >= 2 ? words[words.size() - 2] : "";
  if ((words.back() == "but" && before == "anything") || (words.back() == "to" && before == "up")) return true;
  const bool of = words.back() == "of" && words.size() >= 2;
  const std::string& word = of ? words[words.size() - 2] : words.back();
  for (const std::string_view change :
       {"half", "twice", "double", "triple", "minus", "negative", "opposite", "inverse", "reciprocal"})
    if (word == change) return true;
  for (const std::string_view bound : {"over", "under", "above", "below", "beyond", "exceeds"})
    if (!of && word == bound) return true;
  for (const std::string_view part : {"third", "quarter", "fourth", "fifth", "tenth", "multiple", "square", "cube", "root"})
    if (of && word == part) return true;
  return false;
}

// Do the words right before say that this is not it?
bool IsDenied(std::string_view before) {
  before = before.substr(before.size() - std::min<size_t>(before.size(), 48));
  if (const size_t sentence = before.rfind(". "); sentence != before.npos) before.remove_prefix(sentence + 2);
  const std::string lower = LowerCase(before);
  std::vector<std::string> words;
  for (size_t i = 0; i < lower.size();) {
    const size_t begin = i;
    while (i < lower.size() && (IsLetter(lower[i]) || lower[i] == '\'')) ++i;
    if (i > begin) words.push_back(lower.substr(begin, i - begin));
    if (i == begin && IsDigit(lower[i++])) words.clear();  // "not 10, which is 11" denies 10
  }
  const size_t look = std::min<size_t>(words.size(), 3);
  for (size_t k = words.size() - look; k < words.size(); ++k) {
    const std::string& word = words[k];
    for (const std::string_view denial :
         {"not",    "never",   "than",   "least", "most",    "except",     "unless", "neither", "nor",
          "cannot", "could",   "might",  "may",   "without", "either",     "maybe",  "perhaps", "if",
          "were",   "suppose", "assume", "asked", "tried",   "considered", "guessed"})
      if (word == denial || word.ends_with("n't")) return true;
  }
  return IsChanged(words);
}

}  // namespace

std::optional<std::string> FinalStatement(std::string_view text) {
  text = Trim(text);
  const std::vector<Span> spans = MathSpans(text);
  std::string outside;
  size_t at = 0;
  for (const Span& span : spans) {
    outside += text.substr(at, span.begin - at);
    outside += ' ';
    at = span.end;
  }
  outside += text.substr(at);
  const int words = CountWords(outside);
  if (std::any_of(spans.begin(), spans.end(), [](const Span& s) { return s.broken; }) && words > 0) return std::nullopt;
  if (spans.empty()) {
    if (const auto stated = BeforeReason(text)) return FinalStatement(*stated);
  }
  if (spans.empty() && words > 0) {
    if (const auto tail = BareTail(text)) {
      if (IsDenied(text.substr(0, static_cast<size_t>(tail->data() - text.data())))) return std::nullopt;
      return std::string(*tail);
    }
  }
  // Not a sentence: "$21, 16$ or $11$", "x = 5", "18 dollars", "Evelyn", "6 apples"
  const auto number = LastStandingNumber(text, spans);
  // "Thus x equals 5.", but not "3 to 4"
  const std::string_view leading = number ? text.substr(0, number->begin) : "";
  const bool short_sentence = words > 0 && std::none_of(leading.begin(), leading.end(), IsDigit) && HasSentenceWord(leading);
  if (words == 0 || (spans.empty() && words <= 2 && !short_sentence)) return std::string(text);
  const bool number_last = number && (spans.empty() || number->begin >= spans.back().end);
  if (number_last) {
    // A sentence leads to its number; "5 is the answer to life" states nothing that could be trusted to be meant.
    const std::string_view before = text.substr(0, number->begin);
    if (CountWords(before) + static_cast<int>(spans.size()) == 0) return std::string(text);
    if (IsDenied(before) || IsSubject(text.substr(number->end))) return std::nullopt;
    return std::string(text.substr(number->begin, number->end - number->begin));
  }
  if (spans.empty()) return std::string(text);
  const Span* const stated = Stated(text, spans);
  if (stated == nullptr) return std::nullopt;
  const Span& last = *stated;
  if (Trim(text.substr(last.end)).starts_with('?')) return std::nullopt;
  if (last.broken || IsDenied(text.substr(0, last.begin)) || IsRejected(text.substr(last.end))) return std::nullopt;
  if (const std::string several = Joined(text, spans); !several.empty()) return several;
  // "$28$ percent" in the middle of a sentence: the sign belongs to the number.
  const std::string_view after = Trim(text.substr(last.end));
  const bool percent = after.starts_with("percent") || after.starts_with("%") || after.starts_with("\\%");
  return std::string(Trim(last.inside)) + (percent ? "\\%" : "");
}

}  // namespace r1::math
