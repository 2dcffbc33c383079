// Reading a request's JSON members: null means absent, everywhere; a wrong type or value is a 400 that names the member's path.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

// The body of a request: an object, at most 128 levels deep, valid UTF-8. Throws ApiError 400 invalid_json.
nlohmann::json ParseRequestBody(std::string_view body);

class JsonObject {
 public:
  // `path` of the object itself: "" for the whole request, "messages[2]" inside it. Throws ApiError if `json` is no object.
  JsonObject(const nlohmann::json& json, std::string path = "");

  // All throw ApiError 400 for another type; 8.0 is an integer, "8" is not.
  std::optional<bool> Bool(const char* name) const;
  std::optional<int64_t> Integer(const char* name, int64_t lowest, int64_t highest) const;
  std::optional<double> Number(const char* name, double lowest, double highest) const;
  std::optional<std::string> String(const char* name) const;
  // One string or a list of them.
  std::optional<std::vector<std::string>> Strings(const char* name, size_t most) const;
  std::optional<JsonObject> Object(const char* name) const;
  const nlohmann::json* Array(const char* name) const;  // null if absent
  const nlohmann::json* Any(const char* name) const;    // null if absent or JSON's null

  // Members that are there and that none of the functions above has asked for: what nobody knows, or what has no effect beside
  // others.
  std::vector<std::string> Unread() const;

  // The first of two spellings that is there.
  std::optional<int64_t> IntegerOf(std::initializer_list<const char*> names, int64_t lowest, int64_t highest) const;

  std::string Path(const char* name) const { return path_.empty() ? name : path_ + "." + name; }
  const nlohmann::json& value() const { return *json_; }
  const std::string& path() const { return path_; }

 private:
  const nlohmann::json* json_;
  std::string path_;
  mutable std::vector<std::string_view> asked_for_;  // names; they are literals
};

}  // namespace r1
