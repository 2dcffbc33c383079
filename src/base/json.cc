#include "base/json.h"

#include <nlohmann/json.hpp>
#include <unordered_set>
#include <vector>

#include "base/error.h"

namespace r1 {
namespace {

constexpr int kMaxDepth = 64;

// Counts brackets outside strings: cheap, and done before any tree is built.
bool TooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

// nlohmann's messages begin with an identifier in brackets that tells a user nothing, and count the lines of what may be one line
// of a file.
std::string Reason(const std::exception& e) {
  const std::string_view text = e.what();
  const size_t end = text.starts_with('[') ? text.find("] ") : std::string_view::npos;
  std::string reason(end == std::string_view::npos ? text : text.substr(end + 2));
  constexpr std::string_view kFirstLine = "at line 1, column";
  if (const size_t at = reason.find(kFirstLine); at != reason.npos) reason.replace(at, kFirstLine.size(), "at column");
  return reason;
}

}  // namespace

nlohmann::json ParseJson(std::string_view text, std::string_view what, bool unique_keys) {
  if (TooDeep(text)) Fail(ErrorCode::kDataLoss, what, ": nested deeper than ", kMaxDepth, " levels");
  nlohmann::json value;
  std::vector<std::unordered_set<std::string>> keys;  // of the objects that are open, outermost first
  const auto check = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(parsed.get<std::string>()).second)
      Fail(ErrorCode::kDataLoss, what, ": key ", parsed.dump(), " stands twice");
    return true;
  };
  ReadingJson(what, [&] { value = unique_keys ? nlohmann::json::parse(text, check) : nlohmann::json::parse(text); });
  return value;
}

void ReadingJson(std::string_view what, const std::function<void()>& read) {
  try {
    read();
  } catch (const nlohmann::json::exception& e) {
    Fail(ErrorCode::kDataLoss, what, ": ", Reason(e));
  }
}

void RequireObject(const nlohmann::json& value, std::string_view what) {
  if (!value.is_object()) Fail(ErrorCode::kDataLoss, what, ": expected a JSON object, got ", value.type_name());
}

std::string FirstText(const nlohmann::json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto at = object.find(name);
    if (at != object.end() && at->is_string()) return at->get<std::string>();
  }
  return "";
}

}  // namespace r1
