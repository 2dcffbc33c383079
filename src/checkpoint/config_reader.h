// Reads one JSON object of a Hugging Face file, key by key, with errors that name file and key. Include <nlohmann/json.hpp> first.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace r1 {

// A key that is null counts as absent, as in transformers. Wrong types and ranges are kInvalidArgument; a missing key and a value
// that is no object are kDataLoss.
class ConfigReader {
 public:
  static constexpr int64_t kMaxToken = 1 << 24;  // 16777216

  ConfigReader(const nlohmann::json& object, std::string what);

  const nlohmann::json* Find(const char* key) const;
  const std::string& what() const { return what_; }

  int64_t Integer(const char* key, int64_t low, int64_t high) const;
  int64_t IntegerOr(const char* key, int64_t fallback, int64_t low, int64_t high) const;
  std::optional<int64_t> OptionalInteger(const char* key, int64_t low, int64_t high) const;
  std::optional<double> OptionalNumber(const char* key, double low, double high) const;
  bool BoolOr(const char* key, bool fallback) const;
  std::string StringOr(const char* key, const std::string& fallback) const;
  // A number or a list of numbers; some files write -1 for none.
  std::vector<int64_t> TokenIds(const char* key) const;
  std::optional<int64_t> TokenId(const char* key) const;  // the first of them

 private:
  int64_t CheckedInteger(const char* key, const nlohmann::json& value, int64_t low, int64_t high) const;

  const nlohmann::json& object_;
  std::string what_;
};

}  // namespace r1
