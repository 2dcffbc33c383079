// Memory of mapped files, as the operating system sees it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace r1 {

// Lets go of the pages that lie wholly in [data, data + bytes) if they belong to a read-only mapping of a file: they are read again
// when they are touched. Other memory is left alone.
void ForgetMappedPages(const void* data, size_t bytes);

// What this process holds now, mapped files included; 0 if the system does not say.
uint64_t ResidentMemoryBytes();

}  // namespace r1
