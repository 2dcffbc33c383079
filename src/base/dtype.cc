#include "base/dtype.h"

#include "base/check.h"

namespace r1 {
namespace {

struct Row {
  const char* name;
  int64_t elements;
  size_t bytes;
};

constexpr Row RowOf(DType dtype) {
  switch (dtype) {
    case DType::kF32: return {"F32", 1, 4};
    case DType::kBF16: return {"BF16", 1, 2};
    case DType::kF16: return {"F16", 1, 2};
    case DType::kF64: return {"F64", 1, 8};
    case DType::kF8E4M3: return {"F8_E4M3", 1, 1};
    case DType::kF8E5M2: return {"F8_E5M2", 1, 1};
    case DType::kI8: return {"I8", 1, 1};
    case DType::kU8: return {"U8", 1, 1};
    case DType::kI16: return {"I16", 1, 2};
    case DType::kI32: return {"I32", 1, 4};
    case DType::kI64: return {"I64", 1, 8};
    case DType::kBool: return {"BOOL", 1, 1};
    case DType::kQ4_0: return {"Q4_0", 32, 18};
    case DType::kQ4_1: return {"Q4_1", 32, 20};
    case DType::kQ5_0: return {"Q5_0", 32, 22};
    case DType::kQ5_1: return {"Q5_1", 32, 24};
    case DType::kQ8_0: return {"Q8_0", 32, 34};
    case DType::kQ2_K: return {"Q2_K", 256, 84};
    case DType::kQ3_K: return {"Q3_K", 256, 110};
    case DType::kQ4_K: return {"Q4_K", 256, 144};
    case DType::kQ5_K: return {"Q5_K", 256, 176};
    case DType::kQ6_K: return {"Q6_K", 256, 210};
    case DType::kIQ4_NL: return {"IQ4_NL", 32, 18};
    case DType::kIQ4_XS: return {"IQ4_XS", 256, 136};
  }
  return {"?", 1, 1};
}

}  // namespace

const char* DTypeName(DType dtype) { return RowOf(dtype).name; }
int64_t DTypeBlockElements(DType dtype) { return RowOf(dtype).elements; }
size_t DTypeBlockBytes(DType dtype) { return RowOf(dtype).bytes; }

size_t DTypeSize(DType dtype) {
  CHECK(!IsQuantized(dtype));
  return RowOf(dtype).bytes;
}

size_t DTypeBytes(DType dtype, int64_t n) {
  const Row row = RowOf(dtype);
  CHECK(n % row.elements == 0);
  return static_cast<size_t>(n / row.elements) * row.bytes;
}

}  // namespace r1
