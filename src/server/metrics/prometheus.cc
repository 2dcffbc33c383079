#include "server/metrics/prometheus.h"

#include <algorithm>
#include <charconv>

namespace r1 {
namespace {

// Shortest text that reads back equal.
std::string NumberText(double value) {
  char buffer[32];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void AppendLabel(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += ',';
  out.append(name).append("=\"");
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  out += '"';
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), counts_(std::make_unique<std::atomic<int64_t>[]>(bounds_.size() + 1)) {}

void Histogram::Observe(double value) {
  const auto bucket = static_cast<size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin());
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<int64_t> Histogram::counts() const {
  std::vector<int64_t> counts;
  for (size_t i = 0; i <= bounds_.size(); ++i) counts.push_back(counts_[i].load(std::memory_order_relaxed));
  return counts;
}

std::vector<double> OneTwoFive(double most) {
  std::vector<double> bounds;
  for (double power = 1;; power *= 10)
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (digit * power > most) return bounds;
      bounds.push_back(digit * power);
    }
}

PrometheusText::PrometheusText(Labels common) {
  for (const auto& [name, value] : common) AppendLabel(common_, name, value);
}

PrometheusText& PrometheusText::Family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type);
  text_ += '\n';
  return *this;
}

PrometheusText& PrometheusText::Sample(double value, Labels labels) {
  Line("", NumberText(value), labels);
  return *this;
}

PrometheusText& PrometheusText::Sample(int64_t value, Labels labels) {
  Line("", std::to_string(value), labels);
  return *this;
}

PrometheusText& PrometheusText::Sample(const Histogram& histogram) {
  // The count is the sum of the buckets that were read, so that the page never contradicts itself while others add.
  const std::vector<int64_t> counts = histogram.counts();
  int64_t count = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    count += counts[i];
    const std::string bound = i < histogram.bounds().size() ? NumberText(histogram.bounds()[i]) : "+Inf";
    Line("_bucket", std::to_string(count), {{"le", bound}});
  }
  Line("_sum", NumberText(histogram.sum()), {});
  Line("_count", std::to_string(count), {});
  return *this;
}

void PrometheusText::Line(std::string_view suffix, std::string_view value, Labels labels) {
  std::string all = common_;
  for (const auto& [name, label] : labels) AppendLabel(all, name, label);
  text_.append(name_).append(suffix);
  if (!all.empty()) text_.append("{").append(all).append("}");
  text_.append(" ").append(value) += '\n';
}

}  // namespace r1
