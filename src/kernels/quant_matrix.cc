#include "kernels/quant_matrix.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/aligned_memory.h"
#include "base/check.h"
#include "kernels/quant_pack.h"
#include "quant/dequantize.h"

namespace r1 {
namespace {

int64_t Panels(int64_t n) { return (n + kQuantPanelCols - 1) / kQuantPanelCols; }

}  // namespace

std::optional<QuantFormat> QuantMatrix::FormatOf(DType dtype) {
  const QuantPacking* packing = QuantPackingOf(dtype);
  return packing ? std::optional(packing->format) : std::nullopt;
}

size_t QuantMatrix::PackedBytes(QuantFormat format, int64_t n, int64_t k) {
  const QuantLayout layout = LayoutOf(format);
  return static_cast<size_t>(Panels(n) * (k / layout.block)) * layout.PanelBlockBytes();
}

template <class PackPanel>
void QuantMatrix::PackPanels(ThreadPool& pool, QuantFormat format, int64_t n, int64_t k, PackPanel pack) {
  CHECK(k % LayoutOf(format).block == 0);
  format_ = format;
  n_ = n;
  k_ = k;
  panel_bytes_ = static_cast<size_t>(blocks()) * LayoutOf(format).PanelBlockBytes();
  data_ = AllocateAligned(bytes());
  pool.Run(Panels(n), [&](int64_t p) {
    uint8_t* out = static_cast<uint8_t*>(data_.get()) + static_cast<size_t>(p) * panel_bytes_;
    const int64_t first = p * kQuantPanelCols, cols = std::min<int64_t>(kQuantPanelCols, n - first);
    if (cols < kQuantPanelCols) std::memset(out, 0, panel_bytes_);
    pack(first, cols, out);
  });
}

void QuantMatrix::Pack(ThreadPool& pool, DType dtype, int64_t n, int64_t k, const void* rows) {
  CHECK(QuantPackingOf(dtype) != nullptr && k % DTypeBlockElements(dtype) == 0);
  const QuantPacking& packing = *QuantPackingOf(dtype);
  const size_t block_bytes = DTypeBlockBytes(dtype), row_bytes = DTypeBytes(dtype, k);
  const int64_t file_blocks = k / DTypeBlockElements(dtype);
  const size_t step = static_cast<size_t>(packing.blocks) * LayoutOf(packing.format).PanelBlockBytes();
  PackPanels(pool, packing.format, n, k, [&](int64_t row, int64_t cols, uint8_t* out) {
    const uint8_t* from = static_cast<const uint8_t*>(rows) + static_cast<size_t>(row) * row_bytes;
    for (int64_t b = 0; b < file_blocks; ++b, from += block_bytes, out += step)
      for (int64_t col = 0; col < cols; ++col) packing.pack(from + static_cast<size_t>(col) * row_bytes, col, out);
  });
}

void QuantMatrix::PackInt8(ThreadPool& pool, DType dtype, int64_t n, int64_t k, const void* rows) {
  const size_t row_bytes = DTypeBytes(dtype, k), step = LayoutOf(QuantFormat::kInt8).PanelBlockBytes();
  PackPanels(pool, QuantFormat::kInt8, n, k, [&](int64_t row, int64_t cols, uint8_t* out) {
    std::vector<float> values(static_cast<size_t>(cols * k));
    quant::DequantizeRow(dtype, static_cast<const uint8_t*>(rows) + static_cast<size_t>(row) * row_bytes, cols * k, values.data());
    for (int64_t b = 0; b < k / kWideGroup; ++b, out += step)
      for (int64_t col = 0; col < cols; ++col) PackInt8Column(values.data() + col * k + b * kWideGroup, col, out);
  });
}

}  // namespace r1
