// Unpacking zlib and gzip data that somebody else packed, with a limit: a few bytes can claim to hold gigabytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace r1 {

// The contents of one zlib (RFC 1950) or gzip (RFC 1952) stream, which of the two is seen from its first bytes; several gzip
// members in a row are one text. `what` names the source in messages. Throws kDataLoss for damaged data, for bytes behind it, and
// as soon as it unpacks to more than max_bytes.
std::string Inflate(std::string_view packed, size_t max_bytes, std::string_view what);

}  // namespace r1
