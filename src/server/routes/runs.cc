// /v1/runs beside the model's API: server/watch/runs_api.h.
#include "server/watch/runs_api.h"

#include "server/api_error.h"
#include "server/routes.h"

namespace r1 {

void HandleRuns(ServerContext& context, ExchangePtr exchange, int) {
  if (context.runs == nullptr)
    throw NotFound("this server shows no runs; r1 serve MODEL --runs DIR does, and r1 watch DIR", "no_runs");
  std::string_view path = PathWithoutPrefix(context, exchange->request());
  path.remove_prefix(std::string_view("/v1/runs").size());
  const http::Headers headers = context.access.CorsHeaders(exchange->request());
  context.runs->Handle(std::move(exchange), path, headers);
}

}  // namespace r1
