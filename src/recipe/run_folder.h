// Whether a run may begin, or go on, in a folder: nothing that somebody would miss is written over, and nothing that is there by
// chance becomes part of a run.
#pragma once

#include <string>

#include "recipe/run_state.h"

namespace r1 {

// Whether a run got as far as its first step: one that did not may be begun again, with other settings too. A run may have been
// copied without its checkpoints, as the one that ships was: its logs and rollouts are worth keeping.
bool HoldsProgress(const RunPaths& paths);

// Throws kInvalidArgument if the folder holds a run and `resume` is not set, a run with other settings, none that could be resumed,
// or something of its own under a name that a run would replace.
void RequireOwnFolder(const RunPaths& paths, const Recipe& recipe, bool resume);

// For a run that is to go on and has no checkpoint to go on from: returns if it may never have had one, as when it was killed
// before its first; then it begins again. Throws kDataLoss if checkpoints are there and damaged, or must have been there: to begin
// again would write over logs and models that took hours.
void RequireNoCheckpointLost(const RunPaths& paths, const Recipe& recipe, const LatestCheckpoint& latest);

}  // namespace r1
