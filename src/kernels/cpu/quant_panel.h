// A panel of quantized weights times any number of rows, in register tiles of few rows each.
#pragma once

#include "kernels/cpu/quant_super_tile.h"
#include "kernels/cpu/quant_tile.h"

namespace r1::R1_ISA {

// One tile of rows. The first of several leaves the panel taken apart in `scratch`; the others read it there.
enum class TileTurn { kOnly, kFirst, kLater };
template <QuantFormat kFormat, TileTurn kTurn, int kFewest>
R1_INLINE void RunQuantTile(int64_t count, int64_t blocks, const uint8_t* panel, int v0, int64_t cols, const ActivationGroup* a,
                            int64_t a_stride, float* c, int64_t ldc, bool accumulate, uint8_t* scratch, QuantPrefetch prefetch) {
  if constexpr (HasSubScales(kFormat)) {
    constexpr SuperWords kWords = kTurn == TileTurn::kOnly    ? SuperWords::kPacked
                                  : kTurn == TileTurn::kFirst ? SuperWords::kLeaving
                                                              : SuperWords::kLeft;
    WithRows<SuperTileOf<kFormat, kWords>::template Rows, kQuantRows, kFewest>(count, blocks, panel, v0, cols, a, a_stride, c, ldc,
                                                                               accumulate, scratch, prefetch);
  } else if constexpr (kTurn == TileTurn::kLater) {
    RunQuantTile<ExpandedFormat(kFormat), TileTurn::kOnly, kFewest>(count, blocks * (LayoutOf(kFormat).block / kQuantGroup),
                                                                    scratch, v0, cols, a, a_stride, c, ldc, accumulate, nullptr,
                                                                    prefetch);
  } else {
    WithRows<QuantTileOf<kFormat, kTurn == TileTurn::kFirst>::template Rows, kQuantRows, kFewest>(
        count, blocks, panel, v0, cols, a, a_stride, c, ldc, accumulate, scratch, prefetch);
  }
}

// Columns 0 .. cols of a panel for any number of rows: KernelTable::quant_panel.
template <QuantFormat kFormat>
void QuantPanelOf(int64_t m, int64_t cols, int64_t blocks, const uint8_t* panel, const ActivationGroup* a, int64_t a_stride,
                  float* c, int64_t ldc, bool accumulate, uint8_t* scratch, const uint8_t* next, int64_t next_bytes) {
  const int64_t tiles = (m + kQuantRows - 1) / kQuantRows, groups = blocks * (LayoutOf(kFormat).block / kQuantGroup);
  QuantPrefetch prefetch = {next, next_bytes > 0 ? (next_bytes / 64 + tiles * groups - 1) / (tiles * groups) : 0};
  for (int v0 = 0; v0 < 2; v0 += kQuantVectors) {
    if (cols <= 16 * v0) return;
    const ActivationGroup* rows = a;
    float* out = c + 16 * v0;
    // Rows are dealt out evenly: a tile of one or two has too little to do beside its loads.
    int64_t to_go = m;
    for (int64_t tile = tiles; tile > 0; --tile) {
      const int64_t count = (to_go + tile - 1) / tile;
      const auto run = [&]<TileTurn kTurn, int kFewest = 1>() {
        RunQuantTile<kFormat, kTurn, kFewest>(count, blocks, panel, v0, cols - 16 * v0, rows, a_stride, out, ldc, accumulate,
                                              scratch, prefetch);
      };
      if (!LeavesBytes(kFormat) || tiles == 1) {
        run.template operator()<TileTurn::kOnly>();
      } else if constexpr (LeavesBytes(kFormat)) {
        // The first of several tiles has more than half of the rows that it could have, the others at least half.
        if (tile == tiles)
          run.template operator()<TileTurn::kFirst, kQuantRows / 2 + 1>();
        else
          run.template operator()<TileTurn::kLater, kQuantRows / 2>();
      }
      prefetch.next += prefetch.lines * groups * 64;
      rows += count * a_stride;
      out += count * ldc;
      to_go -= count;
    }
    prefetch.lines = 0;
  }
}

}  // namespace r1::R1_ISA
