#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "base/utf8.h"
#include "grammar/schema_validator_test_util.h"

namespace r1 {
namespace {

int64_t NumCharacters(std::string_view text) {
  int64_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(static_cast<size_t>(NextUtf8Char(text).num_bytes));
  return count;
}

bool Validates(const nlohmann::json& root, const nlohmann::json& schema, const nlohmann::json& value) {
  using nlohmann::json;
  if (schema.is_boolean()) return schema.get<bool>();
  const auto has = [&](const char* key) { return schema.contains(key); };
  const auto valid = [&](const json& other) { return Validates(root, other, value); };
  if (value.is_null() && schema.value("nullable", false)) return true;
  if (has("$ref") && !valid(root.at(json::json_pointer(schema["$ref"].get<std::string>().substr(1))))) return false;
  for (const char* key : {"anyOf", "oneOf"})
    if (has(key) && std::none_of(schema[key].begin(), schema[key].end(), valid)) return false;
  if (has("allOf") && !std::all_of(schema["allOf"].begin(), schema["allOf"].end(), valid)) return false;
  if (has("const") && value != schema["const"]) return false;
  if (has("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) return false;
  if (has("type")) {
    const json types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
    const bool whole = value.is_number() && std::floor(value.get<double>()) == value.get<double>();
    if (std::none_of(types.begin(), types.end(), [&](const json& type) {
          return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
                 (type == "string" && value.is_string()) || (type == "number" && value.is_number()) ||
                 (type == "integer" && whole) || (type == "boolean" && value.is_boolean()) || (type == "null" && value.is_null());
        }))
      return false;
  }
  if (value.is_number()) {
    const double x = value.get<double>();
    if (has("minimum") && x < schema["minimum"].get<double>()) return false;
    if (has("maximum") && x > schema["maximum"].get<double>()) return false;
    if (has("exclusiveMinimum") && x <= schema["exclusiveMinimum"].get<double>()) return false;
    if (has("exclusiveMaximum") && x >= schema["exclusiveMaximum"].get<double>()) return false;
    if (has("multipleOf")) {
      const double times = x / schema["multipleOf"].get<double>();
      if (std::abs(times - std::round(times)) > 1e-6 * std::max(1.0, std::abs(times))) return false;
    }
  }
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    if (has("minLength") && NumCharacters(text) < schema["minLength"].get<int64_t>()) return false;
    if (has("maxLength") && NumCharacters(text) > schema["maxLength"].get<int64_t>()) return false;
    const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
    if (has("pattern") && ascii && !std::regex_search(text, std::regex(schema["pattern"].get<std::string>()))) return false;
  }
  if (value.is_array()) {
    const auto size = static_cast<int64_t>(value.size());
    if (has("minItems") && size < schema["minItems"].get<int64_t>()) return false;
    if (has("maxItems") && size > schema["maxItems"].get<int64_t>()) return false;
    json prefix = schema.value("prefixItems", json::array()), items = schema.value("items", json(true));
    if (items.is_array()) prefix = items, items = schema.value("additionalItems", json(true));
    for (size_t i = 0; i < value.size(); ++i)
      if (!Validates(root, i < prefix.size() ? prefix[i] : items, value[i])) return false;
  }
  if (value.is_object()) {
    const auto size = static_cast<int64_t>(value.size());
    if (has("minProperties") && size < schema["minProperties"].get<int64_t>()) return false;
    if (has("maxProperties") && size > schema["maxProperties"].get<int64_t>()) return false;
    for (const json& name : schema.value("required", json::array()))
      if (!value.contains(name.get<std::string>())) return false;
    const json properties = schema.value("properties", json::object()), others = schema.value("additionalProperties", json(true));
    for (const auto& [name, member] : value.items())
      if (!Validates(root, properties.contains(name) ? properties[name] : others, member)) return false;
  }
  return true;
}

}  // namespace

bool Validates(const nlohmann::json& schema, const nlohmann::json& value) { return Validates(schema, schema, value); }

nlohmann::json RandomSchema(Rng& rng, int depth) {
  using nlohmann::json;
  const auto number = [&] { return static_cast<double>(static_cast<int64_t>(rng.Below(4001)) - 2000) / (rng.Below(2) ? 1 : 100); };
  switch (rng.Below(depth > 0 ? 12 : 7)) {
    case 0: return {{"type", "string"}, {"minLength", rng.Below(4)}, {"maxLength", 4 + rng.Below(20)}};
    case 1: return {{"enum", {"a", "ab", 1, json(), "\"quoted\"", 2.5, "é"}}};
    case 2: {
      const auto low = static_cast<int64_t>(rng.Below(3000)) - 1500;
      return {{"type", "integer"}, {"minimum", low}, {"maximum", low + static_cast<int64_t>(rng.Below(1000))}};
    }
    case 3: {
      const double low = number();
      return {{"type", "number"},
              {rng.Below(2) ? "minimum" : "exclusiveMinimum", low},
              {rng.Below(2) ? "maximum" : "exclusiveMaximum", low + 0.01 + std::abs(number())}};
    }
    case 4: return {{"type", {"boolean", "null"}}};
    case 5: return {{"type", "string"}, {"pattern", rng.Below(2) ? "^[a-f]{2,5}(-|\\d+)$" : "x|^y"}};
    case 6: return {{"type", "number"}, {rng.Below(2) ? "minimum" : "maximum", number()}};
    case 7: return {{"anyOf", {RandomSchema(rng, depth - 1), RandomSchema(rng, depth - 1)}}};
    case 8:
      return {
          {"type", "array"}, {"items", RandomSchema(rng, depth - 1)}, {"minItems", rng.Below(2)}, {"maxItems", 1 + rng.Below(12)}};
    case 9:
      return {{"prefixItems", {RandomSchema(rng, depth - 1), RandomSchema(rng, depth - 1)}},
              {"minItems", rng.Below(3)},
              {"items", false}};
    default: {
      json schema = {{"type", "object"}, {"properties", json::object()}, {"required", json::array()}};
      for (const char* name : {"name", "na", "née", "x\"y", "z"}) {
        if (rng.Below(3) == 0) continue;
        schema["properties"][name] = RandomSchema(rng, depth - 1);
        if (rng.Below(2)) schema["required"].push_back(name);
      }
      if (rng.Below(3) == 0) schema["additionalProperties"] = {{"type", "integer"}};
      return rng.Below(4) ? schema
                          : json{{"allOf", {schema, {{"properties", {{"z", {{"type", "integer"}}}}}, {"description", "both"}}}}};
    }
  }
}

TEST(SchemaValidatorTest, TellsGoodFromBad) {
  using nlohmann::json;
  const json schema = json::parse(R"({"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
      "a": {"type": "integer", "minimum": 1, "exclusiveMaximum": 3}, "b": {"items": {"$ref": "#/properties/a"}, "maxItems": 2}}})");
  for (const char* text : {R"({"a": 1})", R"({"a": 2.0, "b": [1, 2]})", R"({"a": 1, "b": []})"})
    EXPECT_TRUE(Validates(schema, json::parse(text)));
  for (const char* text : {"{}", "1", R"({"a": 0})", R"({"a": 3})", R"({"a": 1.5})", R"({"a": 1, "c": 1})", R"({"a": 1, "b": [3]})",
                           R"({"a": 1, "b": [1, 1, 1]})"})
    EXPECT_FALSE(Validates(schema, json::parse(text))) << text;
}

}  // namespace r1
