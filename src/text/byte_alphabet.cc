#include "text/byte_alphabet.h"

#include <array>

#include "base/utf8.h"

namespace r1 {
namespace {

constexpr int kNumCharacters = 0x144;  // the highest is U+0143

struct Tables {
  std::array<uint16_t, 256> character_of_byte{};
  std::array<int16_t, kNumCharacters> byte_of_character{};
};

constexpr Tables MakeTables() {
  Tables t;
  for (int16_t& b : t.byte_of_character) b = -1;
  uint16_t next = 0x100;
  for (int b = 0; b < 256; ++b) {
    const bool printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    const uint16_t c = printable ? static_cast<uint16_t>(b) : next++;
    t.character_of_byte[static_cast<size_t>(b)] = c;
    t.byte_of_character[c] = static_cast<int16_t>(b);
  }
  return t;
}

constexpr Tables kTables = MakeTables();

}  // namespace

std::string ToByteAlphabet(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char b : bytes) text += EncodeUtf8(kTables.character_of_byte[static_cast<uint8_t>(b)]);
  return text;
}

std::optional<std::string> FromByteAlphabet(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  while (!text.empty()) {
    if (text[0] >= '!' && text[0] <= '~') {  // most of a vocabulary
      bytes += text[0];
      text.remove_prefix(1);
      continue;
    }
    const Utf8Char c = NextUtf8Char(text);
    if (!c.valid || c.code_point >= kNumCharacters || kTables.byte_of_character[c.code_point] < 0) return std::nullopt;
    bytes += static_cast<char>(kTables.byte_of_character[c.code_point]);
    text.remove_prefix(static_cast<size_t>(c.num_bytes));
  }
  return bytes;
}

}  // namespace r1
