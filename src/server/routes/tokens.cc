// POST /tokenize {content | messages}, /detokenize {tokens}, /apply-template {messages}: text and tokens as the model sees them.
#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "server/api_error.h"
#include "server/openai/chat_request.h"
#include "server/routes.h"

namespace r1 {

void HandleTokenize(ServerContext& context, ExchangePtr exchange, int) {
  const nlohmann::json parsed = ParseRequestBody(exchange->request().body);
  const JsonObject body(parsed);
  const Tokenizer& tokenizer = context.served.tokenizer;
  std::vector<int32_t> ids;
  if (body.Any("messages") != nullptr) {
    const ChatCompletionRequest request = ParseChatCompletionRequest(exchange->request().body, context.served.default_sampling);
    ids = context.served.encode_chat(request.messages, request.chat);
  } else {
    const auto content = body.String("content");
    if (!content) throw InvalidRequest("content is missing", "content", "missing_required_parameter");
    ids = tokenizer.Encode(*content, {.parse_special = body.Bool("parse_special").value_or(true),
                                      .add_bos = body.Bool("add_special").value_or(false)});
  }
  const bool with_pieces = body.Bool("with_pieces").value_or(false);
  JsonWriter json;
  json.BeginObject().Key("tokens").BeginArray();
  for (const int32_t id : ids) {
    if (with_pieces)
      json.BeginObject().Field("id", id).Field("piece", tokenizer.TokenBytes(id)).EndObject();
    else
      json.Value(id);
  }
  json.EndArray().Field("count", ids.size()).Field("max_model_len", context.service.max_length()).EndObject();
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

void HandleDetokenize(ServerContext& context, ExchangePtr exchange, int) {
  const nlohmann::json parsed = ParseRequestBody(exchange->request().body);
  const nlohmann::json* tokens = JsonObject(parsed).Array("tokens");
  if (tokens == nullptr) throw InvalidRequest("tokens is missing", "tokens", "missing_required_parameter");
  std::vector<int32_t> ids;
  for (size_t i = 0; i < tokens->size(); ++i) {
    const nlohmann::json& id = (*tokens)[i];
    const std::string path = StrCat("tokens[", i, "]");
    const int64_t highest = context.served.tokenizer.vocab_size() - 1;
    if (!id.is_number_integer() || id.get<int64_t>() < 0 || id.get<int64_t>() > highest)
      throw InvalidRequest(StrCat(path, " must be a token id in 0..", highest), path);
    ids.push_back(id.get<int32_t>());
  }
  JsonWriter json;
  json.BeginObject().Field("content", context.served.tokenizer.Decode(ids)).EndObject();
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

void HandleApplyTemplate(ServerContext& context, ExchangePtr exchange, int) {
  const ChatCompletionRequest request = ParseChatCompletionRequest(exchange->request().body, context.served.default_sampling);
  const std::vector<int32_t> ids = context.served.encode_chat(request.messages, request.chat);
  JsonWriter json;
  json.BeginObject().Field("prompt", context.served.tokenizer.Decode(ids, {.skip_special = false})).EndObject();
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

}  // namespace r1
