#include "base/ascii.h"
#include "reward/response_parts.h"
#include "reward/reward.h"

namespace r1 {
namespace {

// The first thing wrong with the form of the text, or nullptr.
const char* FormatFault(const JudgedCompletion& completion) {
  const std::optional<ResponseParts> parts = SplitResponse(completion.text);
  if (!parts) return "the four tags do not occur once each in order";
  if (!Trim(parts->before).empty()) return "text before <think>";
  if (Trim(parts->thinking).empty()) return "empty thinking";
  if (!Trim(parts->between).empty()) return "text between </think> and <answer>";
  if (Trim(parts->answer).empty()) return "empty answer";
  if (!Trim(parts->after).empty()) return "text after </answer>";
  if (!completion.finished) return "cut off";
  return nullptr;
}

}  // namespace

RewardResult FormatReward(const Example&, const JudgedCompletion& completion) {
  const char* fault = FormatFault(completion);
  return {fault == nullptr ? 1.0 : 0.0, fault == nullptr ? "well-formed" : fault};
}

RewardResult TagCountReward(const Example&, const JudgedCompletion& completion) {
  const std::string_view text = completion.text;
  int found = 0;
  size_t after = 0;
  for (const std::string_view tag : {kThinkOpen, kThinkClose, kAnswerOpen, kAnswerClose}) {
    const size_t at = text.find(tag);
    if (at == text.npos || at < after || text.find(tag, at + 1) != text.npos) continue;
    after = at + tag.size();
    ++found;
  }
  return {found / 4.0, StrCat(found, " of 4 tags in place")};
}

}  // namespace r1
