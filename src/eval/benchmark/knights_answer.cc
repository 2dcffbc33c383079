#include "base/ascii.h"
#include "eval/benchmark/answers.h"

namespace r1 {
namespace {

bool IsNameChar(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80 || c == '-' || c == '\''; }

}  // namespace

std::map<std::string, std::string> KnightsAndKnaves(std::string_view text) {
  std::string lower = LowerCase(text);
  if (const size_t at = lower.rfind("answer"); at != lower.npos && lower.find(':', at) != lower.npos) {
    const std::string tail = lower.substr(at);
    if (tail.find("knight") != tail.npos || tail.find("knave") != tail.npos) lower = tail;
  }
  std::map<std::string, std::string> roles;
  for (size_t at = 0; (at = lower.find(" is a kn", at)) != lower.npos; ++at) {
    const std::string_view kind = std::string_view(lower).substr(at + 6);
    const char* role = kind.starts_with("knight") ? "knight" : kind.starts_with("knave") ? "knave" : nullptr;
    size_t begin = at, end = at;
    while (end > 0 && (lower[end - 1] == '*' || lower[end - 1] == '}')) --end;  // **Tess** is a ...
    begin = end;
    while (begin > 0 && IsNameChar(lower[begin - 1])) --begin;
    if (role != nullptr && begin < end) roles[lower.substr(begin, end - begin)] = role;
  }
  return roles;
}

}  // namespace r1
