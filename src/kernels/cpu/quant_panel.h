// A panel of quantized weights times any number of rows, in register tiles of few rows each.
#pragma once

#include "kernels/cpu/quant_super_tile.h"
#include "kernels/cpu/quant_tile.h"
#include "kernels/kernels.h"

namespace r1::R1_ISA {

// One tile of rows. The first of several leaves the panel taken apart; the others read it there.
enum class TileTurn { kOnly, kFirst, kLater };
template <QuantFormat kFormat, TileTurn kTurn, int kFewest>
R1_INLINE void RunQuantTile(int64_t rows, const TileVisit& visit) {
  if constexpr (HasSubScales(kFormat)) {
    constexpr SuperWords kWords = kTurn == TileTurn::kOnly    ? SuperWords::kPacked
                                  : kTurn == TileTurn::kFirst ? SuperWords::kLeaving
                                                              : SuperWords::kLeft;
    WithRows<SuperTileOf<kFormat, kWords>::template Rows, kQuantRows, kFewest>(rows, &visit);
  } else if constexpr (kTurn == TileTurn::kLater) {
    TileVisit later = visit;
    later.blocks = visit.blocks * (LayoutOf(kFormat).block / kQuantGroup);
    later.panel = visit.left;
    RunQuantTile<ExpandedFormat(kFormat), TileTurn::kOnly, kFewest>(rows, later);
  } else {
    WithRows<QuantTileOf<kFormat, kTurn == TileTurn::kFirst>::template Rows, kQuantRows, kFewest>(rows, &visit);
  }
}

// Columns 0 .. cols of a panel for any number of rows: KernelTable::quant_panel.
template <QuantFormat kFormat>
void QuantPanelOf(const QuantVisit& visit) {
  const int64_t tiles = (visit.m + kQuantRows - 1) / kQuantRows, groups = visit.blocks * (LayoutOf(kFormat).block / kQuantGroup);
  QuantPrefetch prefetch = {visit.next, visit.next_bytes > 0 ? (visit.next_bytes / 64 + tiles * groups - 1) / (tiles * groups) : 0};
  for (int v0 = 0; v0 < 2; v0 += kQuantVectors) {
    if (visit.cols <= 16 * v0) return;
    TileVisit tile = {visit.blocks,   visit.panel,       v0,        visit.cols - 16 * v0, visit.a,
                      visit.a_stride, visit.c + 16 * v0, visit.ldc, visit.accumulate,     visit.scratch,
                      prefetch};
    // Rows are dealt out evenly: a tile of one or two has too little to do beside its loads.
    int64_t to_go = visit.m;
    for (int64_t left = tiles; left > 0; --left) {
      const int64_t rows = (to_go + left - 1) / left;
      if (!LeavesBytes(kFormat) || tiles == 1) {
        RunQuantTile<kFormat, TileTurn::kOnly, 1>(rows, tile);
      } else if constexpr (LeavesBytes(kFormat)) {
        // The first of several tiles has more than half of the rows that it could have, the others at least half.
        if (left == tiles)
          RunQuantTile<kFormat, TileTurn::kFirst, kQuantRows / 2 + 1>(rows, tile);
        else
          RunQuantTile<kFormat, TileTurn::kLater, kQuantRows / 2>(rows, tile);
      }
      tile.prefetch.next += tile.prefetch.lines * groups * 64;
      tile.a += rows * tile.a_stride;
      tile.c += rows * tile.ldc;
      to_go -= rows;
    }
    prefetch.lines = 0;
  }
}

}  // namespace r1::R1_ISA
