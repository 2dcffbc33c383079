// TOML text -> ConfigValue (base/config_value.h), for base/fields.h to read. https://toml.io/en/v1.0.0
#pragma once

#include <string>
#include <string_view>

#include "base/config_value.h"

namespace r1 {

// Keys keep the order of the file, and every value its line. Throws kInvalidArgument "NAME:LINE:COLUMN: message" for text that is
// not TOML, holds a date or time (no setting is one), or nests deeper than 32 tables or lists.
ConfigValue ParseToml(std::string_view text, std::string_view name);

// Reads and parses a file; also throws kNotFound or kIo naming the path. At most 4 MiB.
ConfigValue LoadToml(const std::string& path);

}  // namespace r1
