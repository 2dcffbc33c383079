#include "server/api_server.h"

#include <chrono>

#include "base/clock.h"
#include "base/error.h"
#include "server/best_of/verdict_service.h"
#include "server/routes.h"
#include "server/watch/runs_api.h"
#include "server/web/web_assets.h"

namespace r1 {
namespace {

AccessConfig AccessOf(const ServeConfig& config) {
  return {.host = config.unix_socket.empty() ? config.host : "127.0.0.1",
          .api_key_file = config.api_key_file,
          .allowed_hosts = config.allowed_hosts,
          .allowed_origins = config.allowed_origins,
          .insecure = config.insecure};
}

http::ServerConfig HttpOf(const ServeConfig& config) {
  http::ServerConfig http;
  http.host = config.host;
  http.port = config.port;
  http.unix_socket = config.unix_socket;
  http.tls_cert = config.tls_cert;
  http.tls_key = config.tls_key;
  http.threads = config.http_threads;
  return http;
}

ServeConfig Checked(ServeConfig config) {
  config.Validate();
  while (config.path_prefix.ends_with('/')) config.path_prefix.pop_back();
  return config;
}

}  // namespace

void ServeConfig::Validate() const {
  Require(port >= 0 && port <= 65535, "port must be in 0..65535, got ", port);
  Require(path_prefix.empty() || path_prefix.starts_with('/'), "path_prefix must begin with /, got ", path_prefix);
  Require(max_queue >= 0, "max_queue must not be negative, got ", max_queue);
  Require(http_threads >= 1 && http_threads <= 256, "http_threads must be in 1..256, got ", http_threads);
  Require(reasoning_field == "reasoning_content" || reasoning_field == "reasoning",
          "reasoning_field must be reasoning_content or reasoning, got ", reasoning_field);
  Require(resume_s >= 0 && resume_s <= 86400, "resume_s must be in 0..86400, got ", resume_s);
  Require(drain_s >= 0 && drain_s <= 86400, "drain_s must be in 0..86400, got ", drain_s);
}

ApiServer::ApiServer(ServeConfig config, ServedModel served)
    : config_(Checked(std::move(config))),
      served_(std::move(served)),
      access_(AccessOf(config_)),
      structured_output_(served_.tokenizer, served_.engine.config().eos_token_ids, served_.tool_format),
      metrics_(served_.engine.max_length()),
      log_(config_.request_log),
      streams_(std::make_unique<StreamStore>(
          StreamLimits{.keep = std::chrono::milliseconds(static_cast<int64_t>(1000 * config_.resume_s))})),
      verdicts_(std::make_unique<VerdictService>(config_.verify_code)) {
  if (!config_.alias.empty()) served_.name = config_.alias;
  if (!config_.runs.empty()) runs_ = std::make_unique<RunsApi>(RunsApiConfig{.root = config_.runs, .beside_chat = true});
  service_ = std::make_unique<EngineService>(served_.engine, config_.max_queue);
  context_.reset(new ServerContext{.served = served_,
                                   .service = *service_,
                                   .access = access_,
                                   .structured_output = structured_output_,
                                   .metrics = metrics_,
                                   .live = live_,
                                   .log = log_,
                                   .streams = *streams_,
                                   .verdicts = *verdicts_,
                                   .reasoning_field = config_.reasoning_field,
                                   .strict_model = config_.strict_model,
                                   .shows_metrics = config_.metrics,
                                   .shows_slots = config_.slots,
                                   .shows_prompts = config_.show_prompts,
                                   .serves_pages = config_.web,
                                   .path_prefix = config_.path_prefix,
                                   .idle_prefill = config_.idle_prefill && served_.engine.config().enable_prefix_cache,
                                   .runs = runs_.get()});
  context_->started_at = SecondsSince1970();
  http_ = std::make_unique<http::Server>(HttpOf(config_), [context = context_.get()](std::shared_ptr<http::Exchange> exchange) {
    Dispatch(*context, std::move(exchange));
  });
}

// The engine's thread, the threads that judge and the streams that are kept let go of their exchanges first: they must not outlive
// the HTTP server.
ApiServer::~ApiServer() {
  service_->Close();
  if (runs_) runs_->Close();
  http_->Drain(std::chrono::milliseconds(0));
  service_.reset();
  verdicts_->Stop();
  streams_.reset();
}

std::string ApiServer::url() const {
  if (!config_.unix_socket.empty()) return "unix:" + config_.unix_socket;
  const bool v6 = config_.host.find(':') != std::string::npos;
  return StrCat(config_.tls_cert.empty() ? "http" : "https", "://", v6 ? "[" : "", config_.host, v6 ? "]" : "", ":", http_->port(),
                config_.path_prefix, "/v1");
}

std::string ApiServer::page_url() const {
  const std::string api = url();
  return config_.web && HasWebApp() && config_.unix_socket.empty() ? api.substr(0, api.size() - 2) : "";
}

void ApiServer::Reload() {
  log_.Reopen();
  access_.Reload();
}

bool ApiServer::Drain() {
  context_->draining = true;
  service_->Close();
  if (runs_) runs_->Close();  // streams that would never end
  return http_->Drain(std::chrono::milliseconds(static_cast<int64_t>(1000 * config_.drain_s)));
}

}  // namespace r1
