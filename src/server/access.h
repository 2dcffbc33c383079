// Who may ask: API keys, and the Host and Origin headers that keep foreign web pages out of a server on this machine.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"

namespace r1 {

struct AccessConfig {
  std::string host = "127.0.0.1";            // the address that is listened on
  std::string api_key;                       // one key; "" for none
  std::string api_key_file;                  // one key a line, "#" begins a comment; read again by Reload
  std::vector<std::string> allowed_hosts;    // further names in the Host header
  std::vector<std::string> allowed_origins;  // further web pages that may call: "https://chat.example"; "*" is any
  bool insecure = false;                     // allow a public address without a key
};

// Thread-safe.
class Access {
 public:
  // Throws kInvalidArgument for a public address without a key, kNotFound or kInvalidArgument for a key file that cannot be used.
  explicit Access(AccessConfig config);

  // Reads the key file again; on an error the old keys stay and the error is thrown.
  void Reload();

  // Throws ApiError: 421 for a Host that is not ours, 403 for a foreign Origin, 401 for a missing or wrong key where `needs_key`.
  // Returns which key it was, for fair shares and ownership: its number, or -1. A number means the same key for as long as the
  // server runs, however often the file changes.
  int Check(const http::Request& request, bool needs_key) const;

  // Headers for a browser page of another origin that may call us; empty for all others.
  http::Headers CorsHeaders(const http::Request& request) const;

  bool has_keys() const;

 private:
  bool HostIsOurs(std::string_view host) const;
  bool OriginMayCall(std::string_view origin, std::string_view host) const;
  void NumberKeys();  // with mutex_ held, or in the constructor

  AccessConfig config_;
  mutable std::mutex mutex_;
  std::vector<std::string> keys_;       // SHA-256 of each
  std::map<std::string, int> numbers_;  // of every key there ever was
};

}  // namespace r1
