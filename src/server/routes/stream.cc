// GET /v1/stream: goes on with a stream that was asked for with "resumable": true, after the event that Last-Event-ID names, or
// from number `from` of answer `id` in the query. DELETE /v1/stream?id=...: nobody wants the rest.
#include <charconv>

#include "server/api_error.h"
#include "server/resume/stream_store.h"
#include "server/routes.h"

namespace r1 {
namespace {

struct Place {
  std::string id;
  int64_t from = 0;
};

int64_t ParseNumber(std::string_view text, const char* param) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0)
    throw InvalidRequest(StrCat(param, " must end with the number of an event, got ", text), param);
  return number;
}

Place PlaceOf(const http::Request& request) {
  if (const std::string_view last = request.Header("last-event-id"); !last.empty()) {
    const size_t colon = std::min(last.rfind(':'), last.size());
    if (colon == last.size()) throw InvalidRequest("Last-Event-ID must be the id of an event of this server", "last-event-id");
    return {std::string(last.substr(0, colon)), ParseNumber(last.substr(colon + 1), "last-event-id") + 1};
  }
  Place place{.id = request.QueryValue("id")};
  if (place.id.empty()) place.id = request.QueryValue("conv_id");  // llama.cpp's name
  if (place.id.empty()) throw InvalidRequest("which stream? Last-Event-ID or ?id= must say", "id", "missing_required_parameter");
  if (const std::string from = request.QueryValue("from"); !from.empty()) place.from = ParseNumber(from, "from");
  return place;
}

std::shared_ptr<ResumableStream> FindOrThrow(ServerContext& context, const std::string& id, int key) {
  auto stream = context.streams.Find(id, key);
  if (!stream)
    throw NotFound("there is no such stream: it was never resumable, its time is over, or it is another key's", "stream_not_found");
  return stream;
}

}  // namespace

void HandleStream(ServerContext& context, ExchangePtr exchange, int key) {
  const Place place = PlaceOf(exchange->request());
  const auto stream = FindOrThrow(context, place.id, key);
  switch (stream->Attach(exchange, place.from, context.access.CorsHeaders(exchange->request()))) {
    case ResumableStream::Attached::kYes: return;
    case ResumableStream::Attached::kEventsGone:
      throw ApiError(410, "invalid_request_error", "events_gone", "the events from there on are no longer kept; ask again");
    case ResumableStream::Attached::kNotBegun: throw Unavailable("the stream has not begun", "stream_not_begun", 1);
  }
}

void HandleStopStream(ServerContext& context, ExchangePtr exchange, int key) {
  context.streams.Remove(FindOrThrow(context, PlaceOf(exchange->request()).id, key));
  exchange->Respond({.status = 204, .content_type = "", .headers = context.access.CorsHeaders(exchange->request())});
}

}  // namespace r1
