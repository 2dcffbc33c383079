#include "server/consensus/answer_finder.h"

#include <cctype>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/error.h"
#include "reward/response_parts.h"
#include "text/regex.h"

namespace r1 {
namespace {

using Found = std::optional<std::string_view>;

Found NotEmpty(std::string_view text) {
  text = Trim(text);
  return text.empty() ? Found{} : Found{text};
}

Found InTag(std::string_view text) {
  const size_t close = text.rfind(kAnswerClose);
  if (close == text.npos) return {};
  const size_t open = text.rfind(kAnswerOpen, close);
  if (open == text.npos) return {};
  const size_t begin = open + kAnswerOpen.size();
  return NotEmpty(text.substr(begin, close - begin));
}

// The last \boxed{...} whose braces close.
Found InBox(std::string_view text) {
  constexpr std::string_view kBoxed = "\\boxed{";
  for (size_t at = text.rfind(kBoxed); at != text.npos; at = at == 0 ? text.npos : text.rfind(kBoxed, at - 1)) {
    const size_t begin = at + kBoxed.size();
    int depth = 1;
    for (size_t i = begin; i < text.size(); ++i) {
      if (text[i] == '\\') {
        ++i;  // \{ and \} are characters
      } else if (text[i] == '{') {
        ++depth;
      } else if (text[i] == '}' && --depth == 0) {
        return NotEmpty(text.substr(begin, i - begin));
      }
    }
  }
  return {};
}

Found LastLine(std::string_view text) {
  const Found whole = NotEmpty(text);
  if (!whole) return {};
  const size_t newline = whole->rfind('\n');
  return newline == whole->npos ? whole : NotEmpty(whole->substr(newline + 1));
}

// "... the answer is **42**." -> 42
Found AfterPhrase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  size_t begin = std::string::npos;
  for (const std::string_view phrase : {"answer is", "answer:"})
    if (const size_t at = lower.rfind(phrase);
        at != std::string::npos && (begin == std::string::npos || at + phrase.size() > begin))
      begin = at + phrase.size();
  if (begin == std::string::npos) return {};
  std::string_view rest = text.substr(begin);
  rest = rest.substr(0, rest.find('\n'));
  constexpr std::string_view kAround = " \t:*$`";
  while (!rest.empty() && kAround.find(rest.front()) != kAround.npos) rest.remove_prefix(1);
  while (!rest.empty() && (kAround.find(rest.back()) != kAround.npos || rest.back() == '.')) rest.remove_suffix(1);
  return NotEmpty(rest);
}

Found Automatic(std::string_view text) {
  for (const auto& find : {InTag, InBox, AfterPhrase})
    if (const Found found = find(text)) return found;
  const Found number = LastNumber(text);
  return number ? number : NotEmpty(text);
}

std::optional<std::string> AtPointer(std::string_view text, const nlohmann::json::json_pointer& pointer) {
  const nlohmann::json value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded() || !value.contains(pointer)) return {};
  const nlohmann::json& found = value.at(pointer);
  return found.is_string() ? found.get<std::string>() : found.dump();
}

std::optional<std::string> LastMatch(std::string_view text, const Regex& regex) {
  std::optional<std::string> last;
  try {
    Regex::Search search(regex, text);
    while (const auto match = search.Next()) last = std::string(text.substr(match->begin, match->end - match->begin));
  } catch (const Error&) {
    return {};  // the pattern backtracks without bound on this text
  }
  return last;
}

struct Place {
  std::string_view name;
  Found (*find)(std::string_view);
};
constexpr Place kPlaces[] = {{"auto", Automatic},         {"tag", InTag},          {"boxed", InBox},
                             {"last_number", LastNumber}, {"last_line", LastLine}, {"text", NotEmpty}};

}  // namespace

AnswerFinder::AnswerFinder(std::string_view place) {
  constexpr std::string_view kJson = "json:", kRegex = "regex:";
  if (place.starts_with(kJson)) {
    try {
      find_ = [pointer = nlohmann::json::json_pointer(std::string(place.substr(kJson.size())))](std::string_view text) {
        return AtPointer(text, pointer);
      };
    } catch (const nlohmann::json::exception& thrown) {
      Fail(ErrorCode::kInvalidArgument, place, " is no JSON pointer: ", thrown.what());
    }
    return;
  }
  if (place.starts_with(kRegex)) {
    find_ = [regex = std::make_shared<const Regex>(place.substr(kRegex.size()))](std::string_view text) {
      return LastMatch(text, *regex);
    };
    return;
  }
  for (const Place& known : kPlaces) {
    if (known.name != place) continue;
    find_ = [find = known.find](std::string_view text) {
      const Found found = find(text);
      return found ? std::optional(std::string(*found)) : std::nullopt;
    };
    return;
  }
  Fail(ErrorCode::kInvalidArgument, "must be auto, tag, boxed, last_number, last_line, text, json:/pointer or regex:PATTERN, got ",
       place);
}

}  // namespace r1
