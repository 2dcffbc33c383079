// A settings tree without a file format: what recipe/toml.h parses to, what base/fields.h reads and writes. Each value remembers
// the line it came from, so that an error about its meaning can point at it as well as an error about its syntax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace r1 {

struct ConfigEntry;

struct ConfigValue {
  using Array = std::vector<ConfigValue>;
  using Table = std::vector<ConfigEntry>;  // in the order of the file; keys are unique

  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Table> data;
  int line = 0;  // counted from 1; 0 when the value came from no file

  bool IsTable() const { return std::holds_alternative<Table>(data); }
  bool IsArray() const { return std::holds_alternative<Array>(data); }
  // The value of `key`, or nullptr if there is none or this is no table.
  const ConfigValue* Find(std::string_view key) const;
  // Sets or replaces `key`. This must be a table or null (which becomes a table).
  void Set(std::string_view key, ConfigValue value);
  // What came, for messages: "the integer 3", "the string \"abc\"", "a table".
  std::string Describe() const;
};

struct ConfigEntry {
  std::string key;
  ConfigValue value;
};

// `table` as a TOML document: plain keys first, then [tables] and [[arrays of tables]]. Nulls are left out. Floats are written so
// that they read back equal.
std::string ToTomlText(const ConfigValue& table);
// One value as it stands after `key = ` in TOML, e.g. 0.2, "abc", [1, 2], {a = 1}.
std::string ToTomlValue(const ConfigValue& value);
// The tree as one line of JSON. Floats that are not finite become null.
std::string ToJsonText(const ConfigValue& value);

}  // namespace r1
