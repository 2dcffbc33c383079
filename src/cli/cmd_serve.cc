// r1 serve MODEL: an OpenAI-compatible endpoint for one model.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/terminal.h"
#include "checkpoint/model_files.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/model_fingerprint.h"
#include "cli/model_session.h"
#include "cli/sampling_defaults.h"
#include "server/api_server.h"
#include "server/tool_messages.h"

namespace r1 {
namespace {

constexpr std::chrono::milliseconds kPoll{100};

std::atomic<bool> g_reload{false};  // a signal handler has no other place
static_assert(std::atomic<bool>::is_always_lock_free);

struct ServeFlags {
  std::string model, prompt_template;
  int threads = 0;
  ServeConfig serve;
  EngineConfig engine = {.max_num_seqs = 64, .max_num_batched_tokens = 1024, .prefill_chunk = 512};
};

// For what takes long and is perhaps never asked for.
std::function<std::shared_future<std::string>()> InBackgroundOnce(std::function<std::string()> compute) {
  struct Once {
    std::once_flag flag;
    std::shared_future<std::string> result;
  };
  return [once = std::make_shared<Once>(), compute = std::move(compute)] {
    std::call_once(once->flag, [&] { once->result = std::async(std::launch::async, compute).share(); });
    return once->result;
  };
}

// Of "models/r1-micro/" and of "." too.
std::string FolderName(const std::string& path) {
  const std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

ServedModel ServedModelOf(ModelSession& session) {
  SamplingParams sampling = {.temperature = 0.6f, .top_p = 0.95f, .loop_guard = 256};
  if (!session.chat_template) sampling.max_tokens = session.card.max_completion_tokens;
  ApplySamplingDefaults(ModelFiles::Open(session.dir)->generation(), {}, &sampling);
  const TokenizerSpec& spec = session.tokenizer.spec();
  // Templates that know no calls, and models without one: the form that most families share.
  const ToolCallFormat tool_format =
      (session.chat_template ? FindToolCallFormat(spec.chat_template) : std::nullopt).value_or(ToolCallFormat::kHermes);
  const ToolMessages tool_messages(session.chat_template ? &*session.chat_template : nullptr, tool_format, spec.bos_token,
                                   spec.eos_token);
  return {.name = FolderName(session.dir),
          .fingerprint = FingerprintOf(session.dir),
          .build = "r1 " R1_VERSION,
          .arithmetic = StrCat("weights ", EnumToString(session.engine->config().weight_format), ", kv ",
                               KvTypeName(session.model->config().kv_type)),
          .path = session.dir,
          .chat_template = session.chat_template ? session.tokenizer.spec().chat_template : "",
          .model = *session.model,
          .tokenizer = session.tokenizer,
          .engine = *session.engine,
          .default_sampling = sampling,
          .tool_format = tool_format,
          .encode_chat =
              [&session, tool_messages](std::vector<ChatMessage> messages, ChatOptions options) {
                tool_messages.Prepare(messages, options);
                return session.EncodeChat(messages, options);
              },
          .make_parser = [&session](std::span<const int32_t> prompt) { return session.MakeParser(prompt); },
          .weights_sha256 = InBackgroundOnce([dir = session.dir] { return WeightsSha256(dir); })};
}

void Serve(const ServeFlags& flags) {
  flags.serve.Validate();
  const Terminal out = Terminal::Stderr();
  ModelSession session(flags.model, flags.prompt_template, flags.engine, flags.threads);
  ApiServer server(flags.serve, ServedModelOf(session));
  out.Write(out.Bold(server.model_name()) + " at " + out.Green(server.url()) + "\n");
  if (!server.page_url().empty()) out.Write("chat at " + out.Green(server.page_url()) + "\n");
  out.Write(out.Dim(StrCat("contexts of ", session.engine->max_length(), " tokens, ", session.engine->config().max_num_seqs,
                           " sequences at once; Ctrl-C or SIGTERM finishes what is under way, SIGHUP reads the keys again")) +
            "\n");
  InterruptGuard guard;
  std::signal(SIGHUP, [](int) { g_reload = true; });
  std::signal(SIGPIPE, SIG_IGN);
  while (!Interrupted()) {
    std::this_thread::sleep_for(kPoll);
    if (!g_reload.exchange(false)) continue;
    try {
      server.Reload();
      out.Write("keys read again\n");
    } catch (const Error& error) {
      out.Write(out.Red("error: ") + PrintableText(error.what(), true) + "; what was read before stays\n");
    }
  }
  out.Write("finishing what is under way\n");
  if (!server.Drain()) Fail(ErrorCode::kCancelled, "some answers were cut off: drain_s is over");
}

}  // namespace

void SetUpServe(CLI::App& app) {
  auto flags = std::make_shared<ServeFlags>();
  app.add_option("model", flags->model, "A model folder, or the folder of a run")->required()->type_name("MODEL");
  app.add_option("--template", flags->prompt_template, "How messages are put (default: as the model was trained)")
      ->type_name("NAME");
  app.add_option("--threads", flags->threads, "Threads that compute (default: one per CPU)")
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  AddFlags(app, flags->serve);
  AddFlags(app, flags->engine, ListFieldsOf(flags->engine));
  app.callback([flags] { Serve(*flags); });
}

}  // namespace r1
