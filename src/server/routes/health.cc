// GET /health and /readyz: whether new requests are welcome. GET /livez: whether the process answers at all.
#include "server/api_error.h"
#include "server/routes.h"

namespace r1 {

void HandleHealth(ServerContext& context, ExchangePtr exchange, int) {
  if (context.draining) throw Unavailable("the server is shutting down", "shutting_down", 5);
  exchange->Respond({.body = R"({"status":"ok"})"});
}

void HandleLive(ServerContext&, ExchangePtr exchange, int) { exchange->Respond({.body = R"({"status":"ok"})"}); }

}  // namespace r1
