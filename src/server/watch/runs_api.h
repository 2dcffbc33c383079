// /v1/runs: the runs in a folder, for the watch page and for scripts (docs/watch.md). Beside an OpenAI-compatible API (r1 serve
// MODEL --runs DIR) or alone (r1 watch DIR, r1 train --watch).
//   GET  /v1/runs                      every run's summary
//   GET  /v1/runs/NAME                 one summary
//   GET  /v1/runs/NAME/metrics         ?from=&to=&buckets=: curves and evaluations
//   GET  /v1/runs/NAME/events          ?generation=&step=&evaluations=&answers=: what comes after that, as it comes
//   GET  /v1/runs/NAME/questions       held-out questions and how each evaluation went
//   GET  /v1/runs/NAME/answers         ?step=: the answers of one evaluation, with their tokens
//   GET  /v1/runs/NAME/rollouts        ?step=: a step's completions, rewards, advantages
//   GET  /v1/runs/NAME/tokens          ?step=&group=&completion=: log-probabilities and entropies
//   POST /v1/runs/NAME/control         {"action": "pause" | "run" | "stop"}
//   POST /v1/runs/NAME/ask             {"question": ...}: the newest checkpoint answers
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "server/http/exchange.h"
#include "server/watch/run_asker.h"
#include "server/watch/run_events.h"
#include "watch/run_catalog.h"

namespace r1 {

struct RunsApiConfig {
  std::string root;          // a run's folder, or one that holds runs
  bool read_only = false;    // no control, no questions
  bool beside_chat = false;  // the page has a chat beside it
};

class RunsApi {
 public:
  explicit RunsApi(RunsApiConfig config) : config_(std::move(config)), catalog_(config_.root) {}

  // path: what follows /v1/runs, "" or "/NAME..."; headers go with every answer (CORS). Access has been checked. Throws ApiError or
  // Error.
  void Handle(std::shared_ptr<http::Exchange> exchange, std::string_view path, const http::Headers& headers);
  // Ends streams and questions. No exchange is held afterwards.
  void Close();

 private:
  using Exchange = std::shared_ptr<http::Exchange>;
  std::shared_ptr<WatchedRun> FindOrThrow(const std::string& name);
  std::shared_ptr<WatchedRun> RunOf(const RunEntry& entry);
  std::string ListJson();
  void Stream(Exchange exchange, std::shared_ptr<WatchedRun> run, http::Headers headers);
  void Control(Exchange exchange, WatchedRun& run, const http::Headers& headers);
  void Ask(Exchange exchange, WatchedRun& run, const http::Headers& headers);

  const RunsApiConfig config_;
  const RunCatalog catalog_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<WatchedRun>> runs_;  // by path
  RunEvents events_;
  RunAsker asker_;
};

}  // namespace r1
