// Some English words for tasks about letters. Changing the list changes those tasks.
#pragma once

#include <string_view>

namespace r1 {

inline constexpr std::string_view kLetterWords[] = {
    "anchor",   "balloon", "banana",  "bottle",     "butter",    "cabbage", "candle",  "carrot",  "castle", "cheese",  "coffee",
    "cottage",  "desert",  "doctor",  "dragon",     "engine",    "feather", "flower",  "forest",  "garden", "giraffe", "glasses",
    "grammar",  "hammer",  "harbour", "helmet",     "island",    "jacket",  "kettle",  "kitchen", "ladder", "lantern", "letter",
    "library",  "marble",  "meadow",  "mirror",     "mountain",  "needle",  "orange",  "paddle",  "pepper", "pillow",  "planet",
    "pocket",   "potato",  "puzzle",  "rabbit",     "raspberry", "ribbon",  "river",   "rocket",  "saddle", "school",  "shadow",
    "silver",   "sparrow", "spider",  "strawberry", "summer",    "sunset",  "teacher", "thunder", "ticket", "tomato",  "turtle",
    "umbrella", "valley",  "village", "violin",     "waterfall", "whistle", "window",  "winter",  "yellow", "zebra"};

}  // namespace r1
