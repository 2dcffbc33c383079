#include "server/receipt/replay_writer.h"

#include "base/json_writer.h"
#include "server/api_error.h"

namespace r1 {
namespace {

// Of one choice: where it first differs, or why it does although no token does; equal if neither.
struct Comparison {
  std::optional<int64_t> first;
  std::string why;
  bool equal() const { return !first && why.empty(); }
};

Comparison Compare(const ReceiptChoice& given, const ReceiptChoice& ours) {
  if (const auto first = FirstDifference(given, ours)) return {first, ""};
  if (given.sha256 != ours.sha256) return {{}, "its trace agrees with every token, its sha256 does not: the receipt was changed"};
  if (given.num_tokens != ours.num_tokens || given.finish_reason != ours.finish_reason)
    return {{},
            StrCat("it ended by ", given.finish_reason, " after ", given.num_tokens, " tokens in the receipt, and by ",
                   ours.finish_reason, " after ", ours.num_tokens, " here")};
  return {};
}

void BeginVerdict(JsonWriter& json, const std::string& reason) {
  json.BeginObject().Field("object", "replay").Field("equal", reason.empty()).Key("reason");
  reason.empty() ? json.Null() : json.Value(reason);
}

}  // namespace

ReplayWriter::ReplayWriter(ServerContext& context, ExchangePtr exchange, Receipt given, std::function<void()> on_end)
    : context_(context),
      exchange_(std::move(exchange)),
      given_(std::move(given)),
      on_end_(std::move(on_end)),
      tokens_(given_.choices.size()) {}

void ReplayWriter::Finish(const Usage& usage) {
  on_end_();
  const std::string program = DifferentProgram(given_, ours_);
  std::vector<Comparison> comparisons;
  std::string reason;
  for (size_t i = 0; i < ours_.choices.size(); ++i) {
    const Comparison& c = comparisons.emplace_back(Compare(given_.choices[i], ours_.choices[i]));
    if (!c.equal() && reason.empty())
      reason = StrCat("choice ", i, ": ", c.first ? StrCat("token ", *c.first, " is the first that differs") : c.why);
  }
  if (!reason.empty() && !program.empty()) reason = program + "; " + reason;
  (reason.empty() ? context_.metrics.replays_equal : context_.metrics.replays_different).Add();
  JsonWriter json;
  BeginVerdict(json, reason);
  // Equal bits from another program or other weights are worth knowing too.
  json.Key("note");
  program.empty() || !reason.empty() ? json.Null() : json.Value(program + ", and every bit is equal");
  json.Key("choices").BeginArray();
  for (size_t i = 0; i < comparisons.size(); ++i) {
    json.BeginObject().Field("index", i).Field("equal", comparisons[i].equal()).Field("tokens", ours_.choices[i].num_tokens);
    json.Key("first_difference");
    const auto first = comparisons[i].first;
    if (!first) {
      json.Null().EndObject();
      continue;
    }
    json.BeginObject().Field("token", *first).Key("text");  // what stands there now
    const auto at = static_cast<size_t>(*first);
    at < tokens_[i].size() ? json.Value(context_.served.tokenizer.TokenBytes(tokens_[i][at])) : json.Null();
    json.EndObject().EndObject();
  }
  json.EndArray().Key("receipt");
  ours_.Write(json);
  json.Key("usage").BeginObject().Field("prompt_tokens", usage.prompt_tokens).Field("completion_tokens", usage.completion_tokens);
  json.Field("total_tokens", usage.prompt_tokens + usage.completion_tokens).Key("prompt_tokens_details").BeginObject();
  json.Field("cached_tokens", usage.cached_tokens).EndObject().EndObject().EndObject();
  exchange_->Respond({.body = json.text(), .headers = context_.access.CorsHeaders(exchange_->request())});
}

void ReplayWriter::Fail(const ApiError& error) {
  on_end_();
  exchange_->Respond(ErrorResponse(error));
}

void RespondNotRun(const ServerContext& context, http::Exchange& exchange, const std::string& reason) {
  context.metrics.replays_different.Add();
  JsonWriter json;
  BeginVerdict(json, reason);
  json.Key("note").Null().Key("choices").BeginArray().EndArray().Key("receipt").Null().Key("usage").Null().EndObject();
  exchange.Respond({.body = json.text(), .headers = context.access.CorsHeaders(exchange.request())});
}

}  // namespace r1
