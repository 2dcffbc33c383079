// One request and its answer. A handler answers with Respond, or with BeginStream, any number of Writes and EndStream, at once or
// later and from any thread; every function may be called from any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/http/message.h"

namespace r1::http {

// Makes what is sent where nothing else is to be said; runs on a server thread.
using Ping = std::function<std::string()>;

class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const Request& request() const = 0;

  // The whole answer. Later calls of Respond and BeginStream are ignored: the first answer counts.
  virtual void Respond(Response response) = 0;

  // An answer that grows: 200 with these headers, sent in chunks. ping: sent whenever nothing else was for five seconds, so that
  // nobody between here and the client takes the connection for dead; null for nothing.
  virtual void BeginStream(std::string content_type, Headers headers, Ping ping = nullptr) = 0;
  // False if the client is gone, or reads so slowly that more than the server's limit waits for it: then the connection is closed.
  // Never blocks.
  virtual bool Write(std::string data) = 0;
  virtual void EndStream() = 0;

  // Runs `work` on a server thread; what is posted to one exchange runs one after another, in order. For turning the engine's
  // events into text without holding up the engine.
  virtual void Post(std::function<void()> work) = 0;

  // `callback` runs once, on a server thread, if the client goes away before the answer is complete; at once if it already has.
  virtual void OnDisconnect(std::function<void()> callback) = 0;
};

// Runs on a server thread and must not block for long. An exception that leaves it becomes a 500.
using Handler = std::function<void(std::shared_ptr<Exchange>)>;

}  // namespace r1::http
