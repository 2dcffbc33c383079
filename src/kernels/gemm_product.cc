#include "kernels/gemm_product.h"

#include <algorithm>
#include <type_traits>

#include "kernels/thread_scratch.h"

namespace r1 {
namespace {

// Works a product off, unit by unit. By value and in one piece: another thread fetches as few cache lines as can be.
template <class T>
class alignas(64) Units {
 public:
  // Divisions are avoided where there is nothing to divide: a token's products take a microsecond each.
  Units(const GemmProduct<T>& product, const GemmPlan& plan, int64_t num_threads)
      : p_(product),
        plan_(plan),
        share_(plan.num_units() <= num_threads ? 1 : plan.num_units() / num_threads),
        steps_(product.shape.k <= plan.depth ? 1 : CeilDiv(product.shape.k, plan.depth)),
        // C whose rows meet in few sets of the cache goes there only once.
        through_scratch_(steps_ > 1 && StrideAliases(product.ldc)) {
    const int64_t m = p_.shape.m;
    const int64_t rows =
        plan.row_blocks == 1 ? m : std::min(m, CeilDiv(CeilDiv(m, plan.row_grain), plan.row_blocks) * plan.row_grain);
    const int64_t depth = std::min(p_.shape.k, plan.depth);
    copied_floats_ = RoundUp(OperandFloats(rows, depth, p_.a), 16);
    operand_floats_ = copied_floats_;
    if (p_.WidensA()) operand_floats_ += RoundUp(WidenedFloats(rows, depth), 16);
    const int64_t panel = p_.kernels->panel_cols;
    if (WidensPanels(rows)) panel_floats_ = 2 * PairsOf(depth) * panel;
    scratch_floats_ = operand_floats_ + panel_floats_;
    if (!through_scratch_) return;
    c_stride_ = SpreadStride(CeilDiv(CeilDiv(p_.shape.n, panel), plan.panel_groups) * panel);
    scratch_floats_ += rows * c_stride_;
  }

  void operator()(int64_t unit) const {
    const Range rows = RowsOf(unit), cols = ColsOf(unit);
    if (rows.size() == 0) return;
    float* scratch = ThreadScratch<float>(scratch_floats_);
    float* c = p_.c + rows.begin * p_.ldc + cols.begin;
    float* panel = scratch + operand_floats_;
    float* sums = panel + panel_floats_;
    for (int64_t step = 0; step < steps_; ++step) {
      const Range at = StepOf(step);
      const bool first = step == 0, last = step + 1 == steps_;
      const OperandBlock a = BlockOf(rows, at, scratch);
      GemmBlock block = {.m = rows.size(),
                         .cols = cols.size(),
                         .k = p_.bf16 ? PairsOf(at.size()) : at.size(),
                         .a = a.data,
                         .a_rs = a.row_stride,
                         .a_cs = a.col_stride,
                         .b = static_cast<const char*>(p_.b.data) + cols.begin * p_.b.bytes_a_col + at.begin * p_.b.bytes_a_k,
                         .b_rs = p_.b.row_stride,
                         .b_panel = p_.b.panel_stride,
                         .c = last || !through_scratch_ ? c : sums,
                         .ldc = last || !through_scratch_ ? p_.ldc : c_stride_};
      if (WidensPanels(rows.size())) block.widened = panel;
      if (!first && through_scratch_)
        block.old = sums, block.ld_old = c_stride_;
      else if (!first || p_.accumulate)
        block.old = c, block.ld_old = p_.ldc;
      block.ahead = Ahead(unit, step);
      (p_.bf16 ? p_.kernels->gemm_bf16 : p_.kernels->gemm_f32)(block);
    }
  }

 private:
  bool WidensPanels(int64_t rows) const { return p_.bf16 && r1::WidensPanels(*p_.kernels, rows); }
  Range RowsOf(int64_t unit) const {
    if (plan_.row_blocks == 1) return {0, p_.shape.m};
    return Share(p_.shape.m, plan_.row_grain, plan_.row_blocks, unit / plan_.panel_groups);
  }
  Range ColsOf(int64_t unit) const {
    if (plan_.panel_groups == 1) return {0, p_.shape.n};
    const int64_t cols = p_.kernels->panel_cols, group = plan_.row_blocks == 1 ? unit : unit % plan_.panel_groups;
    const Range panels = Share(CeilDiv(p_.shape.n, cols), 1, plan_.panel_groups, group);
    return {panels.begin * cols, std::min(p_.shape.n, panels.end * cols)};
  }
  Range StepOf(int64_t step) const {
    return {std::min(p_.shape.k, step * plan_.depth), std::min(p_.shape.k, (step + 1) * plan_.depth)};
  }
  OperandBlock BlockOf(const Range& rows, const Range& at, float* buffer) const {
    const Matrix<T> a = {p_.a.At(rows.begin, at.begin), p_.a.row_stride, p_.a.col_stride};
    OperandBlock pairs;
    if constexpr (std::is_same_v<T, float>) {
      if (!p_.bf16) return PrepareF32(rows.size(), at.size(), p_.shape.k, a, buffer);
      pairs = PrepareBf16(*p_.kernels, rows.size(), at.size(), a, buffer);
    } else {
      pairs = PrepareBf16(a);
    }
    return p_.WidensA() ? WidenPairs(*p_.kernels, rows.size(), at.size(), pairs, buffer + copied_floats_) : pairs;
  }

  // What the step after this one reads of A, unless another thread does it. Only blocks of rows of pairs are asked for.
  GemmBlock::Ahead Ahead(int64_t unit, int64_t step) const {
    if (!p_.bf16 || p_.a.col_stride != 1) return {};
    if (++step == steps_) {
      step = 0;
      if (++unit >= plan_.num_units() || unit % share_ == 0) return {};
    }
    const Range rows = RowsOf(unit), at = StepOf(step);
    const int64_t size = sizeof(T);
    return {p_.a.At(rows.begin, at.begin), rows.size(), at.size() * size, p_.a.row_stride * size};
  }

  GemmProduct<T> p_;
  GemmPlan plan_;
  int64_t share_, steps_;
  bool through_scratch_;
  int64_t copied_floats_, operand_floats_, panel_floats_ = 0, c_stride_ = 0, scratch_floats_;  // operand: copied and widened
};

}  // namespace

template <class T>
void RunProduct(ThreadPool& pool, const GemmProduct<T>& product) {
  constexpr GemmCut kF32Cut = {128, 512};
  const GemmPlan plan = PlanGemm(product.shape, product.kernels->panel_cols, pool.num_threads(), product.a.ColumnsAreContiguous(),
                                 product.bf16 ? product.kernels->bf16_cut : kF32Cut);
  const Units<T> units(product, plan, pool.num_threads());
  RunUnits(pool, product.shape, plan, units);
}

template void RunProduct(ThreadPool&, const GemmProduct<float>&);
template void RunProduct(ThreadPool&, const GemmProduct<uint16_t>&);

}  // namespace r1
