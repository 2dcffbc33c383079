#include "server/event_stream.h"

#include <algorithm>

#include "base/error.h"

namespace r1 {

namespace {

// Knows the records and not the exchange, which would keep itself alive.
http::Ping PingOf(const ApiExchange& exchange) {
  return [records = exchange.records()] {
    int64_t ahead = -1;
    for (const auto& record : records) ahead = std::max<int64_t>(ahead, record->num_ahead);
    return ahead < 0 ? std::string(": ping\n\n") : StrCat(": queued, ", ahead, " ahead\n\n");
  };
}

}  // namespace

void BeginEventStream(const ServerContext& context, ApiExchange& exchange) {
  http::Headers headers = context.access.CorsHeaders(exchange.request());
  headers.emplace_back("cache-control", "no-cache");
  headers.emplace_back("x-accel-buffering", "no");
  exchange.BeginStream("text/event-stream; charset=utf-8", std::move(headers), PingOf(exchange));
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
