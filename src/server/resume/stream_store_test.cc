#include "server/resume/stream_store.h"

#include <gtest/gtest.h>

#include "server/api_error.h"

namespace r1 {
namespace {

// A client that takes down what it is sent, and leaves when it is told to.
class FakeClient final : public http::Exchange {
 public:
  const http::Request& request() const override { return request_; }
  void Respond(http::Response) override { responded = true; }
  void BeginStream(std::string, http::Headers, http::Ping) override { begun = true; }
  bool Write(std::string data) override {
    got += data;
    return true;
  }
  void EndStream() override { ended = true; }
  void Post(std::function<void()> work) override { work(); }
  void OnDisconnect(std::function<void()> callback) override { callback_ = std::move(callback); }
  void Leave() { std::exchange(callback_, nullptr)(); }

  std::string got;
  bool begun = false, ended = false, responded = false;

 private:
  http::Request request_;
  std::function<void()> callback_;
};

using Attached = ResumableStream::Attached;

class ResumeTest : public testing::Test {
 protected:
  std::shared_ptr<FakeClient> first_ = std::make_shared<FakeClient>(), second_ = std::make_shared<FakeClient>();
  std::shared_ptr<ResumableStream> stream_ = std::make_shared<ResumableStream>("ab", 1, first_, 1 << 20);
  bool cancelled_ = false;
  void SetUp() override {
    stream_->OnDisconnect([this] { cancelled_ = true; });
    stream_->BeginStream("text/event-stream", {}, nullptr);
  }
};

TEST_F(ResumeTest, WhoComesBackGetsTheRestAndWhatFollows) {
  stream_->Write("data: a\n\n");
  stream_->Write("data: b\n\n");
  first_->Leave();
  EXPECT_FALSE(cancelled_);
  EXPECT_TRUE(stream_->idle_since());
  EXPECT_TRUE(stream_->Write("data: c\n\n"));
  EXPECT_EQ(first_->got, "id: ab:0\ndata: a\n\nid: ab:1\ndata: b\n\n");
  EXPECT_EQ(stream_->Attach(second_, 1, {}), Attached::kYes);
  EXPECT_FALSE(stream_->idle_since());
  stream_->Write("data: d\n\n");
  EXPECT_EQ(second_->got, "id: ab:1\ndata: b\n\nid: ab:2\ndata: c\n\nid: ab:3\ndata: d\n\n");
  stream_->EndStream();
  EXPECT_TRUE(second_->ended);
  // Complete, it can still be read, and no client's end cancels anything.
  const auto third = std::make_shared<FakeClient>();
  EXPECT_EQ(stream_->Attach(third, 3, {}), Attached::kYes);
  EXPECT_EQ(third->got, "id: ab:3\ndata: d\n\n");
  EXPECT_TRUE(third->ended);
  stream_->Abandon();
  EXPECT_FALSE(cancelled_);
}

TEST_F(ResumeTest, ASecondClientTakesTheStreamFromTheFirst) {
  EXPECT_EQ(stream_->Attach(second_, 0, {}), Attached::kYes);
  EXPECT_TRUE(first_->ended);
  stream_->Write("data: a\n\n");
  EXPECT_EQ(first_->got, "");
  first_->Leave();  // its late end is nobody's
  EXPECT_FALSE(stream_->idle_since());
  second_->Leave();
  EXPECT_TRUE(stream_->idle_since());
}

TEST_F(ResumeTest, AStreamThatIsAbandonedIsCancelled) {
  first_->Leave();
  stream_->Abandon();
  EXPECT_TRUE(cancelled_);
  EXPECT_FALSE(stream_->Write("data: a\n\n"));
}

TEST(ResumableStreamTest, ForgetsItsOldestEventsWhenTheyAreTooMany) {
  const auto client = std::make_shared<FakeClient>();
  const auto stream = std::make_shared<ResumableStream>("ab", 1, client, 100);
  EXPECT_EQ(stream->Attach(client, 0, {}), Attached::kNotBegun);
  stream->BeginStream("text/event-stream", {}, nullptr);
  for (int i = 0; i < 10; ++i) stream->Write("data: 0123456789\n\n");  // 28 bytes with the id
  EXPECT_EQ(stream->Attach(std::make_shared<FakeClient>(), 6, {}), Attached::kEventsGone);
  const auto late = std::make_shared<FakeClient>();
  EXPECT_EQ(stream->Attach(late, 7, {}), Attached::kYes);
  EXPECT_TRUE(late->got.starts_with("id: ab:7\n")) << late->got;
}

TEST(StreamStoreTest, KeepsSoManyAndOnlyForTheKeyThatOwnsThem) {
  StreamStore store({.most_streams = 2});
  const auto client = std::make_shared<FakeClient>();
  const auto a = store.Keep("aa", 1, client), b = store.Keep("bb", 2, client);
  EXPECT_EQ(store.Find("chatcmpl-aa", 1), a);
  EXPECT_EQ(store.Find("aa", 2), nullptr);
  EXPECT_EQ(store.Find("aa", -1), nullptr);
  EXPECT_THROW(store.Keep("cc", 1, client), ApiError);
  a->BeginStream("text/event-stream", {}, nullptr);
  a->EndStream();
  EXPECT_NO_THROW(store.Keep("cc", 1, client));  // the complete one made room
  EXPECT_EQ(store.Find("aa", 1), nullptr);
  store.Remove(b);
  EXPECT_EQ(store.Find("bb", 2), nullptr);
  StreamStore none({.keep = std::chrono::milliseconds(0)});
  EXPECT_THROW(none.Keep("aa", 1, client), ApiError);
}

TEST(StreamStoreTest, EndsWhatNobodyCameBackFor) {
  StreamStore store({.keep = std::chrono::milliseconds(1)});
  const auto client = std::make_shared<FakeClient>();
  std::atomic<bool> cancelled{false};
  const auto stream = store.Keep("aa", 1, client);
  stream->OnDisconnect([&] { cancelled = true; });
  stream->BeginStream("text/event-stream", {}, nullptr);
  client->Leave();
  for (int i = 0; i < 5000 && !cancelled; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(store.Find("aa", 1), nullptr);
}

}  // namespace
}  // namespace r1
