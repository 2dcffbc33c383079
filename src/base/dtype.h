// Element types of tensors in memory and on disk.
#pragma once

#include <cstddef>
#include <cstdint>

namespace r1 {

// Up to kBool one element stands alone. The rest are blocks of quantized elements, named as GGUF names them; quant/block_formats.h
// says what their bytes mean.
enum class DType : uint8_t {
  kF32,
  kBF16,
  kF16,
  kF64,
  kF8E4M3,
  kF8E5M2,
  kI8,
  kU8,
  kI16,
  kI32,
  kI64,
  kBool,
  kQ4_0,
  kQ4_1,
  kQ5_0,
  kQ5_1,
  kQ8_0,
  kQ2_K,
  kQ3_K,
  kQ4_K,
  kQ5_K,
  kQ6_K,
  kIQ4_NL,
  kIQ4_XS,
};

inline constexpr DType kAllDTypes[] = {DType::kF32,  DType::kBF16, DType::kF16,  DType::kF64,  DType::kF8E4M3, DType::kF8E5M2,
                                       DType::kI8,   DType::kU8,   DType::kI16,  DType::kI32,  DType::kI64,    DType::kBool,
                                       DType::kQ4_0, DType::kQ4_1, DType::kQ5_0, DType::kQ5_1, DType::kQ8_0,   DType::kQ2_K,
                                       DType::kQ3_K, DType::kQ4_K, DType::kQ5_K, DType::kQ6_K, DType::kIQ4_NL, DType::kIQ4_XS};

const char* DTypeName(DType dtype);  // the spelling of safetensors or GGUF: "F32", "BF16", "Q4_K"
constexpr bool IsQuantized(DType dtype) { return dtype >= DType::kQ4_0; }

// Elements that are stored together, always along the last dimension: 1, 32 or 256.
int64_t DTypeBlockElements(DType dtype);
size_t DTypeBlockBytes(DType dtype);
// Bytes of one element; a quantized dtype has no such thing (CHECKed).
size_t DTypeSize(DType dtype);
// Bytes of n elements, a whole number of blocks (CHECKed).
size_t DTypeBytes(DType dtype, int64_t n);

}  // namespace r1
