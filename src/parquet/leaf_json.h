// A leaf's value as JSON, as the same data set's JSON lines would have it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "parquet/value_decoder.h"

namespace r1::parquet {

// Truth values, numbers and UTF-8 text as such, NaN and infinities as null (JSON has none), dates as "2024-05-01", timestamps as
// "2024-05-01T12:30:00.25", with a Z where they are said to be UTC. Throws kDataLoss for bytes that are no UTF-8, and for dates
// beyond the years 0 to 9999.
nlohmann::json LeafToJson(const SchemaElement& leaf, const RawValue& value, const std::string& what);

}  // namespace r1::parquet
