#include "watch/buckets.h"

#include <algorithm>

#include "base/check.h"

namespace r1 {

Buckets MakeBuckets(const MetricSeries& series, int64_t from, int64_t to, int64_t most) {
  CHECK(most >= 1);
  Buckets buckets;
  const auto begin = std::lower_bound(series.steps.begin(), series.steps.end(), from);
  const auto end = std::upper_bound(begin, series.steps.end(), to);
  if (begin >= end) return buckets;
  const int64_t range = *(end - 1) - *begin + 1;
  while ((range + buckets.width - 1) / buckets.width > most) buckets.width *= 2;
  const auto num_points = static_cast<size_t>(end - begin);
  if (num_points <= static_cast<size_t>(most)) buckets.width = 1;
  bool any_shared = false;
  for (auto at = begin; at != end;) {
    const int64_t bucket = *at / buckets.width;
    const auto first = at;
    double sum = 0, low = series.values[static_cast<size_t>(at - series.steps.begin())], high = low;
    for (; at != end && *at / buckets.width == bucket; ++at) {
      const double value = series.values[static_cast<size_t>(at - series.steps.begin())];
      sum += value;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    const auto count = at - first;
    any_shared = any_shared || count > 1;
    buckets.steps.push_back(*first + (*(at - 1) - *first) / 2);
    buckets.mean.push_back(std::clamp(sum / static_cast<double>(count), low, high));
    buckets.low.push_back(low);
    buckets.high.push_back(high);
  }
  if (!any_shared) buckets.low.clear(), buckets.high.clear();
  return buckets;
}

}  // namespace r1
