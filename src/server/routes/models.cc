// GET /v1/models and /v1/models/{id}: the one model that is served.
#include "base/json_writer.h"
#include "server/api_error.h"
#include "server/routes.h"

namespace r1 {
namespace {

void WriteModel(JsonWriter& json, const ServerContext& context) {
  const Model& model = context.served.model;
  json.BeginObject();
  json.Field("id", context.served.name).Field("object", "model").Field("created", context.started_at).Field("owned_by", "r1");
  json.Field("max_model_len", context.service.max_length());
  json.Key("meta").BeginObject().Field("n_ctx_train", model.config().max_position_embeddings);
  json.Field("n_vocab", model.config().vocab_size).Field("n_params", model.parameters().numel());
  json.EndObject().EndObject();
}

}  // namespace

void HandleModels(ServerContext& context, ExchangePtr exchange, int) {
  JsonWriter json;
  json.BeginObject().Field("object", "list").Key("data").BeginArray();
  WriteModel(json, context);
  json.EndArray().EndObject();
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

void HandleModel(ServerContext& context, ExchangePtr exchange, int) {
  const std::string& path = exchange->request().path;
  const std::string id = path.substr(path.find("/models/") + 8);  // names may have slashes
  if (id != context.served.name)
    throw NotFound(StrCat("the model ", id, " does not exist; this server has ", context.served.name), "model_not_found");
  JsonWriter json;
  WriteModel(json, context);
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

}  // namespace r1
