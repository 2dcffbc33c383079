// A hub of models and data sets with Hugging Face's interface: the list of a repository's files, and where each is.
//   https://huggingface.co/docs/hub/api
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/http_client.h"
#include "hub/model_name.h"

namespace r1 {

enum class HubKind : uint8_t { kModel, kDataSet };

struct HubConfig {
  HubKind kind = HubKind::kModel;
  std::string endpoint = "https://huggingface.co";
  std::string token;              // "" for none
  std::string revision = "main";  // branch, tag or commit
  int retries = 4;                // how often trouble that may pass is tried again, in a row without a new byte
  // HF_ENDPOINT; HF_TOKEN, or the file that `huggingface-cli login` writes: HF_TOKEN_PATH, $HF_HOME/token,
  // ~/.cache/huggingface/token.
  static HubConfig FromEnvironment();
};

struct HubRepo {
  std::string commit;  // what the revision is now; files are fetched of it, so that all are of one state
  std::vector<HubFile> files;
};

class Hub {
 public:
  explicit Hub(HubConfig config) : config_(std::move(config)) {}

  // Throws kNotFound (no such repository, no access), kInvalidArgument (gated: says what to do), kIo (no network, the hub fails;
  // tried again a few times), kDataLoss (an answer that makes no sense).
  HubRepo List(const std::string& repo);
  std::string FileUrl(const std::string& repo, const std::string& commit, const std::string& path) const;
  // The page where a user reads about a repository, and accepts its terms.
  std::string PageUrl(const std::string& repo) const;
  // What an answer that is no success means for the user who asked for `what` of a repository; never returns.
  [[noreturn]] void FailFor(const HttpResponse& response, const std::string& repo, const std::string& what) const;

  const HubConfig& config() const { return config_; }
  HttpClient& http() { return http_; }

 private:
  HubConfig config_;
  HttpClient http_;
};

// Reads the answer of the list. Throws kDataLoss. Names are not checked (IsSafePath).
HubRepo ParseHubRepo(std::string_view json, std::string_view what);

// Waits before try number `attempt` (1, 2, ...): half a second, doubled each time, at most 8 s. Throws kCancelled if interrupted.
void WaitBeforeRetry(int attempt);

}  // namespace r1
