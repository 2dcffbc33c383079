// libFuzzer: any bytes as a file of examples, of texts, of JSON records and of CSV.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "data/csv.h"
#include "data/jsonl.h"
#include "data/records.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  try {
    r1::ParseExamples(content, "fuzz.jsonl");
  } catch (const r1::Error&) {
  }
  try {
    r1::ParseTexts(content, "fuzz.jsonl");
  } catch (const r1::Error&) {
  }
  try {
    r1::ForEachJsonRecord(content, "fuzz.json", [](const nlohmann::json&, const std::string&) {});
  } catch (const r1::Error&) {
  }
  try {
    size_t fields = 0;
    r1::ForEachCsvRecord(content, "fuzz.csv", [&](const nlohmann::json& record, const std::string&) {
      CHECK(fields == 0 || record.size() == fields);
      fields = record.size();
    });
  } catch (const r1::Error&) {
  }
  return 0;
}
