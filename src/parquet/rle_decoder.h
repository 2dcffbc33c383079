// Parquet's hybrid of runs and bit-packed groups, in which levels, dictionary indices and truth values are written.
//   https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parquet/byte_reader.h"

namespace r1::parquet {

// One value at a time, because a run of a few bytes can claim billions of them.
class RleDecoder {
 public:
  // bit_width: 0 to 32 bits a value.
  RleDecoder(std::string_view bytes, int bit_width, const std::string& what) : bytes_(bytes, what), bit_width_(bit_width) {}

  // Throws kDataLoss behind the last value.
  uint32_t Next() {
    while (left_ == 0) ReadRun();
    --left_;
    if (packed_.empty()) return repeated_;
    const uint64_t at = bit_;
    bit_ += static_cast<uint64_t>(bit_width_);
    return static_cast<uint32_t>(BitsAt(packed_, at, bit_width_));
  }

 private:
  void ReadRun();

  ByteReader bytes_;
  int bit_width_;
  uint64_t left_ = 0;
  uint32_t repeated_ = 0;
  std::string_view packed_;  // empty in a run of one value
  uint64_t bit_ = 0;
};

}  // namespace r1::parquet
