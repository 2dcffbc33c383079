#include "server/metrics/prometheus.h"

#include <gtest/gtest.h>

#include <thread>

namespace r1 {
namespace {

TEST(PrometheusTest, WritesFamiliesAsTheFormatSays) {
  PrometheusText text({{"model_name", "a \"quoted\\\nname"}});
  text.Family("x:requests_total", "counter", "Requests.")
      .Sample(int64_t{3}, {{"why", "stop"}})
      .Sample(int64_t{0}, {{"why", "length"}});
  text.Family("x:usage", "gauge", "Usage.").Sample(0.25);
  EXPECT_EQ(text.text(),
            "# HELP x:requests_total Requests.\n# TYPE x:requests_total counter\n"
            "x:requests_total{model_name=\"a \\\"quoted\\\\\\nname\",why=\"stop\"} 3\n"
            "x:requests_total{model_name=\"a \\\"quoted\\\\\\nname\",why=\"length\"} 0\n"
            "# HELP x:usage Usage.\n# TYPE x:usage gauge\n"
            "x:usage{model_name=\"a \\\"quoted\\\\\\nname\"} 0.25\n");
}

TEST(PrometheusTest, BucketsOfAHistogramAreCumulative) {
  Histogram histogram({0.5, 1});
  for (const double value : {0.1, 0.5, 0.7, 8.0}) histogram.Observe(value);
  PrometheusText text({});
  text.Family("h", "histogram", "H.").Sample(histogram);
  EXPECT_EQ(text.text(),
            "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"0.5\"} 2\nh_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 4\n"
            "h_sum 9.3\nh_count 4\n");
}

TEST(PrometheusTest, LosesNothingThatSeveralThreadsAdd) {
  Histogram histogram({1, 2});
  Counter counter;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        histogram.Observe(i % 4);
        counter.Add(2);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(histogram.counts(), (std::vector<int64_t>{20'000, 10'000, 10'000}));
  EXPECT_EQ(histogram.sum(), 60'000);
  EXPECT_EQ(counter.value(), 80'000);
}

TEST(PrometheusTest, OneTwoFiveEndsAtTheMost) {
  EXPECT_EQ(OneTwoFive(100), (std::vector<double>{1, 2, 5, 10, 20, 50, 100}));
  EXPECT_EQ(OneTwoFive(99).back(), 50);
}

}  // namespace
}  // namespace r1
