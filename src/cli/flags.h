// Command-line flags from Field rows (base/fields.h): member top_k becomes --top-k with the row's help and default, a bool
// becomes --ignore-eos, or --no-NAME as well where the default is true.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/fields.h"

namespace CLI {
class App;
}

namespace r1 {

// Adds one flag per leaf setting. `set` receives the setting's path and the text that was typed.
void AddFlags(CLI::App& app, const std::vector<FieldDoc>& docs,
              const std::function<void(const std::string& path, const std::string& text)>& set);

// Adds the flags of `config`, which must outlive the parsing and whose values are the defaults. `docs` may be a part of
// ListFieldsOf(config).
template <ConfigStruct C>
void AddFlags(CLI::App& app, C& config, const std::vector<FieldDoc>& docs) {
  AddFlags(app, docs, [&config](const std::string& path, const std::string& text) { SetField(config, path, text, ""); });
}

template <ConfigStruct C>
void AddFlags(CLI::App& app, C& config) {
  AddFlags(app, config, ListFieldsOf(config));
}

// Throws kInvalidArgument "WHAT: --NAME WHY" for the first of these flags that was given.
void RefuseFlags(const CLI::App& app, const std::string& what, const std::vector<std::string>& names, const std::string& why);

// What a check of an option says of its text: "" for a whole number from 0 to 2^64 - 1. CLI11 would take -1 for the largest.
std::string WholeNumberError(const std::string& text);

// "top_k" -> "--top-k", "optimizer.lr" -> "--optimizer.lr".
std::string FlagName(const std::string& path);

}  // namespace r1
