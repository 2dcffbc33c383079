#include "base/fields.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/suggest.h"

namespace r1::fields_internal {
namespace {

// "recipe.toml:12: grpo.clip_low: ", with the parts that are known.
std::string Where(int line, const ConfigPlace& place) {
  std::string text = place.file;
  if (line > 0) text += (text.empty() ? "line " : ":") + std::to_string(line);
  if (!text.empty()) text += ": ";
  return place.path.empty() ? text : text + place.path + ": ";
}

constexpr std::string_view kBlank = " \t";

[[noreturn]] void FailType(const ConfigValue& value, const ConfigPlace& place, const std::string& expected) {
  Fail(ErrorCode::kInvalidArgument, Where(value.line, place), "expected ", expected, ", got ", value.Describe());
}

template <class T>
bool ParseWhole(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool ToBool(const ConfigValue& value, const ConfigPlace& place) {
  if (const bool* flag = std::get_if<bool>(&value.data)) return *flag;
  FailType(value, place, "true or false");
}

int64_t ToInteger(const ConfigValue& value, const ConfigPlace& place, int64_t min, int64_t max) {
  const int64_t* integer = std::get_if<int64_t>(&value.data);
  if (integer == nullptr) FailType(value, place, "an integer");
  if (*integer < min || *integer > max) {
    FailType(value, place, "an integer from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return *integer;
}

double ToDouble(const ConfigValue& value, const ConfigPlace& place, double max_finite) {
  if (const int64_t* integer = std::get_if<int64_t>(&value.data)) return static_cast<double>(*integer);
  const double* number = std::get_if<double>(&value.data);
  if (number == nullptr) FailType(value, place, "a number");
  if (!std::isfinite(*number)) FailType(value, place, "a finite number");  // no setting means anything as nan or inf
  if (std::abs(*number) > max_finite) {
    FailType(value, place, "a number of at most " + ToTomlValue({max_finite}) + " in size");
  }
  return *number;
}

const std::string& ToString(const ConfigValue& value, const ConfigPlace& place) {
  if (const std::string* text = std::get_if<std::string>(&value.data)) return *text;
  FailType(value, place, "a string");
}

const ConfigValue::Array& ToArray(const ConfigValue& value, const ConfigPlace& place) {
  if (const auto* array = std::get_if<ConfigValue::Array>(&value.data)) return *array;
  FailType(value, place, "a list");
}

const ConfigValue::Table& ToTable(const ConfigValue& value, const ConfigPlace& place) {
  if (const auto* table = std::get_if<ConfigValue::Table>(&value.data)) return *table;
  FailType(value, place, "a table");
}

void FailUnknownKey(int line, const ConfigPlace& parent, std::string_view key, std::span<const std::string> known) {
  Fail(ErrorCode::kInvalidArgument, Where(line, {parent.file, ""}), "unknown key `", parent.Child(key).path, "`",
       SuggestText(key, known));
}

void FailUnknownName(int line, const ConfigPlace& place, std::string_view text, std::span<const std::string> known) {
  std::string names;
  for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
  const std::string nearest = NearestName(text, known);
  Fail(ErrorCode::kInvalidArgument, Where(line, place), "expected one of ", names, ", got `", text, "`",
       nearest.empty() ? "" : "; did you mean `" + nearest + "`?");
}

void FailNotALeaf(const ConfigPlace& place, const std::string& expected) {
  Fail(ErrorCode::kInvalidArgument, Where(0, place), "expected ", expected);
}

ConfigValue ParseScalar(std::string_view text) {
  text = Trim(text, kBlank);
  if (text == "true") return {true};
  if (text == "false") return {false};
  // Underscores between digits, as TOML allows.
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto is_digit = [&](size_t j) { return j < text.size() && text[j] >= '0' && text[j] <= '9'; };
    if (text[i] == '_' && i > 0 && is_digit(i - 1) && is_digit(i + 1)) continue;
    plain += text[i];
  }
  if (plain.size() > 1 && plain[0] == '+' && plain[1] != '-') plain.erase(0, 1);
  int64_t integer;
  if (ParseWhole(plain, integer)) return {integer};
  double number;
  if (ParseWhole(plain, number)) return {number};
  return {std::string(text)};
}

std::vector<std::string> SplitList(std::string_view text) {
  text = Trim(text, kBlank);
  // Quoted texts may hold anything, commas and escapes too.
  if (const auto quoted = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
      quoted.is_array() && std::all_of(quoted.begin(), quoted.end(), [](const auto& item) { return item.is_string(); }))
    return quoted.get<std::vector<std::string>>();
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = Trim(text.substr(1, text.size() - 2));
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view item = Trim(text.substr(0, comma), kBlank);
    if (item.size() >= 2 && (item.front() == '"' || item.front() == '\'') && item.back() == item.front())
      item = item.substr(1, item.size() - 2);
    items.emplace_back(item);
    text = comma == std::string_view::npos ? "" : Trim(text.substr(comma + 1), kBlank);
  }
  return items;
}

std::string_view TakePathPart(std::string_view& path) {
  const size_t dot = path.find('.');
  const std::string_view part = path.substr(0, dot);
  path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  return part;
}

double ShortestDouble(float value) {
  if (!std::isfinite(value)) return value;
  char buffer[32];
  const char* end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  double nearest = 0;
  std::from_chars(buffer, end, nearest);
  return nearest;
}

}  // namespace r1::fields_internal
