// libFuzzer: up to the first zero byte a tokenizer.json, after it a text. What loads must encode, decode and save without fault.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "text/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(input.find('\0'), input.size());
  try {
    const r1::Tokenizer tokenizer(r1::ParseTokenizerJson(input.substr(0, cut)));
    tokenizer.Decode(tokenizer.Encode(cut < size ? input.substr(cut + 1) : "Hello, 12 w\xC3\xB6rlds\xff"));
    r1::Tokenizer again(r1::ParseTokenizerJson(r1::TokenizerFiles(tokenizer)[0].second));
  } catch (const r1::Error&) {
  }
  return 0;
}
