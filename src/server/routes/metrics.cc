// GET /metrics: for Prometheus.
#include "server/metrics/metrics_page.h"

#include "server/api_error.h"
#include "server/routes.h"

namespace r1 {

void HandleMetrics(ServerContext& context, ExchangePtr exchange, int) {
  if (!context.shows_metrics)
    throw ApiError(501, "not_supported_error", "not_supported", "this server was started with --no-metrics");
  exchange->Respond({.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = MetricsPage(context)});
}

}  // namespace r1
