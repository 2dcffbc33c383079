#include "grammar/schema_merge.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"

namespace r1 {
namespace {

using Json = nlohmann::ordered_json;

Json Both(const Json& a, const Json& b) {
  if (a == b || b == Json(true)) return a;
  if (a == Json(true)) return b;
  if (a == Json(false) || b == Json(false)) return false;
  return {{"allOf", {a, b}}};
}

Json AsList(const Json& value) { return value.is_array() ? value : Json::array({value}); }

Json CommonTypes(const Json& a, const Json& b) {
  Json common = Json::array();
  for (const Json& x : AsList(a))
    for (const Json& y : AsList(b)) {
      if (x == y) common.push_back(x);
      if ((x == "integer" && y == "number") || (x == "number" && y == "integer")) common.push_back("integer");
    }
  std::set<Json> seen;
  Json types = Json::array();
  for (const Json& type : common)
    if (seen.insert(type).second) types.push_back(type);
  return types;
}

Json CommonValues(const Json& a, const Json& b) {
  Json common = Json::array();
  for (const Json& value : a)
    if (std::find(b.begin(), b.end(), value) != b.end()) common.push_back(value);
  return common;
}

// A property that only `mine` names is also one of the others' additional properties.
Json MergeProperties(const Json& a, const Json& b) {
  const auto properties = [](const Json& schema) { return schema.value("properties", Json::object()); };
  const auto others = [](const Json& schema) { return schema.value("additionalProperties", Json(true)); };
  const Json in_a = properties(a), in_b = properties(b);
  Json merged = Json::object();
  for (const auto& [name, schema] : in_a.items()) merged[name] = Both(schema, in_b.contains(name) ? in_b[name] : others(b));
  for (const auto& [name, schema] : in_b.items())
    if (!in_a.contains(name)) merged[name] = Both(schema, others(a));
  return merged;
}

}  // namespace

bool IsAssertion(const std::string& keyword) {
  static const std::set<std::string> descriptions = {
      "title",         "description",  "default",     "examples", "example",   "$comment",   "$schema",         "$id",
      "$anchor",       "$defs",        "definitions", "readOnly", "writeOnly", "deprecated", "contentEncoding", "contentMediaType",
      "discriminator", "externalDocs", "xml"};
  return !descriptions.contains(keyword) && !keyword.starts_with("x-");
}

nlohmann::ordered_json MergeSchemas(const Json& a, const Json& b, const std::string& where) {
  if (a.is_boolean()) return a.get<bool>() ? b : a;
  if (b.is_boolean()) return b.get<bool>() ? a : b;
  Require(a.is_object() && b.is_object(), where, ": expected a schema, an object or a boolean");
  const bool has_objects = a.contains("properties") || b.contains("properties");
  Json merged = a;
  Json alternatives = Json::array();
  for (const auto& [key, value] : b.items()) {
    if (!IsAssertion(key)) continue;
    if (!merged.contains(key)) {
      merged[key] = value;
      continue;
    }
    Json& mine = merged[key];
    if (mine == value || key == "properties") continue;
    if (key == "type") {
      mine = CommonTypes(mine, value);
    } else if (key == "enum" && mine.is_array() && value.is_array()) {
      mine = CommonValues(mine, value);
    } else if (key == "required" && mine.is_array() && value.is_array()) {
      for (const Json& name : value)
        if (std::find(mine.begin(), mine.end(), name) == mine.end()) mine.push_back(name);
    } else if (key == "allOf" && mine.is_array() && value.is_array()) {
      mine.insert(mine.end(), value.begin(), value.end());
    } else if (key == "anyOf" || key == "oneOf") {
      alternatives.push_back({{key, value}});
    } else if (key == "items" || key == "additionalProperties") {
      mine = Both(mine, value);
    } else if (key == "nullable") {
      mine = false;
    } else if (mine.is_number() && value.is_number() && (key.starts_with("min") || key == "exclusiveMinimum")) {
      mine = std::max(mine, value);
    } else if (mine.is_number() && value.is_number() && (key.starts_with("max") || key == "exclusiveMaximum")) {
      mine = std::min(mine, value);
    } else {
      Fail(ErrorCode::kInvalidArgument, where, ": two values of \"", key, "\" cannot be combined");
    }
  }
  if (has_objects) merged["properties"] = MergeProperties(a, b);
  if (!alternatives.empty()) {
    Json& all = merged["allOf"];
    for (const Json& alternative : alternatives) all.push_back(alternative);
  }
  return merged;
}

}  // namespace r1
