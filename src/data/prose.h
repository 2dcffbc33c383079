// Plain English for the corpus, free of arithmetic: short stories, simple facts, descriptions, and small talk between User and
// Assistant. Written for this project; what makes the base model a model of English and not only of sums.
#pragma once

#include <string>

#include "base/rng.h"

namespace r1 {

// Four to eight sentences: a story, a day, a letter, or facts about the world.
std::string ProseDocument(Rng& rng);

// One or two exchanges: "User: Hello!\nAssistant: Hello! How can I help you?".
std::string SmallTalk(Rng& rng);

// One sentence about the weather, an animal or a thing.
std::string PlainSentence(Rng& rng);

}  // namespace r1
