// Base64 as RFC 4648 has it, section 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace r1 {

// Nothing unless the text is base64 from end to end, its padding included; line ends at the end are passed over.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace r1
