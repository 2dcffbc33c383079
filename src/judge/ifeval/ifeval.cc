#include "judge/ifeval/ifeval.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/error.h"
#include "base/json.h"
#include "judge/ifeval/checks.h"

namespace r1 {
namespace {

using nlohmann::json;

const IfevalCheck& FindCheck(const std::string& id) {
  for (const auto checks : {KeywordChecks(), LengthChecks(), FormatChecks()}) {
    for (const IfevalCheck& check : checks) {
      if (check.id == id) return check;
    }
  }
  Fail(ErrorCode::kDataLoss, "ifeval: there is no instruction '", id, "'");
}

IfevalArguments ReadArguments(const IfevalCheck& check, const json& kwargs) {
  const auto get = [&](const char* name) -> const json& {
    const auto at = kwargs.find(name);
    if (at == kwargs.end() || at->is_null()) Fail(ErrorCode::kDataLoss, "ifeval: ", check.id, " needs the argument `", name, "`");
    return *at;
  };
  IfevalArguments a;
  if (check.relation != nullptr) a.relation = get(check.relation).get<std::string>();
  if (check.count != nullptr) a.count = get(check.count).get<int64_t>();
  if (check.text != nullptr) a.text = get(check.text).get<std::string>();
  if (check.words != nullptr) a.words = get(check.words).get<std::vector<std::string>>();
  if (check.nth != nullptr) a.nth = get(check.nth).get<int64_t>();
  return a;
}

std::vector<std::string> LooseReadings(std::string_view response) {
  const size_t first = response.find('\n'), last = response.rfind('\n');
  const std::string_view no_first = first == response.npos ? "" : Trim(response.substr(first + 1));
  const std::string_view no_last = last == response.npos ? "" : Trim(response.substr(0, last));
  const std::string_view neither = first == last ? "" : Trim(response.substr(first + 1, last - first - 1));
  std::vector<std::string> readings;
  for (const std::string_view text : {response, no_first, no_last, neither}) {
    readings.emplace_back(text);
    std::string plain(text);
    std::erase(plain, '*');
    readings.push_back(std::move(plain));
  }
  return readings;
}

}  // namespace

bool IfevalVerdict::strict() const {
  return std::all_of(instructions.begin(), instructions.end(), [](const IfevalInstruction& i) { return i.strict; });
}
bool IfevalVerdict::loose() const {
  return std::all_of(instructions.begin(), instructions.end(), [](const IfevalInstruction& i) { return i.loose; });
}
std::string IfevalVerdict::Reason() const {
  std::string missed;
  for (const IfevalInstruction& i : instructions) {
    if (!i.strict) missed += (missed.empty() ? "not followed: " : ", ") + i.id + (i.loose ? " (loosely it is)" : "");
  }
  return missed.empty() ? StrCat("all ", instructions.size(), " followed") : missed;
}

IfevalVerdict JudgeIfeval(std::string_view record_json, std::string_view response) {
  IfevalVerdict verdict;
  ReadingJson("ifeval", [&] {
    const json record = ParseJson(record_json, "ifeval");
    const auto ids = record.at("instruction_id_list").get<std::vector<std::string>>();
    const json& kwargs = record.at("kwargs");
    if (kwargs.size() != ids.size() || ids.empty())
      Fail(ErrorCode::kDataLoss, "ifeval: ", ids.size(), " instructions with ", kwargs.size(), " sets of arguments");
    const std::vector<std::string> readings = LooseReadings(response);
    for (size_t i = 0; i < ids.size(); ++i) {
      const IfevalCheck& check = FindCheck(ids[i]);
      const IfevalArguments arguments = ReadArguments(check, kwargs[i]);
      const auto follows = [&](std::string_view text) { return !Trim(text).empty() && check.follows(text, arguments); };
      const bool strict = follows(response);  // the first of the readings, too
      verdict.instructions.push_back({ids[i], strict, strict || std::any_of(readings.begin() + 1, readings.end(), follows)});
    }
  });
  return verdict;
}

}  // namespace r1
