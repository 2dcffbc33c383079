// libFuzzer: a run's folder that somebody made up: recipe.toml, metrics.jsonl, questions.jsonl and status.json, a zero byte between
// them. Everything the watch page asks for either comes or is refused.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "watch/watched_run.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const r1::ScratchFolder folder;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"recipe.toml", "metrics.jsonl", "questions.jsonl", "status.json"}) {
    const std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    folder.Write(name, part);
  }
  r1::WatchedRun run("run", folder.path());
  r1::PointsSeen seen;
  (void)run.SummaryJson();
  (void)run.MetricsJson(0, -1, 3);
  (void)run.NewPointsJson(seen);
  (void)run.QuestionsJson();
  try {
    (void)run.AnswersJson(1);
  } catch (const r1::Error&) {
  }
  return 0;
}
