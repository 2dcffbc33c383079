// Reading JSON that somebody else wrote. Include <nlohmann/json.hpp> in the .cc file that uses this.
#pragma once

#include <functional>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace r1 {

// Parses UTF-8 text. `what` names the source in messages ("config.json"). Throws kDataLoss on malformed text, and on nesting deeper
// than 64, which no file of ours has and which recursive code downstream could not survive. unique_keys: also on a key that stands
// twice in one object, where readers would disagree on which value counts.
nlohmann::json ParseJson(std::string_view text, std::string_view what, bool unique_keys = false);

// Runs `read`, turning nlohmann's exceptions (wrong type, missing key) into kDataLoss errors that begin with `what`.
void ReadingJson(std::string_view what, const std::function<void()>& read);

// Throws kDataLoss beginning with `what` for anything but an object.
void RequireObject(const nlohmann::json& value, std::string_view what);

// The first of these members of an object that is a string; "" if none is.
std::string FirstText(const nlohmann::json& object, std::initializer_list<const char*> names);

}  // namespace r1
