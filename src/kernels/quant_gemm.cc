#include "kernels/quant_gemm.h"

#include <algorithm>
#include <vector>

#include "base/aligned_memory.h"
#include "base/check.h"

namespace r1 {
namespace {

constexpr int64_t kUnitsPerThread = 8;
constexpr int64_t kSerialBytes = 64 << 10;  // of weights, times rows: below this a second thread costs more than it brings
constexpr int64_t kSlab = 512;              // k that one visit to a panel covers: its weights stay in the first-level cache
constexpr int64_t kMostRows = 512;          // of a unit: their activations of one slab stay in the second-level cache
constexpr int64_t kAhead = 8192;  // bytes; with few rows the memory sets the pace, and what runs ahead by itself is too little
constexpr int64_t kPanelFirstRows = 64;  // up to here a unit goes through its panels one after the other, as they lie in memory

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

// A thread's memory for expanded panels, that only grows.
uint8_t* Scratch(size_t bytes) {
  thread_local std::shared_ptr<void> buffer;
  thread_local size_t capacity = 0;
  if (bytes > capacity) {
    buffer = AllocateAlignedShared(bytes);
    capacity = bytes;
  }
  return static_cast<uint8_t*>(buffer.get());
}

// Memory for activations, used again by the same thread once nobody holds it: fresh pages cost as much as the rounding.
std::shared_ptr<void> Recycled(size_t bytes) {
  thread_local std::shared_ptr<void> buffer;
  thread_local size_t capacity = 0;
  if (bytes > capacity || buffer == nullptr || buffer.use_count() > 1) {
    capacity = std::max<size_t>(bytes, 4096);
    buffer = AllocateAlignedShared(capacity);
  }
  return buffer;
}

// Rows [row, row + rows) times panels [first, last).
struct Unit {
  const QuantProduct* product;
  int64_t row, rows, first, last;
};

class UnitRunner {
 public:
  UnitRunner(const KernelTable& kernels, const QuantActivations& a, const Unit& unit, int64_t ldc)
      : kernels_(kernels), a_(a), unit_(unit), w_(*unit.product->weight), ldc_(ldc), layout_(LayoutOf(w_.format())) {}

  void Run() const {
    const int64_t blocks = w_.blocks();
    // Few rows: each panel is read once, in one piece.
    if (unit_.rows <= kernels_.quant_rows) {
      for (int64_t p = unit_.first; p < unit_.last; ++p) Panel(p, 0, blocks, kAhead);
      return;
    }
    const int64_t slab = std::max<int64_t>(1, kSlab / layout_.block);
    const auto slab_bytes = static_cast<int64_t>(layout_.PanelBlockBytes());
    if (unit_.rows <= kPanelFirstRows) {
      for (int64_t p = unit_.first; p < unit_.last; ++p)
        for (int64_t b = 0; b < blocks; b += slab) {
          const int64_t count = std::min(slab, blocks - b);
          Panel(p, b, count, count * slab_bytes);
        }
    } else {
      for (int64_t b = 0; b < blocks; b += slab)
        for (int64_t p = unit_.first; p < unit_.last; ++p) Panel(p, b, std::min(slab, blocks - b), blocks * slab_bytes);
    }
  }

 private:
  // Blocks [block, block + count) of panel p for all rows. What lies `ahead` bytes further is asked for meanwhile.
  void Panel(int64_t p, int64_t block, int64_t count, int64_t ahead) const {
    const size_t block_bytes = layout_.PanelBlockBytes();
    const uint8_t* data = w_.panel(p) + static_cast<size_t>(block) * block_bytes;
    const int64_t col = p * kQuantPanelCols, cols = std::min<int64_t>(kQuantPanelCols, w_.n() - col),
                  groups = layout_.block / kQuantGroup;
    const ActivationGroup* a = a_.row(unit_.row) + block * groups;
    float* c = unit_.product->c + unit_.row * ldc_ + col;
    const int64_t bytes = count * static_cast<int64_t>(block_bytes);
    const uint8_t* next = data + ahead;
    const QuantFormat expanded = ExpandedFormat(w_.format());
    if (unit_.rows <= kernels_.quant_rows || w_.format() == QuantFormat::kQ8_0 || w_.format() == expanded) {
      kernels_.quant_panel(w_.format(), unit_.rows, cols, count, data, a, a_.stride(), c, ldc_, block > 0, next, bytes);
    } else {
      uint8_t* scratch = Scratch(static_cast<size_t>(count * groups) * LayoutOf(expanded).PanelBlockBytes());
      kernels_.quant_expand(w_.format(), count, data, scratch);
      kernels_.quant_panel(expanded, unit_.rows, cols, count * groups, scratch, a, a_.stride(), c, ldc_, block > 0, next, bytes);
    }
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
                                   int64_t x_stride, bool wide)
    : m_(m), groups_(k / kQuantGroup), stride_(groups_), wide_(wide) {
  CHECK(k % (wide ? kWideGroup : kQuantGroup) == 0);
  // Rows an odd number of groups apart spread over the sets of the cache.
  stride_ += 1 - stride_ % 2;
  data_ = Recycled(static_cast<size_t>(m * stride_) * sizeof(ActivationGroup));
  auto* out = static_cast<ActivationGroup*>(data_.get());
  pool.For(m, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, k)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) kernels.quantize_row(groups_, wide, x + i * x_stride, out + i * stride_);
  });
}

void QuantGemm(const KernelTable& kernels, ThreadPool& pool, const QuantActivations& a, std::span<const QuantProduct> products,
               int64_t ldc) {
  if (a.m() <= 0) return;
  int64_t panels = 0, bytes = 0;
  for (const QuantProduct& p : products) {
    CHECK(p.weight->k() == a.k() && p.weight->wide() == a.wide());
    panels += CeilDiv(p.weight->n(), kQuantPanelCols);
    bytes += static_cast<int64_t>(p.weight->bytes());
  }
  const bool serial = pool.num_threads() == 1 || bytes * a.m() < kSerialBytes;
  const int64_t units = serial ? 1 : kUnitsPerThread * pool.num_threads();
  const int64_t panels_per_unit = std::max<int64_t>(1, CeilDiv(panels, units));
  const int64_t row_units =
      std::max(CeilDiv(a.m(), kMostRows),
               panels < units && a.m() > kPanelFirstRows ? std::min(CeilDiv(units, panels), CeilDiv(a.m(), kPanelFirstRows)) : 1);
  const int64_t rows_per_unit = CeilDiv(CeilDiv(a.m(), row_units), kernels.quant_rows) * kernels.quant_rows;
  std::vector<Unit> work;
  for (const QuantProduct& p : products)
    for (int64_t row = 0; row < a.m(); row += rows_per_unit)
      for (int64_t first = 0, end = CeilDiv(p.weight->n(), kQuantPanelCols); first < end; first += panels_per_unit)
        work.push_back({&p, row, std::min(rows_per_unit, a.m() - row), first, std::min(first + panels_per_unit, end)});
  const auto run = [&](int64_t i) { UnitRunner(kernels, a, work[static_cast<size_t>(i)], ldc).Run(); };
  if (serial) {
    ThreadPool::EnterNumericsMode();
    for (size_t i = 0; i < work.size(); ++i) run(static_cast<int64_t>(i));
  } else {
    pool.Run(static_cast<int64_t>(work.size()), run);
  }
}

}  // namespace r1
