// Writes Parquet files with whatever claims a test wants to make.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace r1::parquet {

// A struct in Thrift's compact protocol. Fields in the order of their ids.
class ThriftStruct {
 public:
  ThriftStruct& Int(int id, int64_t value) { return Head(id, 5).Append(ZigZag(value)); }
  ThriftStruct& Text(int id, std::string_view text) { return Head(id, 8).Append(Varint(text.size()) + std::string(text)); }
  ThriftStruct& Struct(int id, const ThriftStruct& value) { return Head(id, 12).Append(value.bytes()); }
  ThriftStruct& List(int id, const std::vector<ThriftStruct>& values) { return ClaimedList(id, values.size(), values); }
  // A list that says it has more elements than it has.
  ThriftStruct& ClaimedList(int id, uint64_t count, const std::vector<ThriftStruct>& values) {
    Head(id, 9).Append("\xFC" + Varint(count));
    for (const ThriftStruct& value : values) Append(value.bytes());
    return *this;
  }
  std::string bytes() const { return bytes_ + '\0'; }

  static std::string Varint(uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
  }

 private:
  static std::string ZigZag(int64_t value) {
    return Varint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
  }
  ThriftStruct& Head(int id, int type) {
    bytes_ += static_cast<char>((id - last_id_) << 4 | type);
    last_id_ = id;
    return *this;
  }
  ThriftStruct& Append(const std::string& bytes) {
    bytes_ += bytes;
    return *this;
  }

  std::string bytes_;
  int last_id_ = 0;
};

inline std::string LittleEndian32(size_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * i);
  return bytes;
}

inline std::string FileOf(const std::string& pages, const std::string& footer) {
  return "PAR1" + pages + footer + LittleEndian32(footer.size()) + "PAR1";
}

// One column "c" in one row group, with these pages (headers included).
struct OneColumnFile {
  int64_t type = 1;        // INT32
  int64_t repetition = 0;  // required
  int64_t codec = 0;       // none
  int64_t num_values = 1, num_rows = 1;
  std::string pages;

  std::string Bytes() const {
    ThriftStruct root, leaf, chunk, column, group, file;
    root.Text(4, "schema").Int(5, 1);
    leaf.Int(1, type).Int(3, repetition).Text(4, "c");
    column.Int(1, type).Int(4, codec).Int(5, num_values).Int(7, static_cast<int64_t>(pages.size())).Int(9, 4);
    chunk.Int(2, 4).Struct(3, column);
    group.List(1, {chunk}).Int(3, num_rows);
    file.Int(1, 1).List(2, {root, leaf}).Int(3, num_rows).List(4, {group});
    return FileOf(pages, file.bytes());
  }
};

// A data page of version 1. `bytes`: what lies in the file; `unpacked`: how many bytes it says that is.
inline std::string DataPage(int64_t num_values, int64_t encoding, const std::string& bytes, int64_t unpacked = -1) {
  ThriftStruct data, header;
  data.Int(1, num_values).Int(2, encoding).Int(3, 3).Int(4, 3);
  const auto size = static_cast<int64_t>(bytes.size());
  return header.Int(1, 0).Int(2, unpacked < 0 ? size : unpacked).Int(3, size).Struct(5, data).bytes() + bytes;
}

inline std::string DictionaryPage(int64_t num_values, const std::string& bytes) {
  ThriftStruct dictionary, header;
  dictionary.Int(1, num_values).Int(2, 0);
  const auto size = static_cast<int64_t>(bytes.size());
  return header.Int(1, 2).Int(2, size).Int(3, size).Struct(7, dictionary).bytes() + bytes;
}

}  // namespace r1::parquet
