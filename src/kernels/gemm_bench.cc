#include "kernels/gemm_bench.h"

#include <time.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/aligned_memory.h"
#include "base/error.h"
#include "base/rng.h"
#include "kernels/bandwidth_bench.h"
#include "kernels/gemm_plan.h"

namespace r1 {
namespace {

// Seconds on a clock that fits the pool: one thread is timed by its own CPU time, which a busy neighbour does not lengthen; several
// only make sense in wall-clock time.
class Clock {
 public:
  explicit Clock(const ThreadPool& pool) : id_(pool.num_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC) {}
  double Now() const {
    timespec t;
    clock_gettime(id_, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  }

 private:
  clockid_t id_;
};

double Quantile(std::vector<double> values, double q) {
  const auto at = static_cast<size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<int64_t>(at), values.end());
  return values[at];
}

// In memory like a tensor's.
std::shared_ptr<float> RandomValues(int64_t size, uint64_t seed) {
  auto values = std::static_pointer_cast<float>(AllocateAligned(static_cast<size_t>(size) * sizeof(float)));
  Rng rng(RngKey({seed}));
  for (int64_t i = 0; i < size; ++i) values.get()[i] = rng.Uniform() - 0.5f;
  return values;
}

// The operands of one case and the call that is timed: C [tokens, n] = A [tokens, k] B, or dW.
class Product {
 public:
  Product(const KernelTable& kernels, ThreadPool& pool, const GemmCase& gemm)
      : kernels_(kernels),
        pool_(pool),
        gemm_(gemm),
        x_(RandomValues(gemm.tokens * gemm.in_features, 1)),
        w_(RandomValues(gemm.out_features * gemm.in_features, 2)),
        y_(RandomValues(gemm.tokens * gemm.out_features, 3)) {
    const int64_t in = gemm.in_features, out = gemm.out_features;
    if (gemm.form == GemmForm::kWeightGradient) return;
    const bool forward = gemm.form == GemmForm::kForward;
    k_ = forward ? in : out, n_ = forward ? out : in;
    a_ = forward ? x_.get() : y_.get(), c_ = forward ? y_.get() : x_.get();
    packed_.Pack(kernels, pool, gemm.type, k_, n_, w_.get(), forward ? 1 : in, forward ? in : 1);
    Round();
  }

  const PackedMatrix& weights() const { return packed_; }

  void Run(int times) {
    if (!gemm_.apart) {
      for (int i = 0; i < times; ++i) RunOnce();
      return;
    }
    const int64_t threads = pool_.num_threads();
    pool_.Run(threads, [&](int64_t thread) {
      ThreadPool alone(1);
      for (int i = 0; i < times; ++i) Multiply(alone, Share(gemm_.tokens, 1, threads, thread));
    });
  }

 private:
  void RunOnce() {
    const int64_t tokens = gemm_.tokens, in = gemm_.in_features, out = gemm_.out_features;
    if (gemm_.form == GemmForm::kWeightGradient) {
      return GemmTransposed(kernels_, pool_, gemm_.type, tokens, out, in, y_.get(), out, x_.get(), in, w_.get(), in);
    }
    if (gemm_.rounds) Round();
    Multiply(pool_, {0, tokens});
  }

  void Multiply(ThreadPool& pool, const Range& tokens) {
    float* c = c_ + tokens.begin * n_;
    if (!rows_) return Gemm(kernels_, pool, tokens.size(), a_ + tokens.begin * k_, k_, 1, packed_, c, n_);
    GemmBf16(kernels_, pool, *rows_, tokens.begin, tokens.size(), packed_, c, n_);
  }

  void Round() {
    rows_.reset();  // first: its memory is used again
    if (gemm_.type == GemmType::kBF16) rows_ = std::make_unique<Bf16Rows>(kernels_, pool_, gemm_.tokens, k_, a_, k_);
  }

  const KernelTable& kernels_;
  ThreadPool& pool_;
  const GemmCase& gemm_;
  std::shared_ptr<float> x_, w_, y_;
  PackedMatrix packed_;
  int64_t k_ = 0, n_ = 0;
  const float* a_ = nullptr;
  float* c_ = nullptr;
  std::unique_ptr<const Bf16Rows> rows_;
};

void Add(std::vector<GemmCase>& cases, const std::string& name, int64_t tokens, int64_t in, int64_t out,
         std::span<const GemmForm> forms) {
  for (GemmType type : {GemmType::kF32, GemmType::kBF16})
    for (GemmForm form : forms) cases.push_back({name, tokens, in, out, form, type});
}

}  // namespace

const char* GemmFormName(GemmForm form) {
  return form == GemmForm::kForward ? "forward" : form == GemmForm::kInputGradient ? "dX" : "dW";
}

std::vector<GemmCase> StandardGemmCases() {
  constexpr GemmForm kAll[] = {GemmForm::kForward, GemmForm::kInputGradient, GemmForm::kWeightGradient};
  constexpr GemmForm kForward[] = {GemmForm::kForward};
  std::vector<GemmCase> cases;
  Add(cases, "micro qkv", 4096, 128, 256, kAll);
  Add(cases, "micro attention out", 4096, 128, 128, kAll);
  Add(cases, "micro gate+up", 4096, 128, 704, kAll);
  Add(cases, "micro down", 4096, 352, 128, kAll);
  Add(cases, "micro logits", 4096, 128, 256, kAll);
  Add(cases, "micro D=96 qkv", 4096, 96, 160, kAll);
  Add(cases, "micro D=96 gate+up", 4096, 96, 512, kAll);
  Add(cases, "micro D=96 down", 4096, 256, 96, kAll);
  Add(cases, "micro rollout gate+up", 512, 128, 704, kForward);
  Add(cases, "micro rollout down", 512, 352, 128, kForward);
  Add(cases, "0.5B gate+up", 256, 896, 9728, kAll);
  Add(cases, "0.5B down", 256, 4864, 896, kAll);
  Add(cases, "D=1024 square", 1024, 1024, 1024, kAll);
  Add(cases, "D=4096 square", 512, 4096, 4096, kAll);
  for (const GemmCase& gemm : std::vector(cases))
    if (gemm.form == GemmForm::kForward && gemm.type == GemmType::kBF16 && !gemm.name.starts_with("micro")) {
      GemmCase& rounds = cases.emplace_back(gemm);
      rounds.name += " rounding x";
      rounds.rounds = true;
    }
  for (int64_t tokens : {64, 16, 4, 1}) {
    Add(cases, "decode D=128 gate+up", tokens, 128, 704, kForward);
    for (GemmCase& gemm : std::span(cases).last(2)) gemm.apart = tokens >= 16;
    Add(cases, "decode D=1024 square", tokens, 1024, 1024, kForward);
    Add(cases, "decode 0.5B down", tokens, 4864, 896, kForward);
  }
  return cases;
}

namespace {

double Ceiling(int64_t (*peak)(int64_t, float*), ThreadPool& pool, double seconds) {
  const int threads = pool.num_threads();
  const Clock clock(pool);
  std::vector<float> sinks(static_cast<size_t>(threads) * 16);
  std::vector<int64_t> flops(static_cast<size_t>(threads));
  const auto run = [&](int64_t rounds) {
    const double start = clock.Now();
    pool.Run(threads, [&](int64_t i) { flops[static_cast<size_t>(i)] = peak(rounds, &sinks[static_cast<size_t>(i) * 16]); });
    return clock.Now() - start;
  };
  int64_t rounds = 1000;
  double spent = run(rounds);
  while (spent < seconds / 4) spent = run(rounds *= 2);
  rounds = std::max<int64_t>(1, static_cast<int64_t>(static_cast<double>(rounds) * seconds / spent));
  spent = run(rounds);
  double total = 0;
  for (int64_t f : flops) total += static_cast<double>(f);
  return total / spent * 1e-9;
}

}  // namespace

double GemmCeiling(const KernelTable& kernels, ThreadPool& pool, GemmType type, double seconds) {
  return Ceiling(type == GemmType::kF32 ? kernels.peak_f32 : kernels.peak_bf16, pool, seconds);
}

double Int8Ceiling(const KernelTable& kernels, ThreadPool& pool, double seconds) {
  return Ceiling(kernels.peak_int8, pool, seconds);
}

std::vector<GemmResult> BenchGemm(const KernelTable& kernels, ThreadPool& pool, std::span<const GemmCase> cases, double seconds) {
  constexpr double kSample = 1e-3, kProbe = 0.3e-3;
  const Clock clock(pool);
  std::vector<GemmResult> results;
  for (const GemmCase& gemm : cases) {
    Require(gemm.tokens > 0 && gemm.in_features > 0 && gemm.out_features > 0, "gemm bench: case ", gemm.name,
            " has an empty matrix");
    Product product(kernels, pool, gemm);
    const double flops =
        2.0 * static_cast<double>(gemm.tokens) * static_cast<double>(gemm.in_features) * static_cast<double>(gemm.out_features);
    product.Run(1);
    double start = clock.Now();
    product.Run(1);
    const int repeats = std::max(1, static_cast<int>(kSample / (clock.Now() - start)));
    const int samples = std::max(5, static_cast<int>(seconds / (kSample + 2 * kProbe)));
    std::vector<double> rates, ceilings, fractions, bytes, readings;
    std::optional<BandwidthProbe> probe;
    const auto weight_bytes = static_cast<double>(product.weights().bytes()) * (gemm.apart ? pool.num_threads() : 1);
    if (gemm.form == GemmForm::kForward)
      probe.emplace(pool, product.weights().data(), product.weights().bytes(),
                    gemm.apart ? BandwidthProbe::Reads::kAll : BandwidthProbe::Reads::kShare);
    for (int s = 0; s < samples; ++s) {
      const double ceiling = GemmCeiling(kernels, pool, gemm.type, kProbe);
      const double reading = probe ? probe->Measure(kProbe) : 0;
      start = clock.Now();
      product.Run(repeats);
      const double rate = flops * repeats / (clock.Now() - start) * 1e-9;
      rates.push_back(rate);
      ceilings.push_back(ceiling);
      fractions.push_back(rate / ceiling);
      if (probe) {
        bytes.push_back(weight_bytes * rate / flops);
        readings.push_back(bytes.back() / reading);
      }
    }
    results.push_back({.gemm = gemm,
                       .gflops = Quantile(rates, 0.5),
                       .ceiling = Quantile(ceilings, 0.5),
                       .fraction = Quantile(fractions, 0.5),
                       .quiet = Quantile(fractions, 0.9),
                       .gbytes_s = probe ? Quantile(bytes, 0.5) : 0,
                       .reading = probe ? Quantile(readings, 0.5) : 0});
  }
  return results;
}

}  // namespace r1
