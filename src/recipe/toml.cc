#include "recipe/toml.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "base/error.h"
#include "base/files.h"

namespace r1 {
[[noreturn]] static void FailTomlAssertion() { throw std::logic_error("not valid TOML"); }
}  // namespace r1

// Damaged text reaches assertions of toml++ 3.3 (a key that begins with no key character), which release builds would turn into
// undefined behaviour. Here they stay on in every build and end as an error.
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void(0) : ::r1::FailTomlAssertion())
#include <toml++/toml.h>

namespace r1 {
namespace {

constexpr uint32_t kMaxDepth = 32;
constexpr size_t kMaxFileBytes = size_t{4} << 20;

[[noreturn]] void FailAt(std::string_view name, const toml::source_position& at, std::string_view message) {
  Fail(ErrorCode::kInvalidArgument, name, ":", at.line, ":", at.column, ": ", message);
}

ConfigValue Convert(const toml::node& node, std::string_view name, uint32_t depth) {
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

// The index behind the string or comment that starts at `i`, or behind the one character if none does.
size_t SkipToken(std::string_view text, size_t i) {
  const char quote = text[i];
  if (quote == '#') return std::min(text.find('\n', i), text.size());
  if (quote != '"' && quote != '\'') return i + 1;
  const bool is_long = text.substr(i, 3) == std::string(3, quote);  // """ or '''
  const std::string_view delimiter = text.substr(i, is_long ? 3 : 1);
  for (i += delimiter.size(); i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == '\n' && !is_long) {
      return i;  // not closed; the parser will say so
    } else if (text.substr(i, delimiter.size()) == delimiter) {
      i += delimiter.size();
      // Two more quotes may stand before the closing three.
      for (int extra = 0; is_long && extra < 2 && i < text.size() && text[i] == quote; ++extra) ++i;
      return i;
    }
  }
  return text.size();
}

// Refuses what toml++ 3.3 does not survive outside of strings and comments: letters beyond ASCII, which TOML forbids there anyway
// (undefined behaviour), and "a.a.a...", which nests a table per dot that it frees by recursion.
void CheckOutsideStrings(std::string_view text, std::string_view name) {
  toml::source_position at{1, 1};
  uint32_t dots = 0;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark is fine
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) FailAt(name, at, "text beyond ASCII must be in quotes");
    if (c == '\n' || c == '=') dots = 0;
    if (c == '.' && ++dots > kMaxDepth) FailAt(name, at, "nested too deeply");
    for (const size_t end = SkipToken(text, i); i < end; ++i) {
      at.column = text[i] == '\n' ? 1 : at.column + 1;
      at.line += text[i] == '\n';
    }
  }
}

}  // namespace

ConfigValue ParseToml(std::string_view text, std::string_view name) {
  CheckOutsideStrings(text, name);
  try {
    return Convert(toml::parse(text, name), name, 0);
  } catch (const toml::parse_error& error) {
    FailAt(name, error.source().begin, error.description());
  } catch (const std::logic_error& error) {
    Fail(ErrorCode::kInvalidArgument, name, ": ", error.what());
  }
}

ConfigValue LoadToml(const std::string& path) {
  std::error_code ignored;
  Require(!std::filesystem::is_directory(path, ignored), path, ": a TOML file expected, got a folder");
  return ParseToml(ReadFile(path, kMaxFileBytes), path);
}

}  // namespace r1
