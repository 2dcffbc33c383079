// What every route works with.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "server/access.h"
#include "server/api_exchange.h"
#include "server/engine_service.h"
#include "server/live_requests.h"
#include "server/metrics/server_metrics.h"
#include "server/request_log.h"
#include "server/resume/stream_store.h"
#include "server/served_model.h"
#include "server/structured_output.h"

namespace r1 {

class RunsApi;

using ExchangePtr = std::shared_ptr<ApiExchange>;

class VerdictService;

struct ServerContext {
  const ServedModel& served;
  EngineService& service;
  const Access& access;
  StructuredOutput& structured_output;
  ServerMetrics& metrics;
  LiveRequests& live;
  RequestLog& log;
  StreamStore& streams;
  VerdictService& verdicts;
  std::string reasoning_field;  // what thinking is called in answers: "reasoning_content"
  bool strict_model = false;    // other model names are refused
  bool shows_metrics = true, shows_slots = true, shows_prompts = false;
  bool serves_pages = true;  // at "/"
  std::string path_prefix;   // before every path: "/api/openai_compat"
  int64_t started_at = 0;    // seconds since 1970
  bool idle_prefill = true;  // the next turn's beginning is computed while nobody asks
  RunsApi* runs = nullptr;   // null: no folder of runs was named
  std::atomic<bool> draining{false};
};

}  // namespace r1
