// A weight for inference, kept in the element types of its file: never expanded to f32 in memory, packed once, its source let go.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "kernels/gemm.h"
#include "kernels/quant_matrix.h"
#include "ops/exec_context.h"
#include "tensor/tensor.h"

namespace r1::ops {

class StoredWeight {
 public:
  // Rows of the weight [out, in] as the file has them, from row_begin on: F32, BF16, F16 or a quantized type.
  struct Source {
    int64_t row_begin;
    Tensor rows;
  };
  struct Uses {
    bool product = true;   // Multiply will be called
    bool look_up = false;  // LookUp will be called: the sources are kept, mapped, not read
  };

  // kFile: products with the weights that the file has. kInt8: rounded anew to eight bits under scales of 128, for speed; rows that
  // are no multiple of 128 long stay as in the file.
  enum class Format : uint8_t { kFile, kInt8 };
  static bool RoundsAnew(Format format, int64_t in) { return format == Format::kInt8 && in % kWideGroup == 0; }

  // The sources cover [out, in] without a gap (CHECKed). The kernels are those of every later Multiply. of_others: what F32 and
  // F16 rows multiply in; if it is bf16, they are rounded when they are packed.
  StoredWeight(ExecContext& ctx, int64_t out, int64_t in, std::span<const Source> sources, Uses uses, Format format = Format::kFile,
               GemmType of_others = GemmType::kF32);

  // Columns of y [m, out] = x W^T; x [m, in] f32. BF16 rows multiply in bf16 (x rounded), F32 and F16 ones in of_others,
  // quantized ones with x rounded to eight bits (kernels/quant_gemm.h); those rounded anew with x rounded in groups of 128.
  void Multiply(ExecContext& ctx, int64_t m, const float* x, float* y) const;
  // out[i, :] = row ids[i].
  void LookUp(ExecContext& ctx, std::span<const int32_t> ids, float* out) const;

  int64_t out() const { return out_; }
  int64_t in() const { return in_; }
  size_t packed_bytes() const;
  // What packed_bytes() will be, about: [out, in] of `dtype`, all of it in one part.
  static size_t PackedBytes(DType dtype, int64_t out, int64_t in, Format format, GemmType of_others = GemmType::kF32);
  // The types of the parts in order, "Q4_K" or "Q4_K, Q6_K".
  std::string DTypeNames() const;
  static bool CanMultiply(DType dtype);

 private:
  struct Part {
    int64_t row_begin, rows;
    DType dtype;
    Tensor source;  // undefined once let go
    std::variant<std::monostate, PackedMatrix, QuantMatrix> packed;
  };
  int64_t out_, in_;
  std::vector<Part> parts_;
};

}  // namespace r1::ops
