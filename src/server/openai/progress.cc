#include "server/openai/progress.h"

#include <algorithm>
#include <cmath>

namespace r1 {
namespace {

double Ms(double seconds) { return std::round(std::max(0.0, seconds) * 1e4) / 10; }

}  // namespace

ExtraMember PromptProgressMember(const EngineService::Progress& progress, double seconds) {
  JsonWriter json;
  json.BeginObject().Field("total", progress.prompt.total).Field("cache", progress.prompt.cached);
  json.Field("processed", progress.prompt.computed).Field("time_ms", Ms(seconds));
  if (progress.ahead >= 0) json.Field("queue_position", progress.ahead);
  return {"prompt_progress", json.EndObject().text()};
}

ExtraMember TimingsMember(const RequestTimings& timings) {
  JsonWriter json;
  json.BeginObject().Field("queue_ms", Ms(timings.queue_s)).Field("cache_n", timings.cached_tokens);
  json.Field("prompt_n", timings.prompt_tokens - timings.cached_tokens).Field("prompt_ms", Ms(timings.prefill_s));
  json.Field("predicted_n", timings.completion_tokens).Field("predicted_ms", Ms(timings.decode_s));
  // The first token is the prefill's.
  const double rate = timings.decode_s > 0 ? static_cast<double>(timings.completion_tokens - 1) / timings.decode_s : 0;
  json.Field("predicted_per_second", std::round(rate * 10) / 10);
  json.Field("thinking_n", timings.thinking_tokens).Field("thinking_ms", Ms(timings.thinking_s)).Key("thinking_end");
  timings.thinking_end == ThinkingEnd::kNone ? json.Null() : json.Value(ThinkingEndName(timings.thinking_end));
  return {"timings", json.EndObject().text()};
}

std::string WithMember(std::string json, const ExtraMember& member) {
  json.pop_back();
  JsonWriter name;
  name.Value(member.name);
  return json + "," + name.text() + ":" + member.json + "}";
}

}  // namespace r1
