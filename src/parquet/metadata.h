// What a Parquet file says about itself: the footer (schema, row groups, where each column's pages are) and the header of each
// page.
//   https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace r1::parquet {

// Values as in the file; whoever uses one checks that he knows it.
enum class PhysicalType : int32_t {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLenByteArray = 7,
};
enum class Repetition : int32_t { kRequired = 0, kOptional = 1, kRepeated = 2 };
enum class Codec : int32_t { kUncompressed = 0, kSnappy = 1, kGzip = 2, kLzo = 3, kBrotli = 4, kLz4 = 5, kZstd = 6, kLz4Raw = 7 };
enum class PageType : int32_t { kData = 0, kIndex = 1, kDictionary = 2, kDataV2 = 3 };
enum class Encoding : int32_t {
  kPlain = 0,
  kPlainDictionary = 2,
  kRle = 3,
  kBitPacked = 4,
  kDeltaBinaryPacked = 5,
  kDeltaLengthByteArray = 6,
  kDeltaByteArray = 7,
  kRleDictionary = 8,
  kByteStreamSplit = 9,
};
std::string EncodingName(Encoding encoding);

// What a column's values mean, from the older ConvertedType or the newer LogicalType.
enum class Annotation : uint8_t {
  kNone,
  kText,  // also JSON and ENUM
  kList,
  kMap,
  kSigned,
  kUnsigned,
  kDate,             // days since 1970
  kTimestampMillis,  // since 1970
  kTimestampMicros,
  kTimestampNanos,
  kOther,  // see SchemaElement::other
};

struct SchemaElement {
  std::string name;
  std::optional<PhysicalType> type;  // none: a group
  int32_t type_length = 0;
  Repetition repetition = Repetition::kRequired;
  int32_t num_children = 0;
  Annotation annotation = Annotation::kNone;
  bool utc = false;        // of a timestamp
  const char* other = "";  // the name of an annotation that is not read ("DECIMAL")
};

struct ColumnChunk {
  PhysicalType type = PhysicalType::kBoolean;
  Codec codec = Codec::kUncompressed;
  int64_t num_values = 0;          // nulls and empty lists count
  uint64_t offset = 0, bytes = 0;  // of its pages, in the file
};

struct RowGroup {
  std::vector<ColumnChunk> columns;  // in the order of the schema's leaves
  int64_t num_rows = 0;
};

struct FileMetadata {
  std::vector<SchemaElement> schema;  // depth first, the root first
  std::vector<RowGroup> row_groups;
  int64_t num_rows = 0;
};

// The footer of a whole file. `what` names the file. Throws kDataLoss, saying what is wrong; sizes and counts are checked against
// the file, the schema is not yet (schema.h).
FileMetadata ReadMetadata(std::string_view file, const std::string& what);

struct PageHeader {
  PageType type = PageType::kData;
  uint64_t uncompressed_bytes = 0, compressed_bytes = 0;
  std::optional<uint32_t> crc;  // CRC-32 of the bytes as they lie in the file
  int64_t num_values = 0;
  Encoding encoding = Encoding::kPlain;
  // Data pages of version 1: how levels are encoded. Of version 2: always RLE, uncompressed, of these lengths.
  Encoding definition_encoding = Encoding::kRle, repetition_encoding = Encoding::kRle;
  uint64_t definition_bytes = 0, repetition_bytes = 0;
  bool is_compressed = true;
};

// The header at the front of `bytes`, and how long it is.
PageHeader ReadPageHeader(std::string_view bytes, const std::string& what, size_t* header_bytes);

}  // namespace r1::parquet
