// HTTP requests and responses as the routes see them: no sockets, no library types.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace r1::http {

// In order of appearance; names are lower-case in requests.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  // "POST"
  std::string path;    // "/v1/models": percent-decoded, without the query
  std::string query;   // "a=1&b=2", as it came
  Headers headers;
  std::string body;
  std::string peer;  // "127.0.0.1" or "unix"
  std::string id;    // the client's x-request-id if it is short and printable, else one of ours

  // The value of the first header of that (lower-case) name, or "".
  std::string_view Header(std::string_view name) const;
  // The percent-decoded value of a query parameter, or "".
  std::string QueryValue(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Headers headers;
};

const char* ReasonPhrase(int status);  // "Not Found"

// "%41+b" -> "A+b"; broken escapes stay as they are. plus_is_space: as in query strings.
std::string PercentDecode(std::string_view text, bool plus_is_space = false);

}  // namespace r1::http
