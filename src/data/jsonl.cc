#include "data/jsonl.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "base/data_ending.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "data/records.h"

namespace r1 {
namespace {

std::string Text(const nlohmann::json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// "is nothing", "are problem, solution", for a record that lacks a key: it may have it under another name.
std::string Keys(const nlohmann::json& object) {
  constexpr size_t kMost = 8;
  std::string keys;
  size_t count = 0;
  for (const auto& [key, value] : object.items())
    if (++count <= kMost) keys += (count > 1 ? ", " : "") + key.substr(0, 40);
  if (count == 0) return "is nothing";
  return (count > 1 ? "are " : "is ") + keys + (count > kMost ? ", ..." : "");
}

Example ToExample(const nlohmann::json& object, const std::string& where) {
  RequireObject(object, where);
  Example example;
  example.id = where;
  bool has_question = false, has_answer = false;
  for (const auto& [key, value] : object.items()) {
    if (key == "question") {
      if (!value.is_string()) Fail(ErrorCode::kDataLoss, where, ": \"question\" must be a string, got ", value.type_name());
      example.question = value.get<std::string>();
      has_question = true;
    } else if (key == "answer") {
      if (!value.is_string() && !value.is_number() && !value.is_null()) {
        Fail(ErrorCode::kDataLoss, where, ": \"answer\" must be a string or a number, got ", value.type_name());
      }
      if (!value.is_null()) example.answer = Text(value);
      has_answer = true;
    } else if (key == "id") {
      if (!value.is_null()) example.id = Text(value);
    } else {
      example.metadata[key] = Text(value);
    }
  }
  for (const auto& [key, there] : {std::pair{"question", has_question}, {"answer", has_answer}})
    if (!there) Fail(ErrorCode::kDataLoss, where, ": \"", key, "\" is missing; there ", Keys(object));
  return example;
}

// Gathers examples whose ids differ.
class ExampleList {
 public:
  void Add(const nlohmann::json& object, const std::string& where) {
    Example example = ToExample(object, where);
    if (!ids_.insert(example.id).second) Fail(ErrorCode::kDataLoss, where, ": id \"", example.id, "\" was used on an earlier line");
    examples_.push_back(std::move(example));
  }
  std::vector<Example> Take() { return std::move(examples_); }

 private:
  std::vector<Example> examples_;
  std::unordered_set<std::string> ids_;
};

std::string TextOf(const nlohmann::json& object, const std::string& where) {
  RequireObject(object, where);
  const auto text = object.find("text");
  if (text == object.end()) Fail(ErrorCode::kDataLoss, where, ": \"text\" is missing");
  if (!text->is_string()) Fail(ErrorCode::kDataLoss, where, ": \"text\" must be a string, got ", text->type_name());
  return text->get<std::string>();
}

}  // namespace

void ForEachLine(std::string_view text, const std::string& name,
                 const std::function<void(std::string_view, const std::string&)>& use) {
  size_t number = 0;
  while (!text.empty()) {
    ++number;
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.find_first_not_of(" \t\r") != line.npos) use(line, StrCat(name, ':', number));
  }
}

std::vector<Example> ParseExamples(std::string_view text, const std::string& name) {
  ExampleList examples;
  ForEachLine(text, name, [&](std::string_view line, const std::string& where) { examples.Add(ParseJson(line, where), where); });
  return examples.Take();
}

std::vector<std::string> ParseTexts(std::string_view jsonl, const std::string& name) {
  std::vector<std::string> texts;
  ForEachLine(jsonl, name,
              [&](std::string_view line, const std::string& where) { texts.push_back(TextOf(ParseJson(line, where), where)); });
  return texts;
}

std::vector<Example> ReadExamples(const std::string& path) {
  ExampleList examples;
  ForEachRecord(path, [&](const nlohmann::json& record, const std::string& where) { examples.Add(record, where); });
  return examples.Take();
}

std::vector<std::string> ReadTexts(const std::string& path) {
  std::vector<std::string> texts;
  if (DataEnding(path).empty() && !std::filesystem::is_directory(path)) {
    texts.push_back(ReadFile(path));
  } else {
    ForEachRecord(path, [&](const nlohmann::json& record, const std::string& where) { texts.push_back(TextOf(record, where)); });
  }
  return texts;
}

}  // namespace r1
