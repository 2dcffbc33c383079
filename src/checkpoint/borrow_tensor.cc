#include "checkpoint/borrow_tensor.h"

#include <algorithm>
#include <cstring>

#include "base/aligned_memory.h"

namespace r1 {

Tensor UnpooledTensor(Shape shape, DType dtype) {
  std::shared_ptr<void> memory = AllocateAligned(std::max<size_t>(1, DTypeBytes(dtype, shape.numel())));
  void* data = memory.get();
  return Tensor::Borrow(std::move(memory), data, shape, dtype);
}

Tensor BorrowOrCopy(std::shared_ptr<void> owner, const std::byte* data, Shape shape, DType dtype) {
  const size_t alignment = IsQuantized(dtype) ? alignof(uint16_t) : DTypeSize(dtype);
  if (reinterpret_cast<uintptr_t>(data) % alignment == 0 || shape.numel() == 0)
    return Tensor::Borrow(std::move(owner), const_cast<std::byte*>(data), shape, dtype);
  Tensor copy = UnpooledTensor(shape, dtype);
  std::memcpy(copy.raw(), data, copy.bytes());
  return copy;
}

}  // namespace r1
