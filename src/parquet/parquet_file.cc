#include "parquet/parquet_file.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.h"
#include "parquet/column_reader.h"
#include "parquet/metadata.h"
#include "parquet/row_assembler.h"
#include "parquet/schema.h"

namespace r1 {

struct ParquetFile::Contents {
  parquet::FileMetadata metadata;
  parquet::SchemaNode root;
  std::vector<const parquet::SchemaNode*> leaves;

  Contents(std::string_view bytes, const std::string& name)
      : metadata(parquet::ReadMetadata(bytes, name)), root(parquet::BuildSchema(metadata.schema, name)), leaves(Leaves(root)) {
    for (size_t g = 0; g < metadata.row_groups.size(); ++g) {
      const size_t columns = metadata.row_groups[g].columns.size();
      if (columns != leaves.size())
        Fail(ErrorCode::kDataLoss, name, ": row group ", g, " has ", columns, " columns, the schema ", leaves.size());
    }
  }
};

namespace {

std::string_view BytesOf(const MappedFile& file) { return {reinterpret_cast<const char*>(file.data()), file.size()}; }

}  // namespace

ParquetFile::ParquetFile(const std::string& path, parquet::ReadLimits limits)
    : mapped_(MappedFile::Open(path)),
      bytes_(BytesOf(*mapped_)),
      name_(path),
      limits_(limits),
      contents_(std::make_unique<Contents>(bytes_, name_)) {}

ParquetFile::ParquetFile(std::string_view bytes, std::string name, parquet::ReadLimits limits)
    : bytes_(bytes), name_(std::move(name)), limits_(limits), contents_(std::make_unique<Contents>(bytes_, name_)) {}

ParquetFile::~ParquetFile() = default;

int64_t ParquetFile::num_rows() const { return contents_->metadata.num_rows; }

void ParquetFile::ForEachRow(const std::function<void(const nlohmann::json&, int64_t)>& use) const {
  parquet::ReadBudget budget(limits_, bytes_.size(), name_);
  int64_t number = 0;
  for (size_t g = 0; g < contents_->metadata.row_groups.size(); ++g) {
    const parquet::RowGroup& group = contents_->metadata.row_groups[g];
    std::vector<std::unique_ptr<parquet::ColumnReader>> columns;
    for (size_t c = 0; c < group.columns.size(); ++c) {
      const parquet::SchemaNode& leaf = *contents_->leaves[c];
      columns.push_back(std::make_unique<parquet::ColumnReader>(leaf, group.columns[c], bytes_, budget,
                                                                StrCat(name_, ": column ", leaf.path, ", row group ", g)));
    }
    parquet::RowAssembler rows(contents_->root, columns, budget);
    for (int64_t i = 0; i < group.num_rows; ++i) use(rows.Row(), number++);
    for (const auto& column : columns)
      if (!column->AtEnd()) Fail(ErrorCode::kDataLoss, column->what(), ": it has more rows than are said");
  }
}

}  // namespace r1
