// How a page's bytes are packed.
#pragma once

#include <string>
#include <string_view>

#include "parquet/metadata.h"

namespace r1::parquet {

// Unpacks to exactly `bytes` bytes, which the caller has found bearable. `what` names the page. Throws kDataLoss for damaged data
// and another length, kInvalidArgument for a codec that is not read, by name (LZO, and LZ4 in Hadoop's own frames).
std::string Unpack(Codec codec, std::string_view packed, size_t bytes, const std::string& what);

}  // namespace r1::parquet
