#include "server/access.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/files.h"
#include "base/sha256.h"
#include "server/api_error.h"

namespace r1 {
namespace {

constexpr size_t kMostKeyFileBytes = 1 << 20;
constexpr std::string_view kSpace = " \t\r";

// A name may begin like an address: 127.0.0.1.example is anybody's.
bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

// "[::1]:8080" -> "::1", "a.example:80" -> "a.example".
std::string_view WithoutPort(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, std::min(host.find(']'), host.size()) - 1);
  const size_t colon = host.rfind(':');
  return colon != host.npos && host.find(':') == colon ? host.substr(0, colon) : host;
}

// "https://a.example:80" -> "a.example:80".
std::string_view WithoutScheme(std::string_view origin) {
  const size_t scheme = origin.find("://");
  return scheme == origin.npos ? origin : origin.substr(scheme + 3);
}

bool Holds(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::vector<std::string> ReadKeys(const AccessConfig& config) {
  std::vector<std::string> keys;
  if (!config.api_key.empty()) keys.push_back(Sha256Hex(config.api_key));
  if (config.api_key_file.empty()) return keys;
  const std::string text = ReadFile(config.api_key_file, kMostKeyFileBytes);
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const std::string_view key = Trim(line.substr(0, line.find('#')), kSpace);
    if (!key.empty()) keys.push_back(Sha256Hex(key));
    begin = end + 1;
  }
  Require(!keys.empty(), config.api_key_file, ": there is no key in it; expected one a line");
  return keys;
}

// "*" would leave out Authorization, and means nothing beside credentials: what a preflight asks for is allowed by name.
std::string AllowedHeaders(const http::Request& request) {
  const std::string asked = LowerCase(request.Header("access-control-request-headers"));
  const bool plain = !asked.empty() && asked.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_, ") == asked.npos;
  return plain ? asked : "authorization, content-type, x-api-key, x-request-id, last-event-id";
}

}  // namespace

Access::Access(AccessConfig config) : config_(std::move(config)), keys_(ReadKeys(config_)) {
  Require(IsLoopback(config_.host) || !keys_.empty() || config_.insecure, "host ", config_.host,
          ": a server that others can reach needs a key (--api-key-file), or --insecure if that is what you want");
  NumberKeys();
}

void Access::NumberKeys() {
  for (const std::string& key : keys_) numbers_.try_emplace(key, static_cast<int>(numbers_.size()));
}

void Access::Reload() {
  std::vector<std::string> keys = ReadKeys(config_);
  std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
  NumberKeys();
}

bool Access::has_keys() const {
  std::lock_guard lock(mutex_);
  return !keys_.empty();
}

int Access::Check(const http::Request& request, bool needs_key) const {
  const std::string_view host = request.Header("host");
  if (!HostIsOurs(host))
    throw ApiError(421, "invalid_request_error", "unknown_host",
                   StrCat("this server is not known as ", host, "; see --allowed-hosts"));
  const std::string_view origin = request.Header("origin");
  if (!origin.empty() && !OriginMayCall(origin, host))
    throw ApiError(403, "invalid_request_error", "origin_not_allowed",
                   StrCat("pages of ", origin, " may not call this server; see --allowed-origins"));
  if (!has_keys()) return -1;
  std::string_view given = request.Header("authorization");
  if (given.size() > 7 && (given.starts_with("Bearer ") || given.starts_with("bearer ")))
    given = Trim(given.substr(7), kSpace);
  else
    given = request.Header("x-api-key");
  // Digests are compared, every one of them and in constant time, so that time tells nothing about a key.
  const std::string digest = Sha256Hex(given);
  int found = -1;
  {
    std::lock_guard lock(mutex_);
    for (size_t i = 0; i < keys_.size(); ++i)
      if (CRYPTO_memcmp(keys_[i].data(), digest.data(), digest.size()) == 0) found = numbers_.at(keys_[i]);
  }
  if (found < 0 && needs_key)
    throw ApiError(401, "authentication_error", "invalid_api_key",
                   given.empty() ? "this server needs an API key: Authorization: Bearer KEY" : "Invalid API Key");
  return found;
}

http::Headers Access::CorsHeaders(const http::Request& request) const {
  const std::string_view origin = request.Header("origin");
  if (origin.empty() || !OriginMayCall(origin, request.Header("host"))) return {};
  return {{"access-control-allow-origin", std::string(origin)},           {"access-control-allow-credentials", "true"},
          {"access-control-allow-methods", "GET, POST, DELETE"},          {"access-control-allow-headers", AllowedHeaders(request)},
          {"access-control-expose-headers", "x-request-id, retry-after"}, {"vary", "origin"}};
}

// A page that rebinds its own name to this machine sends that name: only an address, this machine's names and those we were told
// pass.
bool Access::HostIsOurs(std::string_view host) const {
  const std::string lower = LowerCase(host);
  const std::string_view name = WithoutPort(lower);
  if (name.empty()) return true;  // HTTP/1.0, unix sockets
  const bool address = name.find_first_not_of("0123456789.") == name.npos || name.find(':') != name.npos;
  return address || name == "localhost" || name.ends_with(".localhost") || name == config_.host ||
         Holds(config_.allowed_hosts, name) || Holds(config_.allowed_hosts, "*") || (has_keys() && !IsLoopback(config_.host));
}

bool Access::OriginMayCall(std::string_view origin, std::string_view host) const {
  if (Holds(config_.allowed_origins, origin) || Holds(config_.allowed_origins, "*")) return true;
  if (WithoutScheme(origin) == host) return true;                   // our own page
  if (IsLoopback(WithoutPort(WithoutScheme(origin)))) return true;  // a page under development on this machine
  return has_keys();                                                // a page that knows a key
}

}  // namespace r1
