// GET /slots and /props, in the shapes of llama.cpp's server. A slot is a sequence that may run; the busy ones come first.
//   https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
#include <algorithm>

#include "base/json_writer.h"
#include "server/api_error.h"
#include "server/routes.h"

namespace r1 {
namespace {

void WriteSampling(JsonWriter& json, const SamplingParams& s) {
  const int64_t max_tokens = s.max_tokens > 0 ? s.max_tokens : -1;
  json.BeginObject().Field("n_predict", max_tokens).Field("max_tokens", max_tokens).Field("seed", s.seed);
  json.Field("temperature", s.temperature).Field("top_k", s.top_k).Field("top_p", s.top_p).Field("min_p", s.min_p);
  json.Field("repeat_penalty", s.repetition_penalty).Field("presence_penalty", s.presence_penalty);
  json.Field("frequency_penalty", s.frequency_penalty).Field("ignore_eos", s.ignore_eos).Field("n_probs", s.logprobs);
  json.Field("thinking_budget_tokens", s.thinking_budget).Field("loop_guard", s.loop_guard).EndObject();
}

void BeginSlot(JsonWriter& json, const ServerContext& context, int64_t id, bool busy) {
  json.BeginObject().Field("id", id).Field("n_ctx", context.service.max_length());
  json.Field("speculative", context.served.engine.config().speculation != Speculation::kOff).Field("is_processing", busy);
}

// Texts, stop texts among them, are shown only by servers that were told to.
void WriteBusy(JsonWriter& json, const ServerContext& context, int64_t id, const RequestRecord& record, const RequestFacts& facts,
               size_t choice) {
  BeginSlot(json, context, id, true);
  json.Field("id_task", record.ticket.load()).Key("params");
  WriteSampling(json, facts.sampling);
  const int64_t decoded = facts.tokens_of_choice[choice];
  json.Key("next_token").BeginObject().Field("has_next_token", true).Field("n_decoded", decoded);
  json.Field("n_remain", facts.sampling.max_tokens > 0 ? facts.sampling.max_tokens - decoded : -1).EndObject();
  json.Field("n_prompt_tokens", facts.prompt_tokens).Field("is_prefilling", decoded == 0);
  json.Field("seconds", static_cast<float>(record.seconds()));
  if (context.shows_prompts) json.Field("prompt", context.served.tokenizer.Decode(facts.prompt, {.skip_special = false}));
  json.EndObject();
}

void RefuseIfOff(bool on, const char* flag) {
  if (!on) throw ApiError(501, "not_supported_error", "not_supported", StrCat("this server was started with ", flag));
}

}  // namespace

void HandleSlots(ServerContext& context, ExchangePtr exchange, int) {
  RefuseIfOff(context.shows_slots, "--no-slots");
  const int64_t total = context.served.engine.config().max_num_seqs;
  int64_t id = 0;
  JsonWriter json;
  json.BeginArray();
  for (const auto& record : context.live.List()) {
    const RequestFacts facts = record->facts();
    if (facts.phase != RequestPhase::kRunning) continue;
    for (size_t choice = 0; choice < facts.choice_ended.size(); ++choice)
      if (!facts.choice_ended[choice]) WriteBusy(json, context, id++, *record, facts, choice);
  }
  if (id >= total && exchange->request().QueryValue("fail_on_no_slot") == "1")
    throw Unavailable("no slot is free", "no_slot_available", 1);
  for (; id < total; ++id) {
    BeginSlot(json, context, id, false);
    json.EndObject();
  }
  json.EndArray();
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

void HandleProps(ServerContext& context, ExchangePtr exchange, int) {
  const Engine& engine = context.served.engine;
  JsonWriter json;
  json.BeginObject().Key("default_generation_settings").BeginObject().Field("n_ctx", context.service.max_length());
  json.Field("speculative", engine.config().speculation != Speculation::kOff).Key("params");
  WriteSampling(json, context.served.default_sampling);
  json.EndObject().Field("total_slots", engine.config().max_num_seqs).Field("model_path", context.served.path);
  json.Field("model_alias", context.served.name).Field("chat_template", context.served.chat_template);
  json.Key("modalities").BeginObject().Field("vision", false).Field("audio", false).EndObject();
  json.Field("build_info", context.served.build).Field("system_fingerprint", context.served.fingerprint);
  json.Key("think_tags").BeginArray().Value(engine.config().reasoning_format.think_open);
  json.Value(engine.config().reasoning_format.think_close).EndArray().Field("is_sleeping", false).EndObject();
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

}  // namespace r1
