// r1 serve: one model behind an OpenAI-compatible API.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "server/http/server.h"
#include "server/server_context.h"

namespace r1 {

struct ServeConfig {
  std::string host = "127.0.0.1";
  int port = 8080;
  std::string unix_socket, tls_cert, tls_key;
  std::string path_prefix;
  std::string api_key_file;
  std::vector<std::string> allowed_hosts, allowed_origins;
  bool insecure = false;
  std::string alias;
  bool strict_model = false;
  std::string reasoning_field = "reasoning_content";
  int64_t max_queue = 256;
  int http_threads = 2;
  bool idle_prefill = true;
  double drain_s = 30;
  double resume_s = 60;
  std::string request_log;
  bool metrics = true, slots = true, show_prompts = false;
  bool web = true;
  std::string runs;
  bool verify_code = false;

  static constexpr auto Fields() {
    using C = ServeConfig;
    return std::tuple{
        Field{"host", &C::host, "address to listen on; any but this machine's own needs a key"},
        Field{"port", &C::port, "port to listen on; 0 is any free one"},
        Field{"unix_socket", &C::unix_socket, "path of a socket to listen on, instead of host and port"},
        Field{"tls_cert", &C::tls_cert, "PEM file of the certificate, for HTTPS"},
        Field{"tls_key", &C::tls_key, "PEM file of its private key"},
        Field{"path_prefix", &C::path_prefix, "what stands before /v1 in every path, such as /api/openai_compat"},
        Field{"api_key_file", &C::api_key_file, "file of keys, one a line; read again on SIGHUP"},
        Field{"allowed_hosts", &C::allowed_hosts, "names in the Host header, beside this machine's own, that are ours"},
        Field{"allowed_origins", &C::allowed_origins, "web pages that may call, such as https://chat.example"},
        Field{"insecure", &C::insecure, "listen on a public address without a key"},
        Field{"alias", &C::alias, "the model's name to clients (default: its folder's name)"},
        Field{"strict_model", &C::strict_model, "refuse requests for other models, instead of answering them with this one"},
        Field{"reasoning_field", &C::reasoning_field, "what thinking is called in chat answers: reasoning_content, or reasoning"},
        Field{"max_queue", &C::max_queue, "requests that may wait; more are told when to come back"},
        Field{"http_threads", &C::http_threads, "threads for HTTP, JSON, templates and tokens"},
        Field{"idle_prefill", &C::idle_prefill,
              "when nobody asks, compute what the next turn of each conversation begins with: its history without the thinking"},
        Field{"drain_s", &C::drain_s, "seconds that answers under way get to finish after SIGTERM"},
        Field{"resume_s", &C::resume_s,
              "seconds that a resumable stream waits for its client to come back, and is kept when it is complete; 0: none is"},
        Field{"request_log", &C::request_log,
              "file that gets a line of JSON for each request, without its texts; - is stdout. SIGHUP opens it anew"},
        Field{"metrics", &C::metrics, "serve /metrics, for Prometheus"},
        Field{"slots", &C::slots, "serve /slots: what runs"},
        Field{"web", &C::web, "serve the chat page at /"},
        Field{"runs", &C::runs, "folder of training runs to watch at /#/watch (docs/watch.md)"},
        Field{"verify_code", &C::verify_code,
              "run programs that the model writes, in a sandbox, where a request has a verifier of type code"},
        Field{"show_prompts", &C::show_prompts, "show the prompts of running requests in /slots"},
    };
  }
  void Validate() const;  // throws kInvalidArgument naming the field
};

class ApiServer {
 public:
  // Listens at once. The model's engine belongs to the server from now on.
  ApiServer(ServeConfig config, ServedModel served);
  ~ApiServer();

  std::string url() const;       // "http://127.0.0.1:8080/v1"
  std::string page_url() const;  // "http://127.0.0.1:8080/"; "" if there are no pages
  const std::string& model_name() const { return served_.name; }
  // Reads the key file again and opens the log anew; on an error the old ones stay, and it is thrown.
  void Reload();
  // New requests get 503; waits for those under way, as long as the configuration says. Whether all got their whole answer.
  bool Drain();

 private:
  ServeConfig config_;
  ServedModel served_;
  Access access_;
  StructuredOutput structured_output_;
  ServerMetrics metrics_;
  LiveRequests live_;
  RequestLog log_;
  std::unique_ptr<StreamStore> streams_;
  std::unique_ptr<RunsApi> runs_;  // perhaps null
  std::unique_ptr<VerdictService> verdicts_;
  std::unique_ptr<EngineService> service_;
  std::unique_ptr<ServerContext> context_;
  std::unique_ptr<http::Server> http_;
};

}  // namespace r1
