#include "kernels/quant_matrix.h"

#include <algorithm>
#include <cstring>

#include "base/aligned_memory.h"
#include "base/check.h"
#include "kernels/quant_pack.h"

namespace r1 {
namespace {

int64_t Panels(int64_t n) { return (n + kQuantPanelCols - 1) / kQuantPanelCols; }

}  // namespace

std::optional<QuantFormat> QuantMatrix::FormatOf(DType dtype) {
  const QuantPacking* packing = QuantPackingOf(dtype);
  return packing ? std::optional(packing->format) : std::nullopt;
}

size_t QuantMatrix::PackedBytes(DType dtype, int64_t n, int64_t k) {
  const QuantLayout layout = LayoutOf(FormatOf(dtype).value());
  return static_cast<size_t>(Panels(n) * (k / layout.block)) * layout.PanelBlockBytes();
}

void QuantMatrix::Allocate(DType dtype, int64_t n, int64_t k) {
  CHECK(QuantPackingOf(dtype) != nullptr && k % DTypeBlockElements(dtype) == 0);
  dtype_ = dtype;
  format_ = *FormatOf(dtype);
  n_ = n;
  k_ = k;
  panel_bytes_ = static_cast<size_t>(blocks()) * LayoutOf(format_).PanelBlockBytes();
  data_ = AllocateAlignedShared(PackedBytes(dtype, n, k));
}

void QuantMatrix::PackRows(ThreadPool& pool, int64_t begin, int64_t end, const void* rows) {
  CHECK(begin % kQuantPanelCols == 0 && (end == n_ || end % kQuantPanelCols == 0));
  const QuantPacking& packing = *QuantPackingOf(dtype_);
  const size_t block_bytes = DTypeBlockBytes(dtype_), row_bytes = DTypeBytes(dtype_, k_);
  const int64_t file_blocks = k_ / DTypeBlockElements(dtype_);
  const size_t step = static_cast<size_t>(packing.blocks) * LayoutOf(format_).PanelBlockBytes();
  pool.Run(Panels(end - begin), [&](int64_t index) {
    const int64_t first = begin + index * kQuantPanelCols, cols = std::min<int64_t>(kQuantPanelCols, end - first);
    uint8_t* out = static_cast<uint8_t*>(data_.get()) + static_cast<size_t>(first / kQuantPanelCols) * panel_bytes_;
    if (cols < kQuantPanelCols) std::memset(out, 0, panel_bytes_);
    const uint8_t* from = static_cast<const uint8_t*>(rows) + static_cast<size_t>(first - begin) * row_bytes;
    for (int64_t b = 0; b < file_blocks; ++b, from += block_bytes, out += step)
      for (int64_t col = 0; col < cols; ++col) packing.pack(from + static_cast<size_t>(col) * row_bytes, col, out);
  });
}

}  // namespace r1
