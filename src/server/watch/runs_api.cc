#include "server/watch/runs_api.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json_writer.h"
#include "server/api_error.h"
#include "server/openai/json_object.h"

namespace r1 {
namespace {

constexpr int64_t kMostSteps = int64_t{1} << 40;
constexpr int64_t kMostBuckets = 4000;
constexpr size_t kMostQuestionBytes = 8000;

int64_t QueryInteger(const http::Request& request, const char* name, int64_t missing, int64_t lowest, int64_t highest) {
  const std::string text = request.QueryValue(name);
  if (text.empty()) return missing;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < lowest || value > highest)
    throw InvalidRequest(StrCat(name, " must be an integer in ", lowest, "..", highest, ", got ", text), name);
  return value;
}

int64_t QueryStep(const http::Request& request, const char* name) { return QueryInteger(request, name, -1, -1, kMostSteps); }

// Whether the request changes something and may: a browser says where a POST comes from, and must come from our own page; and JSON
// cannot be sent by a form.
void CheckPost(const http::Request& request, bool read_only) {
  if (request.method != "POST")
    throw ApiError(405, "invalid_request_error", "method_not_allowed", StrCat(request.path, " takes POST, not ", request.method));
  if (read_only)
    throw ApiError(403, "invalid_request_error", "read_only", "this server only shows runs: it was started with --read-only");
  std::string_view origin = request.Header("origin");
  if (const size_t scheme = origin.find("://"); scheme != origin.npos) origin.remove_prefix(scheme + 3);
  if (!origin.empty() && origin != request.Header("host"))
    throw ApiError(403, "invalid_request_error", "origin_not_allowed", "only this server's own page may do that");
  if (!request.Header("content-type").starts_with("application/json"))
    throw ApiError(415, "invalid_request_error", "unsupported_media_type", "the body must be application/json");
}

RunCommand CommandNamed(const std::string& action) {
  if (const auto command = FindEnum<RunCommand>(action)) return *command;
  throw InvalidRequest(StrCat("action must be run, pause or stop, got ", action), "action");
}

}  // namespace

std::shared_ptr<WatchedRun> RunsApi::FindOrThrow(const std::string& name) {
  const auto entry = catalog_.Find(name);
  if (!entry) throw NotFound(StrCat("there is no run ", name, " here"), "run_not_found");
  return RunOf(*entry);
}

std::shared_ptr<WatchedRun> RunsApi::RunOf(const RunEntry& entry) {
  std::lock_guard lock(mutex_);
  auto& run = runs_[entry.path];
  if (!run) run = std::make_shared<WatchedRun>(entry.name, entry.path);
  return run;
}

std::string RunsApi::ListJson() {
  JsonWriter json;
  json.BeginObject().Field("read_only", config_.read_only).Field("chat", config_.beside_chat).Key("runs").BeginArray();
  for (const RunEntry& entry : catalog_.List()) json.Raw(RunOf(entry)->SummaryJson());
  return json.EndArray().EndObject().text();
}

void RunsApi::Handle(Exchange exchange, std::string_view path, const http::Headers& headers) {
  const http::Request& request = exchange->request();
  const auto respond = [&](std::string body) {
    http::Response response{.body = std::move(body), .headers = headers};
    response.headers.emplace_back("cache-control", "no-store");
    exchange->Respond(std::move(response));
  };
  if (path.starts_with('/')) path.remove_prefix(1);
  const size_t slash = std::min(path.find('/'), path.size());
  const std::string name(path.substr(0, slash));
  const std::string_view what = path.substr(std::min(slash + 1, path.size()));
  if (path.empty()) return respond(ListJson());
  const auto run = FindOrThrow(name);
  if (what == "control" || what == "ask") {
    CheckPost(request, config_.read_only);
    return what == "ask" ? Ask(exchange, *run, headers) : Control(exchange, *run, headers);
  }
  if (request.method == "POST")
    throw ApiError(405, "invalid_request_error", "method_not_allowed", StrCat(request.path, " takes GET, not POST"));
  if (what.empty()) return respond(run->SummaryJson());
  if (what == "metrics")
    return respond(run->MetricsJson(QueryInteger(request, "from", 0, 0, kMostSteps), QueryStep(request, "to"),
                                    QueryInteger(request, "buckets", 1000, 1, kMostBuckets)));
  if (what == "questions") return respond(run->QuestionsJson());
  if (what == "answers") return respond(run->AnswersJson(QueryStep(request, "step")));
  if (what == "rollouts") return respond(run->RolloutsJson(QueryStep(request, "step")));
  if (what == "tokens")
    return respond(
        run->RolloutTokensJson(QueryStep(request, "step"), QueryStep(request, "group"), QueryStep(request, "completion")));
  if (what == "events") return Stream(exchange, run, headers);
  throw NotFound(StrCat("a run has no ", what), "not_found");
}

void RunsApi::Stream(Exchange exchange, std::shared_ptr<WatchedRun> run, http::Headers headers) {
  const http::Request& request = exchange->request();
  const auto count = [&](const char* name) { return static_cast<size_t>(QueryInteger(request, name, 0, 0, kMostSteps)); };
  const PointsSeen seen{.generation = QueryInteger(request, "generation", 1, 0, kMostSteps),
                        .step = QueryInteger(request, "step", 0, 0, kMostSteps),
                        .evaluations = count("evaluations"),
                        .answers = count("answers")};
  headers.emplace_back("cache-control", "no-cache");
  headers.emplace_back("x-accel-buffering", "no");
  exchange->BeginStream("text/event-stream; charset=utf-8", std::move(headers), [] { return std::string(": ping\n\n"); });
  if (!events_.Subscribe(exchange, std::move(run), seen)) exchange->EndStream();  // the page comes again
}

void RunsApi::Control(Exchange exchange, WatchedRun& run, const http::Headers& headers) {
  const nlohmann::json parsed = ParseRequestBody(exchange->request().body);
  const auto action = JsonObject(parsed).String("action");
  if (!action) throw InvalidRequest("action is missing", "action", "missing_required_parameter");
  run.Control(CommandNamed(*action));
  exchange->Respond({.body = run.SummaryJson(), .headers = headers});
}

void RunsApi::Ask(Exchange exchange, WatchedRun& run, const http::Headers& headers) {
  const nlohmann::json parsed = ParseRequestBody(exchange->request().body);
  const JsonObject body(parsed);
  const auto question = body.String("question");
  if (!question || question->empty()) throw InvalidRequest("question is missing", "question", "missing_required_parameter");
  if (question->size() > kMostQuestionBytes)
    throw InvalidRequest(StrCat("question must have at most ", kMostQuestionBytes, " bytes"), "question");
  RunQuestion asked{.run = run.path(), .question = *question};
  asked.temperature = body.Number("temperature", 0, 2).value_or(asked.temperature);
  asked.max_tokens = body.Integer("max_tokens", 1, 2048).value_or(asked.max_tokens);
  asked.seed = static_cast<uint64_t>(body.Integer("seed", 0, kMostSteps).value_or(1));
  const bool taken = asker_.Ask(
      std::move(asked), [exchange, headers](const std::string& json) { exchange->Respond({.body = json, .headers = headers}); },
      [exchange](const std::exception_ptr& why) {
        try {
          std::rethrow_exception(why);
        } catch (const Error& error) {
          exchange->Respond(ErrorResponse(FromError(error)));
        } catch (const std::exception& error) {
          exchange->Respond(ErrorResponse(ApiError(500, "server_error", "", error.what())));
        }
      });
  if (!taken) throw QueueFull(2);
}

void RunsApi::Close() {
  events_.Close();
  asker_.Close();
}

}  // namespace r1
