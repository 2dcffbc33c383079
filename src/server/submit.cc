#include "server/submit.h"

#include "server/api_error.h"

namespace r1 {

TicketId SubmitJob(ServerContext& context, const ExchangePtr& exchange, EngineService::Job job) {
  const auto cancel_all = [&service = context.service](const std::vector<std::shared_ptr<RequestRecord>>& records) {
    for (const auto& record : records)
      if (const TicketId ticket = record->ticket; ticket != 0) service.Cancel(ticket);
  };
  const auto record = exchange->NewRecord();
  job.key = exchange->key();
  job.record = record;
  if (context.shows_prompts) record->KeepPrompt(job.request.prompt);
  context.live.Add(record);
  TicketId ticket = 0;
  try {
    ticket = context.service.Submit(std::move(job));
  } catch (const ApiError&) {
    cancel_all(exchange->records());
    throw;
  }
  // The records and not the exchange: it would keep itself alive.
  exchange->OnDisconnect([cancel_all, records = exchange->records()] { cancel_all(records); });
  return ticket;
}

}  // namespace r1
