#include "server/live_requests.h"

#include <gtest/gtest.h>

namespace r1 {
namespace {

TEST(LiveRequestsTest, AreFoundByTheirIdAndOnlyByTheKeyThatOwnsThem) {
  ServerMetrics metrics(100);
  LiveRequests live;
  const auto mine = std::make_shared<RequestRecord>(metrics, "aa"), others = std::make_shared<RequestRecord>(metrics, "bb");
  mine->key = 1;
  others->key = 2;
  live.Add(mine);
  live.Add(others);
  EXPECT_EQ(live.Find("chatcmpl-aa", 1).size(), 1u);
  EXPECT_EQ(live.Find("resp_aa", 1).at(0), mine);
  EXPECT_EQ(live.Find("aa", 1).size(), 1u);
  EXPECT_TRUE(live.Find("chatcmpl-bb", 1).empty());
  EXPECT_TRUE(live.Find("chatcmpl-aa", -1).empty());
  EXPECT_TRUE(live.Find("", 1).empty());
  live.Remove("aa");
  EXPECT_TRUE(live.Find("chatcmpl-aa", 1).empty());
  EXPECT_EQ(live.List().size(), 1u);
}

}  // namespace
}  // namespace r1
