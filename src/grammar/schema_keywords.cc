#include "grammar/schema_keywords.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "grammar/string_formats.h"

namespace r1 {
namespace {

using nlohmann::json;

enum class Holds {
  kAnything,
  kBool,
  kCount,
  kNumber,
  kList,
  kString,
  kNames,
  kNamesByName,
  kTypes,
  kSchema,
  kSchemas,
  kSchemasByName
};

struct Keyword {
  const char* name;
  Holds holds;
};
constexpr Keyword kKeywords[] = {
    {"type", Holds::kTypes},
    {"enum", Holds::kList},
    {"const", Holds::kAnything},
    {"nullable", Holds::kBool},
    {"$ref", Holds::kString},
    {"$defs", Holds::kSchemasByName},
    {"definitions", Holds::kSchemasByName},
    {"anyOf", Holds::kSchemas},
    {"oneOf", Holds::kSchemas},
    {"allOf", Holds::kSchemas},
    {"not", Holds::kSchema},
    {"if", Holds::kSchema},
    {"then", Holds::kSchema},
    {"else", Holds::kSchema},
    {"minimum", Holds::kNumber},
    {"maximum", Holds::kNumber},
    {"exclusiveMinimum", Holds::kNumber},
    {"exclusiveMaximum", Holds::kNumber},
    {"multipleOf", Holds::kNumber},
    {"minLength", Holds::kCount},
    {"maxLength", Holds::kCount},
    {"pattern", Holds::kString},
    {"format", Holds::kString},
    {"items", Holds::kSchema},
    {"prefixItems", Holds::kSchemas},
    {"contains", Holds::kSchema},
    {"minContains", Holds::kCount},
    {"maxContains", Holds::kCount},
    {"minItems", Holds::kCount},
    {"maxItems", Holds::kCount},
    {"uniqueItems", Holds::kBool},
    {"properties", Holds::kSchemasByName},
    {"patternProperties", Holds::kSchemasByName},
    {"additionalProperties", Holds::kSchema},
    {"propertyNames", Holds::kSchema},
    {"required", Holds::kNames},
    {"dependentRequired", Holds::kNamesByName},
    {"dependentSchemas", Holds::kSchemasByName},
    {"minProperties", Holds::kCount},
    {"maxProperties", Holds::kCount},
};
constexpr std::array kDescriptions = {"title",     "description", "default",          "examples",       "example",
                                      "$schema",   "$id",         "$comment",         "deprecated",     "readOnly",
                                      "writeOnly", "strict",      "contentMediaType", "contentEncoding"};
constexpr std::array kTypes = {"object", "array", "string", "number", "integer", "boolean", "null"};

bool IsType(const json& value) {
  return value.is_string() && std::ranges::find(kTypes, value.get_ref<const std::string&>()) != kTypes.end();
}

bool AreStrings(const json& value) {
  return value.is_array() && std::ranges::all_of(value, [](const json& name) { return name.is_string(); });
}

bool Fits(Holds holds, const json& value) {
  switch (holds) {
    case Holds::kAnything: return true;
    case Holds::kBool: return value.is_boolean();
    case Holds::kCount: return value.is_number() && value >= 0 && value <= INT32_MAX;
    case Holds::kNumber: return value.is_number();
    case Holds::kList: return value.is_array();
    case Holds::kString: return value.is_string();
    case Holds::kNames: return AreStrings(value);
    case Holds::kNamesByName: return value.is_object() && std::ranges::all_of(value, AreStrings);
    case Holds::kTypes: return IsType(value) || (value.is_array() && std::ranges::all_of(value, IsType));
    case Holds::kSchema: return value.is_object() || value.is_boolean();
    case Holds::kSchemas: return value.is_array();
    case Holds::kSchemasByName: return value.is_object();
  }
  return false;
}

// ECMA-262 in the dialect of text/regex.h, whose ^ and $ are those of lines and whose \d and \w are Unicode's.
std::string FromEcma(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      switch (const char escape = pattern[++i]) {
        case 'd': out += in_class ? "0-9" : "[0-9]"; break;
        case 'w': out += in_class ? "0-9A-Za-z_" : "[0-9A-Za-z_]"; break;
        case 'D': out += in_class ? "\\D" : "[^0-9]"; break;
        case 'W': out += in_class ? "\\W" : "[^0-9A-Za-z_]"; break;
        default: out += {'\\', escape};
      }
    } else if (in_class) {
      in_class = c != ']';
      out += c == '[' ? "\\[" : std::string(1, c);
    } else if (c == '[') {
      in_class = true;
      out += c;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') out += pattern[++i];
    } else {
      out += c == '^' ? "\\A" : c == '$' ? "\\z" : std::string(1, c);
    }
  }
  return out;
}

class Reader {
 public:
  explicit Reader(const json& root) : root_(root) {}

  SchemaKeywords Read() {
    Schema(root_, "#");
    for (auto& [reference, target] : read_.references) target = Resolve(reference);
    return std::move(read_);
  }

 private:
  template <class... Parts>
  [[noreturn]] static void FailAt(const std::string& path, const Parts&... parts) {
    Fail(ErrorCode::kInvalidArgument, "at ", path, ": ", parts...);
  }

  void Schema(const json& schema, const std::string& path) {
    if (!Fits(Holds::kSchema, schema)) FailAt(path, "expected a schema, which is an object or true or false");
    read_.schemas.insert(&schema);
    if (!schema.is_object()) return;
    for (const auto& [name, value] : schema.items()) {
      const auto row = std::ranges::find(kKeywords, name, &Keyword::name);
      if (row == std::end(kKeywords)) {
        if (std::ranges::find(kDescriptions, name) == kDescriptions.end())
          FailAt(path, "\"", name, "\" is no keyword that is known");
        continue;
      }
      if (!Fits(row->holds, value)) FailAt(path + "/" + name, "the value is not what \"", name, "\" takes");
      Inside(*row, value, path + "/" + name);
    }
  }

  void Inside(const Keyword& keyword, const json& value, const std::string& path) {
    const std::string_view name = keyword.name;
    if (keyword.holds == Holds::kSchema) Schema(value, path);
    if (keyword.holds == Holds::kSchemas)
      for (size_t i = 0; i < value.size(); ++i) Schema(value[i], StrCat(path, "/", i));
    if (keyword.holds == Holds::kSchemasByName)
      for (const auto& [key, schema] : value.items()) {
        if (name == "patternProperties") Pattern(key, path);
        Schema(schema, path + "/" + key);
      }
    if (name == "$ref") read_.references.emplace(value.get<std::string>(), nullptr);
    if (name == "pattern") Pattern(value.get<std::string>(), path);
    if (name == "multipleOf" && value <= 0) FailAt(path, "must be above 0");
    if (name != "format") return;
    const auto format = value.get<std::string>();
    const auto pattern = FormatPattern(format);
    if (!pattern) FailAt(path, "\"", format, "\" is none of ", kFormatNames);
    Compile(read_.formats, format, *pattern, path);
  }

  void Pattern(const std::string& pattern, const std::string& path) { Compile(read_.patterns, pattern, pattern, path); }

  static void Compile(std::map<std::string, Regex>& into, const std::string& name, const std::string& pattern,
                      const std::string& path) {
    if (into.contains(name)) return;
    try {
      into.emplace(name, Regex(FromEcma(pattern), Regex::Engine::kPcre2));
    } catch (const Error& error) {
      FailAt(path, error.what());
    }
  }

  const json* Resolve(const std::string& reference) const {
    const json* found = nullptr;
    try {
      if (reference.starts_with('#')) found = &root_.at(json::json_pointer(reference.substr(1)));
    } catch (const json::exception&) {
      // No pointer, or it leads nowhere.
    }
    if (found == nullptr || !read_.schemas.contains(found)) FailAt("#", "$ref \"", reference, "\" leads to no schema in this one");
    return found;
  }

  const json& root_;
  SchemaKeywords read_;
};

}  // namespace

SchemaKeywords ReadSchemaKeywords(const json& root) { return Reader(root).Read(); }

}  // namespace r1
