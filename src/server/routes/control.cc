// POST /v1/chat/completions/control {"id": "chatcmpl-...", "action": "reasoning_end"}: "answer now", while the answer is under way.
// In llama.cpp's shape: {"success": bool, "message": why not}, with status 200. An id that is unknown, whose answer has ended, or
// whose request came with another key is the same to whoever asks: success is false.
#include <atomic>
#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "server/api_error.h"
#include "server/openai/json_object.h"
#include "server/routes.h"

namespace r1 {
namespace {

// Waits for what each job of the request says, and tells the client.
struct Verdict {
  Verdict(ServerContext& context, ExchangePtr client, size_t jobs)
      : exchange(std::move(client)), headers(context.access.CorsHeaders(exchange->request())), num_left(jobs) {}

  void Count(bool ended) {
    any = any || ended;
    if (--num_left == 0) Tell(any ? "" : "it is not thinking");
  }
  void Tell(std::string_view why_not) {
    JsonWriter json;
    json.BeginObject().Field("success", why_not.empty());
    if (!why_not.empty()) json.Field("message", why_not);
    json.EndObject();
    exchange->Respond({.body = json.text(), .headers = headers});
  }

  ExchangePtr exchange;
  http::Headers headers;
  std::atomic<size_t> num_left;
  std::atomic<bool> any{false};
};

}  // namespace

void HandleControl(ServerContext& context, ExchangePtr exchange, int key) {
  const nlohmann::json parsed = ParseRequestBody(exchange->request().body);
  const JsonObject body(parsed);
  const auto id = body.String("id"), action = body.String("action");
  if (!id) throw InvalidRequest("id is missing", "id", "missing_required_parameter");
  if (!action) throw InvalidRequest("action is missing", "action", "missing_required_parameter");
  if (*action != "reasoning_end") throw InvalidRequest(StrCat("action must be reasoning_end, got ", *action), "action");
  const auto records = context.live.Find(*id, key);
  const auto verdict = std::make_shared<Verdict>(context, exchange, records.size());
  if (records.empty()) return verdict->Tell("no answer of this id is under way");
  for (const auto& record : records) context.service.EndThinking(record->ticket, [verdict](bool ended) { verdict->Count(ended); });
}

}  // namespace r1
