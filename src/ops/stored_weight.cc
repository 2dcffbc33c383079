#include "ops/stored_weight.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "kernels/quant_gemm.h"
#include "quant/dequantize.h"

namespace r1::ops {
namespace {

// A slice of a floating-point weight is expanded at a time, on its way into panels.
constexpr int64_t kSliceRows = 2048;

bool IsFloat(DType dtype) { return dtype == DType::kF32 || dtype == DType::kBF16 || dtype == DType::kF16; }
GemmType GemmTypeOf(DType dtype, GemmType of_others) { return dtype == DType::kBF16 ? GemmType::kBF16 : of_others; }

PackedMatrix PackSlice(ExecContext& ctx, const Tensor& rows, GemmType type) {
  const int64_t n = rows.dim(0), k = rows.dim(1);
  Tensor slice = rows;
  if (rows.dtype() != DType::kF32) {
    slice = Tensor::Empty(ctx.allocator, rows.shape());
    const auto* from = static_cast<const uint8_t*>(rows.raw());
    ctx.pool.For(n, 16, [&, out = slice.f32()](int64_t begin, int64_t end) {
      quant::DequantizeRow(rows.dtype(), from + DTypeBytes(rows.dtype(), begin * k), (end - begin) * k, out + begin * k);
    });
  }
  PackedMatrix packed;
  packed.Pack(ctx.kernels, ctx.pool, type, k, n, slice.f32(), 1, k);
  return packed;
}

}  // namespace

bool StoredWeight::CanMultiply(DType dtype) { return IsFloat(dtype) || QuantMatrix::FormatOf(dtype).has_value(); }

size_t StoredWeight::PackedBytes(DType dtype, int64_t out, int64_t in, Format format, GemmType of_others) {
  if (RoundsAnew(format, in)) return QuantMatrix::PackedBytes(QuantFormat::kInt8, out, in);
  if (const auto packed = QuantMatrix::FormatOf(dtype)) return QuantMatrix::PackedBytes(*packed, out, in);
  return DTypeBytes(GemmTypeOf(dtype, of_others) == GemmType::kBF16 ? DType::kBF16 : DType::kF32, out * in);
}

StoredWeight::StoredWeight(ExecContext& ctx, int64_t out, int64_t in, std::span<const Source> sources, Uses uses, Format format,
                           GemmType of_others)
    : out_(out), in_(in) {
  const bool int8 = RoundsAnew(format, in);
  int64_t next = 0;
  for (const Source& source : sources) {
    const DType dtype = source.rows.dtype();
    CHECK(source.row_begin == next && source.rows.dim(1) == in && CanMultiply(dtype));
    next += source.rows.dim(0);
    const int64_t slice = uses.product && IsFloat(dtype) && !int8 ? kSliceRows : source.rows.dim(0);
    for (int64_t row = 0; row < source.rows.dim(0); row += slice) {
      const Tensor rows = source.rows.Rows(row, std::min(row + slice, source.rows.dim(0)));
      Part& part = parts_.emplace_back(Part{source.row_begin + row, rows.dim(0), dtype, uses.look_up ? rows : Tensor(), {}});
      if (!uses.product) continue;
      if (IsFloat(dtype) && !int8) {
        part.packed = PackSlice(ctx, rows, GemmTypeOf(dtype, of_others));
        continue;
      }
      QuantMatrix packed;
      if (int8)
        packed.PackInt8(ctx.pool, dtype, rows.dim(0), in, rows.raw());
      else
        packed.Pack(ctx.pool, dtype, rows.dim(0), in, rows.raw());
      part.packed = std::move(packed);
    }
  }
  CHECK(next == out);
}

void StoredWeight::Multiply(ExecContext& ctx, int64_t m, const float* x, float* y) const {
  // One rounding of x for all parts whose formats take the same one: nearly always there is only one.
  std::optional<Bf16Rows> rows;
  for (const Part& part : parts_) {
    const auto* packed = std::get_if<PackedMatrix>(&part.packed);
    if (packed == nullptr) continue;
    float* columns = y + part.row_begin;
    if (packed->type() == GemmType::kF32) {
      Gemm(ctx.kernels, ctx.pool, m, x, in_, 1, *packed, columns, out_);
      continue;
    }
    if (!rows) rows.emplace(ctx.kernels, ctx.pool, m, in_, x, in_);
    GemmBf16(ctx.kernels, ctx.pool, *rows, *packed, columns, out_);
  }
  for (const int span : {kQuantGroup, kWideGroup, kSuperGroup}) {
    std::vector<QuantProduct> products;
    for (const Part& part : parts_)
      if (const auto* packed = std::get_if<QuantMatrix>(&part.packed); packed != nullptr && packed->span() == span)
        products.push_back({packed, y + part.row_begin});
    if (products.empty()) continue;
    const QuantActivations rounded(ctx.kernels, ctx.pool, m, in_, x, in_, span);
    QuantGemm(ctx.kernels, ctx.pool, rounded, products, out_);
  }
}

void StoredWeight::LookUp(ExecContext& ctx, std::span<const int32_t> ids, float* out) const {
  ctx.pool.For(static_cast<int64_t>(ids.size()), 16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = ids[static_cast<size_t>(i)];
      const auto after =
          std::upper_bound(parts_.begin(), parts_.end(), row, [](int64_t r, const Part& p) { return r < p.row_begin; });
      const Part& part = *std::prev(after);
      const auto* rows = static_cast<const uint8_t*>(part.source.raw());
      quant::DequantizeRow(part.dtype, rows + DTypeBytes(part.dtype, (row - part.row_begin) * in_), in_, out + i * in_);
    }
  });
}

size_t StoredWeight::packed_bytes() const {
  size_t bytes = 0;
  for (const Part& part : parts_) {
    if (const auto* packed = std::get_if<PackedMatrix>(&part.packed)) bytes += packed->bytes();
    if (const auto* packed = std::get_if<QuantMatrix>(&part.packed)) bytes += packed->bytes();
  }
  return bytes;
}

std::string StoredWeight::DTypeNames() const {
  std::vector<std::string> names;
  for (const Part& part : parts_)
    if (std::find(names.begin(), names.end(), DTypeName(part.dtype)) == names.end()) names.push_back(DTypeName(part.dtype));
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace r1::ops
