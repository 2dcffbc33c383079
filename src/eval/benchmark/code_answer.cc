#include "eval/benchmark/code_answer.h"

#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/error.h"
#include "base/json.h"

namespace r1 {
namespace {

using nlohmann::json;

// "int main" of C, or "def f" of Python: the name of the function that a HumanEval prompt asks for.
std::string FunctionOf(const std::string& declaration) {
  const size_t def = declaration.rfind("\ndef ") == declaration.npos ? declaration.find("def ") : declaration.rfind("\ndef ") + 1;
  if (def == declaration.npos) return "";
  const size_t begin = def + 4;
  return declaration.substr(begin, declaration.find('(', begin) - begin);
}

CodeTests CallsOrStdin(const json& record, const BenchmarkItem& item) {
  StdinTests stdin_tests;
  CallTests calls;
  for (const char* name : {"public_test_cases", "private_test_cases"}) {
    const auto field = record.find(name);
    if (field == record.end() || field->is_null()) continue;
    if (field->is_string() && !Trim(field->get_ref<const std::string&>()).starts_with('['))
      Fail(ErrorCode::kDataLoss, item.id, ": ", name, " is compressed; docs/eval.md has the lines that unpack it");
    const json cases = field->is_string() ? ParseJson(field->get_ref<const std::string&>(), item.id) : *field;
    for (const json& test : cases) {
      const std::string input = test.at("input").get<std::string>(), output = test.at("output").get<std::string>();
      if (test.value("testtype", "stdin") == "stdin") {
        stdin_tests.push_back({input, output});
        continue;
      }
      // One JSON value on each line is one argument.
      std::string arguments;
      for (size_t at = 0; at < input.size();) {
        const size_t end = std::min(input.find('\n', at), input.size());
        if (end > at) arguments += (arguments.empty() ? "" : ",") + input.substr(at, end - at);
        at = end + 1;
      }
      calls.tests.push_back({"[" + arguments + "]", output});
    }
  }
  if (calls.tests.empty()) return stdin_tests;
  const json metadata = record.contains("metadata") && record["metadata"].is_string()
                            ? ParseJson(record["metadata"].get<std::string>(), item.id)
                            : record.value("metadata", json::object());
  const std::string name = metadata.value("func_name", "");
  calls.function = FirstText(record, {"starter_code"}).find("class Solution") != std::string::npos ? "Solution." + name : name;
  return calls;
}

}  // namespace

std::string CodeOf(std::string_view reply) {
  constexpr std::string_view kFence = "```";
  std::vector<size_t> fences;
  for (size_t at = reply.find(kFence); at != reply.npos; at = reply.find(kFence, at + kFence.size())) fences.push_back(at);
  if (fences.empty()) return std::string(reply);
  // A block that was opened last and never closed is cut off: it counts all the same, and fails by itself.
  const bool closed = fences.size() % 2 == 0;
  const size_t line = reply.find('\n', closed ? fences[fences.size() - 2] : fences.back());
  if (line == reply.npos) return "";
  const size_t end = closed ? fences.back() : reply.size();
  return std::string(reply.substr(line + 1, end - std::min(end, line + 1)));
}

CodeAnswer ReadCodeAnswer(const BenchmarkItem& item, std::string_view reply) {
  CodeAnswer answer;
  answer.submission = {ItemLanguage(item), CodeOf(reply)};
  ReadingJson(item.id, [&] {
    const json record = ParseJson(item.record, item.id);
    if (record.contains("public_test_cases") || record.contains("private_test_cases")) {
      answer.tests = CallsOrStdin(record, item);
      return;
    }
    AssertTests asserts;
    for (const char* name : {"test_list", "tests", "challenge_test_list", "challenge_tests"}) {
      const auto list = record.find(name);
      if (list == record.end() || !list->is_array()) continue;
      for (const json& test : *list) asserts.tests.push_back(test.get<std::string>());
    }
    asserts.setup = FirstText(record, {"test_setup_code", "setup"});
    const std::string test = asserts.tests.empty() ? FirstText(record, {"test", "tests"}) : "";
    if (!test.empty()) {
      // HumanEval: check(candidate) is defined and not called; HumanEval-X calls it itself.
      const std::string prompt = item.question;
      asserts.entry_point = FirstText(record, {"entry_point"});
      asserts.declaration = FirstText(record, {"declaration"});
      if (asserts.entry_point.empty()) asserts.entry_point = FunctionOf(asserts.declaration.empty() ? prompt : asserts.declaration);
      const bool python = answer.submission.language == "python";
      const bool called = !python || test.find("\ncheck(") != test.npos;
      asserts.tests = {called ? test : test + "\ncheck(" + asserts.entry_point + ")"};
      if (python) {
        asserts.setup = prompt;
        // Only the body was written, as a base model completes a prompt.
        if (answer.submission.source.find("def " + asserts.entry_point) == std::string::npos)
          answer.submission.source.insert(0, prompt);
      }
    }
    if (asserts.tests.empty()) Fail(ErrorCode::kDataLoss, item.id, ": the record has no tests");
    answer.tests = std::move(asserts);
  });
  return answer;
}

}  // namespace r1
