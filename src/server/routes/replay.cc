// POST /v1/replay {"request": the body of a chat completion, "receipt": what it got, "beside": N}: runs it again, among whatever
// else the server does and N more requests (0..31), and says whether every token and every bit of every log-probability is the
// same.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/rng.h"
#include "server/api_error.h"
#include "server/openai/start_answer.h"
#include "server/receipt/receipt_maker.h"
#include "server/receipt/replay_writer.h"
#include "server/routes.h"
#include "server/submit.h"

namespace r1 {
namespace {

constexpr int64_t kMostBeside = 31;

// The request as it was sent (properties of schemas keep their order), made to be compared: whole, with a receipt, and under the
// seed that was used if it named none.
ChatCompletionRequest RequestOf(const ServerContext& context, const JsonObject& body, std::string_view text,
                                const Receipt& receipt) {
  const auto sent = body.Object("request");
  if (!sent) throw InvalidRequest("request is missing", "request", "missing_required_parameter");
  const std::string as_sent = nlohmann::ordered_json::parse(text).at("request").dump();
  ChatCompletionRequest request = ParseChatCompletionRequest(as_sent, context.served.default_sampling);
  const nlohmann::json sampling = nlohmann::json::parse(receipt.sampling);
  const auto seed = sampling.find("seed");
  if (sent->Any("seed") == nullptr && seed != sampling.end() && seed->is_number_integer())
    request.sampling.seed = seed->get<uint64_t>();
  request.stream = request.include_usage = request.resumable = false;
  request.receipt = true;
  return request;
}

// Where a caller ended the thinking, a budget of as many tokens ends it. "" or why that cannot be done.
std::string RepeatClosing(const Receipt& receipt, SamplingParams& sampling) {
  for (const ReceiptChoice& choice : receipt.choices) {
    if (choice.closed_at < 0) continue;
    if (receipt.choices.size() > 1 || choice.closed_at == 0)
      return "its thinking was ended on request, in one of several choices or before it began: that cannot be repeated";
    sampling.thinking_budget = choice.closed_at;
    sampling.min_thinking_tokens = std::min(sampling.min_thinking_tokens, choice.closed_at);
  }
  return "";
}

// The same prompt under other seeds, so that the replay runs in batches that its first run never saw.
std::vector<TicketId> SubmitBeside(ServerContext& context, const ExchangePtr& exchange, const PreparedAnswer& prepared,
                                   int64_t count) {
  std::vector<TicketId> tickets;
  for (int64_t i = 1; i <= count; ++i) {
    EngineService::Job job;
    job.request.prompt = prepared.prompt;
    job.request.params = prepared.request.sampling;
    job.request.params.temperature = 1;
    job.request.rng_keys = {RngKey({prepared.request.sampling.seed, static_cast<uint64_t>(i), 1})};
    job.on_token = [](int64_t, const TokenEvent&) {};
    job.on_error = [](const std::string&) {};
    tickets.push_back(SubmitJob(context, exchange, std::move(job)));
  }
  return tickets;
}

}  // namespace

void HandleReplay(ServerContext& context, ExchangePtr exchange, int) {
  const std::string& text = exchange->request().body;
  const nlohmann::json parsed = ParseRequestBody(text);
  const JsonObject body(parsed);
  const auto given = body.Object("receipt");
  if (!given) throw InvalidRequest("receipt is missing", "receipt", "missing_required_parameter");
  const Receipt receipt = ParseReceipt(*given);
  const int64_t beside = body.Integer("beside", 0, kMostBeside).value_or(0);
  PreparedAnswer prepared = PrepareAnswer(context, RequestOf(context, body, text, receipt));

  std::string reason = DifferentRequest(receipt, ReceiptMaker(context, prepared.request, prepared.prompt).head());
  if (reason.empty() && receipt.choices.size() != static_cast<size_t>(prepared.request.n))
    reason = StrCat("the receipt has ", receipt.choices.size(), " choices and the request ", prepared.request.n);
  if (reason.empty()) reason = RepeatClosing(receipt, prepared.request.sampling);
  if (!reason.empty()) return RespondNotRun(context, *exchange, reason);

  const std::vector<TicketId> others = SubmitBeside(context, exchange, prepared, beside);
  auto writer = std::make_unique<ReplayWriter>(context, exchange, receipt, [&service = context.service, others] {
    for (const TicketId ticket : others) service.Cancel(ticket);
  });
  SubmitAnswer(context, exchange, std::move(prepared), std::move(writer));
}

}  // namespace r1
