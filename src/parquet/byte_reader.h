// Reads little-endian values off the front of bytes that somebody else wrote. Whatever would lie behind their end is kDataLoss.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace r1::parquet {

class ByteReader {
 public:
  // `what` names the bytes in messages and outlives the reader.
  ByteReader(std::string_view bytes, const std::string& what) : bytes_(bytes), what_(&what) {}

  size_t remaining() const { return bytes_.size(); }
  std::string_view rest() const { return bytes_; }
  const std::string& what() const { return *what_; }

  std::string_view Take(uint64_t count) {
    if (count > bytes_.size()) Fail(ErrorCode::kDataLoss, *what_, ": ", count, " bytes expected, ", bytes_.size(), " are left");
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  uint8_t Byte() { return static_cast<uint8_t>(Take(1)[0]); }

  // An unsigned integer of `width` bytes, at most 8.
  uint64_t Fixed(size_t width) {
    uint64_t value = 0;
    const std::string_view bytes = Take(width);
    for (size_t i = width; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
    return value;
  }

  // Seven bits a byte, the lowest first (ULEB128), at most 64 bits.
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint64_t byte = Byte();
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    Fail(ErrorCode::kDataLoss, *what_, ": a number has more than 64 bits");
  }

  int64_t ZigZag() {
    const uint64_t value = Varint();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }

 private:
  std::string_view bytes_;
  const std::string* what_;
};

// The `width` (at most 64) bits from bit number `at` on, the lowest bit of a byte first. Bits behind the end are 0.
inline uint64_t BitsAt(std::string_view bytes, uint64_t at, int width) {
  uint64_t value = 0;
  int have = 0;
  for (uint64_t byte = at / 8; have < width && byte < bytes.size(); ++byte) {
    const int skip = have == 0 ? static_cast<int>(at % 8) : 0;
    value |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[byte]) >> skip) << have;
    have += 8 - skip;
  }
  return width < 64 ? value & ((uint64_t{1} << width) - 1) : value;
}

}  // namespace r1::parquet
