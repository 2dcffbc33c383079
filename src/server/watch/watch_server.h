// A server of runs alone: r1 watch DIR, and r1 train --watch beside the training. No model is loaded until somebody asks one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "server/access.h"
#include "server/http/server.h"
#include "server/watch/runs_api.h"

namespace r1 {

struct WatchConfig {
  std::string host = "127.0.0.1";
  int port = 8088;
  std::string api_key_file;
  std::vector<std::string> allowed_hosts;
  bool insecure = false;
  bool read_only = false;

  static constexpr auto Fields() {
    using C = WatchConfig;
    return std::tuple{
        Field{"host", &C::host, "address to listen on; any but this machine's own needs a key"},
        Field{"port", &C::port, "port to listen on; 0 is any free one"},
        Field{"api_key_file", &C::api_key_file, "file of keys, one a line"},
        Field{"allowed_hosts", &C::allowed_hosts, "names in the Host header, beside this machine's own, that are ours"},
        Field{"insecure", &C::insecure, "listen on a public address without a key"},
        Field{"read_only", &C::read_only, "no pause, resume or stop, and no questions to the model"},
    };
  }
  void Validate() const;  // throws kInvalidArgument naming the field
};

class WatchServer {
 public:
  // Listens at once; `root` is a run's folder or one that holds runs, perhaps later.
  WatchServer(const WatchConfig& config, const std::string& root);
  ~WatchServer();

  std::string page_url() const;  // "http://127.0.0.1:8088/#/watch"

 private:
  void Dispatch(const std::shared_ptr<http::Exchange>& exchange);
  void DispatchOrThrow(const std::shared_ptr<http::Exchange>& exchange);

  const std::string host_;
  Access access_;
  RunsApi runs_;
  std::unique_ptr<http::Server> http_;
};

}  // namespace r1
