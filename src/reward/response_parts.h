// The parts of a reasoning model's completion: "<think> thinking </think> <answer> answer </answer>". All views point into the
// text.
#pragma once

#include <optional>
#include <string_view>

namespace r1 {

inline constexpr std::string_view kThinkOpen = "<think>";
inline constexpr std::string_view kThinkClose = "</think>";
inline constexpr std::string_view kAnswerOpen = "<answer>";
inline constexpr std::string_view kAnswerClose = "</answer>";

// Nothing: the four tags do not occur exactly once each in order.
struct ResponseParts {
  std::string_view before;    // <think>
  std::string_view thinking;  // between the think tags
  std::string_view between;   // </think> and <answer>
  std::string_view answer;    // between the answer tags
  std::string_view after;     // </answer>
};
std::optional<ResponseParts> SplitResponse(std::string_view text);

// What the model thought: all before the last </think> (from <think> on, if there is one), or, without </think>, all after <think>,
// or the whole text. For statistics, which must also read broken completions.
std::string_view ThinkingOf(std::string_view text);

// What stands behind the last </think>, or all of a text that never thought. Nothing: thinking that never ends.
std::optional<std::string_view> BehindThinking(std::string_view text);

// The trimmed text of the last <answer>...</answer> after the last </think>, strict: nothing if either is missing.
std::optional<std::string_view> FinalAnswer(std::string_view text);

// For base models only: the number after the last "Answer:", else the last number of the text. "Answer:" wins only if it is
// followed by a number.
std::optional<std::string_view> LastNumber(std::string_view text);

}  // namespace r1
