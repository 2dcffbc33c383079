#include "server/event_stream.h"

namespace r1 {

void BeginEventStream(const ServerContext& context, http::Exchange& exchange) {
  http::Headers headers = context.access.CorsHeaders(exchange.request());
  headers.emplace_back("cache-control", "no-cache");
  headers.emplace_back("x-accel-buffering", "no");
  exchange.BeginStream("text/event-stream; charset=utf-8", std::move(headers), ": ping\n\n");
}

void SendEvent(http::Exchange& exchange, const std::string& json) { exchange.Write("data: " + json + "\n\n"); }

void SendEvent(http::Exchange& exchange, const char* name, const std::string& json) {
  exchange.Write("event: " + std::string(name) + "\ndata: " + json + "\n\n");
}

void SendDone(http::Exchange& exchange) {
  exchange.Write("data: [DONE]\n\n");
  exchange.EndStream();
}

}  // namespace r1
