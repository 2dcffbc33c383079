#include "server/web/page_response.h"

#include <algorithm>

#include "server/api_error.h"
#include "server/http/gunzip.h"
#include "server/web/web_assets.h"

namespace r1 {
namespace {

// Nothing from elsewhere, no script or style within the document, and no text ever becomes markup (Trusted Types; the one policy is
// for the address of the service worker).
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types r1";

const WebAsset& FindOrThrow(std::string_view path) {
  const auto assets = WebAssets();
  const auto found = std::ranges::find(assets, path, &WebAsset::path);
  if (found == assets.end()) throw NotFound(StrCat("there is no ", path, " here"), "not_found");
  return *found;
}

}  // namespace

void RespondWithPage(http::Exchange& exchange, std::string_view path) {
  const http::Request& request = exchange.request();
  const WebAsset& asset = FindOrThrow(path);
  // The names of assets change with their content; the page that names them is asked for each time.
  const bool forever = asset.path.starts_with("/assets/");
  http::Response response{.content_type = std::string(asset.content_type),
                          .headers = {{"etag", std::string(asset.etag)},
                                      {"cache-control", forever ? "public, max-age=31536000, immutable" : "no-cache"},
                                      {"vary", "accept-encoding"},
                                      {"x-content-type-options", "nosniff"},
                                      {"referrer-policy", "no-referrer"},
                                      {"cross-origin-opener-policy", "same-origin"},
                                      {"content-security-policy", kContentSecurityPolicy}}};
  if (request.Header("if-none-match").find(asset.etag) != std::string_view::npos) {
    response.status = 304;
    response.content_type = "";
  } else if (http::AcceptsGzip(request.Header("accept-encoding"))) {
    response.headers.emplace_back("content-encoding", "gzip");
    response.body = asset.gzip;
  } else {
    response.body = http::Gunzip(asset.gzip, asset.num_bytes);
  }
  exchange.Respond(std::move(response));
}

}  // namespace r1
