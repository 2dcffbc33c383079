// libFuzzer: any bytes as the body of a request to chat, responses or text completions. It is read, or refused with a 400.
#include <cstdint>
#include <string_view>

#include "server/api_error.h"
#include "server/openai/chat_request.h"
#include "server/openai/responses_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const r1::SamplingParams defaults;
  try {
    if (data[0] % 2 == 0)
      r1::ParseChatCompletionRequest(body, defaults);
    else
      r1::ParseResponsesRequest(body, defaults);
  } catch (const r1::ApiError& error) {
    if (error.status != 400 || std::string_view(error.what()).empty()) __builtin_trap();
  }
  return 0;
}
