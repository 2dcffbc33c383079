#include "server/api_error.h"

#include "base/json_writer.h"

namespace r1 {

ApiError InvalidRequest(const std::string& message, std::string param, std::string code) {
  return ApiError(400, "invalid_request_error", std::move(code), message, std::move(param));
}

ApiError NotFound(const std::string& message, std::string code) {
  return ApiError(404, "not_found_error", std::move(code), message);
}

ApiError ContextLengthExceeded(int64_t context_length, int64_t prompt_tokens, int64_t completion_tokens) {
  // Clients look for "maximum context length is N tokens".
  ApiError error =
      InvalidRequest(StrCat("This model's maximum context length is ", context_length, " tokens. However, you requested ",
                            prompt_tokens + completion_tokens, " tokens (", prompt_tokens, " in the messages, ", completion_tokens,
                            " in the completion). Please reduce the length of the messages or completion."),
                     "messages", "context_length_exceeded");
  error.details = StrCat("\"n_ctx\":", context_length, ",\"n_prompt_tokens\":", prompt_tokens);
  return error;
}

ApiError QueueFull(int retry_after_s) {
  ApiError error(429, "rate_limit_error", "queue_full", StrCat("The queue is full. Please try again in ", retry_after_s, " s."));
  error.retry_after_s = retry_after_s;
  return error;
}

ApiError Unavailable(const std::string& message, std::string code, int retry_after_s) {
  ApiError error(503, "unavailable_error", std::move(code), message);
  error.retry_after_s = retry_after_s;
  return error;
}

ApiError FromError(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kDataLoss: return InvalidRequest(error.what());
    case ErrorCode::kNotFound: return NotFound(error.what(), "not_found");
    case ErrorCode::kResourceExhausted: return Unavailable(error.what(), "out_of_memory", 5);
    case ErrorCode::kCancelled: return Unavailable(error.what(), "cancelled", 1);
    case ErrorCode::kIo:
    case ErrorCode::kDiverged: break;
  }
  return ApiError(500, "server_error", "internal_error", "the server failed; its log names the request");
}

std::string ErrorJson(const ApiError& error) {
  JsonWriter json;
  const auto text_or_null = [&](const char* key, const std::string& text) {
    json.Key(key);
    text.empty() ? json.Null() : json.Value(text);
  };
  json.BeginObject().Key("error").BeginObject().Field("message", error.what()).Field("type", error.type);
  text_or_null("param", error.param);
  text_or_null("code", error.code);
  std::string text = json.text();
  if (!error.details.empty()) text += "," + error.details;
  return text + "}}";
}

http::Response ErrorResponse(const ApiError& error) {
  http::Response response{.status = error.status, .body = ErrorJson(error)};
  if (error.retry_after_s > 0) response.headers.emplace_back("retry-after", std::to_string(error.retry_after_s));
  if (error.status == 401) response.headers.emplace_back("www-authenticate", "Bearer");
  return response;
}

}  // namespace r1
