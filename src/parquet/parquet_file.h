// Parquet files, in which the hub keeps most data sets, as rows of JSON: what the same data set's JSON lines would hold.
//
// Read are nested lists, structs and maps, data pages of both versions, all encodings of today, and the codecs snappy, zstd, gzip,
// brotli and lz4_raw. Refused by name: encrypted files, DECIMAL, TIME, INT96, FLOAT16, UUID, LZO. Nulls are JSON's null.
//   https://parquet.apache.org/docs/file-format/
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/files.h"
#include "parquet/limits.h"

namespace r1 {

class ParquetFile {
 public:
  // Maps the file and reads its footer. Throws kNotFound or kIo for the file, kDataLoss for damage, kInvalidArgument for what is
  // not read, each as "FILE: what is wrong" with the column and row group it is in.
  explicit ParquetFile(const std::string& path, parquet::ReadLimits limits = {});
  // The same of bytes, which outlive this; `name` stands for the file in messages.
  ParquetFile(std::string_view bytes, std::string name, parquet::ReadLimits limits = {});
  ~ParquetFile();

  int64_t num_rows() const;

  // Calls use(row, number from 0) for each row, an object, in order. In memory at a time are one row, and one page and the
  // dictionary of each column. Throws as above, and kResourceExhausted beyond the limits.
  void ForEachRow(const std::function<void(const nlohmann::json& row, int64_t number)>& use) const;

 private:
  struct Contents;

  std::shared_ptr<MappedFile> mapped_;
  std::string_view bytes_;
  std::string name_;
  parquet::ReadLimits limits_;
  std::unique_ptr<const Contents> contents_;
};

}  // namespace r1
