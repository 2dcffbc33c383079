#include "parquet/rle_decoder.h"

#include <algorithm>

namespace r1::parquet {

void RleDecoder::ReadRun() {
  const uint64_t head = bytes_.Varint();
  packed_ = {};
  bit_ = 0;
  repeated_ = 0;
  if ((head & 1) == 0) {
    left_ = head >> 1;
    repeated_ = static_cast<uint32_t>(bytes_.Fixed(static_cast<size_t>(bit_width_ + 7) / 8));
    return;
  }
  const uint64_t groups = head >> 1;  // of 8 values, so `groups` times the width are bytes
  if (groups > uint64_t{1} << 32) Fail(ErrorCode::kDataLoss, bytes_.what(), ": a run of ", groups, " groups");
  left_ = 8 * groups;
  if (bit_width_ == 0) return;
  // The last group may be cut off behind the last value that counts.
  const uint64_t bytes = std::min<uint64_t>(groups * static_cast<uint64_t>(bit_width_), bytes_.remaining());
  packed_ = bytes_.Take(bytes);
  left_ = std::min(left_, 8 * bytes / static_cast<uint64_t>(bit_width_));
}

}  // namespace r1::parquet
