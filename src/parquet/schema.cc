#include "parquet/schema.h"

#include <unordered_set>

#include "base/error.h"
#include "base/utf8.h"

namespace r1::parquet {
namespace {

constexpr int kMaxDepth = 60;  // of JSON at most 64 levels are read anywhere else (base/json.h)
constexpr size_t kMaxPathBytes = 4096, kMaxAllPathBytes = 64 << 20;

void RequireReadable(const SchemaNode& leaf, const std::string& what) {
  const SchemaElement& e = leaf.element;
  const char* refused = nullptr;
  bool fits = true;
  switch (*e.type) {
    case PhysicalType::kInt96: refused = "INT96 (timestamps of old writers)"; break;
    case PhysicalType::kBoolean:
    case PhysicalType::kFloat:
    case PhysicalType::kDouble: fits = e.annotation == Annotation::kNone || e.annotation == Annotation::kOther; break;
    case PhysicalType::kInt32:
      fits = e.annotation != Annotation::kText && e.annotation != Annotation::kTimestampMillis &&
             e.annotation != Annotation::kTimestampMicros && e.annotation != Annotation::kTimestampNanos;
      break;
    case PhysicalType::kInt64: fits = e.annotation != Annotation::kText && e.annotation != Annotation::kDate; break;
    case PhysicalType::kFixedLenByteArray: fits = e.type_length > 0; [[fallthrough]];
    case PhysicalType::kByteArray:
      fits = fits && (e.annotation == Annotation::kNone || e.annotation == Annotation::kText || e.annotation == Annotation::kOther);
      break;
    default: Fail(ErrorCode::kDataLoss, what, ": column ", leaf.path, " has the type ", static_cast<int>(*e.type));
  }
  if (e.annotation == Annotation::kList || e.annotation == Annotation::kMap) fits = false;
  if (!fits) Fail(ErrorCode::kDataLoss, what, ": column ", leaf.path, ": its type and what it is said to mean do not fit");
  if (e.annotation == Annotation::kOther) refused = e.other;
  if (refused != nullptr)
    Fail(ErrorCode::kInvalidArgument, what, ": column ", leaf.path, " is of ", refused, ", which is not read");
}

// Lists have had several forms: of the repeated child, one of these is meant. The rules are those of
// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#backward-compatibility-rules
bool IsMiddleOfList(const SchemaNode& repeated, const std::string& list_name) {
  return repeated.kind == SchemaNode::Kind::kStruct && repeated.children.size() == 1 && repeated.name != "array" &&
         repeated.name != list_name + "_tuple";
}

class SchemaBuilder {
 public:
  SchemaBuilder(const std::vector<SchemaElement>& elements, const std::string& what) : elements_(elements), what_(what) {}

  SchemaNode Build() {
    if (elements_.empty()) Fail(ErrorCode::kDataLoss, what_, ": the schema is empty");
    SchemaNode root = Node("", 0, 0, 0);
    if (at_ != elements_.size()) Fail(ErrorCode::kDataLoss, what_, ": ", elements_.size() - at_, " schema elements are left over");
    if (root.kind != SchemaNode::Kind::kStruct || root.num_leaves == 0) Fail(ErrorCode::kDataLoss, what_, ": there is no column");
    return root;
  }

 private:
  SchemaNode Node(const std::string& parent, int depth, int definition, int repetition) {
    if (at_ == elements_.size()) Fail(ErrorCode::kDataLoss, what_, ": the schema ends too early");
    if (depth > kMaxDepth) Fail(ErrorCode::kDataLoss, what_, ": columns nested deeper than ", kMaxDepth, " levels");
    const SchemaElement& element = elements_[at_++];
    SchemaNode node;
    node.name = element.name;
    node.path = parent.empty() ? node.name : parent + "." + node.name;
    // A long name of a group stands in the path of everything below it.
    if (node.path.size() > kMaxPathBytes || (path_bytes_ += node.path.size()) > kMaxAllPathBytes)
      Fail(ErrorCode::kDataLoss, what_, ": names of columns are longer than ", kMaxPathBytes, " bytes, or all than ",
           kMaxAllPathBytes);
    if (!IsValidUtf8(node.name)) Fail(ErrorCode::kDataLoss, what_, ": the name of a column is no UTF-8 text");
    if (depth > 0) node.repetition = element.repetition;  // the root's says nothing
    if (node.repetition != Repetition::kRequired && node.repetition != Repetition::kOptional &&
        node.repetition != Repetition::kRepeated)
      Fail(ErrorCode::kDataLoss, what_, ": column ", node.path, " has the repetition ", static_cast<int>(node.repetition));
    node.max_definition = definition + (node.repetition != Repetition::kRequired);
    node.max_repetition = repetition + (node.repetition == Repetition::kRepeated);
    node.first_leaf = num_leaves_;
    if (element.type) {
      node.kind = SchemaNode::Kind::kLeaf;
      node.element = element;
      RequireReadable(node, what_);
      ++num_leaves_;
    } else {
      AddChildren(element, depth, node);
    }
    node.num_leaves = num_leaves_ - node.first_leaf;
    return node;
  }

  void AddChildren(const SchemaElement& element, int depth, SchemaNode& node) {
    if (element.num_children <= 0 && depth > 0) Fail(ErrorCode::kDataLoss, what_, ": group ", node.path, " has no fields");
    std::unordered_set<std::string> names;
    for (int32_t i = 0; i < element.num_children; ++i) {
      // The root's name is no part of a path.
      node.children.push_back(Node(depth == 0 ? "" : node.path, depth + 1, node.max_definition, node.max_repetition));
      if (!names.insert(node.children.back().name).second)
        Fail(ErrorCode::kDataLoss, what_, ": column ", node.children.back().path, " stands twice");
    }
    if (depth == 0) return;
    const bool wraps = node.children.size() == 1 && node.children[0].repetition == Repetition::kRepeated;
    if (element.annotation == Annotation::kList) {
      if (!wraps) Fail(ErrorCode::kDataLoss, what_, ": list ", node.path, " has no repeated field");
      node.kind = SchemaNode::Kind::kList;
      node.children[0].unwrap = IsMiddleOfList(node.children[0], node.name);
    } else if (element.annotation == Annotation::kMap && node.repetition != Repetition::kRepeated) {
      if (!wraps || node.children[0].children.size() != 2)
        Fail(ErrorCode::kDataLoss, what_, ": map ", node.path, " has no repeated pair of a key and a value");
      node.kind = SchemaNode::Kind::kMap;
    }
  }

  const std::vector<SchemaElement>& elements_;
  const std::string& what_;
  size_t at_ = 0, num_leaves_ = 0, path_bytes_ = 0;
};

void AddLeaves(const SchemaNode& node, std::vector<const SchemaNode*>& leaves) {
  if (node.kind == SchemaNode::Kind::kLeaf) leaves.push_back(&node);
  for (const SchemaNode& child : node.children) AddLeaves(child, leaves);
}

}  // namespace

SchemaNode BuildSchema(const std::vector<SchemaElement>& elements, const std::string& what) {
  return SchemaBuilder(elements, what).Build();
}

std::vector<const SchemaNode*> Leaves(const SchemaNode& root) {
  std::vector<const SchemaNode*> leaves;
  AddLeaves(root, leaves);
  return leaves;
}

}  // namespace r1::parquet
