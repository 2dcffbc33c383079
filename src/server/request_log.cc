#include "server/request_log.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "base/error.h"
#include "base/format.h"
#include "base/json_writer.h"
#include "base/log.h"

namespace r1 {
namespace {

std::string TimeText() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  return Format("%s.%03dZ", date, static_cast<int>(millis));
}

// Health checks and scrapes come every few seconds; only their failures are news.
bool IsRoutine(const ApiExchange& exchange) {
  const std::string& path = exchange.request().path;
  return exchange.outcome().status < 400 && (path == "/health" || path == "/livez" || path == "/readyz" || path == "/metrics");
}

void SecondsOrNull(JsonWriter& json, const char* key, double seconds) {
  json.Key(key);
  seconds < 0 ? json.Null() : json.Value(static_cast<float>(seconds));
}

}  // namespace

std::string RequestLogLine(const ApiExchange& exchange, const std::string& time) {
  const http::Request& request = exchange.request();
  const ApiExchange::Outcome outcome = exchange.outcome();
  RequestFacts sum;
  for (const auto& record : exchange.records()) {
    const RequestFacts facts = record->facts();
    sum.prompt_tokens += facts.prompt_tokens;
    sum.cached_tokens += facts.cached_tokens;
    sum.thinking_tokens += facts.thinking_tokens;
    sum.completion_tokens += facts.completion_tokens;
    sum.finish_reasons.insert(sum.finish_reasons.end(), facts.finish_reasons.begin(), facts.finish_reasons.end());
    sum.queue_s = std::max(sum.queue_s, facts.queue_s);
    if (facts.first_token_s >= 0 && (sum.first_token_s < 0 || facts.first_token_s < sum.first_token_s))
      sum.first_token_s = facts.first_token_s;
  }
  JsonWriter json;
  json.BeginObject().Field("time", time).Field("request_id", request.id).Field("answer_id", exchange.id());
  json.Field("method", request.method).Field("path", request.path).Field("peer", request.peer).Key("status");
  outcome.status == 0 ? json.Null() : json.Value(outcome.status);
  json.Key("key");
  exchange.key() < 0 ? json.Null() : json.Value(exchange.key());
  json.Field("prompt_tokens", sum.prompt_tokens).Field("cached_tokens", sum.cached_tokens);
  json.Field("reasoning_tokens", sum.thinking_tokens).Field("completion_tokens", sum.completion_tokens);
  json.Key("finish_reasons").BeginArray();
  for (const char* reason : sum.finish_reasons) json.Value(reason);
  json.EndArray();
  SecondsOrNull(json, "queue_s", sum.queue_s);
  SecondsOrNull(json, "ttft_s", sum.first_token_s);
  SecondsOrNull(json, "total_s", outcome.total_s);
  json.Field("client_gone", outcome.client_gone).EndObject();
  return json.text();
}

RequestLog::RequestLog(std::string path) : path_(std::move(path)) { Reopen(); }

void RequestLog::Reopen() {
  if (path_.empty() || path_ == "-") return;
  auto file = std::make_unique<AppendFile>(path_);
  std::lock_guard lock(mutex_);
  file_ = std::move(file);
  failed_ = false;
}

// A disk that is full must not stop the answers; it is told once.
void RequestLog::Write(const ApiExchange& exchange) {
  if (path_.empty() || IsRoutine(exchange)) return;
  const std::string line = RequestLogLine(exchange, TimeText()) + "\n";
  std::lock_guard lock(mutex_);
  try {
    if (file_) {
      file_->Append(line);
    } else {
      std::fwrite(line.data(), 1, line.size(), stdout);
      std::fflush(stdout);
    }
    failed_ = false;
  } catch (const Error& error) {
    if (!std::exchange(failed_, true)) {
      LOG(Error) << "request_log: " << error.what();
    }
  }
}

}  // namespace r1
