// What an op runs with. Passed by reference through every forward pass; nothing of it is global.
#pragma once

#include <memory>

#include "base/thread_pool.h"
#include "kernels/kernels.h"
#include "kernels/supported_kernels.h"  // of which a Runtime has one
#include "tensor/allocator.h"

namespace r1 {

class Tape;

struct ExecContext {
  ThreadPool& pool;
  const KernelTable& kernels;
  Allocator& allocator;
  Tape* tape = nullptr;  // present: ops record their gradients
};

// Owns what an ExecContext points to.
struct Runtime {
  explicit Runtime(int num_threads = 0, const KernelTable& table = DefaultKernels())
      : pool(num_threads), kernels(table), allocator(Allocator::Create()) {}
  ExecContext Context(Tape* tape = nullptr) { return {pool, kernels, *allocator, tape}; }

  ThreadPool pool;
  const KernelTable& kernels;
  std::shared_ptr<Allocator> allocator;
};

}  // namespace r1
