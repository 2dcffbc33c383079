#include "base/config_value.h"

#include <cctype>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/error.h"
#include "base/json_writer.h"

namespace r1 {
namespace {

std::string TomlString(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += "\\u00";
          out += kHex[static_cast<unsigned char>(c) >> 4];
          out += kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string TomlKey(std::string_view key) {
  bool bare = !key.empty();
  for (const char c : key) bare = bare && (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-');
  return bare ? std::string(key) : TomlString(key);
}

std::string TomlFloat(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[32];
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof(buffer), value).ptr);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

bool IsArrayOfTables(const ConfigValue& value) {
  const auto* array = std::get_if<ConfigValue::Array>(&value.data);
  return array && !array->empty() && array->front().IsTable();
}

void AppendTable(const ConfigValue::Table& table, const std::string& path, std::string& out) {
  for (const auto& [key, value] : table) {
    if (value.IsTable() || IsArrayOfTables(value) || std::holds_alternative<std::monostate>(value.data)) continue;
    out += TomlKey(key) + " = " + ToTomlValue(value) + "\n";
  }
  for (const auto& [key, value] : table) {
    const std::string child = path.empty() ? TomlKey(key) : path + "." + TomlKey(key);
    if (value.IsTable()) {
      out += (out.empty() ? "[" : "\n[") + child + "]\n";
      AppendTable(std::get<ConfigValue::Table>(value.data), child, out);
    } else if (IsArrayOfTables(value)) {
      for (const ConfigValue& row : std::get<ConfigValue::Array>(value.data)) {
        out += (out.empty() ? "[[" : "\n[[") + child + "]]\n";
        AppendTable(std::get<ConfigValue::Table>(row.data), child, out);
      }
    }
  }
}

void AppendJson(const ConfigValue& value, JsonWriter& json) {
  if (const auto* flag = std::get_if<bool>(&value.data)) {
    json.Value(*flag);
  } else if (const auto* integer = std::get_if<int64_t>(&value.data)) {
    json.Value(*integer);
  } else if (const auto* number = std::get_if<double>(&value.data)) {
    json.Value(*number);
  } else if (const auto* text = std::get_if<std::string>(&value.data)) {
    json.Value(*text);
  } else if (const auto* array = std::get_if<ConfigValue::Array>(&value.data)) {
    json.BeginArray();
    for (const ConfigValue& element : *array) AppendJson(element, json);
    json.EndArray();
  } else if (const auto* table = std::get_if<ConfigValue::Table>(&value.data)) {
    json.BeginObject();
    for (const auto& [key, child] : *table) AppendJson(child, json.Key(key));
    json.EndObject();
  } else {
    json.Null();
  }
}

}  // namespace

const ConfigValue* ConfigValue::Find(std::string_view key) const {
  if (const auto* table = std::get_if<Table>(&data)) {
    for (const ConfigEntry& entry : *table) {
      if (entry.key == key) return &entry.value;
    }
  }
  return nullptr;
}

void ConfigValue::Set(std::string_view key, ConfigValue value) {
  if (std::holds_alternative<std::monostate>(data)) data = Table{};
  CHECK(IsTable());
  for (ConfigEntry& entry : std::get<Table>(data)) {
    if (entry.key == key) {
      entry.value = std::move(value);
      return;
    }
  }
  std::get<Table>(data).push_back({std::string(key), std::move(value)});
}

std::string ConfigValue::Describe() const {
  if (std::holds_alternative<bool>(data)) return "the boolean " + ToTomlValue(*this);
  if (std::holds_alternative<int64_t>(data)) return "the integer " + ToTomlValue(*this);
  if (std::holds_alternative<double>(data)) return "the float " + ToTomlValue(*this);
  if (const auto* text = std::get_if<std::string>(&data)) {
    return "the string " + (text->size() <= 80 ? TomlString(*text) : TomlString(text->substr(0, 77)) + "...");
  }
  return IsArray() ? "a list" : IsTable() ? "a table" : "nothing";
}

std::string ToTomlValue(const ConfigValue& value) {
  if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<int64_t>(&value.data)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&value.data)) return TomlFloat(*number);
  if (const auto* text = std::get_if<std::string>(&value.data)) return TomlString(*text);
  std::string out;
  if (const auto* array = std::get_if<ConfigValue::Array>(&value.data)) {
    for (const ConfigValue& element : *array) out += (out.empty() ? "" : ", ") + ToTomlValue(element);
    return "[" + out + "]";
  }
  if (const auto* table = std::get_if<ConfigValue::Table>(&value.data)) {
    for (const auto& [key, child] : *table) out += (out.empty() ? "" : ", ") + TomlKey(key) + " = " + ToTomlValue(child);
    return "{" + out + "}";
  }
  return "\"\"";
}

std::string ToTomlText(const ConfigValue& table) {
  CHECK(table.IsTable());
  std::string out;
  AppendTable(std::get<ConfigValue::Table>(table.data), "", out);
  return out;
}

std::string ToJsonText(const ConfigValue& value) {
  JsonWriter json;
  AppendJson(value, json);
  return json.text();
}

}  // namespace r1
