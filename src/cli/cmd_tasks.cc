// r1 tasks [NAME...]: what a recipe's and an evaluation's `task` can name, and problems drawn from them.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "data/task.h"

namespace r1 {
namespace {

struct TasksFlags {
  std::vector<std::string> names;
  int64_t difficulty = 0, count = 1;  // difficulty 0: all, mixed
  uint64_t seed = 1;
  std::string split = "train";
  bool json = false;
};

Example Draw(const Task& task, const TasksFlags& flags, int64_t index) {
  TaskOptions options;
  if (flags.difficulty > 0) options.min_difficulty = options.max_difficulty = flags.difficulty;
  const Split split = SplitByName(flags.split);
  return ToExample(task, MakeProblem(task, flags.seed, index, split, options), split, index);
}

void WriteJson(const Example& example) {
  JsonWriter json;
  json.BeginObject().Field("id", example.id).Field("question", example.question).Field("answer", example.answer);
  for (const auto& [key, value] : example.metadata) json.Field(key, value);
  json.EndObject();
  std::cout << json.text() << "\n";
}

void WriteProblem(const Example& example, const Terminal& out) {
  std::string question = example.question;
  for (size_t at = 0; (at = question.find('\n', at)) != std::string::npos; at += 5) question.insert(at + 1, "    ");
  out.Write(StrCat("    ", question, "\n    ", out.Green(example.answer), "\n"));
}

void RunTasks(const TasksFlags& flags) {
  const bool list = flags.names.empty();
  std::vector<const Task*> tasks;
  if (list) {
    for (const Task& task : AllTasks()) tasks.push_back(&task);
  } else {
    for (const std::string& name : flags.names) tasks.push_back(&FindTask(name));
  }
  const Terminal out = Terminal::Stdout();
  for (const Task* task : tasks) {
    std::vector<Example> examples;
    // Listing everything at a difficulty that some tasks do not have is no mistake.
    const bool none =
        list && flags.difficulty > 0 && (flags.difficulty < task->min_difficulty || flags.difficulty > task->max_difficulty);
    for (int64_t i = 0; i < flags.count && !none; ++i) examples.push_back(Draw(*task, flags, i));
    if (!flags.json) {
      out.Write(StrCat(out.Bold(task->name), out.Dim(StrCat("  difficulty ", task->min_difficulty, " to ", task->max_difficulty)),
                       "  ", task->description, task->worked ? "" : out.Dim("  (rewards and evaluation)"), "\n"));
    }
    for (const Example& example : examples) flags.json ? WriteJson(example) : WriteProblem(example, out);
  }
}

}  // namespace

void SetUpTasks(CLI::App& app) {
  auto flags = std::make_shared<TasksFlags>();
  app.add_option("names", flags->names, "Tasks (default: all)")->delimiter(',')->type_name("NAME");
  app.add_option("--difficulty", flags->difficulty, "Problems of this difficulty only (default: all mixed)")
      ->check(CLI::Range(1, 6))
      ->type_name("N");
  app.add_option("-n,--count", flags->count, "Problems of each task")
      ->check(CLI::Range(0, 10000000))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--split", flags->split, "train, or heldout: the problems that training never sees")
      ->capture_default_str()
      ->type_name("NAME");
  app.add_option("--seed", flags->seed, "Other problems")
      ->check(CLI::Validator(WholeNumberError, ""))
      ->capture_default_str()
      ->type_name("N");
  app.add_flag("--json", flags->json, "One JSON object a line");
  app.callback([flags] { RunTasks(*flags); });
}

}  // namespace r1
