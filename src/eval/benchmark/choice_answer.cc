#include "base/ascii.h"
#include "eval/benchmark/answers.h"

namespace r1 {
namespace {

bool IsLetter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

// A letter that stands alone at `at`, perhaps in brackets, dollars or \text{}.
std::optional<char> LetterAt(std::string_view text, size_t at, size_t choices) {
  for (const std::string_view open : {"\\boxed{", "\\text{", "\\textbf{", "\\mathrm{"}) {
    if (text.substr(at).starts_with(open)) return LetterAt(text, at + open.size(), choices);
  }
  if (at < text.size() &&
      (text[at] == '(' || text[at] == '$' || text[at] == '*' || text[at] == '[' || text[at] == '\'' || text[at] == '"'))
    return LetterAt(text, at + 1, choices);
  if (at >= text.size() || text[at] < 'A' || static_cast<size_t>(text[at] - 'A') >= choices) return std::nullopt;
  if (at + 1 < text.size() && (IsLetter(text[at + 1]) || (text[at + 1] >= '0' && text[at + 1] <= '9'))) return std::nullopt;
  return text[at];
}

}  // namespace

std::optional<char> ChosenLetter(std::string_view reply, size_t choices) {
  const std::string lower = LowerCase(reply);
  for (size_t at = lower.rfind("answer"); at != lower.npos; at = at == 0 ? lower.npos : lower.rfind("answer", at - 1)) {
    size_t next = at + 6;
    const auto skip = [&](std::string_view set) {
      while (next < lower.size() && set.find(lower[next]) != set.npos) ++next;
    };
    skip(" *");
    const bool is = lower.compare(next, 2, "is") == 0 && next + 2 < lower.size() && !IsLetter(lower[next + 2]);
    if (is) next += 2;
    skip(" *");
    const bool colon = next < lower.size() && lower[next] == ':';
    if (colon) ++next;
    if (!is && !colon) continue;
    skip(" *\n");
    if (const auto letter = LetterAt(reply, next, choices)) return letter;
  }
  if (const size_t box = reply.rfind("\\boxed{"); box != reply.npos) return LetterAt(reply, box, choices);
  const std::string_view whole = Trim(reply, " \t\r\n.*()$");
  return whole.size() == 1 ? LetterAt(whole, 0, choices) : std::nullopt;
}

}  // namespace r1
