// Errors that the caller or a file caused. Our own mistakes are CHECKs (base/check.h); expected outcomes are return values.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace r1 {

enum class ErrorCode {
  kInvalidArgument,    // a flag, recipe key, request or argument is wrong
  kNotFound,           // a file, key or name does not exist
  kDataLoss,           // a file is truncated or malformed
  kResourceExhausted,  // memory, disk or queue is full
  kIo,                 // the operating system refused: permission, I/O error
  kCancelled,          // the user or a deadline stopped it
  kDiverged,           // a training's numbers are not finite, or not those of the sampler
};

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

template <class... Parts>
std::string StrCat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

template <class... Parts>
[[noreturn]] void Fail(ErrorCode code, const Parts&... parts) {
  throw Error(code, StrCat(parts...));
}

// Throws kInvalidArgument unless `ok`. The message names the thing, what was expected and what came:
//   Require(w.shape() == Shape{d}, "rms_norm: weight must be [", d, "], got ", w.shape());
template <class... Parts>
void Require(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    Fail(ErrorCode::kInvalidArgument, parts...);
}

}  // namespace r1
