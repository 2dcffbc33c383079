#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "base/ascii.h"
#include "base/check.h"
#include "base/env.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "eval/benchmark/answer_source.h"
#include "text/reasoning_parser.h"

namespace r1 {
namespace {

using nlohmann::json;
constexpr size_t kMostBytes = size_t{1} << 28;  // of an answer

struct HttpAnswer {
  long status = 0;  // 0: none came
  std::string body, failure;
  double retry_after_s = -1;  // -1: not said
};

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto& answer = *static_cast<HttpAnswer*>(user);
  if (answer.body.size() + size * count > kMostBytes) return 0;
  answer.body.append(data, size * count);
  return size * count;
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  const std::string line = LowerCase(std::string_view(data, size * count));
  if (line.starts_with("retry-after:")) static_cast<HttpAnswer*>(user)->retry_after_s = std::atof(line.c_str() + 12);
  return size * count;
}

// Ends a transfer when the user interrupts, or another thread has failed.
int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return Interrupted() || static_cast<std::atomic<bool>*>(user)->load() ? 1 : 0;
}

std::string RequestBody(const EndpointConfig& config, const SamplingParams& sampling, const std::string& prompt, uint64_t key) {
  JsonWriter body;
  body.BeginObject().Field("model", config.model).Key("messages").BeginArray();
  body.BeginObject().Field("role", "user").Field("content", prompt).EndObject().EndArray();
  body.Field("temperature", sampling.temperature).Field("top_p", sampling.top_p);
  // What is asked for beyond that goes under its own name, as r1 and vLLM have it; an endpoint that does not know it can say so.
  for (const ConfigEntry& entry : ChangedFields(sampling)) {
    if (entry.key == "temperature" || entry.key == "top_p" || entry.key == "seed") continue;
    body.Key(entry.key);
    if (entry.key == "thinking")
      body.Raw(sampling.thinking == ThinkingMode::kOn ? R"({"type":"enabled"})" : R"({"type":"disabled"})");
    else
      body.Raw(ToJsonText(entry.value));
  }
  // Endpoints take seeds of 31 bits and more; the same sample gets the same one.
  body.Field("seed", static_cast<int64_t>(key & 0x7FFFFFFF)).EndObject();
  return body.text();
}

BenchmarkCompletion ReadAnswer(const std::string& body, const std::string& url) {
  BenchmarkCompletion c;
  ReadingJson(url, [&] {
    const json answer = ParseJson(body, url);
    const json& choice = answer.at("choices").at(0);
    const json& message = choice.at("message");
    c.thinking = FirstText(message, {"reasoning_content", "reasoning"});
    c.reply = FirstText(message, {"content"});
    c.finish = FirstText(choice, {"finish_reason"});
    // Templates that open the thinking in the prompt leave the closing tag alone in the text; a thinking that was cut off leaves
    // the opening one, and no answer.
    const bool opens = Trim(c.reply).starts_with("<think>"), closes = c.reply.find("</think>") != std::string::npos;
    if (c.thinking.empty() && (opens || closes)) {
      ReasoningText text = SplitReasoning(c.reply, {}, /*starts_in_thinking=*/!opens);
      c.thinking = std::move(text.thinking);
      c.reply = std::move(text.answer);
    }
    const json usage = answer.value("usage", json::object());
    if (usage.is_object()) {
      c.tokens = usage.value("completion_tokens", int64_t{0});
      const json details = usage.value("completion_tokens_details", json::object());
      if (details.is_object()) c.thinking_tokens = details.value("reasoning_tokens", int64_t{0});
    }
  });
  return c;
}

// One connection, kept for all of a thread's requests.
class Connection {
 public:
  Connection(const EndpointConfig& config, const std::string& key, std::atomic<bool>& stop) : config_(config), stop_(stop) {
    curl_ = curl_easy_init();
    CHECK(curl_ != nullptr);
    headers_ = curl_slist_append(headers_, "Content-Type: application/json");
    if (!key.empty()) headers_ = curl_slist_append(headers_, ("Authorization: Bearer " + key).c_str());
  }
  ~Connection() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(curl_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  HttpAnswer Post(const std::string& url, const std::string& body) {
    HttpAnswer answer;
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_reset(curl_);
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_USERAGENT, "r1");
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT, 20L);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT, static_cast<long>(config_.timeout_s));
    curl_easy_setopt(curl_, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, OnBody);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, OnHeader);
    curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &answer);
    curl_easy_setopt(curl_, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl_, CURLOPT_XFERINFOFUNCTION, OnProgress);
    curl_easy_setopt(curl_, CURLOPT_XFERINFODATA, &stop_);
    const CURLcode code = curl_easy_perform(curl_);
    if (code == CURLE_OK)
      curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &answer.status);
    else
      answer.failure = reason[0] != '\0' ? reason : curl_easy_strerror(code);
    return answer;
  }

 private:
  const EndpointConfig& config_;
  std::atomic<bool>& stop_;
  CURL* curl_ = nullptr;
  curl_slist* headers_ = nullptr;
};

bool MayPass(long status) {
  return status == 0 || status == 408 || status == 409 || status == 425 || status == 429 || status >= 500;
}

}  // namespace

void AnswerByEndpoint(const EndpointConfig& config, const std::vector<WantedAnswers>& wanted, const SamplingParams& sampling,
                      uint64_t seed, const TakeCompletion& take) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(global == CURLE_OK);
  std::string key;
  if (!config.api_key_env.empty()) {
    const auto value = EnvironmentVariable(config.api_key_env.c_str());
    Require(value.has_value() && !value->empty(), "eval: the environment variable ", config.api_key_env, " is not set");
    key = *value;
  }
  std::string url = config.url;
  while (url.ends_with('/')) url.pop_back();
  url += "/chat/completions";
  std::vector<std::pair<size_t, int64_t>> jobs;
  for (size_t i = 0; i < wanted.size(); ++i) {
    for (const int64_t sample : wanted[i].samples) jobs.push_back({i, sample});
  }

  std::atomic<size_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto ask = [&](Connection& connection, size_t item, int64_t sample) {
    const std::string body = RequestBody(config, sampling, wanted[item].prompt, SampleKey(seed, wanted[item].item_id, sample));
    for (int64_t attempt = 0;; ++attempt) {
      const HttpAnswer answer = connection.Post(url, body);
      ThrowIfInterrupted();
      if (stop) return;
      if (answer.status == 200) {
        BenchmarkCompletion c = ReadAnswer(answer.body, url);
        c.item_id = wanted[item].item_id;
        c.sample = sample;
        const std::lock_guard lock(mutex);
        take(std::move(c));
        return;
      }
      const std::string said =
          answer.failure.empty() ? StrCat("status ", answer.status, ": ", Trim(answer.body).substr(0, 300)) : answer.failure;
      if (!MayPass(answer.status)) Fail(ErrorCode::kInvalidArgument, url, " refuses: ", said);
      if (attempt == config.retries) Fail(ErrorCode::kIo, url, " fails, after ", attempt, " retries: ", said);
      const double backoff_s = std::min(30.0, 0.5 * static_cast<double>(int64_t{1} << std::min<int64_t>(attempt, 10)));
      const double wait_s = answer.retry_after_s >= 0 ? answer.retry_after_s : backoff_s;
      const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(std::min(wait_s, 600.0));
      while (std::chrono::steady_clock::now() < until && !stop && !Interrupted())
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ThrowIfInterrupted();
    }
  };
  const auto work = [&] {
    try {
      Connection connection(config, key, stop);
      for (size_t job; !stop && (job = next++) < jobs.size();) ask(connection, jobs[job].first, jobs[job].second);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      stop = true;
    }
  };
  std::vector<std::thread> threads;
  for (int64_t i = 0; i < std::min<int64_t>(config.concurrency, static_cast<int64_t>(jobs.size())); ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace r1
