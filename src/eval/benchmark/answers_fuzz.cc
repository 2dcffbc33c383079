// libFuzzer: any text as a reply to a question of countdown, of choices, of knights and knaves.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "eval/benchmark/answers.h"
#include "judge/code/answer_program.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view reply(reinterpret_cast<const char*>(data), size);
  std::vector<int64_t> numbers;
  std::string error;
  const auto value = r1::EvaluateEquation(reply, numbers, error);
  CHECK(value ? value->denominator > 0 : !error.empty());
  // Right only with each number used once.
  if (value && value->denominator == 1) CHECK(r1::CountdownFault(reply, numbers, value->numerator).empty());
  numbers.push_back(1);
  if (value) CHECK(!r1::CountdownFault(reply, numbers, value->numerator).empty());
  if (const auto letter = r1::ChosenLetter(reply, 4)) CHECK(*letter >= 'A' && *letter <= 'D');
  for (const auto& [name, role] : r1::KnightsAndKnaves(reply)) CHECK(!name.empty() && (role == "knight" || role == "knave"));
  CHECK(r1::FindProgram(reply, "python").code.size() <= reply.size());
  return 0;
}
