#include "ops/op_bench.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/median.h"
#include "kernels/bandwidth_bench.h"
#include "kernels/gemm_bench.h"
#include "ops/op_case.h"
#include "ops/tape.h"

namespace r1::ops {
namespace {

constexpr double kProbe = 0.5e-3;

double ForwardSeconds(Runtime& runtime, const OpCase& c) {
  ExecContext ctx = runtime.Context();
  const double start = SteadySeconds();
  const Tensor y = c.run(ctx, c);
  return SteadySeconds() - start;
}

double BackwardSeconds(Runtime& runtime, const OpCase& c) {
  Tape tape;
  ExecContext ctx = runtime.Context(&tape);
  const Tensor y = c.run(ctx, c);
  Tensor dy = Tensor::Empty(*runtime.allocator, y.shape());
  for (int64_t i = 0; i < dy.numel(); ++i) dy.f32()[i] = static_cast<float>(i % 7 - 3) * 0.1f;
  tape.AddGrad(ctx, y.id(), std::move(dy));
  const double start = SteadySeconds();
  tape.Backward([](uint64_t, const Tensor&) {});
  return SteadySeconds() - start;
}

}  // namespace

void BenchOps(Runtime& runtime, double seconds, const std::function<bool(const std::string& name)>& wanted,
              const std::function<void(const OpResult&)>& done) {
  for (OpCase& c : AllOpCases(*runtime.allocator, CaseSize::kBench)) {
    if (!wanted(c.name)) continue;
    for (auto& p : c.parameters) p->grad = Tensor::Zeros(*runtime.allocator, p->value.shape());
    const GemmType type = !c.parameters.empty() && c.parameters[0]->gemm_type == GemmType::kBF16 ? GemmType::kBF16 : GemmType::kF32;
    std::optional<BandwidthProbe> bandwidth;
    if (c.forward_flops == 0) bandwidth.emplace(runtime.pool, static_cast<int64_t>(c.forward_bytes));
    for (bool backward : {false, true}) {
      const auto run = [&] { return backward ? BackwardSeconds(runtime, c) : ForwardSeconds(runtime, c); };
      const double work = c.forward_flops * (backward ? 2 : 1);
      const double bytes = backward ? 0 : c.forward_bytes;
      run();  // memory and packed weights
      std::vector<double> times, fractions;
      for (const double end = SteadySeconds() + seconds; times.size() < 5 || SteadySeconds() < end;) {
        const double ceiling =
            1e9 * (work > 0 ? GemmCeiling(runtime.kernels, runtime.pool, type, kProbe) : bandwidth->Measure(kProbe));
        times.push_back(run());
        fractions.push_back((work > 0 ? work : bytes) / times.back() / ceiling);
      }
      OpResult result{c.name, backward};
      result.seconds = Median(times);
      result.gflops = work / result.seconds * 1e-9;
      result.gbytes_s = work > 0 ? 0 : bytes / result.seconds * 1e-9;
      result.fraction = Median(fractions);
      done(result);
    }
  }
}

}  // namespace r1::ops
