# Each *_isa.cc in kernels/cpu is compiled once per instruction set, in a namespace of that set, and exports one table.
# r1_isa_kernels(NAME [ONLY file...] FLAGS flag...): ONLY names the families that gain by this set, dispatch.cc takes the others
# from a lesser one.
function(r1_isa_kernels name)
  cmake_parse_arguments(PARSE_ARGV 1 isa "" "" "ONLY;FLAGS")
  file(GLOB isa_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/kernels/cpu/*_isa.cc)
  if(isa_ONLY)
    list(TRANSFORM isa_ONLY PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/kernels/cpu/ OUTPUT_VARIABLE isa_sources)
    list(TRANSFORM isa_sources APPEND _isa.cc)
  endif()
  add_library(r1_kernels_${name} OBJECT ${isa_sources})
  target_include_directories(r1_kernels_${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_compile_definitions(r1_kernels_${name} PRIVATE R1_ISA=${name} R1_ISA_NAME="${name}")
  # GCC 12 takes the _mm512_undefined_ps() inside its own intrinsics for a use of an uninitialized variable (its bug 105593).
  target_compile_options(r1_kernels_${name} PRIVATE -O3 $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> -Wno-uninitialized ${isa_FLAGS})
  target_sources(r1_kernels PRIVATE $<TARGET_OBJECTS:r1_kernels_${name}>)
endfunction()

r1_isa_kernels(generic)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  r1_isa_kernels(avx2 FLAGS -march=x86-64-v3)
  r1_isa_kernels(avx512 FLAGS -march=x86-64-v4)
  r1_isa_kernels(avx512vnni ONLY quant attention_scores FLAGS -march=x86-64-v4 -mavx512vnni)
  r1_isa_kernels(avx512bf16 ONLY attention_scores attention_values elementwise gemm kv_store pack
                 FLAGS -march=x86-64-v4 -mavx512vnni -mavx512bf16)
  r1_isa_kernels(amx ONLY gemm_tiles pack FLAGS -march=x86-64-v4 -mavx512vnni -mavx512bf16 -mamx-tile -mamx-bf16)
endif()
