// The records of a data set, in whatever form people have it: JSON lines, one JSON array, Parquet, CSV, gzipped text; one file,
// some shards, a folder.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

using RecordUse = std::function<void(const nlohmann::json& record, const std::string& where)>;
using RecordLineUse = std::function<void(std::string_view line, const std::string& where)>;

struct DataFile {
  std::string path;
  std::string name;  // without the folder that was named: the same wherever the data lies
};

// The files that `path` means, in the order of their names: a file; all files of records (base/data_ending.h) of a folder; or those
// whose name matches a pattern behind the last slash (base/glob.h), DIR/train-*.parquet. Throws kNotFound if there is none,
// kInvalidArgument if a folder holds several forms or several splits (train, test, ...), saying which.
std::vector<DataFile> DataFiles(const std::string& path);

// Calls use(record, "FILE:NUMBER") for every record of all these files, in order; the number is that of the line, or of the record
// in an array or a Parquet file, from 1. One record is in memory at a time (of an array, all). Throws kNotFound or kIo for the
// file, kDataLoss for what cannot be read, as "FILE:NUMBER: what is wrong".
void ForEachRecord(const std::string& path, const RecordUse& use);
// The same of one file, which messages call by its name.
void ForEachRecord(const DataFile& file, const RecordUse& use);
// The same with each record as a line of JSON: of a file of JSON lines as it stands there, not parsed.
void ForEachRecordLine(const std::string& path, const RecordLineUse& use);
// The same of JSON lines or one JSON array; `name` stands for the file.
void ForEachJsonRecord(std::string_view text, const std::string& name, const RecordUse& use);

}  // namespace r1
