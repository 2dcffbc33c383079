// GET / and what it needs: the pages in web/, from the binary. They are public; what they show comes through the API, with its
// keys.
#include "server/api_error.h"
#include "server/routes.h"
#include "server/web/page_response.h"

namespace r1 {

void HandleWebApp(ServerContext& context, ExchangePtr exchange, int) {
  if (!context.serves_pages) throw NotFound("this server was started with --no-web", "not_found");
  RespondWithPage(*exchange, PathWithoutPrefix(context, exchange->request()));
}

}  // namespace r1
