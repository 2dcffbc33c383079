#include "cli/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>

namespace r1 {

std::string FlagName(const std::string& path) {
  std::string name = "--" + path;
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string WholeNumberError(const std::string& text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end ? "" : "expected a whole number from 0 to 18446744073709551615, got " + text;
}

void RefuseFlags(const CLI::App& app, const std::string& what, const std::vector<std::string>& names, const std::string& why) {
  for (const std::string& name : names) Require(app.count(name) == 0, what, ": ", name, " ", why);
}

void AddFlags(CLI::App& app, const std::vector<FieldDoc>& docs,
              const std::function<void(const std::string& path, const std::string& text)>& set) {
  for (const FieldDoc& doc : docs) {
    if (doc.path.find("[]") != std::string::npos) continue;  // inside a list of tables: recipes only
    const std::string flag = FlagName(doc.path);
    if (doc.type == "bool") {
      const std::string names = doc.default_value == "true" ? flag + ",!--no-" + flag.substr(2) : flag;
      app.add_flag_function(
          names, [set, path = doc.path](int64_t count) { set(path, count > 0 ? "true" : "false"); }, doc.help);
    } else if (doc.path == "stop") {  // any text can be one: with commas, brackets, blanks; several are several flags
      app.add_option_function<std::vector<std::string>>(
             flag,
             [set, path = doc.path](const std::vector<std::string>& texts) {
               ConfigValue::Array list;
               for (const std::string& text : texts) list.push_back({text});
               set(path, ToJsonText({std::move(list)}));
             },
             doc.help + "; may be repeated")
          ->type_name("text")
          ->expected(1)
          ->allow_extra_args(false)  // else brackets would be taken for those of a list
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    } else {
      app.add_option_function<std::string>(
             flag, [set, path = doc.path](const std::string& text) { set(path, text); }, doc.help)
          ->type_name(doc.type)
          ->default_str(doc.default_value);
    }
  }
}

}  // namespace r1
