// words: small English word problems about somebody who has some things. Difficulty is the number of operations; "3 bags of 4
// cakes" counts two (a product and a sum). Every sentence stands for one term of a chain, so the answer is the chain's value.
#include <algorithm>
#include <string>

#include "data/pick.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

struct Person {
  const char* name;
  const char* he;
  const char* his;
};
constexpr Person kPeople[] = {
    {"Zoe", "She", "her"}, {"Tom", "He", "his"},   {"Ana", "She", "her"}, {"Ben", "He", "his"},   {"Mia", "She", "her"},
    {"Sam", "He", "his"},  {"Lea", "She", "her"},  {"Max", "He", "his"},  {"Eva", "She", "her"},  {"Leo", "He", "his"},
    {"Amy", "She", "her"}, {"Dan", "He", "his"},   {"Ida", "She", "her"}, {"Jon", "He", "his"},   {"Kim", "She", "her"},
    {"Ali", "He", "his"},  {"Rosa", "She", "her"}, {"Paul", "He", "his"}, {"Nina", "She", "her"}, {"Omar", "He", "his"},
};
constexpr const char* kThings[] = {"cakes", "apples", "books", "coins",  "shells", "stamps", "cards", "eggs", "pens",  "toys",
                                   "nuts",  "beads",  "balls", "stones", "keys",   "cups",   "plums", "hats", "pears", "stars"};

// {n} who has the things, {p} He/She, {h} his/her, {m} somebody else, {t} the things, {a} a number, {b} the second factor.
constexpr const char* kStart[] = {"{n} has {a} {t}.", "{n} starts with {a} {t}.", "In the morning {n} has {a} {t}.",
                                  "There are {a} {t} in {n}'s box.", "{n} counts {h} {t}: there are {a}."};
constexpr const char* kStartBags[] = {"{n} has {a} bags of {b} {t}.", "{n} owns {a} boxes with {b} {t} each.",
                                      "{n} fills {a} boxes with {b} {t} each."};
constexpr const char* kGain[] = {
    "{m} gives {n} {a} {t}.",      "{p} buys {a} more {t}.",         "{p} finds {a} {t} in the park.",   "Then {n} gets {a} more.",
    "{p} wins {a} {t} in a game.", "{h} friend {m} brings {a} {t}.", "After lunch {n} gets {a} new {t}."};
constexpr const char* kLoss[] = {
    "{p} gives {m} {a} {t}.", "{p} loses {a} of them.",        "{m} takes {a} {t} away.",       "{n} sells {a} {t}.",
    "Then {a} {t} break.",    "{p} leaves {a} {t} at school.", "On the way home {n} drops {a}."};
constexpr const char* kGainBags[] = {"{p} buys {a} bags of {b} {t}.", "{m} brings {a} boxes with {b} {t} each.",
                                     "{a} friends give {n} {b} {t} each.", "{p} finds {a} packs of {b} {t}."};
constexpr const char* kLossBags[] = {"{p} gives {a} friends {b} {t} each.", "{p} sells {a} bags of {b} {t}.",
                                     "{m} takes away {a} boxes with {b} {t} each.", "For {a} days {n} uses {b} {t} a day."};
constexpr const char* kDouble[] = {"Then {h} {t} double.", "{m} doubles the number of {t}.", "The next day {n} has twice as many."};
constexpr const char* kTriple[] = {"The next day {n} has three times as many.", "Then {m} makes it three times as many."};
constexpr const char* kShare[] = {"{p} puts them into {a} equal boxes and keeps one box.",
                                  "{p} shares all {t} equally among {a} bags and takes one bag."};
constexpr const char* kMore[] = {"{m} has {a} more {t} than {n}."};
constexpr const char* kFewer[] = {"{m} has {a} fewer {t} than {n}."};
constexpr const char* kTwice[] = {"{m} has twice as many {t} as {n}."};
constexpr const char* kAskNow[] = {"How many {t} does {n} have now?", "How many {t} does {n} have?",
                                   "How many {t} does {n} have in the end?"};
constexpr const char* kAskLeft[] = {"How many {t} are left?", "How many {t} does {n} have left?"};
constexpr const char* kAskOther[] = {"How many {t} does {m} have?"};

struct Story {
  Rng& rng;
  Person person;
  const char* things;
  const char* other = "";
  std::string text;

  template <class Table>
  void Tell(const Table& sentences, int64_t a = 0, int64_t b = 0) {
    std::string sentence = Fill(Pick(rng, sentences), {{'n', person.name},
                                                       {'p', Chance(rng, 0.7) ? person.he : person.name},
                                                       {'h', person.his},
                                                       {'m', other},
                                                       {'t', things},
                                                       {'a', std::to_string(a)},
                                                       {'b', std::to_string(b)}});
    if (sentence[0] == 'h') sentence[0] = 'H';  // "Her friend", "His friend"
    text += (text.empty() ? "" : " ") + sentence;
  }
};

}  // namespace

std::optional<Problem> DrawWords(Rng& rng, int64_t difficulty, int64_t max_value) {
  Story story{rng, Pick(rng, kPeople), Pick(rng, kThings)};
  const auto meet = [&] {
    do story.other = Pick(rng, kPeople).name;
    while (story.other == std::string_view(story.person.name));
  };
  Chain chain;
  int64_t left = difficulty;
  int64_t value = 0;
  const auto put = [&](char op, int64_t a, int64_t b = 1) {
    chain.terms.push_back({op, a, b});
    value = Apply(value, op, a * b);
  };

  meet();
  if (left >= 2 && Chance(rng, 0.2)) {
    put('+', rng.Between(2, 8), rng.Between(2, 9));
    story.Tell(kStartBags, chain.terms[0].a, chain.terms[0].b);
    left -= 1;
  } else {
    put('+', rng.Between(3, std::min<int64_t>(45, max_value / 2)));
    story.Tell(kStart, value);
  }
  bool compares = false;
  while (left > 0) {
    meet();
    const double roll = rng.Uniform();
    const int64_t room = max_value - value;
    if (left == 1 && roll < 0.12) {  // a comparison ends the story: it is about somebody else
      compares = true;
      if (Chance(rng, 0.25) && value <= room) {
        put('*', 2);
        story.Tell(kTwice);
      } else if (Chance(rng, 0.5) && room >= 2) {
        put('+', rng.Between(2, std::min<int64_t>(30, room)));
        story.Tell(kMore, chain.terms.back().a);
      } else if (value >= 3) {
        put('-', rng.Between(2, value - 1));
        story.Tell(kFewer, chain.terms.back().a);
      } else {
        return std::nullopt;
      }
      left -= 1;
    } else if (roll < 0.22) {  // doubling, tripling, sharing
      if (Chance(rng, 0.5)) {
        const int64_t times = Chance(rng, 0.7) ? 2 : 3;
        if (value * times > max_value || value < 2) continue;
        put('*', times);
        times == 2 ? story.Tell(kDouble) : story.Tell(kTriple);
      } else {
        const int64_t parts = rng.Between(2, 5);
        if (value % parts != 0 || value < 2 * parts) continue;
        put('/', parts);
        story.Tell(kShare, parts);
      }
      left -= 1;
    } else if (left >= 2 && roll < 0.5) {  // bags of, friends each
      const int64_t a = rng.Between(2, 6);
      const int64_t b = rng.Between(2, 9);
      const bool gain = Chance(rng, 0.5);
      if (gain ? a * b > room : a * b > value) continue;
      put(gain ? '+' : '-', a, b);
      gain ? story.Tell(kGainBags, a, b) : story.Tell(kLossBags, a, b);
      left -= 2;
    } else {
      const bool gain = Chance(rng, 0.5);
      const int64_t top = std::min<int64_t>(30, gain ? room : value);
      if (top < 2) continue;
      const int64_t a = rng.Between(2, top);
      put(gain ? '+' : '-', a);
      gain ? story.Tell(kGain, a) : story.Tell(kLoss, a);
      left -= 1;
    }
  }
  const bool lost = chain.terms.back().op == '-';
  if (compares) {
    story.Tell(kAskOther);
  } else {
    lost&& Chance(rng, 0.6) ? story.Tell(kAskLeft) : story.Tell(kAskNow);
  }

  Problem problem;
  problem.question = std::move(story.text);
  problem.answer = value;
  problem.difficulty = difficulty;
  problem.kind = compares ? "compare" : lost ? "loss" : "gain";
  problem.subject = story.things;
  problem.key = chain.Key();
  problem.solutions = {SolveChain(chain)};
  return problem;
}

}  // namespace r1
