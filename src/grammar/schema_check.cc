#include "grammar/schema_check.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "grammar/schema_keywords.h"

namespace r1 {
namespace {

using nlohmann::json;

constexpr size_t kMostBytes = 1 << 20;
constexpr int64_t kMostWork = 200'000;  // schemas held against values
constexpr int kDeepest = 200;           // of references that lead to each other
constexpr size_t kLongestShown = 60;

struct Violation {
  std::string path, why;
};
using Checked = std::optional<Violation>;

std::string Shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() <= kLongestShown) return text;
  text.resize(ValidUtf8Prefix(std::string_view(text).substr(0, kLongestShown)));
  return text + "...";
}

template <class... Parts>
Checked Wrong(const Parts&... parts) {
  return Violation{"", StrCat(parts...)};
}

Checked Within(const std::string& name, Checked inner) {
  if (inner) inner->path = "/" + name + inner->path;
  return inner;
}

size_t NumCharacters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

bool IsOfType(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  return value.is_number_integer() || (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
}

bool IsMultiple(const json& value, const json& of) {
  const auto is_int64 = [](const json& x) {
    return x.is_number_integer() && !(x.is_number_unsigned() && x.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX));
  };
  if (is_int64(value) && is_int64(of)) return value.get<int64_t>() % of.get<int64_t>() == 0;
  const double times = value.get<double>() / of.get<double>();
  return std::abs(times - std::round(times)) <= 1e-9 * std::max(1.0, std::abs(times));  // 0.3 is a multiple of 0.1
}

// The member's value, null if there is none.
const json* Find(const json& schema, const char* keyword) {
  const auto it = schema.find(keyword);
  return it == schema.end() ? nullptr : &*it;
}

Checked CheckCount(const json& schema, const char* least, const char* most, size_t count, const char* what) {
  if (const json* limit = Find(schema, least); limit && *limit > count)
    return Wrong("must have at least ", Shown(*limit), " ", what, ", has ", count);
  if (const json* limit = Find(schema, most); limit && *limit < count)
    return Wrong("must have at most ", Shown(*limit), " ", what, ", has ", count);
  return {};
}

// One question: holds schemas against values until one does not hold.
class Checker {
 public:
  explicit Checker(const SchemaKeywords& keywords) : keywords_(keywords) {}

  Checked Check(const json& schema, const json& value) {
    if (++work_ > kMostWork || depth_ >= kDeepest) Fail(ErrorCode::kResourceExhausted, "it takes too much work to check");
    if (schema.is_boolean()) return schema.get<bool>() ? Checked{} : Wrong("nothing may stand here, got ", Shown(value));
    if (value.is_null() && schema.value("nullable", false)) return {};
    ++depth_;
    Checked wrong = CheckValue(schema, value);
    if (!wrong) wrong = CheckAlternatives(schema, value);
    if (!wrong && value.is_number()) wrong = CheckNumber(schema, value);
    if (!wrong && value.is_string()) wrong = CheckString(schema, value.get_ref<const std::string&>());
    if (!wrong && value.is_array()) wrong = CheckArray(schema, value);
    if (!wrong && value.is_object()) wrong = CheckObject(schema, value);
    --depth_;
    return wrong;
  }

 private:
  bool Holds(const json& schema, const json& value) { return !Check(schema, value); }

  static Checked CheckValue(const json& schema, const json& value) {
    if (const json* type = Find(schema, "type")) {
      const json types = type->is_array() ? *type : json::array({*type});
      if (std::ranges::none_of(types, [&](const json& name) { return IsOfType(value, name.get_ref<const std::string&>()); }))
        return Wrong("must be of type ", Shown(*type), ", got ", Shown(value));
    }
    if (const json* only = Find(schema, "const"); only && value != *only)
      return Wrong("must be ", Shown(*only), ", got ", Shown(value));
    if (const json* all = Find(schema, "enum"); all && std::ranges::find(*all, value) == all->end())
      return Wrong("must be one of ", Shown(*all), ", got ", Shown(value));
    return {};
  }

  Checked CheckAlternatives(const json& schema, const json& value) {
    if (const json* reference = Find(schema, "$ref"))
      if (Checked wrong = Check(*keywords_.references.at(reference->get_ref<const std::string&>()), value)) return wrong;
    if (const json* all = Find(schema, "allOf"))
      for (const json& part : *all)
        if (Checked wrong = Check(part, value)) return wrong;
    const auto fits = [&](const json& part) { return Holds(part, value); };
    if (const json* any = Find(schema, "anyOf"); any && std::ranges::none_of(*any, fits))
      return Wrong("fits none of the schemas of anyOf: ", Shown(value));
    if (const json* one = Find(schema, "oneOf"))
      if (const auto count = std::ranges::count_if(*one, fits); count != 1)
        return Wrong("must fit one of the schemas of oneOf, fits ", count, ": ", Shown(value));
    if (const json* no = Find(schema, "not"); no && Holds(*no, value)) return Wrong("fits the schema of not: ", Shown(value));
    if (const json* condition = Find(schema, "if"))
      if (const json* then = Find(schema, Holds(*condition, value) ? "then" : "else")) return Check(*then, value);
    return {};
  }

  static Checked CheckNumber(const json& schema, const json& value) {
    if (const json* x = Find(schema, "minimum"); x && value < *x)
      return Wrong("must be at least ", Shown(*x), ", got ", Shown(value));
    if (const json* x = Find(schema, "maximum"); x && value > *x)
      return Wrong("must be at most ", Shown(*x), ", got ", Shown(value));
    if (const json* x = Find(schema, "exclusiveMinimum"); x && value <= *x)
      return Wrong("must be above ", Shown(*x), ", got ", Shown(value));
    if (const json* x = Find(schema, "exclusiveMaximum"); x && value >= *x)
      return Wrong("must be below ", Shown(*x), ", got ", Shown(value));
    if (const json* x = Find(schema, "multipleOf"); x && !IsMultiple(value, *x))
      return Wrong("must be a multiple of ", Shown(*x), ", got ", Shown(value));
    return {};
  }

  Checked CheckString(const json& schema, const std::string& value) const {
    if (Checked wrong = CheckCount(schema, "minLength", "maxLength", NumCharacters(value), "characters")) return wrong;
    if (const json* pattern = Find(schema, "pattern"); pattern && !keywords_.patterns.at(*pattern).Finds(value))
      return Wrong("must match the pattern ", Shown(*pattern), ", got ", Shown(value));
    if (const json* format = Find(schema, "format"); format && !keywords_.formats.at(*format).Finds(value))
      return Wrong("must be of the format ", Shown(*format), ", got ", Shown(value));
    return {};
  }

  Checked CheckArray(const json& schema, const json& value) {
    if (Checked wrong = CheckCount(schema, "minItems", "maxItems", value.size(), "items")) return wrong;
    const json *prefix = Find(schema, "prefixItems"), *items = Find(schema, "items");
    for (size_t i = 0; i < value.size(); ++i) {
      const json* part = prefix && i < prefix->size() ? &(*prefix)[i] : items;
      if (part == nullptr) continue;
      if (Checked wrong = Within(std::to_string(i), Check(*part, value[i]))) return wrong;
    }
    if (const json* contains = Find(schema, "contains")) {
      const auto count = std::ranges::count_if(value, [&](const json& item) { return Holds(*contains, item); });
      const json *least = Find(schema, "minContains"), *most = Find(schema, "maxContains");
      if (least ? *least > count : count == 0) return Wrong("has too few items that fit the schema of contains: ", count);
      if (most && *most < count) return Wrong("has too many items that fit the schema of contains: ", count);
    }
    if (schema.value("uniqueItems", false)) {
      json sorted = value;
      std::sort(sorted.begin(), sorted.end());
      if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        return Wrong("must have no item twice, has ", Shown(*twice));
    }
    return {};
  }

  Checked CheckObject(const json& schema, const json& value) {
    if (Checked wrong = CheckCount(schema, "minProperties", "maxProperties", value.size(), "properties")) return wrong;
    const auto lacks = [&](const json& names) {
      const auto missing = std::ranges::find_if(names, [&](const json& name) { return !value.contains(name.get<std::string>()); });
      return missing == names.end() ? Checked{} : Wrong("lacks the property ", Shown(*missing));
    };
    if (const json* required = Find(schema, "required"))
      if (Checked wrong = lacks(*required)) return wrong;
    if (const json* dependent = Find(schema, "dependentRequired"))
      for (const auto& [name, names] : dependent->items())
        if (Checked wrong = value.contains(name) ? lacks(names) : Checked{}) return wrong;
    if (const json* dependent = Find(schema, "dependentSchemas"))
      for (const auto& [name, part] : dependent->items())
        if (Checked wrong = value.contains(name) ? Check(part, value) : Checked{}) return wrong;
    for (const auto& [name, member] : value.items())
      if (Checked wrong = Within(name, CheckMember(schema, name, member))) return wrong;
    return {};
  }

  Checked CheckMember(const json& schema, const std::string& name, const json& member) {
    if (const json* names = Find(schema, "propertyNames"))
      if (Checked wrong = Check(*names, name)) return wrong;
    bool known = false;
    if (const json* properties = Find(schema, "properties"))
      if (const auto it = properties->find(name); it != properties->end()) {
        known = true;
        if (Checked wrong = Check(*it, member)) return wrong;
      }
    if (const json* patterns = Find(schema, "patternProperties"))
      for (const auto& [pattern, part] : patterns->items()) {
        if (!keywords_.patterns.at(pattern).Finds(name)) continue;
        known = true;
        if (Checked wrong = Check(part, member)) return wrong;
      }
    const json* others = Find(schema, "additionalProperties");
    return known || others == nullptr ? Checked{} : Check(*others, member);
  }

  const SchemaKeywords& keywords_;
  int64_t work_ = 0;
  int depth_ = 0;
};

}  // namespace

struct SchemaCheck::Rules {
  explicit Rules(json schema) : root(std::move(schema)), keywords(ReadSchemaKeywords(root)) {}
  const json root;
  const SchemaKeywords keywords;
};

SchemaCheck::SchemaCheck(std::string_view schema) {
  Require(schema.size() <= kMostBytes, "the schema has more than ", kMostBytes, " bytes");
  json parsed;
  try {
    parsed = ParseJson(schema, "the schema");
  } catch (const Error& error) {
    Fail(ErrorCode::kInvalidArgument, error.what());
  }
  rules_ = std::make_unique<const Rules>(std::move(parsed));
}

SchemaCheck::~SchemaCheck() = default;
SchemaCheck::SchemaCheck(SchemaCheck&&) noexcept = default;

std::optional<std::string> SchemaCheck::Violation(std::string_view text) const {
  try {
    const json value = ParseJson(text, "the text");
    const Checked wrong = Checker(rules_->keywords).Check(rules_->root, value);
    if (!wrong) return {};
    return wrong->path.empty() ? wrong->why : StrCat("at ", wrong->path, ": ", wrong->why);
  } catch (const Error& error) {  // no JSON, or too much work
    return std::string(error.what());
  }
}

}  // namespace r1
