#include "server/consensus/vote.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/check.h"
#include "reward/answer_equality.h"
#include "reward/response_parts.h"

namespace r1 {
namespace {

constexpr std::array<std::pair<std::string_view, AnswerPlace>, 6> kPlaces = {{{"auto", AnswerPlace::kAuto},
                                                                              {"tag", AnswerPlace::kTag},
                                                                              {"boxed", AnswerPlace::kBoxed},
                                                                              {"last_number", AnswerPlace::kLastNumber},
                                                                              {"last_line", AnswerPlace::kLastLine},
                                                                              {"text", AnswerPlace::kText}}};

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

Found Find(std::string_view text, AnswerPlace place) {
  switch (place) {
    case AnswerPlace::kTag: return InTag(text);
    case AnswerPlace::kBoxed: return InBox(text);
    case AnswerPlace::kLastNumber: return LastNumber(text);
    case AnswerPlace::kLastLine: return LastLine(text);
    case AnswerPlace::kText: return NotEmpty(text);
    case AnswerPlace::kAuto: break;
  }
  for (const auto& find : {InTag, InBox, AfterPhrase})
    if (const Found found = find(text)) return found;
  const Found number = LastNumber(text);
  return number ? number : NotEmpty(text);
}

}  // namespace

std::optional<AnswerPlace> AnswerPlaceOf(std::string_view name) {
  for (const auto& [known, place] : kPlaces)
    if (known == name) return place;
  return {};
}

std::optional<std::string> FindAnswer(std::string_view text, AnswerPlace place) {
  const Found found = Find(text, place);
  return found ? std::optional(std::string(*found)) : std::nullopt;
}

void Vote::Cast(int64_t chain, const std::optional<std::string>& answer, int64_t num_tokens) {
  CHECK(num_open_ > 0);
  --num_open_;
  lengths_.emplace_back(chain, num_tokens);
  if (!answer) return;
  for (Group& group : groups_) {
    if (!AnswersEqual(group.answer, *answer)) continue;
    group.chains.insert(std::upper_bound(group.chains.begin(), group.chains.end(), chain), chain);
    return;
  }
  groups_.push_back({*answer, {chain}});
}

bool Vote::Decided() const {
  if (num_open_ == 0) return true;
  return !groups_.empty() && Margin() > num_open_;
}

std::vector<Vote::Group> Vote::Ranking() const {
  std::vector<Group> ranking = groups_;
  std::sort(ranking.begin(), ranking.end(), [](const Group& a, const Group& b) {
    return a.chains.size() != b.chains.size() ? a.chains.size() > b.chains.size() : a.chains.front() < b.chains.front();
  });
  return ranking;
}

int64_t Vote::Margin() const {
  size_t first = 0, second = 0;
  for (const Group& group : groups_) {
    const size_t votes = group.chains.size();
    if (votes > first) {
      second = std::exchange(first, votes);
    } else if (votes > second) {
      second = votes;
    }
  }
  return static_cast<int64_t>(first - second);
}

int64_t Vote::Speaker(const Group& group) const {
  return *std::min_element(group.chains.begin(), group.chains.end(),
                           [&](int64_t a, int64_t b) { return std::pair(LengthOf(a), a) < std::pair(LengthOf(b), b); });
}

int64_t Vote::LengthOf(int64_t chain) const {
  for (const auto& [known, tokens] : lengths_)
    if (known == chain) return tokens;
  CHECK(false);
  return 0;
}

}  // namespace r1
