#include "checkpoint/fp8_weights.h"

#include <vector>

#include "base/error.h"
#include "checkpoint/borrow_tensor.h"
#include "quant/dequantize.h"

namespace r1 {

std::array<std::string, 2> Fp8ScaleNames(std::string_view weight_name) {
  return {StrCat(weight_name, "_scale_inv"), StrCat(weight_name, "_scale")};
}

bool IsScaleName(std::string_view name) {
  return name.ends_with(".weight_scale_inv") || name.ends_with(".weight_scale") || name.ends_with(".input_scale");
}

Tensor ApplyFp8Scale(const Tensor& weight, const Tensor& scale, std::array<int64_t, 2> block, std::string_view name) {
  if (weight.rank() != 2) Fail(ErrorCode::kDataLoss, name, ": a weight with a scale must have 2 dimensions, got ", weight.shape());
  Require(scale.dtype() == DType::kF32 || scale.dtype() == DType::kBF16 || scale.dtype() == DType::kF16, name,
          ": its scale must be F32, BF16 or F16, got ", DTypeName(scale.dtype()));
  const int64_t rows = weight.dim(0), columns = weight.dim(1);
  int64_t block_rows = block[0], block_columns = block[1];
  if (scale.numel() == 1) {
    block_rows = std::max<int64_t>(rows, 1), block_columns = std::max<int64_t>(columns, 1);
  } else if (scale.numel() == rows && (scale.rank() == 1 || (scale.rank() == 2 && scale.dim(1) == 1 && columns > block_columns))) {
    block_rows = 1, block_columns = std::max<int64_t>(columns, 1);
  } else {
    const int64_t down = (rows + block_rows - 1) / block_rows, across = (columns + block_columns - 1) / block_columns;
    if (scale.shape() != Shape{down, across})
      Fail(ErrorCode::kDataLoss, name, " ", weight.shape(), ": its scale must be [", down, ", ", across, "] for blocks of ",
           block_rows, " x ", block_columns, ", got ", scale.shape());
  }
  std::vector<float> scales(static_cast<size_t>(scale.numel()));
  quant::DequantizeRow(scale.dtype(), scale.raw(), scale.numel(), scales.data());

  Tensor out = UnpooledTensor(weight.shape(), DType::kF32);
  quant::DequantizeRow(weight.dtype(), weight.raw(), weight.numel(), out.f32());
  const int64_t across = (columns + block_columns - 1) / block_columns;
  for (int64_t r = 0; r < rows; ++r) {
    const float* row_scales = scales.data() + r / block_rows * across;
    float* row = out.f32() + r * columns;
    for (int64_t c = 0; c < columns; ++c) row[c] *= row_scales[c / block_columns];
  }
  return out;
}

}  // namespace r1
