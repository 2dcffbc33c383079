// r1 judge: what is below it, and r1 judge math: is an answer the expected one? For one pair, or for a file of them.
#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "cli/judge_code.h"
#include "data/records.h"
#include "hub/data_set_name.h"
#include "judge/math/math_verdict.h"

namespace r1 {
namespace {

struct MathFlags {
  std::string gold, answer, file;
  std::string gold_key = "gold", answer_key = "prediction", verdict_key;
  MathOptions options;
  bool json = false;
};

void AddVerdict(JsonWriter& json, const MathVerdict& verdict) {
  json.Field("right", verdict.right())
      .Field("outcome", MathOutcomeName(verdict.outcome))
      .Field("reason", verdict.reason)
      .Field("expected", verdict.expected)
      .Field("answer", verdict.answer);
}

void PrintVerdict(const Terminal& out, const MathVerdict& verdict) {
  const std::string name = MathOutcomeName(verdict.outcome);
  out.Write((verdict.right() ? out.Green(name) : out.Red(name)) + ": " + PrintableText(verdict.reason, true) + "\n");
  out.Write("  expected  " + PrintableText(verdict.expected, true) + "\n  answer    " + PrintableText(verdict.answer, true) + "\n");
}

void JudgePair(const MathFlags& flags) {
  const MathVerdict verdict = JudgeMath(flags.gold, flags.answer, flags.options);
  if (!flags.json) return PrintVerdict(Terminal::Stdout(), verdict);
  JsonWriter json;
  json.BeginObject();
  AddVerdict(json, verdict);
  json.EndObject();
  std::cout << json.text() << "\n";
}

// A string, or any other value as its JSON text: data sets write 18 and "18".
std::string TextOf(const nlohmann::json& object, const std::string& key, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end()) Fail(ErrorCode::kDataLoss, where, ": \"", key, "\" is missing");
  return found->is_string() ? found->get<std::string>() : found->dump();
}

void JudgeFile(const MathFlags& flags) {
  InterruptGuard guard;
  const Terminal out = Terminal::Stdout();
  std::map<std::string, int64_t> counts;
  int64_t all = 0, agreed = 0;
  const auto judge = [&](const nlohmann::json& object, const std::string& where) {
    ThrowIfInterrupted();
    RequireObject(object, where);
    const std::string gold = TextOf(object, flags.gold_key, where), answer = TextOf(object, flags.answer_key, where);
    const MathVerdict verdict = JudgeMath(gold, answer, flags.options);
    const std::string id = object.contains("id") ? TextOf(object, "id", where) : where;
    ++all;
    ++counts[MathOutcomeName(verdict.outcome)];
    const bool agrees = flags.verdict_key.empty() || (TextOf(object, flags.verdict_key, where) == "true") == verdict.right();
    agreed += agrees;
    if (flags.json) {
      JsonWriter json;
      json.BeginObject().Field("id", id);
      AddVerdict(json, verdict);
      if (!flags.verdict_key.empty()) json.Field("agrees", agrees);
      json.EndObject();
      std::cout << json.text() << "\n";
    } else if (flags.verdict_key.empty() ? !verdict.right() : !agrees) {
      out.Write(PrintableText(id, true) + " ");
      PrintVerdict(out, verdict);
    }
  };
  if (flags.file == "-")
    ForEachJsonRecord(ReadFileOrStdin(flags.file), "standard input", judge);
  else
    ForEachRecord(DataPath(flags.file), judge);
  std::string summary = StrCat(all, " pairs:");
  for (const auto& [outcome, count] : counts) summary += StrCat(" ", count, " ", outcome);
  if (!flags.verdict_key.empty()) summary += StrCat("; ", agreed, " as recorded");
  (flags.json ? Terminal::Stderr() : out).Write(summary + "\n");
}

void SetUpMath(CLI::App& app) {
  auto flags = std::make_shared<MathFlags>();
  app.add_option("file", flags->file,
                 "A data file (JSON lines, Parquet, CSV) or - for JSON lines on standard input: one pair a record; prints what is "
                 "not right, and counts")
      ->type_name("FILE");
  app.add_option("--gold", flags->gold, "The expected answer: LaTeX, plain text, or a solution with \\boxed{...}")
      ->type_name("TEXT");
  app.add_option("--answer", flags->answer, "An answer, or the whole completion with one")->type_name("TEXT");
  app.add_option("--gold-key", flags->gold_key, "FILE: the key of the expected answer")->capture_default_str()->type_name("KEY");
  app.add_option("--answer-key", flags->answer_key, "FILE: the key of the answer or completion")
      ->capture_default_str()
      ->type_name("KEY");
  app.add_option("--verdict-key", flags->verdict_key, "FILE: the key of a recorded true or false; prints where the judge differs")
      ->type_name("KEY");
  app.add_flag("--same-units", flags->options.same_units, "Different units beside equal numbers are wrong");
  app.add_flag("--prm800k", flags->options.prm800k, "As strict as prm800k's grader of MATH: 8/2 is not 4");
  app.add_flag("--json", flags->json, "Machine-readable, one line a verdict");
  app.callback([flags, &app] {
    const bool pair = app.count("--gold") > 0 || app.count("--answer") > 0;
    Require(pair == flags->file.empty(), "judge math: give --gold and --answer, or a file");
    if (!pair) return JudgeFile(*flags);
    Require(app.count("--gold") > 0 && app.count("--answer") > 0, "judge math: give both --gold and --answer");
    JudgePair(*flags);
  });
}

}  // namespace

void SetUpJudge(CLI::App& app) {
  app.require_subcommand(1);
  SetUpMath(*app.add_subcommand("math", "Compare a mathematical answer with the expected one"));
  SetUpJudgeCode(*app.add_subcommand("code", "Run a program against tests, in a sandbox"));
  SetUpJudgeTests(*app.add_subcommand("tests", "Make tests from generators, correct solutions and wrong ones"));
}

}  // namespace r1
