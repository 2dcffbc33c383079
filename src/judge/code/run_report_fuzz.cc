// libFuzzer: any bytes as the report of a supervisor.
#include <cstdint>
#include <string_view>

#include "judge/code/run_report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  r1::ParseRunReport({reinterpret_cast<const char*>(data), size});
  return 0;
}
