// Errors as OpenAI's API writes them: {"error": {"message", "type", "param", "code"}}, all four always there.
//   https://github.com/openai/openai-openapi, schema "Error"
#pragma once

#include <stdexcept>
#include <string>

#include "base/error.h"
#include "server/http/message.h"

namespace r1 {

class ApiError : public std::runtime_error {
 public:
  ApiError(int http_status, std::string error_type, std::string error_code, const std::string& message, std::string at = "")
      : std::runtime_error(message),
        status(http_status),
        type(std::move(error_type)),
        code(std::move(error_code)),
        param(std::move(at)) {}

  int status;
  std::string type, code, param;  // code and param: "" is null
  int retry_after_s = 0;          // of 429 and 503: the Retry-After header
  std::string details;            // further members of the error object, as JSON: "\"n_ctx\":4096"; may be empty
};

// 400: the request is wrong. `param` is its path: "messages[2].role".
ApiError InvalidRequest(const std::string& message, std::string param = "", std::string code = "invalid_value");
ApiError NotFound(const std::string& message, std::string code);
ApiError ContextLengthExceeded(int64_t context_length, int64_t prompt_tokens, int64_t completion_tokens);
ApiError QueueFull(int retry_after_s);
ApiError Unavailable(const std::string& message, std::string code, int retry_after_s);

// The error that an Error of the libraries is to a client: only bad input is the client's.
ApiError FromError(const Error& error);

http::Response ErrorResponse(const ApiError& error);
// {"error": {...}}, the body of the above and the data of an error inside a stream.
std::string ErrorJson(const ApiError& error);

}  // namespace r1
