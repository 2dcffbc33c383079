#include "recipe/toml.h"

#include <toml++/toml.h>
#include <algorithm>

#include "base/error.h"
#include "base/files.h"

namespace r1 {
namespace {

constexpr int kMaxDepth = 32;
constexpr size_t kMaxFileBytes = size_t{4} << 20;

[[noreturn]] void FailAt(std::string_view name, const toml::source_position& at, std::string_view message) {
  Fail(ErrorCode::kInvalidArgument, name, ":", at.line, ":", at.column, ": ", message);
}

ConfigValue Convert(const toml::node& node, std::string_view name, int depth) {
  const toml::source_position at = node.source().begin;
  if (depth > kMaxDepth) FailAt(name, at, "nested too deeply");
  ConfigValue value;
  value.line = static_cast<int>(at.line);
  if (const auto* table = node.as_table()) {
    ConfigValue::Table entries;
    for (const auto& [key, child] : *table) entries.push_back({std::string(key.str()), Convert(child, name, depth + 1)});
    // The library sorts by key; people think in the order they wrote.
    const auto position = [&](const ConfigEntry& entry) {
      const toml::source_position p = table->get(entry.key)->source().begin;
      return std::pair(p.line, p.column);
    };
    std::stable_sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) { return position(a) < position(b); });
    value.data = std::move(entries);
  } else if (const auto* array = node.as_array()) {
    ConfigValue::Array elements;
    for (const toml::node& child : *array) elements.push_back(Convert(child, name, depth + 1));
    value.data = std::move(elements);
  } else if (const auto* text = node.as_string()) {
    value.data = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.data = integer->get();
  } else if (const auto* number = node.as_floating_point()) {
    value.data = number->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.data = flag->get();
  } else {
    FailAt(name, at, "dates and times are not used here; put it in quotes if it is text");
  }
  return value;
}

// "a.a.a..." nests one table per dot, and the library frees them by recursion, so the depth is bounded before it parses. Dots in
// strings and comments count as well: no setting has so many on one line that this could matter, except inside quotes, which end
// the count.
void BoundDottedKeys(std::string_view text, std::string_view name) {
  uint32_t line = 1, dots = 0;
  for (const char c : text) {
    if (c == '\n') ++line;
    if (c == '\n' || c == '=' || c == '#' || c == '{' || c == ',') dots = 0;
    if (c == '.' && ++dots > 4096) FailAt(name, {line, 1}, "nested too deeply");
  }
}

}  // namespace

ConfigValue ParseToml(std::string_view text, std::string_view name) {
  BoundDottedKeys(text, name);
  try {
    return Convert(toml::parse(text, name), name, 0);
  } catch (const toml::parse_error& error) {
    FailAt(name, error.source().begin, error.description());
  } catch (const std::logic_error& error) {
    Fail(ErrorCode::kInvalidArgument, name, ": ", error.what());
  }
}

ConfigValue LoadToml(const std::string& path) { return ParseToml(ReadFile(path, kMaxFileBytes), path); }

}  // namespace r1
