#include "server/random_id.h"

#include <cstdio>
#include <random>

namespace r1 {

std::string RandomId() {
  thread_local std::random_device entropy;
  char id[33];
  std::snprintf(id, sizeof id, "%08x%08x%08x%08x", entropy(), entropy(), entropy(), entropy());
  return id;
}

std::string_view WithoutIdPrefix(std::string_view name) {
  const size_t prefix = name.find_last_of("-_");
  return prefix == name.npos ? name : name.substr(prefix + 1);
}

}  // namespace r1
