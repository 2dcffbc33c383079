#include "kernels/quant_gemm.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "kernels/gemm_plan.h"
#include "kernels/thread_scratch.h"

namespace r1 {
namespace {

constexpr int64_t kUnitsPerThread = 8, kSmallUnitsPerThread = 32;
constexpr int64_t kSerialBytes = 64 << 10;  // of weights, times rows: below this a second thread costs more than it brings
constexpr int64_t kAhead = 8192;  // bytes; with few rows the memory sets the pace, and what runs ahead by itself is too little
// k that one visit to a panel covers: its weights stay in the first-level cache, as bytes beside those they are taken apart from,
// as bytes alone, or packed.
constexpr int64_t SlabOf(QuantFormat format) { return LeavesBytes(format) ? 512 : HoldsBytes(format) ? 1024 : 1536; }
constexpr int64_t kMostRows = 128;               // of a unit
constexpr int64_t kActivationBytes = 400 << 10;  // of a unit, in one stretch of k: they stay in the second-level cache

// Rows [row, row + rows) times panels [first, last).
struct Unit {
  const QuantProduct* product;
  int64_t row, rows, first, last;
};

// Blocks [block, block + count) of a panel.
struct Slab {
  int64_t panel, block, count;
};

// The order in which a unit visits its weights. A stretch of k is as long as the activations of its rows stay in the second-level
// cache; within it each panel is visited to its end, slab by slab, so that what the rows have summed up does not travel far either.
class SlabWalk {
 public:
  explicit SlabWalk(const Unit& unit) : unit_(unit), w_(*unit.product->weight) {
    const QuantLayout layout = LayoutOf(w_.format());
    const int64_t most = std::max<int64_t>(1, SlabOf(w_.format()) / layout.block);
    slab_ = CeilDiv(w_.blocks(), CeilDiv(w_.blocks(), most));
    const int64_t row_bytes = layout.block / kQuantGroup * static_cast<int64_t>(sizeof(ActivationGroup));
    stretch_ = std::max(slab_, kActivationBytes / (unit.rows * row_bytes) / slab_ * slab_);
  }
  Slab First() const { return At(unit_.first, 0); }
  // False at the end.
  bool Next(Slab& s) const {
    const int64_t begin = s.block / stretch_ * stretch_, end = std::min(begin + stretch_, w_.blocks());
    if (s.block + s.count < end)
      s = At(s.panel, s.block + s.count);
    else if (s.panel + 1 < unit_.last)
      s = At(s.panel + 1, begin);
    else if (end < w_.blocks())
      s = At(unit_.first, end);
    else
      return false;
    return true;
  }
  const uint8_t* data(const Slab& s) const { return w_.panel(s.panel) + static_cast<size_t>(s.block) * BlockBytes(); }
  int64_t bytes(const Slab& s) const { return s.count * static_cast<int64_t>(BlockBytes()); }

 private:
  size_t BlockBytes() const { return LayoutOf(w_.format()).PanelBlockBytes(); }
  Slab At(int64_t panel, int64_t block) const { return {panel, block, std::min(slab_, w_.blocks() - block)}; }

  const Unit& unit_;
  const QuantMatrix& w_;
  int64_t slab_, stretch_;
};

class UnitRunner {
 public:
  UnitRunner(const KernelTable& kernels, const QuantActivations& a, const Unit& unit, int64_t ldc)
      : kernels_(kernels), a_(a), unit_(unit), w_(*unit.product->weight), ldc_(ldc), layout_(LayoutOf(w_.format())) {}

  // `after` is the unit that this thread will probably take next, if there is one.
  void Run(const Unit* after) const {
    // Few rows: each panel is read once, in one piece.
    if (unit_.rows <= kernels_.quant_rows) {
      const int64_t bytes = w_.blocks() * static_cast<int64_t>(layout_.PanelBlockBytes());
      for (int64_t p = unit_.first; p < unit_.last; ++p) Multiply({p, 0, w_.blocks()}, w_.panel(p) + kAhead, bytes);
      return;
    }
    // Whatever is visited next is asked for one visit earlier.
    thread_local const uint8_t* asked = nullptr;
    const SlabWalk walk(unit_);
    Slab slab = walk.First();
    if (walk.data(slab) != asked)
      for (int64_t i = 0; i < walk.bytes(slab); i += 64) __builtin_prefetch(walk.data(slab) + i, 0, 2);
    asked = nullptr;
    for (bool more = true; more;) {
      Slab next = slab;
      more = walk.Next(next);
      if (more) {
        Multiply(slab, walk.data(next), walk.bytes(next));
      } else if (after != nullptr) {
        const SlabWalk later(*after);
        asked = later.data(later.First());
        Multiply(slab, asked, later.bytes(later.First()));
      } else {
        Multiply(slab, nullptr, 0);
      }
      slab = next;
    }
  }

 private:
  void Multiply(const Slab& slab, const uint8_t* next, int64_t next_bytes) const {
    const int64_t col = slab.panel * kQuantPanelCols, cols = std::min<int64_t>(kQuantPanelCols, w_.n() - col),
                  groups = layout_.block / kQuantGroup;
    const uint8_t* data = w_.panel(slab.panel) + static_cast<size_t>(slab.block) * layout_.PanelBlockBytes();
    uint8_t* scratch = nullptr;
    if (unit_.rows > kernels_.quant_rows && LeavesBytes(w_.format()))
      scratch = ThreadScratch<uint8_t>(slab.count * groups * static_cast<int64_t>(ExpandedBytes(w_.format())));
    kernels_.quant_panel(w_.format(), {.m = unit_.rows,
                                       .cols = cols,
                                       .blocks = slab.count,
                                       .panel = data,
                                       .a = a_.row(unit_.row) + slab.block * groups,
                                       .a_stride = a_.stride(),
                                       .c = unit_.product->c + unit_.row * ldc_ + col,
                                       .ldc = ldc_,
                                       .accumulate = slab.block > 0,
                                       .scratch = scratch,
                                       .next = next,
                                       .next_bytes = next_bytes});
  }

  const KernelTable& kernels_;
  const QuantActivations& a_;
  const Unit& unit_;
  const QuantMatrix& w_;
  int64_t ldc_;
  QuantLayout layout_;
};

}  // namespace

QuantActivations::QuantActivations(const KernelTable& kernels, ThreadPool& pool, int64_t m, int64_t k, const float* x,
                                   int64_t x_stride, int span)
    : m_(m), groups_(k / kQuantGroup), stride_(groups_), span_(span) {
  CHECK(k % span == 0);
  // Rows an odd number of groups apart spread over the sets of the cache.
  stride_ += 1 - stride_ % 2;
  data_ = RecycledMemory(static_cast<size_t>(m * stride_) * sizeof(ActivationGroup));
  auto* out = static_cast<ActivationGroup*>(data_.get());
  pool.For(m, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, k)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) kernels.quantize_row(groups_, span, x + i * x_stride, out + i * stride_);
  });
}

void QuantGemm(const KernelTable& kernels, ThreadPool& pool, const QuantActivations& a, std::span<const QuantProduct> products,
               int64_t ldc) {
  if (a.m() <= 0) return;
  int64_t panels = 0, bytes = 0;
  for (const QuantProduct& p : products) {
    CHECK(p.weight->k() == a.k() && p.weight->span() == a.span());
    panels += CeilDiv(p.weight->n(), kQuantPanelCols);
    bytes += static_cast<int64_t>(p.weight->bytes());
  }
  const bool serial = pool.num_threads() == 1 || bytes * a.m() < kSerialBytes;
  // A unit of few rows is soon done, and the last ones are waited for; one of many rows rather keeps its activations at hand.
  const bool few = a.m() > kernels.quant_rows && a.m() <= kMostRows / 2;
  const int64_t units = serial ? 1 : (few ? kSmallUnitsPerThread : kUnitsPerThread) * pool.num_threads();
  const int64_t row_units = std::max(CeilDiv(a.m(), kMostRows),
                                     panels < units && !few ? std::min(CeilDiv(units, panels), CeilDiv(a.m(), kMostRows / 2)) : 1);
  const int64_t panels_per_unit = std::max<int64_t>(1, CeilDiv(panels * row_units, units));
  const int64_t rows_per_unit = CeilDiv(CeilDiv(a.m(), row_units), kernels.quant_rows) * kernels.quant_rows;
  std::vector<Unit> work;
  for (const QuantProduct& p : products)
    for (int64_t row = 0; row < a.m(); row += rows_per_unit)
      for (int64_t first = 0, end = CeilDiv(p.weight->n(), kQuantPanelCols); first < end; first += panels_per_unit)
        work.push_back({&p, row, std::min(rows_per_unit, a.m() - row), first, std::min(first + panels_per_unit, end)});
  const auto run = [&](int64_t i) {
    const auto at = static_cast<size_t>(i);
    UnitRunner(kernels, a, work[at], ldc).Run(at + 1 < work.size() ? &work[at + 1] : nullptr);
  };
  if (serial) {
    ThreadPool::EnterNumericsMode();
    for (size_t i = 0; i < work.size(); ++i) run(static_cast<int64_t>(i));
  } else {
    pool.Run(static_cast<int64_t>(work.size()), run);
  }
}

}  // namespace r1
