// What each *_isa.cc exports: a KernelTable with the entries of its family filled in and the others null. dispatch.cc puts them
// together.
#pragma once

#include "kernels/kernels.h"

#define R1_DECLARE_TABLES(isa)                 \
  namespace isa {                              \
  extern const KernelTable kPackTable;         \
  extern const KernelTable kGemmTable;         \
  extern const KernelTable kQuantTable;        \
  extern const KernelTable kElementwiseTable;  \
  extern const KernelTable kReductionTable;    \
  extern const KernelTable kKvStoreTable;      \
  extern const KernelTable kScoresTable;       \
  extern const KernelTable kValuesTable;       \
  extern const KernelTable kRowsTable;         \
  extern const KernelTable kRowsBackwardTable; \
  }

namespace r1 {
R1_DECLARE_TABLES(generic)
#if defined(__x86_64__)
R1_DECLARE_TABLES(avx2)
R1_DECLARE_TABLES(avx512)
R1_DECLARE_TABLES(avx512vnni)  // only those that isa.cmake names, as of avx512bf16
R1_DECLARE_TABLES(avx512bf16)
R1_DECLARE_TABLES(amx)
namespace amx {
extern const KernelTable kGemmTilesTable;
}
#endif
}  // namespace r1
#undef R1_DECLARE_TABLES
