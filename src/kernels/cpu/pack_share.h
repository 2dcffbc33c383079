// Deals the vectors of a block's `next` (kernels.h) out to its tiles. A tile packs one column of vectors, a row in each step, and
// asks for the lines of the column after it, evenly over the tiles in between. A step has room for that: it waits for its
// multiply-adds alone (24 of them take 12 cycles, one vector more costs a fifth of a cycle from the first cache, two from the
// second).
#pragma once

#include "kernels/cpu/pack_rows.h"

namespace r1::R1_ISA {

// What one tile packs and asks for.
struct PackShare {
  int64_t rows = 0;
  const float* source = nullptr;
  int64_t source_step = 0;  // from a row's source to the next one's
  float* packed = nullptr;
  int64_t packed_stride = 0;
  const float* ask = nullptr;
  int64_t ask_step = 0;
  int ask_shift = 0;  // a row in every 2^ask_shift steps

  __attribute__((always_inline)) void operator()(int64_t k) const {
    if (k < rows) Store(packed + k * packed_stride, Load(source + k * source_step));
    __builtin_prefetch(ask + (k >> ask_shift) * ask_step, 0, 2);  // to the second level: the first has no room to spare
  }
};

class PackDealer {
 public:
  // nearby: any memory that is in use; where there is nothing to ask for, a tile asks for that (an address that is none costs
  // more).
  PackDealer(const PackRows (&jobs)[2], int64_t tiles, int64_t steps, const void* nearby)
      : jobs_(jobs), tiles_(tiles), steps_(steps), ask_(static_cast<const float*>(nearby)) {
    for (const PackRows& job : jobs)
      if (Vectors(job) > 0) columns_ += Vectors(job) * ((job.rows + steps - 1) / steps);
    at_.job = NextJob(0);
    due_ = Due(0);
    Ask();
  }

  // For the next tile.
  PackShare Next() {
    PackShare share;
    if (tile_ >= due_ && at_.job < 2) {
      const PackRows& job = jobs_[at_.job];
      share.rows = RowsAt(at_);
      share.source_step = job.stride;
      share.source = SourceAt(job, at_.vector, at_.row);
      share.packed_stride = job.packed_stride;
      share.packed = PackedAt<float>(job, at_.vector) + at_.row * job.packed_stride;
      at_ = After(at_);
      due_ = Due(++dealt_);
      Ask();
    }
    share.ask = ask_, share.ask_step = ask_step_, share.ask_shift = ask_shift_;
    ask_ += (steps_ >> ask_shift_) * ask_step_;
    if (++asked_ == 1 << ask_shift_) ask_ -= asked_ * (steps_ >> ask_shift_) * ask_step_, ask_step_ = 0;
    ++tile_;
    return share;
  }

  // Packs what no tile had room for, and what is no whole vector.
  void Finish() {
    for (; at_.job < 2; at_ = After(at_)) PackPart(jobs_[at_.job], at_.vector, at_.vector + 1, at_.row, at_.row + RowsAt(at_));
    for (const PackRows& job : jobs_) PackPart(job, Vectors(job), (job.cols + 15) / 16, 0, job.rows);
  }

 private:
  struct Place {
    int job = 0;
    int64_t vector = 0, row = 0;
  };

  // As many as go to tiles: whole ones, where a tile leaves registers.
  static int64_t Vectors(const PackRows& job) { return kVectorRegisters >= 32 && job.rows > 0 ? job.cols / 16 : 0; }
  // The first job from this one on of which tiles have a part; 2 if there is none.
  int NextJob(int job) const {
    for (; job < 2; ++job)
      if (Vectors(jobs_[job]) > 0) return job;
    return 2;
  }
  int64_t RowsAt(const Place& at) const {
    const int64_t left = jobs_[at.job].rows - at.row;
    return left < steps_ ? left : steps_;
  }
  Place After(Place at) const {
    at.row += steps_;
    if (at.row < jobs_[at.job].rows) return at;
    at.row = 0;
    if (++at.vector < Vectors(jobs_[at.job])) return at;
    at.vector = 0;
    at.job = NextJob(at.job + 1);
    return at;
  }
  // The tile that packs column i.
  int64_t Due(int64_t i) const { return (i + 1) * tiles_ / (columns_ + 1); }

  // From now on tiles ask for the column at_.
  void Ask() {
    ask_step_ = 0, ask_shift_ = 0, asked_ = 0;
    if (at_.job >= 2) return;
    const PackRows& job = jobs_[at_.job];
    while (int64_t{2} << ask_shift_ <= due_ - tile_) ++ask_shift_;
    ask_step_ = job.stride;
    ask_ = SourceAt(job, at_.vector, at_.row);
  }

  const PackRows (&jobs_)[2];
  int64_t tiles_, steps_, columns_ = 0, tile_ = 0, dealt_ = 0, due_;
  Place at_;
  const float* ask_;
  int64_t ask_step_ = 0;
  int ask_shift_ = 0, asked_ = 0;
};

// Where A lies in rows there is nothing to pack.
struct PacksNothing {
  __attribute__((always_inline)) void operator()(int64_t) const {}
};
struct DealsNothing {
  DealsNothing(const PackRows (&)[2], int64_t, int64_t, const void*) {}
  PacksNothing Next() { return {}; }
  void Finish() {}
};

}  // namespace r1::R1_ISA
