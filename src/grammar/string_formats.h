// The values of "format" for strings, as patterns. They describe what to write, not all that a reader would accept: the usual
// spellings, of bounded length.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace r1 {

// date, time, date-time (RFC 3339), duration (ISO 8601), uuid, email, hostname, ipv4, ipv6, uri. Empty for others.
std::optional<std::string> FormatPattern(std::string_view format);
inline constexpr std::string_view kFormatNames = "date, time, date-time, duration, uuid, email, hostname, ipv4, ipv6, uri";

}  // namespace r1
