#include "server/http/gunzip.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "server/web/web_assets.h"

namespace r1::http {
namespace {

// Python: gzip.compress(b"a page, a page, a page", mtime=0)
constexpr std::string_view kPacked(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\x54\x28\x48\x4c\x4f\xd5\x51\x48\x44\xa1\x01\x3b\x0d\xf2\xc4\x16\x00\x00\x00", 30);

TEST(GunzipTest, GivesBackWhatWasCompressed) { EXPECT_EQ(Gunzip(kPacked, 22), "a page, a page, a page"); }

TEST(GunzipTest, RefusesDamage) {
  for (size_t size = 0; size < kPacked.size(); ++size) EXPECT_THROW(Gunzip(kPacked.substr(0, size), 22), Error) << size;
  EXPECT_THROW(Gunzip(kPacked, 21), Error);
  EXPECT_THROW(Gunzip(kPacked, 23), Error);
}

TEST(GunzipTest, EveryFileOfThePagesIsWhole) {
  ASSERT_FALSE(WebAssets().empty());
  for (const WebAsset& asset : WebAssets()) EXPECT_EQ(Gunzip(asset.gzip, asset.num_bytes).size(), asset.num_bytes) << asset.path;
}

TEST(AcceptsGzipTest, ReadsTheListAndItsWeights) {
  for (const char* yes : {"gzip", "deflate, gzip, br", "br;q=1.0, gzip;q=0.8", "*", "gzip;q=1"})
    EXPECT_TRUE(AcceptsGzip(yes)) << yes;
  for (const char* no : {"", "identity", "br", "gzip;q=0", "gzip; q=0.0, br", "xgzip"}) EXPECT_FALSE(AcceptsGzip(no)) << no;
}

}  // namespace
}  // namespace r1::http
