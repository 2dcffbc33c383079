#include "hub/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <exception>

#include "base/check.h"
#include "base/error.h"
#include "base/interrupt.h"

namespace r1 {
namespace {

constexpr int kMostRedirects = 5;
constexpr long kConnectSeconds = 20, kSilenceSeconds = 30;

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;

Url ParseUrl(const std::string& text) {
  Url url(curl_url());
  CHECK(url != nullptr);
  Require(curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK,
          "expected a URL such as https://huggingface.co, got ", text);
  return url;
}

std::string Part(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return "";
  std::string result(text);
  curl_free(text);
  return result;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// Where a Location header leads from `base`.
std::string Resolve(const std::string& base, const std::string& location) {
  const Url url = ParseUrl(base);
  Require(curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) == CURLUE_OK,
          "redirected to something that is no url: ", location);
  return Part(url, CURLUPART_URL);
}

bool IsRedirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }
bool IsTransient(int status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

// One answer as it arrives.
struct Transfer {
  CURL* curl;
  HttpResponse response;
  const std::function<void(std::string_view)>* body;
  const std::function<void(const HttpResponse&)>* begin;
  bool begun = false;
  std::exception_ptr exception;

  bool IsWanted() const { return response.status == 200 || response.status == 206; }
  void ReadStatus() {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
  }
  void Begin() {
    if (begun || !IsWanted()) return;
    begun = true;
    if (*begin) (*begin)(response);
  }
};

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos && transfer.response.headers.size() < 200) {
    const size_t first = line.find_first_not_of(" \t", colon + 1), last = line.find_last_not_of(" \t\r\n");
    transfer.response.headers[Lower(std::string(line.substr(0, colon)))] =
        first == std::string_view::npos || last < first ? "" : std::string(line.substr(first, last + 1 - first));
  }
  return size * count;
}

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  try {
    transfer.ReadStatus();
    transfer.Begin();
    if (transfer.IsWanted()) (*transfer.body)(std::string_view(data, size * count));
    return size * count;
  } catch (...) {
    transfer.exception = std::current_exception();
    return CURL_WRITEFUNC_ERROR;
  }
}

int OnProgress(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return Interrupted() ? 1 : 0; }

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

struct HttpClient::State {
  CURL* curl = nullptr;
  ~State() { curl_easy_cleanup(curl); }
};

HttpClient::HttpClient() : state_(std::make_unique<State>()) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(global == CURLE_OK);
  state_->curl = curl_easy_init();
  CHECK(state_->curl != nullptr);
}

HttpClient::~HttpClient() = default;

std::string HttpOrigin(const std::string& text) {
  const Url url = ParseUrl(text);
  const std::string scheme = Lower(Part(url, CURLUPART_SCHEME));
  Require(scheme == "http" || scheme == "https", "only http and https are spoken, not ", text);
  return scheme + "://" + Lower(Part(url, CURLUPART_HOST)) + ":" + Part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

HttpResponse HttpClient::Get(const HttpRequest& request, const std::function<void(std::string_view)>& body,
                             const std::function<void(const HttpResponse&)>& begin) {
  CURL* const curl = state_->curl;
  const std::string home = HttpOrigin(request.url);
  std::map<std::string, std::string> headers;
  std::string url = request.url;
  for (int redirects = 0;; ++redirects) {
    const std::string origin = HttpOrigin(url);
    if (home.starts_with("https:") && !origin.starts_with("https:"))
      Fail(ErrorCode::kIo, request.url, " redirects to ", url, ", which is not encrypted");
    curl_easy_reset(curl);  // keeps connections
    Transfer transfer{curl, {}, &body, &begin, false, nullptr};
    transfer.response.headers = headers;
    transfer.response.url = url;
    char reason[CURL_ERROR_SIZE] = "";
    std::unique_ptr<curl_slist, ListDeleter> lines;
    if (!request.token.empty() && origin == home)
      lines.reset(curl_slist_append(nullptr, ("Authorization: Bearer " + request.token).c_str()));
    const std::string range = std::to_string(request.range_begin) + "-";
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "r1");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines.get());
    if (request.range_begin > 0) curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSilenceSeconds);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, OnHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, OnBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, OnProgress);

    const CURLcode code = curl_easy_perform(curl);
    if (transfer.exception) std::rethrow_exception(transfer.exception);
    ThrowIfInterrupted();
    transfer.ReadStatus();
    HttpResponse& response = transfer.response;
    if (code != CURLE_OK) {
      response.failure = reason[0] != '\0' ? reason : curl_easy_strerror(code);
      response.transient = true;
      response.unreachable =
          code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_PROXY;
      return response;
    }
    if (IsRedirect(response.status) && response.headers.count("location") != 0) {
      if (redirects == kMostRedirects) {
        response.failure = StrCat("more than ", kMostRedirects, " redirects");
        return response;
      }
      url = Resolve(url, response.headers["location"]);
      response.headers.erase("location");
      headers = response.headers;
      continue;
    }
    transfer.Begin();  // an empty body
    response.transient = IsTransient(response.status);
    return response;
  }
}

}  // namespace r1
