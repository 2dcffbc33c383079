// The page of GET /metrics: vLLM's names and labels, so that dashboards made for it show this server as well
// (https://docs.vllm.ai/en/latest/usage/metrics.html), then what only this server knows as r1:..., and the process.
#pragma once

#include <string>

#include "server/server_context.h"

namespace r1 {

std::string MetricsPage(const ServerContext& context);

}  // namespace r1
