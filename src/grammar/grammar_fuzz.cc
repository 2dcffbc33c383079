// libFuzzer: any bytes as a GBNF grammar. What compiles is written by at random, and what was written must match.
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "grammar/grammar_test_util.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  try {
    const auto grammar = r1::SmallGrammar(input);
    const auto text = r1::RandomWalk(grammar, r1::kSmallEos, size, 24);
    if (text && text->size() < 64 && grammar->grammar().num_states() < 1000 && !grammar->grammar().Matches(*text)) __builtin_trap();
  } catch (const r1::Error&) {
  }
  return 0;
}
