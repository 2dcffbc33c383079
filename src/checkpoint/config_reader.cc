#include "checkpoint/config_reader.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace r1 {

ConfigReader::ConfigReader(const nlohmann::json& object, std::string what) : object_(object), what_(std::move(what)) {
  if (!object.is_object()) Fail(ErrorCode::kDataLoss, what_, ": expected an object, got ", object.type_name());
}

const nlohmann::json* ConfigReader::Find(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

int64_t ConfigReader::CheckedInteger(const char* key, const nlohmann::json& value, int64_t low, int64_t high) const {
  Require(value.is_number_integer(), what_, ": ", key, " must be an integer, got ", value.dump());
  const bool in_range = value.is_number_unsigned()
                            ? value.get<uint64_t>() <= static_cast<uint64_t>(high) && value.get<int64_t>() >= low
                            : value.get<int64_t>() >= low && value.get<int64_t>() <= high;
  Require(in_range, what_, ": ", key, " must be in ", low, "..", high, ", got ", value.dump());
  return value.get<int64_t>();
}

int64_t ConfigReader::Integer(const char* key, int64_t low, int64_t high) const {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) Fail(ErrorCode::kDataLoss, what_, ": ", key, " is missing");
  return CheckedInteger(key, *value, low, high);
}

int64_t ConfigReader::IntegerOr(const char* key, int64_t fallback, int64_t low, int64_t high) const {
  const nlohmann::json* value = Find(key);
  return value == nullptr ? fallback : CheckedInteger(key, *value, low, high);
}

std::optional<int64_t> ConfigReader::OptionalInteger(const char* key, int64_t low, int64_t high) const {
  const nlohmann::json* value = Find(key);
  return value == nullptr ? std::nullopt : std::optional(CheckedInteger(key, *value, low, high));
}

std::optional<double> ConfigReader::OptionalNumber(const char* key, double low, double high) const {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return std::nullopt;
  Require(value->is_number(), what_, ": ", key, " must be a number, got ", value->dump());
  const double number = value->get<double>();
  Require(number >= low && number <= high, what_, ": ", key, " must be in ", low, "..", high, ", got ", value->dump());
  return number;
}

bool ConfigReader::BoolOr(const char* key, bool fallback) const {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return fallback;
  Require(value->is_boolean(), what_, ": ", key, " must be true or false, got ", value->dump());
  return value->get<bool>();
}

std::string ConfigReader::StringOr(const char* key, const std::string& fallback) const {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return fallback;
  Require(value->is_string(), what_, ": ", key, " must be a string, got ", value->dump());
  return value->get<std::string>();
}

std::vector<int64_t> ConfigReader::TokenIds(const char* key) const {
  std::vector<int64_t> ids;
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return ids;
  if (!value->is_array()) {
    if (const int64_t id = CheckedInteger(key, *value, -1, kMaxToken); id >= 0) ids.push_back(id);
    return ids;
  }
  for (const auto& id : *value) ids.push_back(CheckedInteger(key, id, 0, kMaxToken));
  return ids;
}

std::optional<int64_t> ConfigReader::TokenId(const char* key) const {
  const std::vector<int64_t> ids = TokenIds(key);
  return ids.empty() ? std::nullopt : std::optional(ids[0]);
}

}  // namespace r1
