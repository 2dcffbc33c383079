// r1 run MODEL: talk to a model in the terminal, its thinking dimmed and its answer plain.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "checkpoint/model_files.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/model_session.h"
#include "cli/sampling_defaults.h"
#include "recipe/model_folder.h"

namespace r1 {
namespace {

struct RunFlags {
  std::string model, prompt, prompt_template;
  SamplingParams sampling = {.temperature = 0.6f, .top_p = 0.95f, .loop_guard = 256};
  std::set<std::string> given;  // the sampling flags that were typed
  EngineConfig engine = {.max_num_seqs = 1, .speculation = Speculation::kNgram};
  int threads = 0;
};

// Streams one answer. Ctrl-C ends the answer, not the program.
void Answer(ModelSession& session, const SamplingParams& params, const std::string& question, const Terminal& out) {
  Request request;
  request.prompt = session.EncodePrompt(question);
  request.params = params;
  session.engine->PreparePrompt(params, request.prompt);
  ReasoningParser parser = session.MakeParser(request.prompt);
  bool thinking = false, ended = false, section_begins = true;
  const auto start = std::chrono::steady_clock::now();
  auto show = [&](const std::vector<ReasoningDelta>& deltas) {
    for (const ReasoningDelta& delta : deltas) {
      const bool now_thinking = delta.section == ReasoningSection::kThinking;
      if (thinking != now_thinking) {
        if (thinking) out.Write("\n");
        section_begins = true;
      }
      thinking = now_thinking;
      std::string text = PrintableText(delta.text);
      if (section_begins) text.erase(0, text.find_first_not_of(" \n"));  // the blank behind a tag
      section_begins = section_begins && text.empty();
      out.Write(delta.section == ReasoningSection::kAnswer ? text : out.Dim(text));
    }
  };
  Completion finished;
  request.callback = [&](const TokenEvent& event) {
    if (event.token_id >= 0) show(parser.Push(event.token_id));
    if (event.completion) finished = *event.completion, ended = true;
  };
  const SequenceId id = session.engine->Submit(request);
  while (!ended && session.engine->HasWork()) {
    if (Interrupted()) session.engine->Cancel(id);
    session.engine->Step();
  }
  ClearInterrupt();
  show(parser.Flush());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::string ending = finished.finish_reason == FinishReason::kLength      ? ", cut at the longest completion"
                       : finished.finish_reason == FinishReason::kCancelled ? ", stopped"
                       : finished.finish_reason == FinishReason::kLoop      ? ", ended: it repeated itself"
                                                                            : "";
  if (finished.num_forced > 0) ending += StrCat(", thinking closed: ", ThinkingEndName(finished.thinking_end));
  if (finished.num_drafted > 0) ending += StrCat(", ", finished.num_accepted, " of ", finished.num_drafted, " guesses right");
  out.Write("\n" +
            out.Dim(StrCat("(thought for ", parser.num_tokens(ReasoningSection::kThinking), " tokens, ", finished.token_ids.size(),
                           " in all, ", FormatDuration(seconds), ending, ")")) +
            "\n");
}

void Chat(ModelSession& session, const SamplingParams& sampling, const Terminal& out) {
  SamplingParams params = sampling;
  out.Write(StrCat(out.Bold(session.dir), ": ", FormatQuantity(static_cast<double>(session.model->parameters().numel())),
                   " parameters. Ask a question; /help for commands, Ctrl-D to leave.\n"));
  for (std::string line;;) {
    out.Write(out.Cyan("\n> "));
    if (!std::getline(std::cin, line)) {
      if (!Interrupted()) break;
      ClearInterrupt();
      std::cin.clear();
      clearerr(stdin);
      continue;
    }
    if (line.empty()) continue;
    if (line == "/quit" || line == "/exit") break;
    if (line == "/help") {
      out.Write(
          "/seed N     another answer to the same question\n/temperature T   0 is greedy\n/quit       leave (or Ctrl-D)\nCtrl-C    "
          "  stop an answer\n");
      continue;
    }
    try {
      if (line.rfind("/seed ", 0) == 0)
        SetField(params, "seed", line.substr(6), "/seed");
      else if (line.rfind("/temperature ", 0) == 0)
        SetField(params, "temperature", line.substr(13), "/temperature");
      else if (line[0] == '/')
        Fail(ErrorCode::kInvalidArgument, "there is no command ", line, "; /help lists them");
      else
        Answer(session, params, line, out);
    } catch (const Error& error) {
      out.Write(out.Red("error: ") + PrintableText(error.what(), true) + "\n");
    }
  }
  out.Write("\n");
}

void Run(RunFlags flags) {
  ModelSession session(flags.model, flags.prompt_template, flags.engine, flags.threads);
  if (flags.sampling.max_tokens == 0) flags.sampling.max_tokens = ReadModelCard(session.dir).max_completion_tokens;
  ApplySamplingDefaults(ModelFiles::Open(session.dir)->generation(), flags.given, &flags.sampling);
  flags.sampling.Validate(session.model->config().vocab_size);
  InterruptGuard guard;
  const Terminal out = Terminal::Stdout();
  if (flags.prompt.empty())
    Chat(session, flags.sampling, out);
  else
    Answer(session, flags.sampling, flags.prompt, out);
}

}  // namespace

void SetUpRun(CLI::App& app) {
  auto flags = std::make_shared<RunFlags>();
  app.add_option("model", flags->model, "A model folder, or the folder of a run")->required()->type_name("MODEL");
  app.add_option("-p,--prompt", flags->prompt, "Ask this and leave, instead of a chat")->type_name("TEXT");
  app.add_option("--template", flags->prompt_template, "How the question is put (default: as the model was trained)")
      ->type_name("NAME");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  AddFlags(app, ListFieldsOf(flags->sampling), [flags](const std::string& path, const std::string& text) {
    SetField(flags->sampling, path, text, "");
    flags->given.insert(path);
  });
  AddEngineFlags(app, flags->engine);
  app.callback([flags] { Run(*flags); });
}

}  // namespace r1
