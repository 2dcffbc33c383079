// CRC-32C (Castagnoli), as TFRecord files use it. RFC 3720, appendix B.4.
#pragma once

#include <cstdint>
#include <string_view>

namespace r1 {

uint32_t Crc32c(std::string_view bytes);

// The form TFRecord stores: rotated and offset, so that a CRC of data that contains CRCs stays useful.
inline uint32_t MaskedCrc32c(std::string_view bytes) {
  const uint32_t crc = Crc32c(bytes);
  return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

}  // namespace r1
