// What is served: one row a path in routes.cc, one file an endpoint in routes/.
#pragma once

#include <span>
#include <string_view>

#include "server/server_context.h"

namespace r1 {

struct Route {
  const char* method;
  const char* path;  // "*" at its end stands for anything but nothing
  bool needs_key;
  // Throws ApiError or Error; `key` is the one the request came with, or -1.
  void (*handle)(ServerContext& context, ExchangePtr exchange, int key);
};

std::span<const Route> Routes();

// The path without --path-prefix; other paths stay as they are, so that probes need not know it.
std::string_view PathWithoutPrefix(const ServerContext& context, const http::Request& request);

// Finds the route, checks access, runs it, and answers with an error where one is thrown.
void Dispatch(ServerContext& context, std::shared_ptr<http::Exchange> exchange);

// routes/chat_completions.cc
void HandleChatCompletions(ServerContext& context, ExchangePtr exchange, int key);
// routes/completions.cc
void HandleCompletions(ServerContext& context, ExchangePtr exchange, int key);
// routes/models.cc
void HandleModels(ServerContext& context, ExchangePtr exchange, int key);
void HandleModel(ServerContext& context, ExchangePtr exchange, int key);
// routes/health.cc
void HandleHealth(ServerContext& context, ExchangePtr exchange, int key);
void HandleLive(ServerContext& context, ExchangePtr exchange, int key);
// routes/control.cc
void HandleControl(ServerContext& context, ExchangePtr exchange, int key);
// routes/metrics.cc
void HandleMetrics(ServerContext& context, ExchangePtr exchange, int key);
// routes/replay.cc
void HandleReplay(ServerContext& context, ExchangePtr exchange, int key);
// routes/runs.cc
void HandleRuns(ServerContext& context, ExchangePtr exchange, int key);
// routes/slots.cc
void HandleSlots(ServerContext& context, ExchangePtr exchange, int key);
void HandleProps(ServerContext& context, ExchangePtr exchange, int key);
// routes/responses.cc
void HandleResponses(ServerContext& context, ExchangePtr exchange, int key);
// routes/stream.cc
void HandleStream(ServerContext& context, ExchangePtr exchange, int key);
void HandleStopStream(ServerContext& context, ExchangePtr exchange, int key);
// routes/input_tokens.cc
void HandleChatInputTokens(ServerContext& context, ExchangePtr exchange, int key);
void HandleResponsesInputTokens(ServerContext& context, ExchangePtr exchange, int key);
// routes/tokens.cc
void HandleTokenize(ServerContext& context, ExchangePtr exchange, int key);
void HandleDetokenize(ServerContext& context, ExchangePtr exchange, int key);
void HandleApplyTemplate(ServerContext& context, ExchangePtr exchange, int key);
// routes/web_app.cc
void HandleWebApp(ServerContext& context, ExchangePtr exchange, int key);

}  // namespace r1
