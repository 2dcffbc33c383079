#include "grammar/json_schema.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "grammar/json_containers.h"
#include "grammar/regex_pattern.h"
#include "grammar/schema_merge.h"
#include "grammar/schema_numbers.h"
#include "grammar/string_formats.h"

namespace r1 {
namespace {

using E = Expression;
using Json = nlohmann::ordered_json;

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxProperties = 2'000;  // of one object
constexpr int64_t kMaxWork = 2'000'000;   // parts of schemas that are looked at or copied; alternatives multiply
constexpr int kMaxDepth = 128;            // of schemas within each other, references followed where they are combined

const std::set<std::string> kKeywords = {"type",
                                         "enum",
                                         "const",
                                         "nullable",
                                         "properties",
                                         "required",
                                         "additionalProperties",
                                         "minProperties",
                                         "items",
                                         "prefixItems",
                                         "minItems",
                                         "maxItems",
                                         "minLength",
                                         "maxLength",
                                         "pattern",
                                         "maxProperties",
                                         "format",
                                         "minimum",
                                         "maximum",
                                         "multipleOf",
                                         "anyOf",
                                         "exclusiveMinimum",
                                         "exclusiveMaximum",
                                         "oneOf",
                                         "allOf",
                                         "$ref",
                                         "uniqueItems",
                                         "additionalItems"};

int64_t Size(const Json& value) {
  int64_t size = 1;
  if (value.is_structured())
    for (const Json& part : value) size += Size(part);
  return size;
}

bool HasAssertions(const Json& schema) {
  return std::any_of(schema.items().begin(), schema.items().end(), [](const auto& item) { return IsAssertion(item.key()); });
}

Json Without(const Json& schema, const char* keyword) {
  Json rest = schema;
  rest.erase(keyword);
  return rest;
}

E Literal(const Json& value) { return E::Literal(value.dump()); }

class Compiler {
 public:
  Compiler(const Json& root, std::string_view what, RuleSet& rules, JsonRules& json)
      : root_(root), what_(what), rules_(rules), json_(json) {}

  E Root() { return Reference("#", "#"); }

 private:
  template <class... Parts>
  [[noreturn]] void FailAt(const std::string& path, const Parts&... parts) const {
    Fail(ErrorCode::kInvalidArgument, what_, ": at ", path, ": ", parts...);
  }
  void Work(int64_t work, const std::string& path) {
    if ((work_ += work) > kMaxWork) FailAt(path, "the schema has too many combinations");
  }

  // --- references

  const Json& Resolve(const std::string& reference, const std::string& path) const {
    if (!reference.starts_with("#")) FailAt(path, "$ref \"", reference, "\": only references within the schema are supported");
    const Json* found = nullptr;
    try {
      const Json::json_pointer pointer(reference.substr(1));
      if (root_.contains(pointer)) found = &root_.at(pointer);
    } catch (const nlohmann::json::exception&) {
    }
    if (found == nullptr) FailAt(path, "$ref \"", reference, "\" leads nowhere");
    return *found;
  }

  // One rule for each place that is referred to, so that a schema may contain itself.
  E Reference(const std::string& reference, const std::string& path) {
    const auto [it, added] = references_.try_emplace(reference, 0);
    if (added) {
      const int32_t rule = it->second = rules_.Add(reference);
      E body = Value(Resolve(reference, path), reference);
      rules_.rules[static_cast<size_t>(rule)].body = std::move(body);
    }
    return E::Rule(references_.at(reference));
  }

  // A schema without $ref and allOf at its top, for merging.
  Json Flattened(const Json& schema, const std::string& path, int depth) {
    Work(Size(schema), path);
    if (depth > kMaxDepth) FailAt(path, "$ref and allOf lead back to where they began");
    if (!schema.is_object()) return schema;
    CheckKeywords(schema, path);
    Json flat = schema;
    if (schema.contains("$ref")) {
      flat.erase("$ref");
      flat =
          MergeSchemas(Flattened(Resolve(Text(schema, "$ref", path), path), path, depth + 1), flat, StrCat(what_, ": at ", path));
    }
    if (!flat.is_object() || !flat.contains("allOf")) return flat;
    const Json parts = List(flat, "allOf", path);
    flat.erase("allOf");
    for (const Json& part : parts) {
      flat = MergeSchemas(flat, Flattened(part, path + "/allOf", depth + 1), StrCat(what_, ": at ", path));
      Work(Size(flat), path);
    }
    return flat;
  }

  // --- keywords

  void CheckKeywords(const Json& schema, const std::string& path) const {
    for (const auto& [key, value] : schema.items())
      if (IsAssertion(key) && !kKeywords.contains(key)) FailAt(path, "keyword \"", key, "\" is not supported");
    if (schema.contains("uniqueItems") && schema["uniqueItems"] != Json(false))
      FailAt(path, "keyword \"uniqueItems\" is not supported");
  }
  std::string Text(const Json& schema, const char* key, const std::string& path) const {
    if (!schema[key].is_string()) FailAt(path, "\"", key, "\" must be a string, got ", schema[key].dump());
    return schema[key].get<std::string>();
  }
  const Json& List(const Json& schema, const char* key, const std::string& path) const {
    if (!schema.at(key).is_array() || schema.at(key).empty()) FailAt(path, "\"", key, "\" must be a list that is not empty");
    return schema.at(key);
  }
  int64_t Count(const Json& schema, const char* key, int64_t otherwise, const std::string& path) const {
    if (!schema.contains(key)) return otherwise;
    const Json& value = schema[key];
    const bool fits = value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1e15 &&
                      value.get<double>() == std::floor(value.get<double>());
    if (!fits) FailAt(path, "\"", key, "\" must be a count, got ", value.dump());
    return static_cast<int64_t>(value.get<double>());
  }
  // min to max repetitions of which we may have to write so many.
  void CheckRepetitions(int64_t min, int64_t max, const char* key, const std::string& path) const {
    if (std::max(min, max) > kMaxRepetitions)
      FailAt(path, "\"", key, "\": at most ", kMaxRepetitions, " are supported, got ", std::max(min, max));
  }

  // --- values

  E Value(const Json& schema, const std::string& path) {
    Work(1, path);
    if (++depth_ > kMaxDepth) FailAt(path, "schemas within each other more than ", kMaxDepth, " deep");
    E value = ValueOf(schema, path);
    --depth_;
    return value;
  }

  E ValueOf(const Json& schema, const std::string& path) {
    if (schema.is_boolean()) return schema.get<bool>() ? json_.Value() : E::Choice({});
    if (!schema.is_object()) FailAt(path, "expected a schema, an object or a boolean, got ", schema.dump());
    CheckKeywords(schema, path);
    if (schema.contains("$ref") && !HasAssertions(Without(schema, "$ref"))) return Reference(Text(schema, "$ref", path), path);
    if (schema.contains("$ref")) return Value(Flattened(schema, path, 0), path);
    for (const char* key : {"anyOf", "oneOf"})
      if (schema.contains(key)) return Alternatives(schema, key, path);
    if (schema.contains("allOf")) return Value(Flattened(schema, path, 0), path);
    if (schema.contains("nullable")) {
      const bool nullable = schema["nullable"] == Json(true);
      E value = Value(Without(schema, "nullable"), path);
      return nullable ? E::Choice({std::move(value), JsonRules::Null()}) : value;
    }
    if (schema.contains("const")) {
      Json as_enum = Without(schema, "const");
      as_enum["enum"] = Json::array({schema["const"]});
      if (schema.contains("enum")) as_enum = MergeSchemas(Without(schema, "const"), as_enum, StrCat(what_, ": at ", path));
      return Enum(as_enum, path);
    }
    if (schema.contains("enum")) return Enum(schema, path);
    return ByType(schema, path);
  }

  // Not where two lists of values, put together, have none in common.
  static bool HasSomeValue(const Json& merged) {
    const auto values = merged.is_object() ? merged.find("enum") : merged.end();
    if (!merged.is_object() || values == merged.end() || !values->is_array()) return true;
    const auto only = merged.find("const");
    return only == merged.end() ? !values->empty() : std::find(values->begin(), values->end(), *only) != values->end();
  }

  // What stands beside the alternatives has to hold in each.
  E Alternatives(const Json& schema, const char* key, const std::string& path) {
    const Json rest = Without(schema, key);
    std::vector<E> choices;
    size_t number = 0;
    for (const Json& alternative : List(schema, key, path)) {
      const std::string place = StrCat(path, "/", key, "/", number++);
      if (!HasAssertions(rest)) {
        choices.push_back(Value(alternative, place));
        continue;
      }
      const Json both = MergeSchemas(Flattened(alternative, place, 0), Flattened(rest, path, 0), StrCat(what_, ": at ", place));
      if (HasSomeValue(both)) choices.push_back(Value(both, place));
    }
    return E::Choice(std::move(choices));
  }

  // A number that stands in the schema may have more digits than one that a model is let write.
  static bool IsNumberOfType(const Json& value, const Json& rest) {
    if (!value.is_number() || !rest.contains("type") || rest.contains("multipleOf")) return false;
    for (const char* bound :
         {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "allOf", "anyOf", "oneOf", "$ref", "not"})
      if (rest.contains(bound)) return false;
    const Json types = rest.at("type").is_array() ? rest.at("type") : Json::array({rest.at("type")});
    return std::any_of(types.begin(), types.end(),
                       [&](const Json& type) { return type == "number" || (type == "integer" && value.is_number_integer()); });
  }

  E Enum(const Json& schema, const std::string& path) {
    const Json& values = List(schema, "enum", path);
    Work(static_cast<int64_t>(values.size()), path);
    const Json rest = Without(schema, "enum");
    std::vector<E> choices;
    if (HasAssertions(rest)) {
      RuleSet rules;
      JsonRules json(rules);
      Compiler compiler(root_, what_, rules, json);
      compiler.depth_ = depth_;
      compiler.work_ = work_;
      const int32_t root = rules.Add("enum");
      E body = compiler.Value(rest, path);
      work_ = compiler.work_;
      rules.rules[static_cast<size_t>(root)].body = std::move(body);
      rules.root = root;
      const Grammar others(std::move(rules));
      for (const Json& value : values)
        if (IsNumberOfType(value, rest) || others.Matches(value.dump())) choices.push_back(Literal(value));
    } else {
      for (const Json& value : values) choices.push_back(Literal(value));
    }
    if (choices.empty()) FailAt(path, "no value of \"enum\" fits the other keywords");
    return Shared(E::Choice(std::move(choices)), path);
  }

  // Large parts that may be used more than once are rules.
  E Shared(E value, const std::string& path) {
    if (value.kind == E::Kind::kRule || value.parts.size() < 4) return value;
    return E::Rule(rules_.Add(path, std::move(value)));
  }

  E ByType(const Json& schema, const std::string& path) {
    const auto has = [&](std::initializer_list<const char*> keys) {
      return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return schema.contains(key); });
    };
    Json types = schema.value("type", Json());
    if (types.is_null()) {
      if (has({"properties", "required", "additionalProperties", "minProperties", "maxProperties"}))
        types = "object";
      else if (has({"items", "prefixItems", "minItems", "maxItems", "additionalItems"}))
        types = "array";
      else if (has({"minLength", "maxLength", "pattern", "format"}))
        types = "string";
      else if (has({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}))
        types = "number";
      else
        return json_.Value();
    }
    std::vector<E> choices;
    for (const Json& type : types.is_array() ? types : Json::array({types})) {
      if (type == "object")
        choices.push_back(Object(schema, path));
      else if (type == "array")
        choices.push_back(Array(schema, path));
      else if (type == "string")
        choices.push_back(String(schema, path));
      else if (type == "integer" || type == "number")
        choices.push_back(Shared(SchemaNumber(schema, type == "integer", StrCat(what_, ": at ", path)), path));
      else if (type == "boolean")
        choices.push_back(JsonRules::Boolean());
      else if (type == "null")
        choices.push_back(JsonRules::Null());
      else
        FailAt(path, "unknown type ", type.dump());
    }
    return E::Choice(std::move(choices));
  }

  // --- strings and numbers

  E String(const Json& schema, const std::string& path) {
    const int64_t min = Count(schema, "minLength", 0, path), max = Count(schema, "maxLength", E::kUnbounded, path);
    CheckRepetitions(min, max, max >= 0 ? "maxLength" : "minLength", path);
    const bool has_length = min > 0 || max >= 0, has_pattern = schema.contains("pattern"), has_format = schema.contains("format");
    if (has_length + has_pattern + has_format > 1) FailAt(path, "only one of a length, \"pattern\" and \"format\" is supported");
    if (max >= 0 && min > max) return E::Choice({});
    if (has_length) return E::Rule(rules_.Add(path, JsonRules::Quoted(E::Repeat(JsonRules::AnyCharacter(), min, max))));
    if (has_pattern)
      return Shared(JsonRules::Quoted(PatternExpression(Text(schema, "pattern", path), StrCat(what_, ": at ", path))), path);
    if (!has_format) return json_.String();
    const std::string format = Text(schema, "format", path);
    const std::optional<std::string> pattern = FormatPattern(format);
    if (!pattern) FailAt(path, "format \"", format, "\" is not supported, only ", kFormatNames);
    const auto [it, added] = formats_.try_emplace(format, 0);
    if (added) it->second = rules_.Add(format, JsonRules::Quoted(PatternExpression(*pattern, what_)));
    return E::Rule(it->second);
  }

  // --- arrays and objects

  E Array(const Json& schema, const std::string& path) {
    Json prefix = schema.value("prefixItems", Json::array()), others = schema.value("items", Json());
    if (others.is_array()) prefix = others, others = schema.value("additionalItems", Json());  // as drafts before 2020 had it
    if (!prefix.is_array()) FailAt(path, "\"prefixItems\" must be a list");
    if (others.is_null()) others = prefix.empty();
    const int64_t min = Count(schema, "minItems", 0, path), max = Count(schema, "maxItems", E::kUnbounded, path);
    CheckRepetitions(min, max, max >= 0 ? "maxItems" : "minItems", path);
    if (max >= 0 && min > max) return E::Choice({});
    std::vector<E> fixed;
    for (const Json& item : prefix) fixed.push_back(Value(item, StrCat(path, "/prefixItems/", fixed.size())));
    std::optional<E> other;
    if (others != Json(false)) other = Shared(Value(others, path + "/items"), path + "/items");
    return E::Rule(rules_.Add(path, ArrayExpression(json_, std::move(fixed), other, {min, max})));
  }

  E Object(const Json& schema, const std::string& path) {
    Json properties = schema.value("properties", Json::object()), others = schema.value("additionalProperties", Json());
    const Json required = schema.value("required", Json::array());
    if (!properties.is_object()) FailAt(path, "\"properties\" must be an object");
    if (!required.is_array()) FailAt(path, "\"required\" must be a list of names");
    if (others.is_null()) others = properties.empty();
    std::set<std::string> needed;
    for (const Json& name : required) {
      if (!name.is_string()) FailAt(path, "\"required\" must be a list of names, got ", name.dump());
      needed.insert(name.get<std::string>());
      if (properties.contains(name.get<std::string>())) continue;
      if (others == Json(false))
        FailAt(path, "required property ", name.dump(), " is not among \"properties\", and no others are allowed");
      properties[name.get<std::string>()] = others;
    }
    if (properties.size() > kMaxProperties) FailAt(path, "more than ", kMaxProperties, " properties");
    const int64_t min = Count(schema, "minProperties", 0, path), max = Count(schema, "maxProperties", E::kUnbounded, path);
    CheckRepetitions(min, max, max >= 0 ? "maxProperties" : "minProperties", path);
    const auto num_properties = static_cast<int64_t>(properties.size());
    const bool counts_all = num_properties == 0;
    if (!counts_all && (min > static_cast<int64_t>(needed.size()) || (max >= 0 && (others != Json(false) || max < num_properties))))
      FailAt(path, "\"minProperties\" and \"maxProperties\" are supported only where \"properties\" lists none");

    std::vector<JsonMember> members;
    for (const auto& [name, property] : properties.items())
      members.push_back({name, Value(property, path + "/properties/" + name), needed.contains(name)});
    std::optional<E> other;
    if (others != Json(false)) other = Shared(Value(others, path + "/additionalProperties"), path);
    const CountRange num_others = counts_all ? CountRange{min, max} : CountRange{};
    return E::Rule(rules_.Add(path, ObjectExpression(json_, std::move(members), other, num_others)));
  }

  const Json& root_;
  std::string what_;
  RuleSet& rules_;
  JsonRules& json_;
  std::map<std::string, int32_t> references_, formats_;
  int64_t work_ = 0;
  int depth_ = 0;
};

// Objects with many keys are slow to build in the order of their keys: they are refused first.
void CheckSizes(const nlohmann::json& value, std::string_view what) {
  if (!value.is_structured()) return;
  Require(!value.is_object() || value.size() <= kMaxProperties, what, ": an object has more than ", kMaxProperties, " members");
  for (const nlohmann::json& part : value) CheckSizes(part, what);
}

Json ParseSchema(std::string_view text, std::string_view what) {
  Require(text.size() <= kMaxBytes, what, ": at most ", kMaxBytes, " bytes, got ", text.size());
  try {
    CheckSizes(ParseJson(text, what), what);
  } catch (const Error& error) {
    Fail(ErrorCode::kInvalidArgument, error.what());
  }
  return Json::parse(text);
}

}  // namespace

Expression AddJsonSchema(std::string_view schema, std::string_view what, RuleSet& rules, JsonRules& json) {
  const Json root = ParseSchema(schema, what);
  return Compiler(root, what, rules, json).Root();
}

Grammar JsonSchemaGrammar(std::string_view schema) {
  RuleSet rules;
  JsonRules json(rules);
  const int32_t root = rules.Add("the schema");
  E body = AddJsonSchema(schema, "json_schema", rules, json);
  rules.rules[static_cast<size_t>(root)].body = std::move(body);
  rules.root = root;
  return Grammar(std::move(rules));
}

Grammar AnyJsonObjectGrammar() {
  RuleSet rules;
  JsonRules json(rules);
  const int32_t root = rules.Add("json_object");
  E body = json.Object();
  rules.rules[static_cast<size_t>(root)].body = std::move(body);
  rules.root = root;
  return Grammar(std::move(rules));
}

}  // namespace r1
