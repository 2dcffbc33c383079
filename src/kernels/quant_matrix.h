// A weight W [N, K] kept in the quantization of its file, repacked once into panels (kernels/quant_layout.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/dtype.h"
#include "base/thread_pool.h"
#include "kernels/quant_layout.h"

namespace r1 {

class QuantMatrix {
 public:
  QuantMatrix() = default;
  // The form in which products read `dtype`; none if it is not a block format.
  static std::optional<QuantFormat> FormatOf(DType dtype);

  // rows: N rows of K elements (a whole number of blocks, CHECKed), one after the other. May be called for parts of the rows, in
  // any order, after Allocate; begin is a multiple of 32 rows, as is end unless it is N.
  void Allocate(DType dtype, int64_t n, int64_t k);
  void PackRows(ThreadPool& pool, int64_t begin, int64_t end, const void* rows);
  void Pack(ThreadPool& pool, DType dtype, int64_t n, int64_t k, const void* rows) {
    Allocate(dtype, n, k);
    PackRows(pool, 0, n, rows);
  }

  DType dtype() const { return dtype_; }
  QuantFormat format() const { return format_; }
  int64_t n() const { return n_; }
  int64_t k() const { return k_; }
  int64_t blocks() const { return k_ / LayoutOf(format_).block; }  // of one panel
  size_t bytes() const { return PackedBytes(dtype_, n_, k_); }
  const uint8_t* panel(int64_t i) const { return static_cast<const uint8_t*>(data_.get()) + static_cast<size_t>(i) * panel_bytes_; }
  static size_t PackedBytes(DType dtype, int64_t n, int64_t k);

 private:
  DType dtype_ = DType::kQ8_0;
  QuantFormat format_ = QuantFormat::kQ8_0;
  int64_t n_ = 0, k_ = 0;
  size_t panel_bytes_ = 0;
  std::shared_ptr<void> data_;
};

}  // namespace r1
