#include "server/random_id.h"

#include <random>

#include "base/format.h"

namespace r1 {

std::string RandomId() {
  thread_local std::random_device entropy;
  return Format("%08x%08x%08x%08x", entropy(), entropy(), entropy(), entropy());
}

std::string_view WithoutIdPrefix(std::string_view name) {
  const size_t prefix = name.find_last_of("-_");
  return prefix == name.npos ? name : name.substr(prefix + 1);
}

}  // namespace r1
