// What was compressed, for the few clients that take no gzip.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace r1::http {

// num_bytes: of the content. Throws what Inflate throws (base/inflate.h), and kInvalidArgument if it has another length.
std::string Gunzip(std::string_view gzip, size_t num_bytes);

// Whether an Accept-Encoding header admits gzip.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace r1::http
