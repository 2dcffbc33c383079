#include "tensor/tensor.h"

#include <atomic>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace r1 {
namespace {

uint64_t NextTensorId() {
  static std::atomic<uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

Shape::Shape(std::span<const int64_t> dims) : rank_(static_cast<int>(dims.size())) {
  Require(dims.size() <= kMaxRank, "shape: at most ", kMaxRank, " dimensions, got ", dims.size());
  for (int i = 0; i < rank_; ++i) {
    Require(dims[i] >= 0, "shape: dimension ", i, " must not be negative, got ", dims[i]);
    dims_[i] = dims[i];
  }
}

int64_t Shape::numel() const {
  int64_t n = 1;
  for (int i = 0; i < rank_; ++i)
    if (__builtin_mul_overflow(n, dims_[i], &n)) Fail(ErrorCode::kInvalidArgument, "shape ", *this, ": too many elements");
  return n;
}

bool operator==(const Shape& a, const Shape& b) {
  if (a.rank_ != b.rank_) return false;
  for (int i = 0; i < a.rank_; ++i)
    if (a.dims_[i] != b.dims_[i]) return false;
  return true;
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  out << '[';
  for (int i = 0; i < shape.rank(); ++i) out << (i ? ", " : "") << shape[i];
  return out << ']';
}

Tensor Tensor::Empty(Allocator& allocator, Shape shape, DType dtype) {
  const int64_t n = shape.numel(), elements = DTypeBlockElements(dtype);
  Require(n % elements == 0, "tensor ", shape, ": ", DTypeName(dtype), " stores ", elements, " elements together");
  int64_t bytes;
  if (__builtin_mul_overflow(n / elements, static_cast<int64_t>(DTypeBlockBytes(dtype)), &bytes))
    Fail(ErrorCode::kInvalidArgument, "tensor ", shape, " ", DTypeName(dtype), ": too large");
  Tensor t;
  t.storage_ = allocator.Allocate(static_cast<size_t>(bytes));
  t.data_ = t.storage_.get();
  t.id_ = NextTensorId();
  t.shape_ = shape;
  t.dtype_ = dtype;
  return t;
}

Tensor Tensor::Zeros(Allocator& allocator, Shape shape, DType dtype) {
  Tensor t = Empty(allocator, shape, dtype);
  std::memset(t.data_, 0, t.bytes());
  return t;
}

Tensor Tensor::Borrow(std::shared_ptr<void> owner, void* data, Shape shape, DType dtype) {
  Tensor t;
  t.storage_ = std::move(owner);
  t.data_ = data;
  t.id_ = NextTensorId();
  t.shape_ = shape;
  t.dtype_ = dtype;
  return t;
}

Tensor Tensor::View(Shape shape) const {
  Require(shape.numel() == numel(), "view: ", shape, " has another number of elements than ", shape_);
  Tensor t = *this;
  t.shape_ = shape;
  return t;
}

Tensor Tensor::Rows(int64_t begin, int64_t end) const {
  Require(rank() >= 1 && 0 <= begin && begin <= end && end <= dim(0), "rows: [", begin, ", ", end, ") is outside ", shape_);
  int64_t dims[Shape::kMaxRank];
  for (int i = 0; i < rank(); ++i) dims[i] = dim(i);
  dims[0] = end - begin;
  Tensor t = *this;
  t.shape_ = Shape(std::span<const int64_t>(dims, static_cast<size_t>(rank())));
  const int64_t row = dim(0) ? numel() / dim(0) : 0;
  t.data_ = static_cast<char*>(data_) + DTypeBytes(dtype_, begin * row);
  return t;
}

}  // namespace r1
