// r1 help-recipe [WORD]: the settings a recipe can hold, or those whose name or help contains WORD.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <iostream>

#include "base/error.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "cli/settings_tables.h"
#include "recipe/recipe.h"

namespace r1 {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void PrintSettings(const std::string& word) {
  const Terminal terminal = Terminal::Stdout();
  const std::string wanted = Lower(word);
  bool found = false;
  for (SettingsGroup& group : GroupByHeader(ListFields<Recipe>())) {
    std::erase_if(group.settings,
                  [&](const FieldDoc& doc) { return Lower(doc.path + " " + doc.help).find(wanted) == std::string::npos; });
    if (group.settings.empty()) continue;
    found = true;
    std::cout << terminal.Bold(group.header.empty() ? "# at the top of the file" : group.header) << "\n";
    for (const FieldDoc& doc : group.settings) {
      std::cout << terminal.Cyan(KeyOf(doc)) << " = " << doc.default_value << terminal.Dim("  # " + doc.type) << "\n    "
                << doc.help << "\n";
    }
    std::cout << "\n";
  }
  Require(found, "no setting contains `", word, "`; `r1 help-recipe` lists them all");
}

}  // namespace

void SetUpHelpRecipe(CLI::App& app) {
  auto word = std::make_shared<std::string>();
  app.add_option("word", *word, "Show only settings whose name or help contains it")->type_name("");
  app.callback([word] { PrintSettings(*word); });
}

}  // namespace r1
