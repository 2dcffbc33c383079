// The one way from a route to the engine: what runs is recorded, can be found by its id, and ends when its client leaves.
#pragma once

#include "server/server_context.h"

namespace r1 {

// job: without key and record, which come from the exchange. A request of several jobs (one a prompt) submits them one after
// another: if one is refused the others are cancelled with it. Throws ApiError as EngineService::Submit does.
TicketId SubmitJob(ServerContext& context, const ExchangePtr& exchange, EngineService::Job job);

}  // namespace r1
