// Rows out of columns: nested objects and arrays from the levels that stand with each leaf's values (Dremel's record assembly).
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "parquet/column_reader.h"

namespace r1::parquet {

class RowAssembler {
 public:
  // One reader for each leaf of `root`, all at the beginning of a row group. All outlive this.
  RowAssembler(const SchemaNode& root, const std::vector<std::unique_ptr<ColumnReader>>& columns, ReadBudget& budget)
      : root_(root), columns_(columns), budget_(budget) {}

  // The next row, an object. Throws kDataLoss where the columns do not agree on its shape, or one has ended.
  nlohmann::json Row();

 private:
  nlohmann::json Field(const SchemaNode& node);
  nlohmann::json Value(const SchemaNode& node);
  nlohmann::json Elements(const SchemaNode& repeated);
  void SkipAbsent(const SchemaNode& node);
  ColumnReader& First(const SchemaNode& node) const { return *columns_[node.first_leaf]; }

  const SchemaNode& root_;
  const std::vector<std::unique_ptr<ColumnReader>>& columns_;
  ReadBudget& budget_;
};

}  // namespace r1::parquet
