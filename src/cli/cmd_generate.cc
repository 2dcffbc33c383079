// r1 generate MODEL: plain completions of a raw text, for scripts. Repeats to the bit with the same seed.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/json_writer.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/model_session.h"

namespace r1 {
namespace {

struct GenerateFlags {
  std::string model, prompt, prompt_template;
  int64_t count = 1;
  bool json = false, raw = false;
  SamplingParams sampling;
  EngineConfig engine;
  int threads = 0;
};

// One list a token, most likely first.
void WriteTopLogprobs(const Completion& completion, JsonWriter& json) {
  json.Key("top_logprobs").BeginArray();
  for (const auto& tokens : completion.top_logprobs) {
    json.BeginArray();
    for (const TokenLogprob& t : tokens) json.BeginObject().Field("token_id", t.token_id).Field("logprob", t.logprob).EndObject();
    json.EndArray();
  }
  json.EndArray();
}

void Generate(GenerateFlags flags) {
  Require(!flags.raw || flags.prompt_template.empty(), "generate: --raw and --template exclude each other, --raw uses none");
  ModelSession session(flags.model, flags.prompt_template, flags.engine, flags.threads);
  if (flags.sampling.max_tokens == 0) flags.sampling.max_tokens = session.card.max_completion_tokens;
  flags.sampling.Validate(session.model->config().vocab_size);
  Request request;
  request.prompt =
      flags.raw ? session.tokenizer.Encode(flags.prompt, {.parse_special = true, .add_bos = session.tokenizer.spec().add_bos})
                : session.EncodePrompt(flags.prompt);
  request.params = flags.sampling;
  for (int64_t i = 0; i < flags.count; ++i) request.rng_keys.push_back(RngKey({flags.sampling.seed, static_cast<uint64_t>(i)}));
  InterruptGuard guard;
  const std::vector<Completion> completions =
      session.engine->Generate(std::span(&request, 1), [](const GenerateProgress&) { ThrowIfInterrupted(); });
  for (const Completion& c : completions) {
    if (!flags.json) {
      std::cout << c.text << "\n";
      continue;
    }
    JsonWriter json;
    json.BeginObject()
        .Field("text", c.text)
        .Field("finish_reason", FinishReasonName(c.finish_reason))
        .Key("token_ids")
        .BeginArray();
    for (int32_t id : c.token_ids) json.Value(id);
    json.EndArray().Key("logprobs").BeginArray();
    for (float logprob : c.logprobs) json.Value(logprob);
    json.EndArray().Field("thinking_end", ThinkingEndName(c.thinking_end)).Field("thinking_tokens", c.num_thinking_tokens);
    json.Field("forced_begin", c.forced_begin).Field("forced_tokens", c.num_forced);
    json.Field("drafted", c.num_drafted).Field("accepted", c.num_accepted).Field("verify_steps", c.num_verify_steps);
    if (!c.top_logprobs.empty()) WriteTopLogprobs(c, json);
    json.EndObject();
    std::cout << json.text() << "\n";
  }
}

}  // namespace

void SetUpGenerate(CLI::App& app) {
  auto flags = std::make_shared<GenerateFlags>();
  app.add_option("model", flags->model, "A model folder, or the folder of a run")->required()->type_name("MODEL");
  app.add_option("-p,--prompt", flags->prompt, "What to complete")->required()->type_name("TEXT");
  app.add_option("-n,--count", flags->count, "Completions")->check(CLI::Range(1, 100000))->type_name("N");
  app.add_flag("--raw", flags->raw, "Complete the text itself, without a prompt template; <tags> in it are read as tokens");
  app.add_flag("--json", flags->json,
               "One JSON object a line: text, finish_reason, token_ids, logprobs (with --logprobs top_logprobs), how the thinking "
               "ended, guesses");
  app.add_option("--template", flags->prompt_template, "How the prompt is put (default: as the model was trained)")
      ->type_name("NAME");
  app.add_option("--threads", flags->threads, "Threads (default: one per CPU)")->check(CLI::Range(0, 1024))->type_name("N");
  AddFlags(app, flags->sampling);
  AddEngineFlags(app, flags->engine);
  app.callback([flags] { Generate(*flags); });
}

}  // namespace r1
