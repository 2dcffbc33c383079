// For tests only: a JSON schema validator, written from the specification and independent of the grammars, and random schemas.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/rng.h"

namespace r1 {

// Formats are left to the tables of accepted and refused texts. oneOf is checked as anyOf, patterns in ASCII strings only.
bool Validates(const nlohmann::json& schema, const nlohmann::json& value);

nlohmann::json RandomSchema(Rng& rng, int depth);

}  // namespace r1
