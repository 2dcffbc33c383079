// A line of JSON for each request: who asked what, how much was computed and how long it took. No text of a prompt or an answer,
// and no key, ever gets into it.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/append_file.h"
#include "server/api_exchange.h"

namespace r1 {

// Thread-safe.
class RequestLog {
 public:
  // path: a file that is appended to; "-" is stdout, "" writes nothing. Throws like AppendFile.
  explicit RequestLog(std::string path);

  void Write(const ApiExchange& exchange);
  // Opens the file anew, after something else has moved it away.
  void Reopen();

 private:
  const std::string path_;
  std::mutex mutex_;
  std::unique_ptr<AppendFile> file_;
  bool failed_ = false;
};

// The line, without its newline. time: "2026-11-25T13:00:00.123Z".
std::string RequestLogLine(const ApiExchange& exchange, const std::string& time);

}  // namespace r1
