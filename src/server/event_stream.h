// Server-sent events, as OpenAI's clients read them: https://html.spec.whatwg.org/multipage/server-sent-events.html
#pragma once

#include <string>

#include "server/server_context.h"

namespace r1 {

// The headers of a stream, and a ping whenever nothing else was said for a while: a comment, which clients skip. While the request
// waits it tells its place in the queue: ": queued, 3 ahead". After the request was submitted.
void BeginEventStream(const ServerContext& context, ApiExchange& exchange);
// One event; json has no line breaks.
void SendEvent(http::Exchange& exchange, const std::string& json);
// The same with a name: "event: NAME".
void SendEvent(http::Exchange& exchange, const char* name, const std::string& json);
// What chat and text completions end with.
void SendDone(http::Exchange& exchange);

}  // namespace r1
