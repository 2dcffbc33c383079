// libFuzzer: any bytes as a JSON schema. What compiles is written by at random, and what was written must be JSON.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "grammar/grammar_test_util.h"
#include "grammar/json_schema.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto trie = std::make_shared<const r1::TokenTrie>(r1::SmallTokenizer());
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  try {
    const auto grammar = std::make_shared<r1::TokenGrammar>(std::make_shared<r1::Grammar>(r1::JsonSchemaGrammar(input)), trie);
    const auto text = r1::RandomWalk(grammar, r1::kSmallEos, size, 40);
    if (text && !nlohmann::json::accept(*text)) __builtin_trap();
  } catch (const r1::Error&) {
  }
  return 0;
}
