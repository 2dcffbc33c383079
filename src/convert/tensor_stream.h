// Moves one tensor from the type it is stored in to another, a few million elements at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string_view>

#include "base/thread_pool.h"
#include "tensor/tensor.h"

namespace r1 {

// What changing types cost, summed over the tensors that became one type.
struct TypeStats {
  int64_t tensors = 0, elements = 0;
  uint64_t bytes = 0;
  double squared_error = 0, squared_values = 0;
  double RelativeError() const;  // root of error over values
};
using TypeTable = std::map<DType, TypeStats>;

// Calls write(data, bytes) for the tensor's bytes as `dtype`, in order. Bytes as they are where the type is the same. The same
// bytes with any number of threads. Throws kDataLoss naming the tensor if a value that must be rounded is not finite, or too large
// for the type.
void StreamTensor(ThreadPool& pool, const Tensor& tensor, DType dtype, std::string_view name, TypeTable& table,
                  const std::function<void(const void*, size_t)>& write);

}  // namespace r1
