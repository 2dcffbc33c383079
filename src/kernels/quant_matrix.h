// A weight W [N, K] in eight bits or fewer, repacked once into panels (kernels/quant_layout.h).
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
  // The form in which products read `dtype`; none if it is not a block format.
  static std::optional<QuantFormat> FormatOf(DType dtype);
  static size_t PackedBytes(QuantFormat format, int64_t n, int64_t k);

  // rows: N rows of K elements of a block format, one after the other, kept bit by bit.
  void Pack(ThreadPool& pool, DType dtype, int64_t n, int64_t k, const void* rows);
  // Rounds any weight anew, to QuantFormat::kInt8. K is a multiple of 128 (CHECKed).
  void PackInt8(ThreadPool& pool, DType dtype, int64_t n, int64_t k, const void* rows);

  QuantFormat format() const { return format_; }
  // How many of its activations share one scale: 32, 128 or 256.
  int span() const { return ActivationSpan(format_); }
  int64_t n() const { return n_; }
  int64_t k() const { return k_; }
  int64_t blocks() const { return k_ / LayoutOf(format_).block; }  // of one panel
  size_t bytes() const { return PackedBytes(format_, n_, k_); }
  const uint8_t* panel(int64_t i) const { return static_cast<const uint8_t*>(data_.get()) + static_cast<size_t>(i) * panel_bytes_; }

 private:
  // Calls pack(first row, number of rows, the panel's memory) for every panel, in parallel.
  template <class PackPanel>
  void PackPanels(ThreadPool& pool, QuantFormat format, int64_t n, int64_t k, PackPanel pack);

  QuantFormat format_ = QuantFormat::kQ8_0;
  int64_t n_ = 0, k_ = 0;
  size_t panel_bytes_ = 0;
  std::shared_ptr<void> data_;
};

}  // namespace r1
