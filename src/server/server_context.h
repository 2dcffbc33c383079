// What every route works with.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "server/access.h"
#include "server/engine_service.h"
#include "server/http/exchange.h"
#include "server/served_model.h"
#include "server/structured_output.h"

namespace r1 {

using ExchangePtr = std::shared_ptr<http::Exchange>;

struct ServerContext {
  const ServedModel& served;
  EngineService& service;
  const Access& access;
  StructuredOutput& structured_output;
  bool strict_model = false;  // other model names are refused
  std::string path_prefix;    // before every path: "/api/openai_compat"
  int64_t started_at = 0;     // seconds since 1970
  std::atomic<bool> draining{false};
};

}  // namespace r1
