#include "parquet/delta_decoder.h"

namespace r1::parquet {

DeltaDecoder::DeltaDecoder(std::string_view bytes, const std::string& what) : bytes_(bytes, what) {
  constexpr uint64_t kMax = uint64_t{1} << 31;
  const uint64_t block = bytes_.Varint();
  num_miniblocks_ = bytes_.Varint();
  const uint64_t count = bytes_.Varint();
  value_ = static_cast<uint64_t>(bytes_.ZigZag());
  if (block == 0 || block > kMax || num_miniblocks_ == 0 || num_miniblocks_ > block || block % num_miniblocks_ != 0 ||
      block / num_miniblocks_ % 8 != 0 || count > kMax)
    Fail(ErrorCode::kDataLoss, what, ": ", count, " differences in blocks of ", block, " and ", num_miniblocks_, " miniblocks");
  values_in_miniblock_ = block / num_miniblocks_;
  first_ = count > 0;
  deltas_left_ = count - first_;
}

void DeltaDecoder::ReadBlock() {
  min_delta_ = static_cast<uint64_t>(bytes_.ZigZag());
  widths_ = bytes_.Take(num_miniblocks_);
}

void DeltaDecoder::ReadMiniblock() {
  if (widths_.empty()) ReadBlock();
  width_ = static_cast<uint8_t>(widths_[0]);
  widths_.remove_prefix(1);
  if (width_ > 64) Fail(ErrorCode::kDataLoss, bytes_.what(), ": differences of ", width_, " bits");
  miniblock_ = bytes_.Take(values_in_miniblock_ / 8 * static_cast<uint64_t>(width_));
  bit_ = 0;
  left_in_miniblock_ = values_in_miniblock_;
}

int64_t DeltaDecoder::Next() {
  if (first_) {
    first_ = false;
    return static_cast<int64_t>(value_);
  }
  if (deltas_left_ == 0) Fail(ErrorCode::kDataLoss, bytes_.what(), ": more values are expected than it holds");
  if (left_in_miniblock_ == 0) ReadMiniblock();
  value_ += min_delta_ + BitsAt(miniblock_, bit_, width_);
  bit_ += static_cast<uint64_t>(width_);
  --left_in_miniblock_;
  --deltas_left_;
  return static_cast<int64_t>(value_);
}

std::string_view DeltaDecoder::Rest() const {
  DeltaDecoder ahead = *this;
  while (ahead.deltas_left_ > ahead.left_in_miniblock_) {
    ahead.deltas_left_ -= ahead.left_in_miniblock_;
    ahead.ReadMiniblock();
  }
  return ahead.bytes_.rest();
}

}  // namespace r1::parquet
