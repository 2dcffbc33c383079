#include "server/access.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/scratch_folder.h"
#include "server/api_error.h"

namespace r1 {
namespace {

http::Request Asking(http::Headers headers) {
  http::Request request;
  request.headers = std::move(headers);
  return request;
}

int StatusOf(const Access& access, const http::Headers& headers, bool needs_key = true) {
  try {
    access.Check(Asking(headers), needs_key);
    return 200;
  } catch (const ApiError& error) {
    return error.status;
  }
}

TEST(AccessTest, APublicAddressNeedsAKey) {
  EXPECT_THROW(Access({.host = "0.0.0.0"}), Error);
  EXPECT_THROW(Access({.host = "::"}), Error);
  EXPECT_NO_THROW(Access({.host = "0.0.0.0", .api_key = "k"}));
  EXPECT_NO_THROW(Access({.host = "0.0.0.0", .insecure = true}));
  EXPECT_NO_THROW(Access({.host = "127.0.0.1"}));
}

TEST(AccessTest, KeysAreAskedFor) {
  const Access access({.api_key = "right"});
  EXPECT_EQ(StatusOf(access, {{"authorization", "Bearer right"}}), 200);
  EXPECT_EQ(StatusOf(access, {{"x-api-key", "right"}}), 200);
  EXPECT_EQ(StatusOf(access, {}), 401);
  EXPECT_EQ(StatusOf(access, {{"authorization", "Bearer wrong"}}), 401);
  EXPECT_EQ(StatusOf(access, {{"authorization", "Basic right"}}), 401);
  EXPECT_EQ(StatusOf(access, {{"authorization", "Bearer "}}), 401);
  EXPECT_EQ(StatusOf(access, {}, /*needs_key=*/false), 200);
}

TEST(AccessTest, TheKeyFileIsReadAgain) {
  const std::string path = testing::TempDir() + "/r1-keys";
  AtomicWriteFile(path, "# ours\nfirst\n\n second  # of Ann\n");
  Access access({.api_key_file = path});
  EXPECT_EQ(access.Check(Asking({{"x-api-key", "second"}}), true), 1);
  AtomicWriteFile(path, "third\n");
  access.Reload();
  EXPECT_EQ(StatusOf(access, {{"x-api-key", "second"}}), 401);
  EXPECT_EQ(StatusOf(access, {{"x-api-key", "third"}}), 200);
  AtomicWriteFile(path, "# nothing\n");
  EXPECT_THROW(access.Reload(), Error);
  EXPECT_EQ(StatusOf(access, {{"x-api-key", "third"}}), 200);
}

TEST(AccessTest, AKeysNumberIsNeverAnothersHoweverTheFileChanges) {
  const ScratchFolder folder;
  const std::string path = folder.path() + "/keys";
  AtomicWriteFile(path, "first\nsecond\n");
  Access access({.api_key_file = path});
  AtomicWriteFile(path, "third\nsecond\n");
  access.Reload();
  EXPECT_EQ(access.Check(Asking({{"x-api-key", "second"}}), true), 1);
  EXPECT_EQ(access.Check(Asking({{"x-api-key", "third"}}), true), 2);
}

TEST(AccessTest, ForeignPagesCannotReachALocalServer) {
  const Access access(AccessConfig{});
  EXPECT_EQ(StatusOf(access, {{"host", "localhost:8080"}}), 200);
  EXPECT_EQ(StatusOf(access, {{"host", "127.0.0.1:8080"}}), 200);
  EXPECT_EQ(StatusOf(access, {{"host", "[::1]:8080"}}), 200);
  EXPECT_EQ(StatusOf(access, {{"host", "rebound.example:8080"}}), 421);
  EXPECT_EQ(StatusOf(access, {{"host", "127.0.0.1:8080"}, {"origin", "https://evil.example"}}), 403);
  EXPECT_EQ(StatusOf(access, {{"host", "127.0.0.1:8080"}, {"origin", "null"}}), 403);
  EXPECT_EQ(StatusOf(access, {{"host", "127.0.0.1:8080"}, {"origin", "http://127.0.0.1.evil.example"}}), 403);
  EXPECT_EQ(StatusOf(access, {{"host", "127.0.0.1:8080"}, {"origin", "http://127.evil.example:8080"}}), 403);
  EXPECT_EQ(StatusOf(access, {{"host", "LOCALHOST:8080"}}), 200);
  EXPECT_EQ(StatusOf(access, {{"host", "127.0.0.1:8080"}, {"origin", "http://127.0.0.1:8080"}}), 200);
  EXPECT_EQ(StatusOf(access, {{"host", "127.0.0.1:8080"}, {"origin", "http://localhost:5173"}}), 200);
  const Access open({.allowed_hosts = {"r1.example"}, .allowed_origins = {"https://chat.example"}});
  EXPECT_EQ(StatusOf(open, {{"host", "r1.example"}, {"origin", "https://chat.example"}}), 200);
  EXPECT_EQ(open.CorsHeaders(Asking({{"host", "r1.example"}, {"origin", "https://chat.example"}}))[0].second,
            "https://chat.example");
  EXPECT_TRUE(open.CorsHeaders(Asking({{"host", "r1.example"}, {"origin", "https://evil.example"}})).empty());
  const auto allowed = [&](const char* asked) {
    for (const auto& [name, value] : open.CorsHeaders(
             Asking({{"host", "r1.example"}, {"origin", "https://chat.example"}, {"access-control-request-headers", asked}})))
      if (name == "access-control-allow-headers") return value;
    return std::string();
  };
  EXPECT_EQ(allowed("Authorization, x-stainless-os"), "authorization, x-stainless-os") << "beside credentials * allows neither";
  EXPECT_TRUE(allowed("a\r\nb: c").starts_with("authorization, ")) << "nothing else is sent back";
}

TEST(ApiErrorTest, HasAllFourMembers) {
  EXPECT_EQ(ErrorJson(InvalidRequest("no \"x\"", "messages[0]")),
            R"({"error":{"message":"no \"x\"","type":"invalid_request_error","param":"messages[0]","code":"invalid_value"}})");
  EXPECT_EQ(ErrorJson(ApiError(500, "server_error", "", "m")),
            R"({"error":{"message":"m","type":"server_error","param":null,"code":null}})");
  const std::string exceeded = ErrorJson(ContextLengthExceeded(4096, 4000, 200));
  EXPECT_NE(exceeded.find("maximum context length is 4096 tokens"), std::string::npos);
  EXPECT_NE(exceeded.find(R"("n_ctx":4096,"n_prompt_tokens":4000}})"), std::string::npos);
}

}  // namespace
}  // namespace r1
