// Counters and histograms that any thread may add to, and the text that Prometheus reads.
//   https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4)
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace r1 {

class Counter {
 public:
  void Add(int64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

class Histogram {
 public:
  // bounds: upper ends of the buckets, ascending; what is larger than the last falls into one more.
  explicit Histogram(std::vector<double> bounds);
  void Observe(double value);

  const std::vector<double>& bounds() const { return bounds_; }
  std::vector<int64_t> counts() const;  // of each bucket alone, bounds().size() + 1 of them
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  std::unique_ptr<std::atomic<int64_t>[]> counts_;
  std::atomic<double> sum_{0};
};

// 1, 2, 5, 10, 20, ... up to `most`.
std::vector<double> OneTwoFive(double most);

// A page of metrics, one family after another.
class PrometheusText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // common: labels of every sample.
  explicit PrometheusText(Labels common);

  // Begins a family; the samples that follow belong to it. type: "counter", "gauge" or "histogram".
  PrometheusText& Family(std::string_view name, std::string_view type, std::string_view help);
  PrometheusText& Sample(double value, Labels labels = {});
  PrometheusText& Sample(int64_t value, Labels labels = {});
  // The buckets, the sum and the count.
  PrometheusText& Sample(const Histogram& histogram);

  const std::string& text() const { return text_; }

 private:
  void Line(std::string_view suffix, std::string_view value, Labels labels);

  std::string common_, name_, text_;
};

}  // namespace r1
