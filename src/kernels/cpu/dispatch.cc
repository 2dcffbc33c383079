// Which table runs on this CPU.
#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/env.h"
#include "base/error.h"
#include "kernels/cpu/bf16_probe.h"
#include "kernels/cpu/tables.h"
#include "kernels/supported_kernels.h"

namespace r1 {
namespace {

using T = KernelTable;
constexpr auto kEntries = std::tuple{&T::isa,
                                     &T::panel_cols,
                                     &T::tile_rows,
                                     &T::pack_b_f32,
                                     &T::pack_b_bf16,
                                     &T::pack_a_bf16,
                                     &T::pack_rows_f32,
                                     &T::pack_rows_bf16,
                                     &T::gemm_f32,
                                     &T::gemm_bf16,
                                     &T::peak_f32,
                                     &T::peak_bf16,
                                     &T::quant_rows,
                                     &T::quantize_row,
                                     &T::quant_panel,
                                     &T::peak_int8,
                                     &T::to_bf16,
                                     &T::from_bf16,
                                     &T::add,
                                     &T::add_bias,
                                     &T::exp_scaled,
                                     &T::rms_norm,
                                     &T::rms_norm_backward,
                                     &T::rms_norm_backward_weight,
                                     &T::rope,
                                     &T::swiglu,
                                     &T::swiglu_backward,
                                     &T::embedding_backward,
                                     &T::column_sum,
                                     &T::log_prob,
                                     &T::log_prob_backward,
                                     &T::store_kv,
                                     &T::attention_query,
                                     &T::attention_scores,
                                     &T::attention_weights,
                                     &T::attention_values,
                                     &T::attention_rows_scratch,
                                     &T::attention_rows,
                                     &T::attention_rows_backward,
                                     &T::adamw,
                                     &T::sum_squares};

// What `parts` have, in place of what `table` had.
T Assemble(T table, std::initializer_list<const T*> parts) {
  for (const T* part : parts) {
    std::apply([&](auto... entry) { ((part->*entry ? void(table.*entry = part->*entry) : void()), ...); }, kEntries);
    if (part->gemm_bf16 != nullptr) table.widens_bf16_a = part->widens_bf16_a, table.bf16_cut = part->bf16_cut;
    if (part->gemm_f32 != nullptr) table.far_third_level = part->far_third_level;
  }
  return table;
}

#define R1_ASSEMBLE(isa)                                                                                           \
  Assemble(ReferenceKernels(),                                                                                     \
           {&isa::kPackTable, &isa::kGemmTable, &isa::kQuantTable, &isa::kElementwiseTable, &isa::kReductionTable, \
            &isa::kKvStoreTable, &isa::kScoresTable, &isa::kValuesTable, &isa::kRowsTable, &isa::kRowsBackwardTable})

const T& Generic() {
  static const T table = R1_ASSEMBLE(generic);
  return table;
}

#if defined(__x86_64__)
const T& Avx2() {
  static const T table = R1_ASSEMBLE(avx2);
  return table;
}
const T& Avx512() {
  static const T table = R1_ASSEMBLE(avx512);
  return table;
}
const T& Avx512Vnni() {
  static const T table = Assemble(Avx512(), {&avx512vnni::kQuantTable, &avx512vnni::kScoresTable});
  return table;
}
const T& Avx512Bf16() {
  using namespace avx512bf16;
  static const T table =
      Assemble(Avx512Vnni(), {&kPackTable, &kGemmTable, &kElementwiseTable, &kKvStoreTable, &kScoresTable, &kValuesTable});
  return table;
}
const T& Amx() {
  static const T table = Assemble(Avx512Vnni(), {&amx::kPackTable, &amx::kGemmTilesTable});
  return table;
}

// The levels of the x86-64 ABI, feature by feature: clang 14 does not know their names. What it cannot be asked about (F16C, LZCNT,
// MOVBE) every processor with these has.
bool HasV3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2");
}
bool HasV4() {
  return HasV3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
bool HasVnni() { return HasV4() && __builtin_cpu_supports("avx512vnni"); }
bool HasBf16() {
  static const bool has = HasVnni() && __builtin_cpu_supports("avx512bf16") && Bf16ProductsKeepTheContract(Avx512Bf16());
  return has;
}
// The processor has tiles, and the system gives this process their registers when it is asked for them (Linux, x86/xstate.rst).
bool HasTiles() {
  constexpr unsigned kBf16Bit = 1u << 22, kTileBit = 1u << 24;
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kBf16Bit) != 0 && (d & kTileBit) != 0 &&
         syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
bool HasAmx() {
  static const bool has = HasVnni() && __builtin_cpu_supports("avx512bf16") && HasTiles() && Bf16ProductsKeepTheContract(Amx());
  return has;
}
#endif

bool Always() { return true; }

struct Isa {
  std::string_view name;
  const T& (*table)();
  bool (*runs)();
  bool (*pays)(const T&) = [](const T&) { return true; };  // has products of bf16 that are faster than its multiply-adds
};
constexpr Isa kIsas[] = {
// Best first.
#if defined(__x86_64__)
    {"amx", Amx, HasAmx, Bf16ProductsPay},
    {"avx512bf16", Avx512Bf16, HasBf16, Bf16ProductsPay},
    {"avx512vnni", Avx512Vnni, HasVnni},
    {"avx512", Avx512, HasV4},
    {"avx2", Avx2, HasV3},
#endif
    {"generic", Generic, Always},
    {"reference", ReferenceKernels, Always},
};

}  // namespace

const KernelTable* KernelsByName(const char* name) {
  for (const Isa& isa : kIsas)
    if (isa.name == name) return isa.runs() ? &isa.table() : nullptr;
  return nullptr;
}

std::string KernelNames() {
  std::string names;
  for (const Isa& isa : kIsas) names.append(names.empty() ? "" : ", ").append(isa.name);
  return names;
}

std::vector<const KernelTable*> SupportedKernels() {
  std::vector<const KernelTable*> tables;
  for (const Isa& isa : kIsas)
    if (isa.runs()) tables.insert(tables.begin(), &isa.table());
  return tables;
}

const KernelTable& DefaultKernels() {
  static const KernelTable& table = []() -> const KernelTable& {
    if (const auto wanted = EnvironmentVariable("CPU_ISA")) {
      const KernelTable* chosen = KernelsByName(wanted->c_str());
      Require(chosen != nullptr, "CPU_ISA=", *wanted, ": this CPU or build lacks it; expected one of ", KernelNames());
      return *chosen;
    }
    for (const Isa& isa : kIsas)
      if (isa.runs() && isa.pays(isa.table())) return isa.table();
    return ReferenceKernels();
  }();
  return table;
}

}  // namespace r1
