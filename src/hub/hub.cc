#include "hub/hub.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/env.h"
#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/json.h"

namespace r1 {
namespace {

constexpr int64_t kLargestFile = int64_t{1} << 50;
constexpr size_t kLongestList = 64 << 20;  // bytes of JSON

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

// Path characters as a url wants them; slashes stay.
std::string Escaped(std::string_view text, std::string_view keep) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || keep.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[static_cast<uint8_t>(c) >> 4], kHex[c & 15]};
    }
  }
  return out;
}

}  // namespace

HubConfig HubConfig::FromEnvironment() {
  HubConfig config;
  if (const auto endpoint = EnvironmentVariable("HF_ENDPOINT")) config.endpoint = *endpoint;
  while (config.endpoint.ends_with('/')) config.endpoint.pop_back();
  const auto home = EnvironmentVariable("HOME");
  if (const auto token = EnvironmentVariable("HF_TOKEN")) {
    config.token = Trimmed(*token);
  } else {
    std::string path;
    if (const auto given = EnvironmentVariable("HF_TOKEN_PATH")) {
      path = *given;
    } else if (const auto hf_home = EnvironmentVariable("HF_HOME")) {
      path = *hf_home + "/token";
    } else if (home) {
      path = *home + "/.cache/huggingface/token";
    }
    std::error_code ignored;
    if (!path.empty() && std::filesystem::is_regular_file(path, ignored)) config.token = Trimmed(ReadFile(path, 1 << 16));
  }
  const bool clean = std::all_of(config.token.begin(), config.token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  Require(clean, "the hub's token (HF_TOKEN) holds characters that no token has");
  return config;
}

std::string Hub::FileUrl(const std::string& repo, const std::string& commit, const std::string& path) const {
  return PageUrl(repo) + "/resolve/" + Escaped(commit, "-_.") + "/" + Escaped(path, "-_./");
}

std::string Hub::PageUrl(const std::string& repo) const {
  return config_.endpoint + (config_.kind == HubKind::kDataSet ? "/datasets/" : "/") + repo;
}

void Hub::FailFor(const HttpResponse& response, const std::string& repo, const std::string& what) const {
  const std::string& endpoint = config_.endpoint;
  if (response.status == 0 || !response.failure.empty())
    Fail(ErrorCode::kIo, "cannot reach ", endpoint, ": ", response.failure,
         response.unreachable ? "; what is here already works offline" : "");
  const auto code = response.headers.find("x-error-code");
  const bool gated = response.status == 403 || (code != response.headers.end() && code->second == "GatedRepo");
  const char* const with_token =
      config_.token.empty() ? "set HF_TOKEN to a token that may read it" : "the token in use may not read it";
  const std::string page = PageUrl(repo);
  if (gated)
    Fail(ErrorCode::kInvalidArgument, what, " is gated: accept its licence at ", page, " and ", with_token, " (HTTP ",
         response.status, ")");
  if (response.status == 401)
    Fail(ErrorCode::kNotFound, what, ": no such ", config_.kind == HubKind::kDataSet ? "data set" : "model", " on ", endpoint,
         ", or it is private or gated: ", with_token, ", and accept its licence at ", page, " (HTTP 401)");
  if (response.status == 404) Fail(ErrorCode::kNotFound, what, ": not found on ", endpoint, " (HTTP 404)");
  Fail(ErrorCode::kIo, endpoint, " answers HTTP ", response.status, " for ", what, response.transient ? "; try again later" : "");
}

HubRepo Hub::List(const std::string& repo) {
  const std::string url = config_.endpoint + (config_.kind == HubKind::kDataSet ? "/api/datasets/" : "/api/models/") + repo +
                          "/revision/" + Escaped(config_.revision, "-_.") + "?blobs=true";
  for (int attempt = 1;; ++attempt) {
    std::string text;
    const HttpResponse response = http_.Get({.url = url, .token = config_.token}, [&](std::string_view piece) {
      if (text.size() + piece.size() > kLongestList)
        Fail(ErrorCode::kDataLoss, config_.endpoint, ": the list of files does not end");
      text += piece;
    });
    if (response.status == 200 && response.failure.empty()) return ParseHubRepo(text, repo);
    // Without any connection there is no point in waiting: the user is offline or the name is wrong.
    if (!response.transient || response.unreachable || attempt > config_.retries)
      FailFor(response, repo, config_.revision == "main" ? repo : repo + " at " + config_.revision);
    WaitBeforeRetry(attempt);
  }
}

HubRepo ParseHubRepo(std::string_view text, std::string_view what) {
  HubRepo repo;
  const nlohmann::json json = ParseJson(text, what);
  ReadingJson(what, [&] {
    repo.commit = json.at("sha");
    for (const auto& row : json.at("siblings")) {
      HubFile file;
      file.path = row.at("rfilename");
      if (const auto lfs = row.find("lfs"); lfs != row.end() && lfs->is_object()) {
        file.sha256 = lfs->at("sha256");
        file.bytes = lfs->at("size");
        const bool hex = std::all_of(file.sha256.begin(), file.sha256.end(),
                                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
        if (file.sha256.size() != 64 || !hex) Fail(ErrorCode::kDataLoss, what, ": ", file.path, " has no SHA-256: ", file.sha256);
      } else if (row.contains("size") && row.at("size").is_number_integer()) {
        file.bytes = row.at("size");
      }
      if (file.bytes < 0 || file.bytes > kLargestFile)
        Fail(ErrorCode::kDataLoss, what, ": ", file.path, " has ", file.bytes, " bytes");
      repo.files.push_back(std::move(file));
    }
  });
  if (repo.commit.empty()) Fail(ErrorCode::kDataLoss, what, ": the hub names no commit");
  return repo;
}

void WaitBeforeRetry(int attempt) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(std::min(8000, 250 << std::min(attempt, 10)));
  while (std::chrono::steady_clock::now() < until) {
    ThrowIfInterrupted();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace r1
