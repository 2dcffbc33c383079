// What reading a Parquet file may take. Its numbers are claims: a page of a few bytes can unpack to gigabytes, a run of five bytes
// can be billions of values, and one long text can be said again in every row.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace r1::parquet {

struct ReadLimits {
  uint64_t open_bytes = uint64_t{1} << 30;  // of unpacked pages and dictionaries at one time, in all columns together
  uint64_t row_bytes = uint64_t{1} << 28;   // of one row's texts and values
  // Of all unpacked pages, and of all rows, at most this and 1,000 bytes for each byte of the file.
  uint64_t total_bytes = uint64_t{1} << 30;
};

// Counts down while a file is read.
class ReadBudget {
 public:
  ReadBudget(const ReadLimits& limits, uint64_t file_bytes, std::string file)
      : limits_(limits), pages_left_(limits.total_bytes + 1000 * file_bytes), rows_left_(pages_left_), file_(std::move(file)) {}

  void Open(uint64_t bytes) {
    if (bytes > limits_.open_bytes - open_)
      Fail(ErrorCode::kResourceExhausted, file_, ": its pages need more than ", limits_.open_bytes >> 20, " MiB at a time");
    open_ += bytes;
    Spend(pages_left_, bytes);
  }
  void Close(uint64_t bytes) { open_ -= bytes; }

  void BeginRow() { row_left_ = limits_.row_bytes; }
  void Emit(uint64_t bytes) {
    if (bytes > row_left_) Fail(ErrorCode::kResourceExhausted, file_, ": a row has more than ", limits_.row_bytes >> 20, " MiB");
    row_left_ -= bytes;
    Spend(rows_left_, bytes);
  }

 private:
  void Spend(uint64_t& left, uint64_t bytes) const {
    if (bytes > left) Fail(ErrorCode::kResourceExhausted, file_, ": unpacks to more than 1,000 times its size");
    left -= bytes;
  }

  ReadLimits limits_;
  uint64_t open_ = 0, row_left_ = 0, pages_left_, rows_left_;
  std::string file_;
};

}  // namespace r1::parquet
