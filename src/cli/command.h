// A subcommand of r1: one file cmd_NAME.cc, one row in main.cc.
//   void SetUpNAME(CLI::App& app)  adds the flags and sets app.callback(), which does the work and throws r1::Error when it cannot.
// Results go to stdout, progress and diagnostics to stderr.
#pragma once

namespace CLI {
class App;
}

namespace r1 {

struct Command {
  const char* name;
  const char* help;      // one line for `r1 --help`
  const char* examples;  // lines to copy, shown under `r1 NAME --help`
  void (*set_up)(CLI::App& app);
};

void SetUpHelpRecipe(CLI::App& app);
void SetUpReference(CLI::App& app);
void SetUpTrain(CLI::App& app);
void SetUpRun(CLI::App& app);
void SetUpServe(CLI::App& app);
void SetUpEval(CLI::App& app);
void SetUpJudge(CLI::App& app);
void SetUpGenerate(CLI::App& app);
void SetUpPerplexity(CLI::App& app);
void SetUpBench(CLI::App& app);
void SetUpReplay(CLI::App& app);
void SetUpConvert(CLI::App& app);
void SetUpQuantize(CLI::App& app);
void SetUpWatch(CLI::App& app);
void SetUpPull(CLI::App& app);
void SetUpTasks(CLI::App& app);
void SetUpBenchmarks(CLI::App& app);
void SetUpDecontaminate(CLI::App& app);

}  // namespace r1
