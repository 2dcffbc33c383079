// A Tensor is a dense row-major array: dtype, shape and a handle on shared storage. Copying a Tensor copies the handle.
// Views (View, Rows) share storage and stay contiguous; there are no strides.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <span>
#include <string>

#include "base/check.h"
#include "base/dtype.h"
#include "tensor/allocator.h"

namespace r1 {

// Up to four dimensions. Prints as [2, 3].
class Shape {
 public:
  static constexpr int kMaxRank = 4;
  Shape() = default;
  Shape(std::initializer_list<int64_t> dims) : Shape(std::span<const int64_t>(dims.begin(), dims.size())) {}
  explicit Shape(std::span<const int64_t> dims);
  int rank() const { return rank_; }
  int64_t operator[](int i) const { return dims_[i < 0 ? i + rank_ : i]; }
  int64_t numel() const;
  friend bool operator==(const Shape& a, const Shape& b);

 private:
  int rank_ = 0;
  int64_t dims_[kMaxRank] = {};
};
std::ostream& operator<<(std::ostream& out, const Shape& shape);

template <class T>
constexpr DType kDTypeOf = DType::kU8;
template <>
inline constexpr DType kDTypeOf<float> = DType::kF32;
template <>
inline constexpr DType kDTypeOf<uint16_t> = DType::kBF16;
template <>
inline constexpr DType kDTypeOf<int32_t> = DType::kI32;

class Tensor {
 public:
  Tensor() = default;
  // Uninitialized. The storage goes back to the allocator with its last handle.
  static Tensor Empty(Allocator& allocator, Shape shape, DType dtype = DType::kF32);
  static Tensor Zeros(Allocator& allocator, Shape shape, DType dtype = DType::kF32);
  // A view of memory that somebody else keeps alive through `owner` (a mapped file, for one).
  static Tensor Borrow(std::shared_ptr<void> owner, void* data, Shape shape, DType dtype);

  bool defined() const { return storage_ != nullptr; }
  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  int rank() const { return shape_.rank(); }
  int64_t dim(int i) const { return shape_[i]; }
  int64_t numel() const { return shape_.numel(); }
  size_t bytes() const { return DTypeBytes(dtype_, numel()); }

  template <class T>
  T* data() {
    DCHECK(kDTypeOf<T> == dtype_);
    return static_cast<T*>(data_);
  }
  template <class T>
  const T* data() const {
    DCHECK(kDTypeOf<T> == dtype_);
    return static_cast<const T*>(data_);
  }
  float* f32() { return data<float>(); }
  const float* f32() const { return data<float>(); }
  void* raw() { return data_; }
  const void* raw() const { return data_; }

  Tensor View(Shape shape) const;                 // same elements, same order
  Tensor Rows(int64_t begin, int64_t end) const;  // rows [begin, end) of the first dimension
  // How many handles share the storage; 1 means it may be overwritten.
  long use_count() const { return storage_.use_count(); }
  // Names the value on a tape: unique for every Empty or Borrow, shared by copies and by View.
  uint64_t id() const { return id_; }

 private:
  std::shared_ptr<void> storage_;
  void* data_ = nullptr;
  uint64_t id_ = 0;
  Shape shape_;
  DType dtype_ = DType::kF32;
};

}  // namespace r1
