#include "parquet/leaf_json.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/utf8.h"

namespace r1::parquet {
namespace {

// Days since 1970 to year, month and day: Howard Hinnant's days-to-civil, with March as a year's first month.
std::string DateText(int64_t days, const std::string& what) {
  constexpr int64_t kFirst = -719528, kLast = 2932896;  // 0000-01-01, 9999-12-31
  if (days < kFirst || days > kLast) Fail(ErrorCode::kDataLoss, what, ": a date ", days, " days from 1970");
  const int64_t z = days + 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097, day_of_era = z - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month + 2) / 5 + 1, civil_month = month < 10 ? month + 3 : month - 9;
  char text[32];
  std::snprintf(text, sizeof(text), "%04d-%02d-%02d", static_cast<int>(year_of_era + era * 400 + (civil_month <= 2)),
                static_cast<int>(civil_month), static_cast<int>(day));
  return text;
}

std::string TimestampText(int64_t ticks, int64_t ticks_per_s, bool utc, const std::string& what) {
  const int64_t part = ((ticks % ticks_per_s) + ticks_per_s) % ticks_per_s, seconds = (ticks - part) / ticks_per_s;
  const int64_t of_day = ((seconds % 86400) + 86400) % 86400;
  char text[32];
  std::snprintf(text, sizeof(text), "T%02d:%02d:%02d", static_cast<int>(of_day / 3600), static_cast<int>(of_day / 60 % 60),
                static_cast<int>(of_day % 60));
  std::string result = DateText((seconds - of_day) / 86400, what) + text;
  if (part != 0) {
    std::string digits = std::to_string(ticks_per_s + part).substr(1);  // with the zeros in front
    digits.resize(digits.find_last_not_of('0') + 1);
    result += "." + digits;
  }
  return utc ? result + "Z" : result;
}

nlohmann::json IntegerToJson(const SchemaElement& leaf, int64_t value, const std::string& what) {
  switch (leaf.annotation) {
    case Annotation::kUnsigned:
      if (*leaf.type == PhysicalType::kInt32) return static_cast<uint32_t>(value);
      return static_cast<uint64_t>(value);
    case Annotation::kDate: return DateText(value, what);
    case Annotation::kTimestampMillis: return TimestampText(value, 1'000, leaf.utc, what);
    case Annotation::kTimestampMicros: return TimestampText(value, 1'000'000, leaf.utc, what);
    case Annotation::kTimestampNanos: return TimestampText(value, 1'000'000'000, leaf.utc, what);
    default: return value;
  }
}

}  // namespace

nlohmann::json LeafToJson(const SchemaElement& leaf, const RawValue& value, const std::string& what) {
  switch (*leaf.type) {
    case PhysicalType::kBoolean: return value.integer != 0;
    case PhysicalType::kInt32:
    case PhysicalType::kInt64: return IntegerToJson(leaf, value.integer, what);
    case PhysicalType::kFloat:
    case PhysicalType::kDouble: return std::isfinite(value.number) ? nlohmann::json(value.number) : nlohmann::json();
    default: break;
  }
  if (!IsValidUtf8(value.bytes)) Fail(ErrorCode::kDataLoss, what, ": a value holds bytes that are no UTF-8 text");
  return std::string(value.bytes);
}

}  // namespace r1::parquet
