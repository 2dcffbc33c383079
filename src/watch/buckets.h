// Few points in the place of many, for drawing: runs of steps with the mean, the lowest and the highest of their values, so that no
// spike is lost however far one looks from. Borders are multiples of a power of two, so that new steps change the last bucket
// alone.
#pragma once

#include <cstdint>
#include <vector>

#include "watch/metric_table.h"

namespace r1 {

struct Buckets {
  std::vector<int64_t> steps;           // in the middle of each bucket's
  std::vector<double> mean, low, high;  // low and high are empty where every bucket has one value
  int64_t width = 1;                    // steps a bucket
};

// Of the steps from..to, both included. most: at least 1; there may be one more where `from` is no border.
Buckets MakeBuckets(const MetricSeries& series, int64_t from, int64_t to, int64_t most);

}  // namespace r1
