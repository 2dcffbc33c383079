#include "server/watch/watch_server.h"

#include "base/error.h"
#include "server/api_error.h"
#include "server/web/page_response.h"

namespace r1 {
namespace {

constexpr std::string_view kRuns = "/v1/runs";

// What is not ours to serve but is asked for by the page: which models there are (none).
constexpr const char* kNoModels = "{\"object\":\"list\",\"data\":[]}";

}  // namespace

void WatchConfig::Validate() const { Require(port >= 0 && port <= 65535, "port must be in 0..65535, got ", port); }

WatchServer::WatchServer(const WatchConfig& config, const std::string& root)
    : host_(config.host),
      access_({.host = config.host,
               .api_key_file = config.api_key_file,
               .allowed_hosts = config.allowed_hosts,
               .insecure = config.insecure}),
      runs_({.root = root, .read_only = config.read_only}) {
  config.Validate();
  http::ServerConfig http;
  http.host = config.host;
  http.port = config.port;
  http.threads = 1;  // beside a training
  http_ = std::make_unique<http::Server>(http, [this](std::shared_ptr<http::Exchange> exchange) { Dispatch(exchange); });
}

// Streams and questions let go of their exchanges first: they must not outlive the HTTP server.
WatchServer::~WatchServer() {
  runs_.Close();
  http_.reset();
}

std::string WatchServer::page_url() const {
  const bool v6 = host_.find(':') != std::string::npos;
  return StrCat("http://", v6 ? "[" : "", host_, v6 ? "]" : "", ":", http_->port(), "/#/watch");
}

void WatchServer::DispatchOrThrow(const std::shared_ptr<http::Exchange>& exchange) {
  const http::Request& request = exchange->request();
  const std::string_view path = request.path;
  const bool is_api = path.starts_with("/v1/");
  access_.Check(request, is_api);
  const http::Headers cors = access_.CorsHeaders(request);
  if (request.method == "OPTIONS") return exchange->Respond({.status = 204, .content_type = "", .headers = cors});
  if (path == kRuns || path.starts_with("/v1/runs/")) return runs_.Handle(exchange, path.substr(kRuns.size()), cors);
  if (request.method != "GET" && request.method != "HEAD")
    throw ApiError(405, "invalid_request_error", "method_not_allowed", StrCat(request.path, " takes GET, not ", request.method));
  if (path == "/v1/models") return exchange->Respond({.body = kNoModels, .headers = cors});
  if (path == "/health") return exchange->Respond({.body = "{\"status\":\"ok\"}"});
  if (is_api) throw NotFound(StrCat("there is no ", path, " here: this server only shows runs"), "not_found");
  // The page begins with the chat, unless its address says otherwise; a fragment would not reach us.
  if (path == "/" && request.query.empty())
    return exchange->Respond(
        {.status = 302, .content_type = "", .headers = {{"location", "/?watch"}, {"cache-control", "no-store"}}});
  RespondWithPage(*exchange, path);
}

void WatchServer::Dispatch(const std::shared_ptr<http::Exchange>& exchange) {
  const auto refuse = [&](const ApiError& error) { exchange->Respond(ErrorResponse(error)); };
  try {
    DispatchOrThrow(exchange);
  } catch (const ApiError& error) {
    refuse(error);
  } catch (const Error& error) {
    refuse(FromError(error));
  }
}

}  // namespace r1
