// How long it takes to hand work to other threads: the floor of a product that is over in a microsecond.
#pragma once

namespace r1 {

// Seconds from a word written for `threads` - 1 other threads until all of them have answered, with nothing done in between: a
// cache line there and another back, which no thread pool undercuts. Median over about `seconds`; 0 for one thread.
double HandOverSeconds(int threads, double seconds);

}  // namespace r1
