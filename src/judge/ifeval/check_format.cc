// detectable_content:*, detectable_format:*, combination:* and startend:*.
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "judge/ifeval/checks.h"
#include "judge/ifeval/words.h"

namespace r1 {
namespace {

// [address] and the like, on one line.
bool Placeholders(std::string_view response, const IfevalArguments& a) {
  int64_t count = 0;
  for (size_t open; (open = response.find('[')) != response.npos;) {
    response.remove_prefix(open);
    const size_t close = response.find(']'), line = response.find('\n');
    if (close == response.npos) break;
    count += close < line;
    response.remove_prefix(close < line ? close + 1 : 1);
  }
  return count >= a.count;
}

// "P.S." with something after it, or "P.P.S", spaces allowed between the letters, in any case.
bool Postscript(std::string_view response, const IfevalArguments& a) {
  std::string marker;
  for (const char c : LowerText(a.text)) marker += c == ' ' ? "" : std::string(1, c);
  const std::string text = LowerText(response);
  for (size_t begin = 0; begin < text.size(); ++begin) {
    size_t at = begin, matched = 0;
    while (matched < marker.size() && at < text.size() && text[at] == marker[matched]) {
      ++matched, ++at;
      if (marker[matched - 1] == '.' && at < text.size() && text[at] == ' ') ++at;
    }
    if (matched == marker.size()) return true;
  }
  return false;
}

// Lines that begin with "* " or "-": not those with "**".
bool BulletLists(std::string_view response, const IfevalArguments& a) {
  int64_t count = 0;
  for (const std::string_view line : SplitAt(response, "\n")) {
    const std::string_view text = line.substr(std::min(line.find_first_not_of(kAsciiSpace), line.size()));
    if (text.starts_with('-')) count += 1;
    if (text.size() >= 2 && text[0] == '*' && text[1] != '*') count += 1;
  }
  return count == a.count;
}

// *so* or **so**, on one line, with something inside.
bool HighlightedSections(std::string_view response, const IfevalArguments& a) {
  int64_t count = 0;
  const auto count_between = [&](std::string_view mark) {
    for (size_t at = 0; (at = response.find(mark, at)) != response.npos;) {
      const size_t inside = at + mark.size(), end = response.find_first_of("*\n", inside);
      if (end == response.npos) return;
      if (response.substr(end).starts_with(mark)) {
        count += !Trim(response.substr(inside, end - inside)).empty();
        at = end + mark.size();
      } else {
        ++at;
      }
    }
  };
  count_between("*");
  count_between("**");
  return count >= a.count;
}

// "Section 1", "Section 2", ...: at least so many.
bool Sections(std::string_view response, const IfevalArguments& a) {
  int64_t count = 0;
  for (size_t at = 0; !a.text.empty() && (at = response.find(a.text, at)) != response.npos;) {
    at += a.text.size();
    size_t digit = at;
    if (digit < response.size() && kAsciiSpace.find(response[digit]) != kAsciiSpace.npos) ++digit;
    count += digit < response.size() && response[digit] >= '0' && response[digit] <= '9';
  }
  return count >= a.count;
}

// The whole response is JSON, perhaps in a code block.
bool JsonFormat(std::string_view response, const IfevalArguments&) {
  std::string_view text = Trim(response);
  for (const std::string_view fence : {"```json", "```Json", "```JSON", "```"}) {
    if (!text.starts_with(fence)) continue;
    text.remove_prefix(fence.size());
    break;
  }
  if (text.ends_with("```")) text.remove_suffix(3);
  text = Trim(text);
  // Deeper than any answer, and the parser is recursive.
  int64_t depth = 0;
  for (const char c : text) {
    depth += (c == '[' || c == '{') - (c == ']' || c == '}');
    if (depth > 500) return false;
  }
  return nlohmann::json::accept(text);
}

// <<a title>> on one line.
bool Title(std::string_view response, const IfevalArguments&) {
  for (const std::string_view line : SplitAt(response, "\n")) {
    const size_t open = line.find("<<"), close = line.rfind(">>");
    if (open != line.npos && close != line.npos && close > open + 1 && !Trim(Trim(line.substr(open, close - open), "<>")).empty())
      return true;
  }
  return false;
}

bool ConstrainedResponse(std::string_view response, const IfevalArguments&) {
  for (const std::string_view answer : {"My answer is yes.", "My answer is no.", "My answer is maybe."}) {
    if (response.find(answer) != response.npos) return true;
  }
  return false;
}

// Two different responses with six asterisks between them.
bool TwoResponses(std::string_view response, const IfevalArguments&) {
  const std::vector<std::string_view> pieces = SplitAt(response, "******");
  std::vector<std::string_view> full;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const std::string_view text = Trim(pieces[i]);
    if (!text.empty())
      full.push_back(text);
    else if (i > 0 && i + 1 < pieces.size())
      return false;
  }
  return full.size() == 2 && full[0] != full[1];
}

bool RepeatPrompt(std::string_view response, const IfevalArguments& a) {
  return LowerText(Trim(response)).starts_with(LowerText(Trim(a.text)));
}

bool EndPhrase(std::string_view response, const IfevalArguments& a) {
  return LowerText(Trim(Trim(response), "\"")).ends_with(LowerText(Trim(a.text)));
}

bool Quotation(std::string_view response, const IfevalArguments&) {
  const std::string_view text = Trim(response);
  return text.size() > 1 && text.front() == '"' && text.back() == '"';
}

constexpr IfevalCheck kChecks[] = {
    {.id = "detectable_content:number_placeholders", .follows = Placeholders, .count = "num_placeholders"},
    {.id = "detectable_content:postscript", .follows = Postscript, .text = "postscript_marker"},
    {.id = "detectable_format:number_bullet_lists", .follows = BulletLists, .count = "num_bullets"},
    {.id = "detectable_format:number_highlighted_sections", .follows = HighlightedSections, .count = "num_highlights"},
    {.id = "detectable_format:multiple_sections", .follows = Sections, .count = "num_sections", .text = "section_spliter"},
    {.id = "detectable_format:json_format", .follows = JsonFormat},
    {.id = "detectable_format:title", .follows = Title},
    {.id = "detectable_format:constrained_response", .follows = ConstrainedResponse},
    {.id = "combination:two_responses", .follows = TwoResponses},
    {.id = "combination:repeat_prompt", .follows = RepeatPrompt, .text = "prompt_to_repeat"},
    {.id = "startend:end_checker", .follows = EndPhrase, .text = "end_phrase"},
    {.id = "startend:quotation", .follows = Quotation},
};

}  // namespace

std::span<const IfevalCheck> FormatChecks() { return kChecks; }

}  // namespace r1
