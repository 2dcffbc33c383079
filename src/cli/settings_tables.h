// Every struct of settings a user can write in a recipe or pass as flags, for `r1 help-recipe` and docs/reference.md. A new struct
// is one row in settings_tables.cc.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/fields.h"

namespace r1 {

struct SettingsTable {
  const char* name;
  const char* intro;  // one or two sentences
  std::vector<FieldDoc> (*list)();
};

std::span<const SettingsTable> SettingsTables();

// Settings that stand under one header of a TOML file, in the order of their first appearance.
struct SettingsGroup {
  std::string header;              // "", "[model]", "[[stages]]", "[stages.grpo]"
  std::vector<FieldDoc> settings;  // full paths, as --set and errors use them
};
std::vector<SettingsGroup> GroupByHeader(const std::vector<FieldDoc>& docs);

// The last part of a path: the key as it stands under its header.
std::string KeyOf(const FieldDoc& doc);

}  // namespace r1
