// HTTP GET by libcurl, as a download needs it: ranges, redirects that never carry the token to another host, and every failure told
// apart into "again later" and "never".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace r1 {

struct HttpRequest {
  std::string url;
  std::string token;        // sent as "Authorization: Bearer" to the url's own origin (scheme, host and port) only; "" for none
  int64_t range_begin = 0;  // ask for the bytes from here on
};

struct HttpResponse {
  int status = 0;                              // 0: no answer, see failure
  std::string failure;                         // what went wrong on the way, "" if nothing did
  bool transient = false;                      // trying again may help: no answer, cut short, 408, 425, 429, 5xx
  bool unreachable = false;                    // no connection was made
  std::map<std::string, std::string> headers;  // lower-case names; of all answers on the way, the last one of a name counts
  std::string url;                             // that answered
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();

  // Follows up to five redirects. `body` receives what an answer with status 200 or 206 holds, piece by piece; before the first
  // piece `begin`, if given, sees the answer's status and headers. Exceptions of both end the transfer and pass through. Throws
  // kCancelled when the user interrupts (base/interrupt.h), kInvalidArgument for a url that is not http or https. Waits at most 20
  // s for a connection and 30 s for the next byte.
  HttpResponse Get(const HttpRequest& request, const std::function<void(std::string_view)>& body,
                   const std::function<void(const HttpResponse&)>& begin = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "https://host:443" of a url, lower-case, with the scheme's usual port filled in. Throws kInvalidArgument if it is not http or
// https.
std::string HttpOrigin(const std::string& url);

}  // namespace r1
