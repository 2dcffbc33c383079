// DELTA_BINARY_PACKED: integers as differences, in blocks of miniblocks that have a bit width each.
//   https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parquet/byte_reader.h"

namespace r1::parquet {

class DeltaDecoder {
 public:
  DeltaDecoder(std::string_view bytes, const std::string& what);

  // Throws kDataLoss behind the last value. Sums wrap around at 64 bits, as the format wants.
  int64_t Next();

  // The bytes behind all values; in steps of miniblocks, so in time proportional to the bytes.
  std::string_view Rest() const;

 private:
  void ReadBlock();
  void ReadMiniblock();

  ByteReader bytes_;
  uint64_t values_in_miniblock_ = 0, num_miniblocks_ = 0;
  uint64_t deltas_left_ = 0;  // of the whole
  bool first_ = false;        // the first value is still to come
  uint64_t value_ = 0;
  uint64_t min_delta_ = 0;
  std::string_view widths_;  // of the miniblocks to come in this block
  std::string_view miniblock_;
  int width_ = 0;
  uint64_t bit_ = 0, left_in_miniblock_ = 0;
};

}  // namespace r1::parquet
