// The schema of a Parquet file as a tree: what each node is in JSON, and from which levels on it is there.
//
// Dremel's levels (Melnik et al. 2010): with every value of a leaf stand how many of the optional and repeated nodes on the way to
// it are there (definition level), and which repeated node goes on with it (repetition level; 0 begins a row).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parquet/metadata.h"

namespace r1::parquet {

struct SchemaNode {
  enum class Kind : uint8_t {
    kLeaf,
    kStruct,  // an object
    kList,    // an array: has one repeated child
    kMap,     // an object: has one repeated child of two, the key and the value
  };
  std::string name;
  std::string path;  // "a.list.element", for messages
  Kind kind = Kind::kStruct;
  Repetition repetition = Repetition::kRequired;
  bool unwrap = false;     // the repeated middle of a list: its only child stands for it
  int max_definition = 0;  // the definition level of a value that is there
  int max_repetition = 0;
  size_t first_leaf = 0, num_leaves = 0;  // the leaves below it, in the file's order
  std::vector<SchemaNode> children;
  SchemaElement element;  // of a leaf: type and annotation
};

// Builds the tree. Throws kDataLoss for a list of elements that is no tree, is deeper than 60 levels, or names two fields of a
// group alike; kInvalidArgument for a type that is not read, naming column and type.
SchemaNode BuildSchema(const std::vector<SchemaElement>& elements, const std::string& what);

// The leaves in order.
std::vector<const SchemaNode*> Leaves(const SchemaNode& root);

}  // namespace r1::parquet
