#include "parquet/row_assembler.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "parquet/leaf_json.h"

namespace r1::parquet {

using nlohmann::json;

namespace {
constexpr uint64_t kNodeBytes = sizeof(json);
}

json RowAssembler::Row() {
  budget_.BeginRow();
  for (const auto& column : columns_) {
    if (column->AtEnd()) Fail(ErrorCode::kDataLoss, column->what(), ": it has fewer rows than are said");
    if (column->repetition() != 0) Fail(ErrorCode::kDataLoss, column->what(), ": a row begins in the middle of a list");
  }
  return Value(root_);
}

// Nothing of the node is here: each leaf below it says so by one entry without a value.
void RowAssembler::SkipAbsent(const SchemaNode& node) {
  for (size_t i = node.first_leaf; i < node.first_leaf + node.num_leaves; ++i) {
    ColumnReader& column = *columns_[i];
    if (column.AtEnd() || column.definition() >= node.max_definition)
      Fail(ErrorCode::kDataLoss, column.what(), ": the columns of ", node.path, " do not agree on whether it is there");
    column.Advance();
  }
}

json RowAssembler::Field(const SchemaNode& node) {
  budget_.Emit(kNodeBytes + node.name.size());
  if (node.repetition == Repetition::kRepeated) return Elements(node);
  if (node.repetition == Repetition::kOptional && First(node).definition() < node.max_definition) {
    SkipAbsent(node);
    return nullptr;
  }
  return Value(node);
}

json RowAssembler::Elements(const SchemaNode& node) {
  json list = json::array();
  if (First(node).definition() < node.max_definition) {
    SkipAbsent(node);
    return list;
  }
  while (true) {
    budget_.Emit(kNodeBytes);
    list.push_back(node.unwrap ? Field(node.children[0]) : Value(node));
    // An entry that repeats this node begins its next element, in every leaf; a lower level ends the list.
    const bool more = !First(node).AtEnd() && First(node).repetition() == node.max_repetition;
    for (size_t i = node.first_leaf; i < node.first_leaf + node.num_leaves; ++i) {
      const int repetition = columns_[i]->repetition();
      if (more ? repetition != node.max_repetition : repetition >= node.max_repetition)
        Fail(ErrorCode::kDataLoss, columns_[i]->what(), ": the columns of ", node.path, " do not agree on its length");
    }
    if (!more) return list;
  }
}

json RowAssembler::Value(const SchemaNode& node) {
  switch (node.kind) {
    case SchemaNode::Kind::kLeaf: {
      ColumnReader& column = First(node);
      const RawValue raw = column.Value();
      budget_.Emit(raw.bytes.size());
      json value = LeafToJson(node.element, raw, column.what());
      column.Advance();
      return value;
    }
    case SchemaNode::Kind::kList: return Field(node.children[0]);
    case SchemaNode::Kind::kMap: {
      const SchemaNode& pair = node.children[0];
      json map = json::object();
      for (json& entry : Elements(pair)) {
        json& key = entry[pair.children[0].name];
        map[key.is_string() ? key.get<std::string>() : key.dump()] = std::move(entry[pair.children[1].name]);
      }
      return map;
    }
    case SchemaNode::Kind::kStruct: break;
  }
  json object = json::object();
  for (const SchemaNode& child : node.children) object[child.name] = Field(child);
  return object;
}

}  // namespace r1::parquet
