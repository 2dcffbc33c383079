// One column of one row group: its entries in order, each with its levels and, where it is there, its value. One page and the
// dictionary are in memory at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parquet/limits.h"
#include "parquet/rle_decoder.h"
#include "parquet/value_decoder.h"

namespace r1::parquet {

class ColumnReader {
 public:
  // leaf, file and budget outlive the reader. `what` names the column in messages. Reads the first page.
  ColumnReader(const SchemaNode& leaf, const ColumnChunk& chunk, std::string_view file, ReadBudget& budget, std::string what);
  ~ColumnReader();
  ColumnReader(const ColumnReader&) = delete;
  ColumnReader& operator=(const ColumnReader&) = delete;

  const SchemaNode& leaf() const { return leaf_; }
  const std::string& what() const { return *what_; }

  // The current entry. At the end of the column its repetition is 0, as where a new row begins.
  bool AtEnd() const { return at_end_; }
  int repetition() const { return repetition_; }
  int definition() const { return definition_; }

  // The current entry's value; it must be there: definition() is the leaf's highest. Throws kDataLoss.
  RawValue Value();
  // Goes to the next entry, which may read the next page. Views in the last value end here.
  void Advance();

 private:
  void ReadPage();
  void OpenData(const PageHeader& header, std::string_view packed);
  void OpenDictionary(const PageHeader& header, std::string_view packed);
  void UnpackInto(std::string& place, Codec codec, std::string_view packed, uint64_t bytes);
  std::optional<RleDecoder> Levels(int highest, std::string_view bytes) const;
  int NextLevel(std::optional<RleDecoder>& levels, int highest, const char* name);

  const SchemaNode& leaf_;
  Codec codec_;
  std::string_view pages_;  // what is left of the chunk
  ReadBudget& budget_;
  std::unique_ptr<const std::string> what_;  // decoders refer to it

  int64_t entries_left_;  // in the chunk, the current one not counted
  int64_t entries_left_in_page_ = 0;
  std::string page_, dictionary_page_;
  std::optional<std::vector<RawValue>> dictionary_;
  std::optional<RleDecoder> repetitions_, definitions_;  // none: always 0
  std::unique_ptr<ValueDecoder> values_;

  bool at_end_ = false;
  int repetition_ = 0, definition_ = 0;
};

}  // namespace r1::parquet
