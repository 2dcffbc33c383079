// r1 judge code: does a program pass its tests? For one program, or for a file of submissions.
#include "cli/judge_code.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "base/terminal.h"
#include "cli/flags.h"
#include "data/jsonl.h"
#include "data/records.h"
#include "hub/data_set_name.h"
#include "judge/code/code_judge.h"
#include "judge/code/code_tests_json.h"
#include "judge/code/language.h"

namespace r1 {
namespace {

struct CodeFlags {
  CodeJudgeConfig config;
  std::string solution, language, tests, input, expected, batch;
  std::vector<std::string> source_keys = {"solution"};
  bool json = false;
};

std::string LanguageOf(const CodeFlags& flags) {
  if (!flags.language.empty()) return CodeLanguageNamed(flags.language).name;
  const CodeLanguage* language = LanguageOfFile(flags.solution);
  Require(language != nullptr, "judge code: the ending of ", flags.solution, " names no language; say which with --language");
  return language->name;
}

void AddJson(JsonWriter& json, const CodeResult& result) {
  json.Field("verdict", VerdictName(result.verdict)).Field("score", result.score).Field("reason", result.reason);
  json.Field("num_tests", result.num_tests).Field("num_passed", result.num_passed).Field("compile_s", result.compile_s);
  if (!result.compile_message.empty()) json.Field("compile_message", result.compile_message);
  json.Key("tests").BeginArray();
  for (const TestOutcome& test : result.tests) {
    json.BeginObject().Field("verdict", VerdictName(test.verdict)).Field("reason", test.reason).Field("cpu_s", test.cpu_s);
    json.Field("wall_s", test.wall_s).Field("peak_bytes", test.peak_bytes).EndObject();
  }
  json.EndArray();
}

void Print(const Terminal& out, const CodeResult& result) {
  double cpu_s = 0;
  int64_t peak_bytes = 0;
  for (const TestOutcome& test : result.tests) {
    cpu_s = std::max(cpu_s, test.cpu_s);
    peak_bytes = std::max(peak_bytes, test.peak_bytes);
  }
  char figures[160];
  std::snprintf(figures, sizeof(figures), ", %lld of %lld tests passed, score %g, at most %.3f s and %.1f MiB a test",
                static_cast<long long>(result.num_passed), static_cast<long long>(result.num_tests), result.score, cpu_s,
                static_cast<double>(peak_bytes) / (1 << 20));
  const std::string verdict = StrCat(VerdictName(result.verdict), " (", VerdictText(result.verdict), ")");
  out.Write((result.verdict == Verdict::kAccepted ? out.Green(verdict) : out.Red(verdict)) + figures + "\n");
  if (!result.compile_message.empty()) {
    out.Write(PrintableText(result.compile_message) + "\n");
  } else if (!result.reason.empty()) {
    out.Write("  " + PrintableText(result.reason, /*one_line=*/true) + "\n");
  }
}

void JudgeOne(const CodeFlags& flags) {
  const CodeSubmission submission = {LanguageOf(flags), ReadFileOrStdin(flags.solution)};
  CodeTests tests = StdinTests{{flags.input, flags.expected}};
  if (!flags.tests.empty()) tests = ParseCodeTests({ReadFileOrStdin(flags.tests), "", "", ""}, flags.tests);
  const CodeJudge judge(flags.config);
  const CodeResult result = judge.Judge(submission, tests);
  if (flags.json) {
    JsonWriter json;
    json.BeginObject();
    AddJson(json, result);
    json.EndObject();
    std::cout << json.text() << "\n";
  } else {
    Print(Terminal::Stdout(), result);
  }
}

// Every line is judged, several at a time, and reported in the order of the file. What cannot be judged is an error of that line.
void JudgeBatch(const CodeFlags& flags) {
  InterruptGuard guard;
  CodeJudge judge(flags.config);
  struct Line {
    std::string id;
    std::future<CodeResult> result;
  };
  std::vector<Line> lines;
  const auto submit = [&](std::string_view line, const std::string& where) {
    CodeTask task = ParseCodeTask(line, flags.source_keys, where);
    lines.push_back({std::move(task.id), judge.Submit(std::move(task.submission), std::move(task.tests))});
  };
  if (flags.batch == "-")
    ForEachLine(ReadFileOrStdin(flags.batch), "standard input", submit);
  else
    ForEachRecordLine(DataPath(flags.batch), submit);
  const Terminal out = Terminal::Stdout();
  std::map<std::string, int64_t> counts;
  for (Line& line : lines) {
    while (line.result.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready) {
      if (Interrupted()) judge.Cancel();
    }
    JsonWriter json;
    json.BeginObject().Field("id", line.id);
    try {
      const CodeResult result = line.result.get();
      ++counts[VerdictName(result.verdict)];
      AddJson(json, result);
      if (!flags.json && result.verdict != Verdict::kAccepted) {
        out.Write(PrintableText(line.id, true) + " ");
        Print(out, result);
      }
    } catch (const Error& error) {
      ThrowIfInterrupted();
      ++counts["error"];
      json.Field("error", error.what());
      if (!flags.json) out.Write(PrintableText(line.id + " error: " + error.what(), true) + "\n");
    }
    json.EndObject();
    if (flags.json) std::cout << json.text() << std::endl;
  }
  std::string summary = StrCat(lines.size(), " programs:");
  for (const auto& [verdict, count] : counts) summary += StrCat(" ", count, " ", verdict);
  (flags.json ? Terminal::Stderr() : out).Write(summary + "\n");
}

}  // namespace

std::string ReadFileOrStdin(const std::string& path) {
  return path == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : ReadFile(path);
}

void SetUpJudgeCode(CLI::App& app) {
  auto flags = std::make_shared<CodeFlags>();
  app.add_option("solution", flags->solution, "A program, or - for standard input")->type_name("FILE");
  app.add_option("--tests", flags->tests, "Tests as JSON (docs/judge.md), or - for standard input")->type_name("FILE");
  app.add_option("--stdin", flags->input, "One test: what the program reads")->type_name("TEXT");
  app.add_option("--expect", flags->expected, "One test: what it must write; words are compared")->type_name("TEXT");
  app.add_option("--language", flags->language, "cpp, python, c or sh; otherwise the file's ending tells")->type_name("NAME");
  app.add_option("--batch", flags->batch,
                 "A data file (JSON lines, Parquet, CSV) or - for JSON lines on standard input: a program with its tests a record")
      ->type_name("FILE");
  app.add_option("--source-keys", flags->source_keys, "--batch: the keys whose texts, one after the other, are the program")
      ->delimiter(',')
      ->capture_default_str()
      ->type_name("KEYS");
  app.add_flag("--json", flags->json, "Machine-readable, one line a program");
  AddFlags(app, flags->config);
  app.callback([flags, &app] {
    const bool one = !flags->solution.empty(), pair = app.count("--expect") > 0;
    Require(one != !flags->batch.empty(), "judge code: give a program or --batch");
    if (!one) return JudgeBatch(*flags);
    Require(pair != (app.count("--tests") > 0), "judge code: give --tests, or --expect with or without --stdin");
    JudgeOne(*flags);
  });
}

}  // namespace r1
