// Tensors that are views of a mapped file.
#pragma once

#include <cstddef>
#include <memory>

#include "tensor/tensor.h"

namespace r1 {

// A view of `data`, kept alive by `owner`, or a copy where `data` is not aligned for the elements.
Tensor BorrowOrCopy(std::shared_ptr<void> owner, const std::byte* data, Shape shape, DType dtype);

// Uninitialized memory outside any allocator, for tensors that are rearranged while they are read. Throws kResourceExhausted.
Tensor UnpooledTensor(Shape shape, DType dtype);

}  // namespace r1
