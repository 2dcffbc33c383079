#include "server/routes.h"

#include "base/error.h"
#include "server/api_error.h"

namespace r1 {
namespace {

constexpr Route kRoutes[] = {
    {"POST", "/v1/chat/completions", true, HandleChatCompletions},
    {"POST", "/chat/completions", true, HandleChatCompletions},
    {"POST", "/v1/chat/completions/control", true, HandleControl},
    {"POST", "/chat/completions/control", true, HandleControl},
    {"POST", "/v1/chat/completions/input_tokens", true, HandleChatInputTokens},
    {"POST", "/chat/completions/input_tokens", true, HandleChatInputTokens},
    {"POST", "/v1/completions", true, HandleCompletions},
    {"POST", "/completions", true, HandleCompletions},
    {"POST", "/v1/responses", true, HandleResponses},
    {"POST", "/responses", true, HandleResponses},
    {"POST", "/v1/responses/input_tokens", true, HandleResponsesInputTokens},
    {"POST", "/responses/input_tokens", true, HandleResponsesInputTokens},
    {"GET", "/v1/models", true, HandleModels},
    {"GET", "/v1/models/*", true, HandleModel},
    {"GET", "/models", true, HandleModels},
    {"GET", "/models/*", true, HandleModel},
    {"POST", "/v1/replay", true, HandleReplay},
    {"GET", "/v1/stream", true, HandleStream},
    {"DELETE", "/v1/stream", true, HandleStopStream},
    {"POST", "/tokenize", true, HandleTokenize},
    {"POST", "/detokenize", true, HandleDetokenize},
    {"POST", "/apply-template", true, HandleApplyTemplate},
    {"GET", "/metrics", true, HandleMetrics},
    {"GET", "/slots", true, HandleSlots},
    {"GET", "/props", true, HandleProps},
    {"GET", "/health", false, HandleHealth},
    {"GET", "/readyz", false, HandleHealth},
    {"GET", "/livez", false, HandleLive},
    {"GET", "/v1/runs", true, HandleRuns},
    {"GET", "/v1/runs/*", true, HandleRuns},
    {"POST", "/v1/runs/*", true, HandleRuns},
    {"GET", "/", false, HandleWebApp},
    {"GET", "/assets/*", false, HandleWebApp},
    {"GET", "/sw.js", false, HandleWebApp},
};

bool Matches(std::string_view path, std::string_view route) {
  if (!route.ends_with('*')) return path == route;
  route.remove_suffix(1);
  return path.size() > route.size() && path.starts_with(route);
}

void DispatchOrThrow(ServerContext& context, const ExchangePtr& exchange) {
  const http::Request& request = exchange->request();
  const std::string_view path = PathWithoutPrefix(context, request);
  const Route* found = nullptr;
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (!Matches(path, route.path)) continue;
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
    const bool matches = request.method == route.method || (request.method == "HEAD" && std::string_view(route.method) == "GET");
    if (matches) found = &route;
  }
  if (request.method == "OPTIONS" && !allowed.empty()) {
    context.access.Check(request, /*needs_key=*/false);
    exchange->Respond({.status = 204, .content_type = "", .headers = context.access.CorsHeaders(request)});
    return;
  }
  const int key = context.access.Check(request, found == nullptr || found->needs_key);
  exchange->set_key(key);
  if (found != nullptr) return found->handle(context, exchange, key);
  if (allowed.empty()) throw NotFound(StrCat("there is no ", request.path, " here"), "not_found");
  http::Response response = ErrorResponse(ApiError(405, "invalid_request_error", "method_not_allowed",
                                                   StrCat(request.path, " takes ", allowed, ", not ", request.method)));
  response.headers.emplace_back("allow", allowed);
  exchange->Respond(std::move(response));
}

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

std::string_view PathWithoutPrefix(const ServerContext& context, const http::Request& request) {
  std::string_view path = request.path;
  const std::string& prefix = context.path_prefix;
  if (!prefix.empty() && path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/')) path.remove_prefix(prefix.size());
  return path;
}

void Dispatch(ServerContext& context, std::shared_ptr<http::Exchange> http_exchange) {
  const auto exchange = std::make_shared<ApiExchange>(std::move(http_exchange), context.metrics, [&context](ApiExchange& ended) {
    context.live.Remove(ended.id());
    const ApiExchange::Outcome outcome = ended.outcome();
    context.metrics.CountResponse(outcome.status);
    if (outcome.client_gone) context.metrics.clients_gone.Add();
    context.log.Write(ended);
  });
  const auto refuse = [&](const ApiError& error) {
    http::Response response = ErrorResponse(error);
    for (auto& header : context.access.CorsHeaders(exchange->request())) response.headers.push_back(std::move(header));
    exchange->Respond(std::move(response));
  };
  try {
    DispatchOrThrow(context, exchange);
  } catch (const ApiError& error) {
    refuse(error);
  } catch (const Error& error) {
    refuse(FromError(error));
  }
}

}  // namespace r1
