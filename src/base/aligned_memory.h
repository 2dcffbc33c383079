// Memory for large arrays. Every block starts at a cache line; one of 2 MiB or more starts at a 2 MiB boundary and asks the kernel
// for huge pages: with pages of 4 KiB a matrix product spends 5 to 15% of its time on address translation (most in a virtual
// machine).
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace r1 {

// Uninitialized; freed with std::free. Throws kResourceExhausted.
void* AllocateAligned(size_t bytes);

// The same with an owner.
inline std::shared_ptr<void> AllocateAlignedShared(size_t bytes) { return {AllocateAligned(bytes), std::free}; }

}  // namespace r1
