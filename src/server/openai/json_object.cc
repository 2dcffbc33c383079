#include "server/openai/json_object.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "server/api_error.h"

namespace r1 {
namespace {

using nlohmann::json;

constexpr int kDeepest = 128;
constexpr size_t kLongestShown = 60;

std::string Shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kLongestShown) text = text.substr(0, kLongestShown) + "...";
  return text;
}

[[noreturn]] void WrongType(const std::string& path, const char* expected, const json& got) {
  throw InvalidRequest(StrCat(path, " must be ", expected, ", got ", Shown(got)), path, "invalid_type");
}

template <class T>
void CheckRange(const std::string& path, T value, T lowest, T highest) {
  if (value >= lowest && value <= highest) return;
  throw InvalidRequest(StrCat(path, " must be in ", lowest, "..", highest, ", got ", value), path, "invalid_value");
}

// Nesting is counted before parsing: the parser itself recurses. Brackets inside strings do not count.
bool TooDeep(std::string_view body) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

json ParseRequestBody(std::string_view body) {
  const auto fail = [](const std::string& why) {
    return InvalidRequest("the request body is not valid JSON: " + why, "", "invalid_json");
  };
  if (!IsValidUtf8(body)) throw fail("it is not UTF-8");
  if (TooDeep(body)) throw fail(StrCat("it is nested more than ", kDeepest, " levels deep"));
  json parsed;
  try {
    parsed = json::parse(body);
  } catch (const json::exception& error) {
    std::string why = error.what();
    throw fail(why.substr(why.find("] ") == why.npos ? 0 : why.find("] ") + 2));
  }
  if (!parsed.is_object()) throw fail("it must be an object");
  return parsed;
}

JsonObject::JsonObject(const json& object, std::string path) : json_(&object), path_(std::move(path)) {
  if (!object.is_object()) WrongType(path_, "an object", object);
}

const json* JsonObject::Any(const char* name) const {
  asked_for_.push_back(name);
  const auto it = json_->find(name);
  return it == json_->end() || it->is_null() ? nullptr : &*it;
}

std::vector<std::string> JsonObject::Unread() const {
  std::vector<std::string> unread;
  for (const auto& [name, value] : json_->items())
    if (std::find(asked_for_.begin(), asked_for_.end(), name) == asked_for_.end()) unread.push_back(name);
  return unread;
}

std::optional<bool> JsonObject::Bool(const char* name) const {
  const json* value = Any(name);
  if (value == nullptr) return {};
  if (!value->is_boolean()) WrongType(Path(name), "true or false", *value);
  return value->get<bool>();
}

std::optional<int64_t> JsonObject::Integer(const char* name, int64_t lowest, int64_t highest) const {
  const json* value = Any(name);
  if (value == nullptr) return {};
  int64_t integer = 0;
  if (value->is_number_unsigned() && value->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
    throw InvalidRequest(StrCat(Path(name), " must be in ", lowest, "..", highest, ", got ", Shown(*value)), Path(name));
  } else if (value->is_number_integer()) {
    integer = value->get<int64_t>();
  } else if (value->is_number_float() && std::abs(value->get<double>()) < 0x1p53 &&
             value->get<double>() == std::trunc(value->get<double>())) {
    integer = static_cast<int64_t>(value->get<double>());
  } else {
    WrongType(Path(name), "an integer", *value);
  }
  CheckRange(Path(name), integer, lowest, highest);
  return integer;
}

std::optional<int64_t> JsonObject::IntegerOf(std::initializer_list<const char*> names, int64_t lowest, int64_t highest) const {
  for (const char* name : names)
    if (const auto value = Integer(name, lowest, highest)) return value;
  return {};
}

std::optional<double> JsonObject::Number(const char* name, double lowest, double highest) const {
  const json* value = Any(name);
  if (value == nullptr) return {};
  if (!value->is_number()) WrongType(Path(name), "a number", *value);
  const double number = value->get<double>();
  CheckRange(Path(name), number, lowest, highest);
  return number;
}

std::optional<std::string> JsonObject::String(const char* name) const {
  const json* value = Any(name);
  if (value == nullptr) return {};
  if (!value->is_string()) WrongType(Path(name), "a string", *value);
  return value->get<std::string>();
}

std::optional<std::vector<std::string>> JsonObject::Strings(const char* name, size_t most) const {
  const json* value = Any(name);
  if (value == nullptr) return {};
  if (value->is_string()) return std::vector<std::string>{value->get<std::string>()};
  if (!value->is_array()) WrongType(Path(name), "a string or a list of strings", *value);
  if (value->size() > most)
    throw InvalidRequest(StrCat(Path(name), " may have ", most, " entries, got ", value->size()), Path(name));
  std::vector<std::string> strings;
  for (size_t i = 0; i < value->size(); ++i) {
    const json& item = (*value)[i];
    if (!item.is_string()) WrongType(StrCat(Path(name), "[", i, "]"), "a string", item);
    strings.push_back(item.get<std::string>());
  }
  return strings;
}

std::optional<JsonObject> JsonObject::Object(const char* name) const {
  const json* value = Any(name);
  if (value == nullptr) return {};
  return JsonObject(*value, Path(name));
}

const json* JsonObject::Array(const char* name) const {
  const json* value = Any(name);
  if (value != nullptr && !value->is_array()) WrongType(Path(name), "a list", *value);
  return value;
}

}  // namespace r1
