#include "reward/response_parts.h"

#include "base/ascii.h"

#include <cctype>

namespace r1 {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t CountOf(std::string_view text, std::string_view tag) {
  size_t count = 0;
  for (size_t at = text.find(tag); at != text.npos; at = text.find(tag, at + tag.size())) ++count;
  return count;
}

// The number that starts at `at`: digits with an optional sign and fraction ("-3", "2.5", "3/4").
std::string_view NumberAt(std::string_view text, size_t at) {
  size_t end = at;
  if (end < text.size() && text[end] == '-') ++end;
  const size_t digits = end;
  while (end < text.size() && IsDigit(text[end])) ++end;
  if (end == digits) return {};
  if (end + 1 < text.size() && (text[end] == '.' || text[end] == '/') && IsDigit(text[end + 1])) {
    ++end;
    while (end < text.size() && IsDigit(text[end])) ++end;
  }
  return text.substr(at, end - at);
}

}  // namespace

std::optional<ResponseParts> SplitResponse(std::string_view text) {
  for (const std::string_view tag : {kThinkOpen, kThinkClose, kAnswerOpen, kAnswerClose}) {
    if (CountOf(text, tag) != 1) return std::nullopt;
  }
  ResponseParts parts;
  std::string_view rest = text;
  const auto upto = [&](std::string_view tag, std::string_view& part) {
    const size_t at = rest.find(tag);
    if (at == rest.npos) return false;
    part = rest.substr(0, at);
    rest.remove_prefix(at + tag.size());
    return true;
  };
  if (!upto(kThinkOpen, parts.before) || !upto(kThinkClose, parts.thinking) || !upto(kAnswerOpen, parts.between) ||
      !upto(kAnswerClose, parts.answer)) {
    return std::nullopt;
  }
  parts.after = rest;
  return parts;
}

std::string_view ThinkingOf(std::string_view text) {
  if (const size_t end = text.rfind(kThinkClose); end != text.npos) text = text.substr(0, end);
  if (const size_t begin = text.find(kThinkOpen); begin != text.npos) text.remove_prefix(begin + kThinkOpen.size());
  return text;
}

std::optional<std::string_view> BehindThinking(std::string_view text) {
  if (const size_t end = text.rfind(kThinkClose); end != text.npos) return text.substr(end + kThinkClose.size());
  if (text.find(kThinkOpen) != text.npos) return std::nullopt;
  return text;
}

std::optional<std::string_view> FinalAnswer(std::string_view text) {
  const size_t thought = text.rfind(kThinkClose);
  if (thought == text.npos) return std::nullopt;
  text.remove_prefix(thought + kThinkClose.size());
  const size_t end = text.rfind(kAnswerClose);
  if (end == text.npos) return std::nullopt;
  text = text.substr(0, end);
  const size_t begin = text.rfind(kAnswerOpen);
  if (begin == text.npos) return std::nullopt;
  return Trim(text.substr(begin + kAnswerOpen.size()));
}

std::optional<std::string_view> LastNumber(std::string_view text) {
  constexpr std::string_view kAnswer = "Answer:";
  if (const size_t at = text.rfind(kAnswer); at != text.npos) {
    const size_t start = text.find_first_not_of(" \t", at + kAnswer.size());
    if (start != text.npos) {
      if (const std::string_view number = NumberAt(text, start); !number.empty()) return number;
    }
  }
  std::optional<std::string_view> last;
  for (size_t i = 0; i < text.size();) {
    // A minus belongs to the number unless it is an operator, that is, follows a digit.
    const bool sign = text[i] == '-' && (i == 0 || !IsDigit(text[i - 1]));
    const std::string_view number = IsDigit(text[i]) || sign ? NumberAt(text, i) : std::string_view{};
    if (number.empty()) {
      ++i;
    } else {
      last = number;
      i += number.size();
    }
  }
  return last;
}

}  // namespace r1
