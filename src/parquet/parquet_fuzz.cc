// libFuzzer: any bytes as a Parquet file, with limits that a fuzzer reaches.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "parquet/parquet_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const r1::ParquetFile file(bytes, "fuzz.parquet", {.open_bytes = 1 << 22, .row_bytes = 1 << 18, .total_bytes = 1 << 20});
    int64_t rows = 0;
    file.ForEachRow([&](const nlohmann::json& row, int64_t number) {
      CHECK(row.is_object() && number == rows++);
      CHECK(!row.dump().empty());  // it is UTF-8 throughout
    });
    CHECK(rows == file.num_rows());
  } catch (const r1::Error&) {
  }
  return 0;
}
