// The 256 printable characters by which byte-level BPE writes bytes in JSON: printable Latin-1 stands for itself, the other 68
// bytes are moved to U+0100 and up (a space becomes U+0120, "Ġ").
//   Radford et al. 2019 (GPT-2), https://github.com/openai/gpt-2/blob/master/src/encoder.py (bytes_to_unicode)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace r1 {

// Bytes -> their characters, as UTF-8.
std::string ToByteAlphabet(std::string_view bytes);

// The reverse; none if the text is not made of these characters alone.
std::optional<std::string> FromByteAlphabet(std::string_view text);

}  // namespace r1
