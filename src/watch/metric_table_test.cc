// Curves are what the log says, and a log that says nonsense loses those lines alone.
#include "watch/metric_table.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "base/scratch_folder.h"
#include "watch/buckets.h"

namespace r1 {
namespace {

class MetricTableTest : public testing::Test {
 protected:
  void Append(std::string_view text) { std::ofstream(path_, std::ios::binary | std::ios::app) << text; }
  MetricSeries Series(const char* name) {
    const auto found = table_.series().find(name);
    return found == table_.series().end() ? MetricSeries() : found->second;
  }

  ScratchFolder folder_;
  std::string path_ = folder_.path() + "/metrics.jsonl";
  MetricTable table_{path_};
};

TEST_F(MetricTableTest, AColumnAMetricAndEvaluationsApart) {
  Append(R"({"step":1,"stage":"base","loss":2.5,"tokens":7})"
         "\n"
         R"({"step":1,"stage":"zero","eval":"policy","samples":1,"all":{"pass@1":0.5}})"
         "\n"
         R"({"step":2,"stage":"zero","reward":1e-3,"reward/accuracy":-0,"nothing":null,"text":"x","list":[1,2]})"
         "\n{\"step\":3");
  table_.Refresh();
  EXPECT_EQ(Series("loss").steps, std::vector<int64_t>{1});
  EXPECT_EQ(Series("loss").values, std::vector<double>{2.5});
  EXPECT_EQ(Series("reward").values, std::vector<double>{1e-3});
  EXPECT_EQ(table_.series().size(), 4u);
  ASSERT_EQ(table_.evaluations().size(), 1u);
  EXPECT_EQ(table_.evaluations()[0].step, 1);
  EXPECT_EQ(table_.last_step(), 2);
  EXPECT_EQ(table_.last_stage(), "zero");
  EXPECT_EQ(table_.num_bad_lines(), 0);
  Append(R"(,"stage":"zero","reward":2})"
         "\n");
  table_.Refresh();
  EXPECT_EQ(Series("reward").steps, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(table_.generation(), 1);
}

TEST_F(MetricTableTest, LinesThatAreNoneAreCountedAndTheOthersRead) {
  Append(
      "{\"step\":1,\"loss\":1}\n\n{]\n[1]\n{\"loss\":2}\n{\"step\":-4,\"loss\":2}\n{\"step\":1e99,\"loss\":2}\n\xff\xfe\n"
      "{\"step\":2,\"loss\":1e999}\n{\"step\":1,\"loss\":9}\n{\"step\":2,\"eval\":tru}\n{\"step\":3,\"loss\":3}\n");
  table_.Refresh();
  EXPECT_EQ(Series("loss").steps, (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(table_.num_bad_lines(), 9);
  EXPECT_TRUE(table_.evaluations().empty());
}

TEST_F(MetricTableTest, ACutLogStartsANewGeneration) {
  Append("{\"step\":1,\"loss\":1}\n{\"step\":2,\"loss\":2}\n");
  table_.Refresh();
  std::filesystem::resize_file(path_, 20);
  table_.Refresh();
  EXPECT_EQ(table_.generation(), 2);
  EXPECT_EQ(Series("loss").steps, std::vector<int64_t>{1});
}

TEST_F(MetricTableTest, AHostileLogCannotGrowWithoutEnd) {
  std::string line = "{\"step\":1";
  for (int i = 0; i < 5000; ++i) line += ",\"m" + std::to_string(i) + "\":1";
  Append(line + "}\n");
  table_.Refresh();
  EXPECT_EQ(table_.series().size(), 128u);
}

TEST_F(MetricTableTest, AHundredThousandStepsAreReadInSeconds) {
  std::string text;
  for (int i = 1; i <= 100'000; ++i)
    text += "{\"step\":" + std::to_string(i) +
            R"(,"stage":"zero","reward":0.5,"entropy":1.25,"kl":0,"old_kl":0,"grad_norm":0.375,)" +
            R"("completion_tokens":37.25,"time/step_s":0.5})" + "\n";
  Append(text);
  const double start = SteadySeconds();
  table_.Refresh();
  EXPECT_LT(SteadySeconds() - start, 20) << "0.1 s on one core; this machine may be busy";
  EXPECT_EQ(Series("reward").steps.size(), 100'000u);
  EXPECT_LE(MakeBuckets(Series("reward"), 0, 100'000, 1000).steps.size(), 1001u);
}

TEST(BucketsTest, FewPointsAreThemselves) {
  const MetricSeries series{{1, 2, 5, 9}, {4, 3, 2, 1}};
  const Buckets all = MakeBuckets(series, 0, 100, 10);
  EXPECT_EQ(all.steps, series.steps);
  EXPECT_EQ(all.mean, series.values);
  EXPECT_TRUE(all.low.empty());
  EXPECT_EQ(MakeBuckets(series, 2, 5, 10).steps, (std::vector<int64_t>{2, 5}));
  EXPECT_TRUE(MakeBuckets(series, 6, 8, 10).steps.empty());
  EXPECT_TRUE(MakeBuckets({}, 0, 10, 10).steps.empty());
}

TEST(BucketsTest, NoSpikeIsLostAndNewStepsChangeTheLastBucketAlone) {
  MetricSeries series;
  for (int64_t i = 0; i < 10'000; ++i) series.steps.push_back(i), series.values.push_back(i == 7777 ? 1000 : i == 3333 ? -1000 : 1);
  const Buckets buckets = MakeBuckets(series, 0, 9'999, 100);
  EXPECT_EQ(buckets.width, 128);
  EXPECT_LE(buckets.steps.size(), 100u);
  EXPECT_EQ(*std::max_element(buckets.high.begin(), buckets.high.end()), 1000);
  EXPECT_EQ(*std::min_element(buckets.low.begin(), buckets.low.end()), -1000);
  for (size_t i = 1; i < buckets.steps.size(); ++i) EXPECT_GT(buckets.steps[i], buckets.steps[i - 1]);
  series.steps.push_back(10'000), series.values.push_back(5);
  const Buckets more = MakeBuckets(series, 0, 10'000, 100);
  for (size_t i = 0; i + 1 < buckets.steps.size(); ++i) {
    EXPECT_EQ(more.steps[i], buckets.steps[i]);
    EXPECT_EQ(more.mean[i], buckets.mean[i]);
  }
}

}  // namespace
}  // namespace r1
