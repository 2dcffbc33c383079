// r1 benchmarks: what `r1 eval --benchmark` knows, and the data each needs.
#include <CLI/CLI.hpp>

#include "base/error.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "eval/benchmark/registry.h"

namespace r1 {

static void RunBenchmarks() {
  const Terminal out = Terminal::Stdout();
  for (const Benchmark& b : AllBenchmarks()) {
    out.Write(StrCat(out.Bold(b.name), "  ", b.title, ": ", b.description, "\n"));
    out.Write(
        out.Dim(StrCat("    judged as ", AnswerJudgeName(b.judge), ", k = ", b.samples, ", at most ", b.max_tokens, " tokens")) +
        "\n");
    const std::string command = PullCommand(b), also = *b.source == '\0' || command.empty() ? "" : StrCat(" (", b.source, ")");
    out.Write(out.Dim(StrCat("    data: ", command.empty() ? b.source : command, also, "; licence: ", b.licence)) + "\n");
    out.Write(out.Dim(StrCat("    fields: ", b.question, ", ", b.answer, *b.more == '\0' ? "" : ", ", b.more)) + "\n");
  }
}

void SetUpBenchmarks(CLI::App& app) {
  app.callback([] { RunBenchmarks(); });
}

}  // namespace r1
