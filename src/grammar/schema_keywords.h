// The keywords of JSON schemas that grammar/schema_check.h knows, and what a schema says with them.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "text/regex.h"

namespace r1 {

// A schema that was read: every keyword in it is known and has a value of the right type.
struct SchemaKeywords {
  std::set<const nlohmann::json*> schemas;                  // in the schema itself: what a reference may lead to
  std::map<std::string, const nlohmann::json*> references;  // by "$ref"
  std::map<std::string, Regex> patterns, formats;           // by "pattern" (and names of patternProperties) and "format"
};

// `root` must outlive the result and stay where it is. Throws kInvalidArgument with the place as a JSON pointer.
SchemaKeywords ReadSchemaKeywords(const nlohmann::json& root);

}  // namespace r1
