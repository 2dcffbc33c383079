#include "judge/code/code_tests_json.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "judge/code/language.h"

namespace r1 {
namespace {

using Json = nlohmann::json;

// An object of which every key must be read.
class Reader {
 public:
  Reader(const Json& object, std::string_view what) : object_(object), what_(what) {
    if (!object.is_object()) Fail(ErrorCode::kDataLoss, what_, ": expected a JSON object, got ", object.type_name());
  }
  const Json* Find(const char* key) {
    const auto found = object_.find(key);
    if (found == object_.end()) return nullptr;
    ++read_;
    return &*found;
  }
  const Json& Get(const char* key) {
    if (const Json* value = Find(key)) return *value;
    Fail(ErrorCode::kDataLoss, what_, ": \"", key, "\" is missing");
  }
  std::string Text(const char* key) {
    const Json& value = Get(key);
    if (!value.is_string()) Fail(ErrorCode::kDataLoss, what_, ": \"", key, "\" must be a string, got ", value.type_name());
    return value.get<std::string>();
  }
  std::string TextOr(const char* key, const std::string& otherwise) { return Has(key) ? Text(key) : otherwise; }
  const Json& List(const char* key) {
    const Json& value = Get(key);
    if (!value.is_array()) Fail(ErrorCode::kDataLoss, what_, ": \"", key, "\" must be a list, got ", value.type_name());
    return value;
  }
  bool Has(const char* key) const { return object_.contains(key) && !object_.at(key).is_null(); }
  void End() const {
    if (read_ != object_.size()) Fail(ErrorCode::kDataLoss, what_, ": has keys that no form of tests knows");
  }

 private:
  const Json& object_;
  std::string what_;
  size_t read_ = 0;
};

StdinTests ReadStdinTests(const Json& list, std::string_view what) {
  StdinTests tests;
  for (const Json& entry : list) {
    Reader reader(entry, StrCat(what, ": test ", tests.size() + 1));
    StdinTest test = {reader.Text("input"), reader.Text("output")};
    reader.End();
    tests.push_back(std::move(test));
  }
  return tests;
}

CallTests ReadCallTests(const Json& object, std::string_view what) {
  Reader reader(object, what);
  CallTests calls;
  calls.function = reader.Text("function");
  for (const Json& entry : reader.List("tests")) {
    Reader test(entry, StrCat(what, ": test ", calls.tests.size() + 1));
    calls.tests.push_back({test.List("arguments").dump(), test.Get("expected").dump()});
    test.End();
  }
  reader.End();
  return calls;
}

std::vector<std::string> ReadTexts(const Json& list, std::string_view what) {
  std::vector<std::string> texts;
  for (const Json& entry : list) {
    if (!entry.is_string())
      Fail(ErrorCode::kDataLoss, what, ": test ", texts.size() + 1, " must be a string, got ", entry.type_name());
    texts.push_back(entry.get<std::string>());
  }
  return texts;
}

AssertTests ReadAssertTests(const Json& object, std::string_view what) {
  Reader reader(object, what);
  AssertTests asserts;
  asserts.tests = ReadTexts(reader.List("tests"), what);
  for (auto [key, text] :
       {std::pair{"setup", &asserts.setup}, {"entry_point", &asserts.entry_point}, {"declaration", &asserts.declaration}}) {
    if (object.contains(key)) *text = reader.Text(key);
  }
  reader.End();
  return asserts;
}

CodeTests ReadObject(const Json& object, std::string_view what) {
  Reader reader(object, what);
  CodeTests tests;
  if (const Json* list = reader.Find("stdin")) {
    if (!list->is_array()) Fail(ErrorCode::kDataLoss, what, ": \"stdin\" must be a list");
    tests = ReadStdinTests(*list, what);
  } else if (const Json* calls = reader.Find("calls")) {
    tests = ReadCallTests(*calls, what);
  } else if (const Json* asserts = reader.Find("asserts")) {
    tests = ReadAssertTests(*asserts, what);
  } else {
    Fail(ErrorCode::kDataLoss, what, ": expected \"stdin\", \"calls\" or \"asserts\"");
  }
  reader.End();
  return tests;
}

bool LooksLikeJson(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '[');
}

CodeTests TestsOf(const Json& tests, const CodeTestFields& fields, std::string_view what) {
  if (tests.is_object()) return ReadObject(tests, what);
  AssertTests asserts = {.setup = fields.setup, .entry_point = fields.entry_point, .declaration = fields.declaration};
  if (tests.is_string()) {
    std::string text = tests.get<std::string>();
    if (!fields.entry_point.empty() && text.find("def check(") != std::string::npos) text += "\ncheck(" + fields.entry_point + ")";
    asserts.tests.push_back(std::move(text));
    return asserts;
  }
  if (!tests.is_array()) Fail(ErrorCode::kDataLoss, what, ": tests must be an object, a list or a text, got ", tests.type_name());
  if (!tests.empty() && tests.front().is_object()) return ReadStdinTests(tests, what);
  asserts.tests = ReadTexts(tests, what);
  return asserts;
}

}  // namespace

CodeTests ParseCodeTests(const CodeTestFields& fields, std::string_view what) {
  CodeTests tests;
  ReadingJson(what, [&] {
    const Json value = LooksLikeJson(fields.tests) ? ParseJson(fields.tests, what) : Json(fields.tests);
    tests = TestsOf(value, fields, what);
  });
  if (NumTests(tests) == 0) Fail(ErrorCode::kDataLoss, what, ": has no tests");
  return tests;
}

CodeTask ParseCodeTask(std::string_view line, const std::vector<std::string>& source_keys, std::string_view what) {
  CodeTask task;
  ReadingJson(what, [&] {
    const Json object = ParseJson(line, what);
    Reader reader(object, what);
    task.id = object.contains("id") && !object["id"].is_string() ? object["id"].dump() : reader.TextOr("id", std::string(what));
    task.submission.language = reader.Text(object.contains("language") ? "language" : "lang");
    for (const std::string& key : source_keys) task.submission.source += reader.Text(key.c_str());
    const Json& tests = reader.Get("tests");
    CodeTestFields fields = {"", reader.TextOr("setup", ""), reader.TextOr("entry_point", ""), reader.TextOr("declaration", "")};
    if (tests.is_string()) {
      fields.tests = tests.get<std::string>();
      // HumanEval's prompts hold helper functions, and those of HumanEval-X end with the signature.
      const std::string question = reader.TextOr("question", "");
      const CodeLanguage* language = FindCodeLanguage(task.submission.language);
      const bool is_cpp = language != nullptr && language->asserts == AssertForm::kCpp;
      if (is_cpp && !question.empty()) fields.declaration = question;
      if (!is_cpp && fields.setup.empty()) fields.setup = question;
    } else {
      fields.tests = tests.dump();
    }
    task.tests = ParseCodeTests(fields, what);
  });
  return task;
}

}  // namespace r1
