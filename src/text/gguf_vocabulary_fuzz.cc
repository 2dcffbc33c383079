// libFuzzer: a GGUF vocabulary made from the input, and a text. What loads must encode, decode to the same bytes where nothing
// normalizes or strips, and survive the way back to GGUF.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "base/utf8.h"
#include "text/byte_alphabet.h"
#include "text/decoder.h"
#include "text/gguf_vocabulary.h"
#include "text/stream_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  size_t at = 0;
  const auto byte = [&] { return at < size ? data[at++] : uint8_t{0}; };
  const auto text = [&](size_t most) {
    std::string out;
    for (size_t n = byte() % (most + 1); n > 0 && at < size; --n) out += static_cast<char>(byte());
    return out;
  };
  r1::GgufVocabulary v;
  const auto names = r1::KnownGgufPreTokenizers();
  const uint8_t kind = byte();
  v.model = kind % 3 == 0 ? "llama" : "gpt2";
  v.pre = names[kind / 3 % names.size()];
  v.add_space_prefix = byte() % 2 == 0;
  for (int b = 0; b < 256; ++b)
    v.tokens.push_back(v.model == "llama" ? r1::FallbackTokenOfByte(static_cast<uint8_t>(b))
                                          : r1::ToByteAlphabet(std::string(1, static_cast<char>(b))));
  v.types.assign(256, v.model == "llama" ? r1::GgufTokenType::kByte : r1::GgufTokenType::kNormal);
  v.scores.assign(256, 0);
  for (size_t n = byte() % 32; n > 0; --n) {
    v.tokens.push_back(text(12));
    v.types.push_back(static_cast<r1::GgufTokenType>(1 + byte() % 7));
    v.scores.push_back(static_cast<float>(byte()));
  }
  for (size_t n = byte() % 16; n > 0; --n) v.merges.push_back(text(8));
  v.bos_id = byte() - 1;
  v.unk_id = v.model == "llama" ? 256 : -1;
  const std::string input(reinterpret_cast<const char*>(data) + at, size - at);
  try {
    const r1::Tokenizer t(r1::ToTokenizerSpec(v));
    const auto ids = t.Encode(input, {.parse_special = kind % 2 == 0});
    const std::string decoded = t.Decode(ids);
    r1::StreamDecoder stream(t);
    std::string streamed;
    for (const int32_t id : ids) streamed += stream.Push(id);
    CHECK(streamed + stream.Flush() == decoded);
    if (v.model == "gpt2" && t.spec().normalizer_json == "null" && r1::IsValidUtf8(input)) CHECK(decoded == input);
    const r1::Tokenizer again(r1::ToTokenizerSpec(r1::ToGgufVocabulary(t.spec())));
    if (v.model == "gpt2") CHECK(again.Encode(input, {.parse_special = kind % 2 == 0}) == ids);
  } catch (const r1::Error&) {
  }
  return 0;
}
