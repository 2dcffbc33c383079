// libFuzzer: any bytes as what a model wrote: up to the first zero byte the completion, after it the expected answer. Rewards and
// parsers meet untrained models, which write anything. Split in pieces of any size, the parser sees the same text.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "judge/code/answer_program.h"
#include "reward/answer_equality.h"
#include "reward/response_parts.h"
#include "reward/thinking_stats.h"
#include "text/reasoning_parser.h"

namespace {

// Thinking, answer and the rest, put one after the other.
std::string Streamed(std::string_view text, const r1::ReasoningFormat& format, size_t piece_bytes) {
  r1::ReasoningParser parser(format, false);
  std::string parts[3];
  auto add = [&](const std::vector<r1::ReasoningDelta>& deltas) {
    for (const r1::ReasoningDelta& delta : deltas) parts[static_cast<size_t>(delta.section)] += delta.text;
  };
  for (size_t at = 0; at < text.size(); at += piece_bytes) add(parser.PushText(text.substr(at, piece_bytes)));
  add(parser.Flush());
  return parts[0] + '\1' + parts[1] + '\1' + parts[2];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(input.find('\0'), input.size());
  const std::string_view text = input.substr(0, cut), expected = input.substr(std::min(cut + 1, size));
  for (const r1::ReasoningFormat& format : {r1::ReasoningFormat{}, r1::ReasoningFormat::R1Zero()})
    CHECK(Streamed(text, format, 1) == Streamed(text, format, size + 1));
  r1::SplitResponse(text);
  r1::ThinkingOf(text);
  r1::BehindThinking(text);
  CHECK(r1::FindProgram(text, "python").code.size() <= text.size());
  for (const auto& answer : {r1::FinalAnswer(text), r1::LastNumber(text)})
    if (answer) r1::AnswersEqual(*answer, expected);
  return 0;
}
