#include "ops/attention_bench.h"

#include <algorithm>

#include "base/clock.h"
#include "base/error.h"
#include "base/median.h"
#include "kernels/bandwidth_bench.h"
#include "kernels/gemm_bench.h"
#include "ops/random_tensor.h"

namespace r1::ops {
namespace {

constexpr double kProbe = 2e-3;

// Numbers of one size; a token's keys repeat after a while, which no kernel can tell.
void Fill(Runtime& runtime, const AttentionBenchCase& c, int64_t num_blocks, KvLayer& layer) {
  const int64_t width = c.shape.num_kv_heads * c.shape.head_dim, rows = kKvBlockSize * 16;
  const Tensor some = RandomTensor(*runtime.allocator, {rows + 1, width}, 1);
  std::vector<int32_t> slots(static_cast<size_t>(rows));
  for (int64_t first = 0; first < num_blocks * kKvBlockSize; first += rows) {
    const int64_t n = std::min(rows, num_blocks * kKvBlockSize - first);
    for (int64_t i = 0; i < n; ++i) slots[static_cast<size_t>(i)] = static_cast<int32_t>(first + i);
    runtime.kernels.store_kv(c.type, n, c.shape.num_kv_heads, c.shape.head_dim, some.f32(), some.f32() + width, width, slots.data(),
                             layer.k.data<uint8_t>(), layer.v.data<uint8_t>());
  }
}

}  // namespace

std::string AttentionBenchCase::Name() const {
  return StrCat(model, queries == 1 ? " decode " : " prefill ", queries == 1 ? StrCat(sequences, " x ") : StrCat(queries, " at "),
                context, " ", KvTypeName(type), share_prompt ? ", shared prompt" : "");
}

std::vector<AttentionBenchCase> StandardAttentionCases() {
  struct Heads {
    const char* model;
    AttentionShape shape;
  };
  constexpr Heads kModels[] = {{"Qwen2.5-0.5B", {14, 2, 64}}, {"R1-Distill-1.5B", {12, 2, 128}}, {"Llama-8B", {32, 8, 128}}};
  struct Work {
    int64_t sequences, queries, context;
    bool share_prompt = false;
  };
  constexpr Work kWork[] = {{1, 1, 128},         {1, 1, 1024},  {1, 1, 8192},        {1, 1, 32768},  {4, 1, 1024},
                            {16, 1, 128},        {16, 1, 1024}, {16, 1, 1024, true}, {32, 1, 128},   {32, 1, 1024},
                            {32, 1, 1024, true}, {4, 1, 8192},  {1, 512, 512},       {1, 512, 2048}, {1, 512, 8192}};
  std::vector<AttentionBenchCase> cases;
  for (const Heads& heads : kModels)
    for (const Work& work : kWork)
      for (KvType type : {KvType::kF32, KvType::kBF16, KvType::kQ8})
        cases.push_back({heads.model, heads.shape, type, work.sequences, work.queries, work.context, work.share_prompt});
  return cases;
}

AttentionBenchResult BenchAttention(Runtime& runtime, const AttentionBenchCase& c, double seconds) {
  const int64_t max_blocks = KvBlocks(c.context), shared = c.share_prompt ? max_blocks / 2 : 0;
  const int64_t num_blocks = shared + c.sequences * (max_blocks - shared), tokens = c.sequences * c.queries;
  KvLayer layer = KvLayer::Make(*runtime.allocator, c.type, num_blocks, c.shape.num_kv_heads, c.shape.head_dim);
  Fill(runtime, c, num_blocks, layer);
  std::vector<int32_t> starts{0}, contexts, slots, blocks;
  for (int64_t s = 0; s < c.sequences; ++s) {
    // Blocks of the sequences alternate, as those of sequences that grew together do.
    for (int64_t b = 0; b < max_blocks; ++b)
      blocks.push_back(static_cast<int32_t>(b < shared ? b : shared + (b - shared) * c.sequences + s));
    starts.push_back(static_cast<int32_t>(starts.back() + c.queries));
    contexts.push_back(static_cast<int32_t>(c.context));
    for (int64_t p = c.context - c.queries; p < c.context; ++p)
      slots.push_back(blocks[static_cast<size_t>(s * max_blocks + p / kKvBlockSize)] * kKvBlockSize +
                      static_cast<int32_t>(p % kKvBlockSize));
  }
  AttentionLayout layout;
  layout.query_starts = starts;
  layout.context_lens = contexts;
  layout.slot_mapping = slots;
  layout.block_tables = {blocks, max_blocks};
  const auto plan = PlanAttention(layout, tokens);
  const Tensor qkv = RandomTensor(*runtime.allocator, {tokens, c.shape.qkv_width()}, 2);

  ExecContext ctx = runtime.Context();
  const auto run = [&] {
    const double start = SteadySeconds();
    Attention(ctx, qkv, c.shape, plan, 0.1f, c.type, &layer);
    return SteadySeconds() - start;
  };
  const double pairs =
      static_cast<double>(tokens) * (static_cast<double>(c.context - c.queries) + static_cast<double>(c.queries + 1) / 2);
  const double flops = 4 * pairs * static_cast<double>(c.shape.num_heads * c.shape.head_dim);
  const auto bytes = static_cast<double>(layer.k.bytes() + layer.v.bytes());
  const GemmType type = c.type == KvType::kBF16 ? GemmType::kBF16 : GemmType::kF32;
  BandwidthProbe probe(runtime.pool, static_cast<int64_t>(bytes));
  std::vector<double> times, of_flops, of_bandwidth;
  run();
  for (const double end = SteadySeconds() + seconds; times.size() < 5 || SteadySeconds() < end;) {
    const double peak = 1e9 * GemmCeiling(runtime.kernels, runtime.pool, type, kProbe), read = 1e9 * probe.Measure(kProbe);
    run();
    std::vector<double> some;
    for (int i = 0; i < 3; ++i) some.push_back(run());
    times.push_back(Median(some));
    of_flops.push_back(flops / times.back() / peak);
    of_bandwidth.push_back(bytes / times.back() / read);
  }
  AttentionBenchResult result;
  result.seconds = Median(times);
  result.gflops = flops / result.seconds * 1e-9;
  result.gbytes_s = bytes / result.seconds * 1e-9;
  result.of_flops = Median(of_flops);
  result.of_bandwidth = Median(of_bandwidth);
  return result;
}

}  // namespace r1::ops
