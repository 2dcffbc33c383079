// How a request fares, as members of our own in its chunks, in the shapes of llama.cpp's server: `prompt_progress` before the first
// token ("return_progress": true), `timings` beside every piece ("timings_per_token": true).
//   https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
#pragma once

#include <string>

#include "server/engine_service.h"
#include "server/openai/chat_response.h"

namespace r1 {

// {"total", "cache", "processed"} in tokens, "time_ms" since the request came; "queue_position", the number of requests that came
// earlier and wait too, while it waits itself.
ExtraMember PromptProgressMember(const EngineService::Progress& progress, double seconds);

// llama.cpp's members, and of the thinking "thinking_n" tokens in "thinking_ms", tags included, and "thinking_end": how it ended
// (ThinkingEndName), null before that.
ExtraMember TimingsMember(const RequestTimings& timings);

// The chunk with one member more at its end. json: an object that is not empty.
std::string WithMember(std::string json, const ExtraMember& member);

}  // namespace r1
