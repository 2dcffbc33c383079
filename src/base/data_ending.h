// By which endings files of records are known.
#pragma once

#include <string_view>

namespace r1 {

// ".parquet" of "main/test-00000.parquet"; "" for what is no file of records.
constexpr std::string_view DataEnding(std::string_view name) {
  for (const std::string_view ending : {".jsonl", ".json", ".parquet", ".csv", ".jsonl.gz", ".json.gz", ".csv.gz"})
    if (name.size() > ending.size() && name.ends_with(ending)) return name.substr(name.size() - ending.size());
  return "";
}

}  // namespace r1
