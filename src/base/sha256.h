// SHA-256 (FIPS 180-4), as 64 lower-case hexadecimal digits: names weights, checkpoints and runs.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace r1 {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(const void* data, size_t bytes);
  void Update(std::string_view text) { Update(text.data(), text.size()); }
  // Ends the message; call once.
  std::string Hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Sha256Hex(const void* data, size_t bytes);
inline std::string Sha256Hex(std::string_view text) { return Sha256Hex(text.data(), text.size()); }

// Of a file's contents. Throws kNotFound or kIo as base/files.h does.
std::string Sha256HexOfFile(const std::string& path);

}  // namespace r1
