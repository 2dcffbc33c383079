// Tasks that threads claim one by one, each thread with scratch memory of its own.
#pragma once

#include <algorithm>
#include <atomic>

#include "ops/exec_context.h"
#include "tensor/tensor.h"

namespace r1::ops {

// Calls task(index, scratch) once for every index in [0, num_tasks); scratch: `floats` floats at the start of a cache line.
template <class Task>
void ForEachTask(ExecContext& ctx, int64_t num_tasks, int64_t floats, Task task) {
  const int64_t workers = std::min<int64_t>(ctx.pool.num_threads(), num_tasks), stride = (floats + 15) / 16 * 16;
  Tensor scratch = Tensor::Empty(ctx.allocator, {workers, stride});
  std::atomic<int64_t> next{0};
  ctx.pool.Run(workers, [&](int64_t worker) {
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < num_tasks;) task(i, scratch.f32() + worker * stride);
  });
}

}  // namespace r1::ops
