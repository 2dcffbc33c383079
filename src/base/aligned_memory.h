// Memory for large arrays, from huge pages where the kernel has them: with pages of 4 KiB a matrix product spends 5 to 15% of its
// time on address translation (most in a virtual machine), and as they come scattered over the machine's memory, what should fit
// the second-level cache may not.
#pragma once

#include <cstddef>
#include <memory>

namespace r1 {

// Uninitialized, at a cache line; blocks of 2 MiB or more at a 2 MiB boundary. Smaller ones from 64 KiB on share huge pages with
// each other. Throws kResourceExhausted.
std::shared_ptr<void> AllocateAligned(size_t bytes);

}  // namespace r1
