// r1 run MODEL: talk to a model in the terminal, its thinking folded away and its answer in Markdown.
#include <CLI/CLI.hpp>
#include <memory>
#include <set>

#include "base/env.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "checkpoint/model_files.h"
#include "cli/chat.h"
#include "cli/chat_commands.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/sampling_defaults.h"
#include "terminal/line_reader.h"

namespace r1 {
namespace {

struct RunFlags {
  std::string model, prompt, prompt_template, system, load, show = "fold";
  bool asks = false;  // --prompt was given
  SamplingParams sampling = {.temperature = 0.6f, .top_p = 0.95f, .loop_guard = 256};
  std::set<std::string> given;  // the sampling flags that were typed
  // A long prompt is read in pieces, so that one sees how far it is and can stop it.
  EngineConfig engine = {.max_num_seqs = 1, .prefill_chunk = 512, .speculation = Speculation::kNgram};
  int threads = 0;
};

// Between sessions, beside other state of programs (XDG Base Directory Specification). "" if there is no home.
std::string HistoryPath() {
  if (const auto state = EnvironmentVariable("XDG_STATE_HOME")) return *state + "/r1/history";
  const auto home = EnvironmentVariable("HOME");
  return home ? *home + "/.local/state/r1/history" : "";
}

void Talk(Chat& chat) {
  const Terminal& out = chat.terminal();
  LineReader reader(out, HistoryPath(), ChatCommandNames());
  out.Write(StrCat(out.Bold(chat.session().dir), ": ",
                   FormatQuantity(static_cast<double>(chat.session().model->parameters().numel())),
                   " parameters. Ask a question; /help for commands, Ctrl-D to leave.",
                   chat.session().chat_template ? "" : " Each question is asked alone.", "\n"));
  for (;;) {
    out.Write("\n");
    const std::optional<std::string> message = reader.Read();
    if (!message) break;
    if (message->find_first_not_of(" \n\t") == std::string::npos) continue;
    try {
      if (!IsChatCommand(*message))
        chat.Ask(*message);
      else if (RunChatCommand(chat, *message) == ChatCommandResult::kLeave)
        return;
    } catch (const Error& error) {
      out.Write(out.Red("error: ") + PrintableText(error.what(), true) + "\n");
    }
  }
  out.Write("\n");
  ThrowIfInterrupted();
}

void Run(RunFlags flags) {
  Require(!flags.asks || flags.prompt.find_first_not_of(" \n\t") != std::string::npos,
          "run: --prompt is empty; without the option a chat begins");
  ModelSession session(flags.model, flags.prompt_template, flags.engine, flags.threads);
  Require(flags.system.empty() || session.chat_template.has_value(), "run: --system: ", flags.model,
          " has no chat template, which would have a place for it");
  // Without a card of ours the model thinks as long as its context has room.
  if (flags.sampling.max_tokens == 0 && !session.chat_template) flags.sampling.max_tokens = session.card.max_completion_tokens;
  ApplySamplingDefaults(ModelFiles::Open(session.dir)->generation(), flags.given, &flags.sampling);
  flags.sampling.Validate(session.model->config().vocab_size);
  InterruptGuard guard;
  const Terminal out = Terminal::Stdout();
  Chat chat(session, flags.sampling, ParseEnum<ThinkingDisplay>(flags.show, "--show"), out);
  if (!flags.load.empty()) {
    Conversation loaded = LoadConversation(flags.load);
    chat.conversation().turns = std::move(loaded.turns);
    chat.conversation().system = std::move(loaded.system);
  }
  if (!flags.system.empty()) chat.conversation().system = flags.system;
  if (!flags.asks) return Talk(chat);
  if (!chat.Ask(flags.prompt)) Fail(ErrorCode::kCancelled, "interrupted");
}

}  // namespace

void SetUpRun(CLI::App& app) {
  auto flags = std::make_shared<RunFlags>();
  app.add_option("model", flags->model, "A model folder, or the folder of a run")->required()->type_name("MODEL");
  app.add_option("-p,--prompt", flags->prompt, "Ask this and leave, instead of a chat")->type_name("TEXT");
  app.add_option("--system", flags->system, "Instructions before the conversation")->type_name("TEXT");
  app.add_option("--load", flags->load, "Go on with a conversation that /save wrote (.json)")->type_name("FILE");
  app.add_option("--show", flags->show, "How thinking is shown: fold, all or hide")->type_name("HOW")->capture_default_str();
  app.add_option("--template", flags->prompt_template, "How the question is put (default: as the model was trained)")
      ->type_name("NAME");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  AddFlags(app, ListFieldsOf(flags->sampling), [flags](const std::string& path, const std::string& text) {
    SetField(flags->sampling, path, text, "");
    flags->given.insert(path);
  });
  app.remove_option(app.get_option("--logprobs"));  // a conversation does not show them
  AddEngineFlags(app, flags->engine);
  app.callback([flags, &app] {
    flags->asks = app.count("--prompt") > 0;
    Run(*flags);
  });
}

}  // namespace r1
