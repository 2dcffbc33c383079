// libFuzzer: any bytes as an expected answer, a zero byte, and a completion. Nothing crashes or hangs, and the verdict is the same
// twice.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "judge/math/math_verdict.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(input.find('\0'), input.size());
  const std::string_view expected = input.substr(0, cut), completion = input.substr(std::min(cut + 1, size));
  const r1::MathVerdict verdict = r1::JudgeMath(expected, completion);
  CHECK(r1::JudgeMath(expected, completion).outcome == verdict.outcome);
  CHECK(verdict.reason.find('\n') == std::string::npos || verdict.reason.size() < 400);
  // Whatever it is, it is no other number.
  const auto answer = r1::ExtractAnswer(completion);
  if (answer) CHECK(!(r1::JudgeMathAnswer("3", *answer).right() && r1::JudgeMathAnswer("4", *answer).right()));
  return 0;
}
