#include "parquet/metadata.h"

#include "parquet/thrift.h"

namespace r1::parquet {
namespace {

constexpr size_t kMaxFooterBytes = 64 << 20;

// Annotations by their number: as LogicalType numbers them, and as ConvertedType does.
void SetLogicalType(ThriftReader& thrift, SchemaElement& element) {
  thrift.Struct([&](int64_t id, ThriftType) {
    switch (id) {
      case 1:
      case 4:
      case 12: element.annotation = Annotation::kText; return false;
      case 2: element.annotation = Annotation::kMap; return false;
      case 3: element.annotation = Annotation::kList; return false;
      case 6: element.annotation = Annotation::kDate; return false;
      case 8:
        element.annotation = Annotation::kTimestampMillis;
        thrift.Struct([&](int64_t part, ThriftType part_type) {
          if (part == 1) element.utc = thrift.Bool(part_type);
          if (part == 2) {
            thrift.Struct([&](int64_t unit, ThriftType) {
              element.annotation = unit == 1   ? Annotation::kTimestampMillis
                                   : unit == 2 ? Annotation::kTimestampMicros
                                               : Annotation::kTimestampNanos;
              return false;
            });
          }
          return part == 1 || part == 2;
        });
        return true;
      case 10:
        element.annotation = Annotation::kSigned;
        thrift.Struct([&](int64_t part, ThriftType part_type) {
          if (part == 2) element.annotation = thrift.Bool(part_type) ? Annotation::kSigned : Annotation::kUnsigned;
          return part == 2;
        });
        return true;
      case 11: return false;  // always null
      default: break;
    }
    static constexpr const char* kNames[] = {"", "", "", "", "", "DECIMAL", "",     "TIME",
                                             "", "", "", "", "", "BSON",    "UUID", "FLOAT16"};
    element.annotation = Annotation::kOther;
    element.other = id < 16 && *kNames[id] != '\0' ? kNames[id] : "a type newer than this program";
    return false;
  });
}

void SetConvertedType(int32_t converted, SchemaElement& element) {
  static constexpr Annotation kMeanings[] = {Annotation::kText,
                                             Annotation::kMap,
                                             Annotation::kMap,
                                             Annotation::kList,
                                             Annotation::kText,
                                             Annotation::kOther,
                                             Annotation::kDate,
                                             Annotation::kOther,
                                             Annotation::kOther,
                                             Annotation::kTimestampMillis,
                                             Annotation::kTimestampMicros,
                                             Annotation::kUnsigned,
                                             Annotation::kUnsigned,
                                             Annotation::kUnsigned,
                                             Annotation::kUnsigned,
                                             Annotation::kSigned,
                                             Annotation::kSigned,
                                             Annotation::kSigned,
                                             Annotation::kSigned,
                                             Annotation::kText};
  if (element.annotation != Annotation::kNone) return;  // the newer one counts
  const bool known = converted >= 0 && converted < static_cast<int32_t>(std::size(kMeanings));
  element.annotation = known ? kMeanings[converted] : Annotation::kOther;
  element.utc = converted == 9 || converted == 10;
  element.other = converted == 5 ? "DECIMAL" : converted == 7 || converted == 8 ? "TIME" : converted == 20 ? "BSON" : "INTERVAL";
}

SchemaElement ReadSchemaElement(ThriftReader& thrift) {
  SchemaElement element;
  int32_t converted = -1;
  thrift.Struct([&](int64_t id, ThriftType type) {
    switch (id) {
      case 1: element.type = static_cast<PhysicalType>(thrift.Int32(type)); return true;
      case 2: element.type_length = thrift.Int32(type); return true;
      case 3: element.repetition = static_cast<Repetition>(thrift.Int32(type)); return true;
      case 4: element.name = thrift.Binary(type); return true;
      case 5: element.num_children = thrift.Int32(type); return true;
      case 6: converted = thrift.Int32(type); return true;
      case 10: SetLogicalType(thrift, element); return true;
      default: return false;
    }
  });
  if (converted >= 0) SetConvertedType(converted, element);
  return element;
}

ColumnChunk ReadColumnChunk(ThriftReader& thrift, size_t file_bytes) {
  ColumnChunk chunk;
  bool has_metadata = false;
  int64_t data_offset = -1, dictionary_offset = -1, bytes = -1;
  thrift.Struct([&](int64_t id, ThriftType) {
    if (id == 1) Fail(ErrorCode::kDataLoss, thrift.what(), ": a column lies in another file, which is not read");
    if (id == 8 || id == 9) Fail(ErrorCode::kDataLoss, thrift.what(), ": a column is encrypted, which is not read");
    if (id != 3) return false;
    has_metadata = true;
    thrift.Struct([&](int64_t part, ThriftType part_type) {
      switch (part) {
        case 1: chunk.type = static_cast<PhysicalType>(thrift.Int32(part_type)); return true;
        case 4: chunk.codec = static_cast<Codec>(thrift.Int32(part_type)); return true;
        case 5: chunk.num_values = thrift.Int(part_type); return true;
        case 7: bytes = thrift.Int(part_type); return true;
        case 9: data_offset = thrift.Int(part_type); return true;
        case 11: dictionary_offset = thrift.Int(part_type); return true;
        default: return false;
      }
    });
    return true;
  });
  // Some writers say 0 where there is no dictionary.
  const int64_t offset = dictionary_offset > 0 && dictionary_offset < data_offset ? dictionary_offset : data_offset;
  if (!has_metadata || offset < 0 || bytes < 0 || chunk.num_values < 0 || static_cast<uint64_t>(offset) > file_bytes ||
      static_cast<uint64_t>(bytes) > file_bytes - static_cast<uint64_t>(offset))
    Fail(ErrorCode::kDataLoss, thrift.what(), ": a column of ", chunk.num_values, " values is said to lie in ", bytes, " bytes at ",
         offset, " of the file's ", file_bytes);
  chunk.offset = static_cast<uint64_t>(offset);
  chunk.bytes = static_cast<uint64_t>(bytes);
  return chunk;
}

RowGroup ReadRowGroup(ThriftReader& thrift, size_t file_bytes) {
  RowGroup group;
  thrift.Struct([&](int64_t id, ThriftType type) {
    if (id == 1) thrift.List(type, [&](ThriftType) { group.columns.push_back(ReadColumnChunk(thrift, file_bytes)); });
    if (id == 3) group.num_rows = thrift.Int(type);
    return id == 1 || id == 3;
  });
  if (group.num_rows < 0) Fail(ErrorCode::kDataLoss, thrift.what(), ": a row group has ", group.num_rows, " rows");
  return group;
}

}  // namespace

std::string EncodingName(Encoding encoding) {
  static constexpr const char* kNames[] = {"PLAIN",
                                           "1",
                                           "PLAIN_DICTIONARY",
                                           "RLE",
                                           "BIT_PACKED",
                                           "DELTA_BINARY_PACKED",
                                           "DELTA_LENGTH_BYTE_ARRAY",
                                           "DELTA_BYTE_ARRAY",
                                           "RLE_DICTIONARY",
                                           "BYTE_STREAM_SPLIT"};
  const auto number = static_cast<int32_t>(encoding);
  return number >= 0 && number < static_cast<int32_t>(std::size(kNames)) ? kNames[number] : std::to_string(number);
}

FileMetadata ReadMetadata(std::string_view file, const std::string& what) {
  constexpr std::string_view kMagic = "PAR1";
  if (file.size() < 12) Fail(ErrorCode::kDataLoss, what, ": no Parquet file: it has ", file.size(), " bytes");
  if (file.ends_with("PARE")) Fail(ErrorCode::kDataLoss, what, ": an encrypted Parquet file, which is not read");
  if (!file.starts_with(kMagic) || !file.ends_with(kMagic))
    Fail(ErrorCode::kDataLoss, what, ": no Parquet file, or cut off: it must begin and end with PAR1");
  ByteReader length(file.substr(file.size() - 8, 4), what);
  const uint64_t footer_bytes = length.Fixed(4);
  if (footer_bytes > file.size() - 12 || footer_bytes > kMaxFooterBytes)
    Fail(ErrorCode::kDataLoss, what, ": a footer of ", footer_bytes, " bytes in a file of ", file.size());
  const std::string footer_name = what + ": footer";
  ThriftReader thrift(file.substr(file.size() - 8 - footer_bytes, footer_bytes), footer_name);
  FileMetadata metadata;
  thrift.Struct([&](int64_t id, ThriftType type) {
    switch (id) {
      case 2: thrift.List(type, [&](ThriftType) { metadata.schema.push_back(ReadSchemaElement(thrift)); }); return true;
      case 3: metadata.num_rows = thrift.Int(type); return true;
      case 4: thrift.List(type, [&](ThriftType) { metadata.row_groups.push_back(ReadRowGroup(thrift, file.size())); }); return true;
      case 8: Fail(ErrorCode::kDataLoss, what, ": an encrypted Parquet file, which is not read");
      default: return false;
    }
  });
  int64_t rows = 0;
  for (const RowGroup& group : metadata.row_groups)
    if (__builtin_add_overflow(rows, group.num_rows, &rows)) rows = -1;
  if (rows != metadata.num_rows)
    Fail(ErrorCode::kDataLoss, footer_name, ": ", metadata.num_rows, " rows are said, the row groups have ", rows);
  return metadata;
}

PageHeader ReadPageHeader(std::string_view bytes, const std::string& what, size_t* header_bytes) {
  PageHeader header;
  ThriftReader thrift(bytes, what);
  int64_t uncompressed = -1, compressed = -1, definition = 0, repetition = 0;
  const auto data_page = [&](int64_t id, ThriftType type) {
    if (id == 1) header.num_values = thrift.Int(type);
    if (id == 2) header.encoding = static_cast<Encoding>(thrift.Int32(type));
    if (id == 3) header.definition_encoding = static_cast<Encoding>(thrift.Int32(type));
    if (id == 4) header.repetition_encoding = static_cast<Encoding>(thrift.Int32(type));
    return id <= 4;
  };
  const auto dictionary_page = [&](int64_t id, ThriftType type) {
    if (id == 1) header.num_values = thrift.Int(type);
    if (id == 2) header.encoding = static_cast<Encoding>(thrift.Int32(type));
    return id <= 2;
  };
  const auto data_page_v2 = [&](int64_t id, ThriftType type) {
    if (id == 1) header.num_values = thrift.Int(type);
    if (id == 4) header.encoding = static_cast<Encoding>(thrift.Int32(type));
    if (id == 5) definition = thrift.Int(type);
    if (id == 6) repetition = thrift.Int(type);
    if (id == 7) header.is_compressed = thrift.Bool(type);
    return id == 1 || (id >= 4 && id <= 7);
  };
  thrift.Struct([&](int64_t id, ThriftType type) {
    switch (id) {
      case 1: header.type = static_cast<PageType>(thrift.Int32(type)); return true;
      case 2: uncompressed = thrift.Int(type); return true;
      case 3: compressed = thrift.Int(type); return true;
      case 4: header.crc = static_cast<uint32_t>(thrift.Int(type)); return true;
      case 5: thrift.Struct(data_page); return true;
      case 7: thrift.Struct(dictionary_page); return true;
      case 8: thrift.Struct(data_page_v2); return true;
      default: return false;
    }
  });
  *header_bytes = bytes.size() - thrift.remaining();
  if (compressed < 0 || uncompressed < 0 || header.num_values < 0 || definition < 0 || repetition < 0 ||
      static_cast<uint64_t>(compressed) > thrift.remaining() || definition > compressed || repetition > compressed - definition)
    Fail(ErrorCode::kDataLoss, what, ": a page of ", header.num_values, " values, ", compressed, " bytes (", uncompressed,
         " unpacked) where ", thrift.remaining(), " bytes are left");
  header.compressed_bytes = static_cast<uint64_t>(compressed);
  header.uncompressed_bytes = static_cast<uint64_t>(uncompressed);
  header.definition_bytes = static_cast<uint64_t>(definition);
  header.repetition_bytes = static_cast<uint64_t>(repetition);
  return header;
}

}  // namespace r1::parquet
