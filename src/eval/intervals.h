// Confidence intervals for what an evaluation reports.
#pragma once

#include <cstdint>
#include <span>

namespace r1 {

struct Interval {
  double low = 0;
  double high = 0;
};

inline constexpr double kZ95 = 1.959963984540054;  // two-sided 95% of the normal distribution

// Wilson's score interval for a proportion of independent yes/no trials. Throws kInvalidArgument unless 0 <= successes <= trials
// and trials > 0. Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953
Interval WilsonInterval(double successes, int64_t trials, double z = kZ95);

// Percentile bootstrap for the mean of one value per question. Samples of the same question are not independent, so resample
// questions, each with its own mean over its samples. A pure function of its arguments (counter-based draws from `key`).
// confidence in (0, 1); throws kInvalidArgument for no values. Efron & Tibshirani 1993, chapter 13.
Interval BootstrapMeanInterval(std::span<const double> values, uint64_t key, double confidence = 0.95, int64_t resamples = 2000);

// 95% for the mean of one share per question, each in 0..1: Wilson's where every share is 0 or 1 (then questions are plain trials,
// and resampling "all wrong" would claim a width of 0) or all are equal (the same claim; trials vary most of what has that mean),
// else the bootstrap.
Interval MeanShareInterval(std::span<const double> shares, uint64_t key);

}  // namespace r1
