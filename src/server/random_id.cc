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

}  // namespace r1
