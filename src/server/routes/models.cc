// GET /v1/models: the one model that is served.
#include "base/json_writer.h"
#include "server/routes.h"

namespace r1 {

void HandleModels(ServerContext& context, ExchangePtr exchange, int) {
  const Model& model = context.served.model;
  JsonWriter json;
  json.BeginObject().Field("object", "list").Key("data").BeginArray().BeginObject();
  json.Field("id", context.served.name).Field("object", "model").Field("created", context.started_at).Field("owned_by", "r1");
  json.Field("max_model_len", context.service.max_length());
  json.Key("meta").BeginObject().Field("n_ctx_train", model.config().max_position_embeddings);
  json.Field("n_vocab", model.config().vocab_size).Field("n_params", model.parameters().numel());
  json.EndObject().EndObject().EndArray().EndObject();
  exchange->Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange->request())});
}

}  // namespace r1
