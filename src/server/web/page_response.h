// A file of the pages (web/), from the binary, as an answer.
#pragma once

#include <string_view>

#include "server/http/exchange.h"

namespace r1 {

// path: "/", "/assets/...". Compressed where the client takes that; 304 for one it has. Throws ApiError 404.
void RespondWithPage(http::Exchange& exchange, std::string_view path);

}  // namespace r1
