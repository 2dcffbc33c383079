// The values of one page, in any of Parquet's encodings, one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parquet/schema.h"

namespace r1::parquet {

// Which member counts, the leaf's type says.
struct RawValue {
  int64_t integer = 0;     // kBoolean, kInt32 (sign-extended), kInt64
  double number = 0;       // kFloat, kDouble
  std::string_view bytes;  // kByteArray, kFixedLenByteArray; lives until the next value is read
};

class ValueDecoder {
 public:
  virtual ~ValueDecoder() = default;
  virtual RawValue Next() = 0;  // throws kDataLoss behind the last value
};

// `bytes` and `dictionary` (null: the column has none) outlive the decoder. `what` names the column, and outlives it too. Throws
// kDataLoss for an encoding that the type cannot have, kInvalidArgument for one that is not read, by name.
std::unique_ptr<ValueDecoder> MakeValueDecoder(Encoding encoding, const SchemaNode& leaf, std::string_view bytes,
                                               const std::vector<RawValue>* dictionary, const std::string& what);

// The values of a dictionary page, views into `bytes`.
std::vector<RawValue> ReadDictionary(const SchemaNode& leaf, int64_t count, std::string_view bytes, const std::string& what);

}  // namespace r1::parquet
