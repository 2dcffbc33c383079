#include "cli/settings_tables.h"

#include <algorithm>

#include "engine/engine_config.h"
#include "engine/sampling_params.h"
#include "recipe/recipe.h"

namespace r1 {
namespace {

constexpr SettingsTable kTables[] = {
    {"recipe", "What `r1 train` reads: a TOML file, from random weights to a trained model.", &ListFields<Recipe>},
    {"engine", "Memory and batching of the engine that generates, and what it guesses ahead.", &ListFields<EngineConfig>},
    {"sampling", "How the next token is chosen, and how long a model thinks.", &ListFields<SamplingParams>},
};

// "stages[].grpo" -> "[stages.grpo]", "stages[]" -> "[[stages]]".
std::string HeaderOf(const std::string& path) {
  const size_t dot = path.rfind('.');
  if (dot == std::string::npos) return "";
  std::string name = path.substr(0, dot);
  const bool is_list = name.ends_with("[]");
  for (size_t at; (at = name.find("[]")) != std::string::npos;) name.erase(at, 2);
  return is_list ? "[[" + name + "]]" : "[" + name + "]";
}

}  // namespace

std::span<const SettingsTable> SettingsTables() { return kTables; }

std::string KeyOf(const FieldDoc& doc) { return doc.path.substr(doc.path.rfind('.') + 1); }

std::vector<SettingsGroup> GroupByHeader(const std::vector<FieldDoc>& docs) {
  std::vector<SettingsGroup> groups;
  for (const FieldDoc& doc : docs) {
    const std::string header = HeaderOf(doc.path);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const SettingsGroup& g) { return g.header == header; });
    if (group == groups.end()) group = groups.insert(groups.end(), {header, {}});
    group->settings.push_back(doc);
  }
  return groups;
}

}  // namespace r1
