// The environment chooses paths and debugging only; this is the one place that reads it.
#pragma once

#include <optional>
#include <string>

namespace r1 {

// The value of `name`; nothing if it is unset or empty.
std::optional<std::string> EnvironmentVariable(const char* name);

}  // namespace r1
