#include "data/prose.h"

#include <iterator>
#include <string_view>

#include "data/pick.h"

namespace r1 {
namespace {

struct Person {
  const char* name;
  const char* he;
  const char* his;
  const char* him;
};
constexpr Person kPeople[] = {
    {"Zoe", "She", "her", "her"}, {"Tom", "He", "his", "him"},  {"Ana", "She", "her", "her"},  {"Ben", "He", "his", "him"},
    {"Mia", "She", "her", "her"}, {"Sam", "He", "his", "him"},  {"Lea", "She", "her", "her"},  {"Max", "He", "his", "him"},
    {"Eva", "She", "her", "her"}, {"Leo", "He", "his", "him"},  {"Amy", "She", "her", "her"},  {"Dan", "He", "his", "him"},
    {"Ida", "She", "her", "her"}, {"Paul", "He", "his", "him"}, {"Nina", "She", "her", "her"}, {"Omar", "He", "his", "him"},
};
constexpr const char* kAnimals[] = {"dog", "cat", "bird", "horse", "fox", "mouse", "rabbit", "goat", "duck", "sheep"};
constexpr const char* kPlaces[] = {"the park", "the garden",    "the forest", "the river",  "the market",
                                   "the lake", "the old house", "the sea",    "the school", "the hill"};
constexpr const char* kThings[] = {"a small box", "a red ball",  "an old book", "a blue stone", "a long letter",
                                   "a key",       "a green hat", "a lamp",      "a paper boat", "a warm coat"};
constexpr const char* kWeather[] = {"It was a cold morning.",      "The sun was warm.",         "It rained all day.",
                                    "The wind was strong.",        "Snow lay on the roofs.",    "It was late in the evening.",
                                    "The sky was clear and blue.", "Clouds came from the west."};
constexpr const char* kFeelings[] = {"happy", "tired", "sad", "proud", "hungry", "surprised", "calm"};

// {n} name, {p} He/She, {s} he/she, {h} his/her, {o} him/her, {m} a second name, {a} animal, {l} place, {x} thing, {f} feeling.
constexpr const char* kBegin[] = {"{n} lived in a little town near {l}.",
                                  "One day {n} walked to {l}.",
                                  "{n} woke up early.",
                                  "Long ago there was a {a} that lived by {l}.",
                                  "{n} and {m} were good friends.",
                                  "Every summer {n} went to {l} with {h} mother.",
                                  "There was nobody at {l} but {n}."};
constexpr const char* kMiddle[] = {
    "{p} saw a {a} under a tree.",
    "There {s} found {x}.",
    "The {a} looked at {o} and ran away.",
    "{m} came along and asked what was wrong.",
    "\"Where are you going?\" asked {m}.",
    "\"Come with me,\" said {m}, \"and I will show you something.\"",
    "{p} sat down and ate some bread.",
    "They talked for a long time.",
    "{n} was {f}, but {s} did not say a word.",
    "Behind the door there was {x}.",
    "{p} wanted to take it home, but it was too heavy.",
    "The {a} was small and very quick.",
    "Nobody knew where {x} had come from.",
    "{m} laughed and gave {o} {x}.",
    "{p} put {x} on the table and waited.",
    "A {a} was sleeping in front of the fire.",
    "On the way to {l} they met an old man.",
    "The old man told them a story about a {a} and a king.",
    "Then {s} heard a sound from {l}.",
    "{p} opened the window and looked out.",
};
constexpr const char* kClose[] = {"In the evening {n} went home and was {f}.",
                                  "{n} never forgot that day.",
                                  "After that they were friends for ever.",
                                  "{p} slept well that night.",
                                  "And the {a} is still there.",
                                  "\"Good night,\" said {m}, and closed the door.",
                                  "Then everybody went back to {l}."};
constexpr const char* kHabits[] = {
    "{n} works in a shop near {l}.",
    "{p} likes music and long walks.",
    "In the morning {s} drinks tea with milk.",
    "{h} sister {m} plays the piano.",
    "On Sunday they visit {l}.",
    "{n} has a {a} and loves it very much.",
    "{p} reads a book before {s} sleeps.",
    "In winter {s} stays at home and cooks soup.",
    "{m} thinks that {n} is a good cook.",
    "{p} often writes to {h} friend {m}.",
    "When it rains, {n} wears a green hat.",
    "{h} house is old, but the garden is big.",
};
constexpr const char* kLetter[] = {
    "Thank you for your letter.",
    "The weather here is fine.",
    "We went to {l} yesterday and saw a {a}.",
    "I hope that you are well.",
    "My brother has a new job in the city.",
    "Please tell the others that I miss you all.",
    "The children are at school again.",
    "I found {x} that you left here.",
    "We will come and see you in spring.",
    "Do you still have the {a}?",
    "I am {f} because the holidays are over.",
    "Write soon!",
};
constexpr const char* kFacts[] = {
    "The sun is a star.",
    "The moon goes around the earth.",
    "Water turns to ice when it is very cold.",
    "Birds have wings and most of them can fly.",
    "Fish live in water and cannot live on land.",
    "A horse is bigger than a dog.",
    "Bees make honey from flowers.",
    "Trees lose their leaves in autumn.",
    "Paris is the capital of France.",
    "Rome is the capital of Italy.",
    "Rivers run down to the sea.",
    "Bread is made of flour, water and salt.",
    "Cows eat grass and give milk.",
    "At night one can see the stars.",
    "Iron is heavy and wood is light.",
    "Ships carry people and goods over the sea.",
    "Snow is white and grass is green.",
    "A year begins in winter.",
    "Books are made of paper, and paper is made of wood.",
    "Owls hunt at night and sleep by day.",
    "Rain falls from clouds.",
    "Doctors help people who are ill.",
    "The heart moves the blood through the body.",
    "Bears sleep through the winter.",
    "Gold is a yellow metal.",
    "Spiders have eight legs.",
    "A week has seven days.",
    "Wool comes from sheep.",
    "Salt is found in the sea.",
    "Fire needs air to burn.",
    "The east is where the sun rises.",
    "Children learn to read at school.",
    "Glass is made of sand.",
    "Old people know many stories.",
    "Ducks can swim, walk and fly.",
    "Plants need light and water to grow.",
};

struct Cast {
  Person hero;
  const char* friend_name;
  const char* animal;
  const char* place;
  const char* thing;
  const char* feeling;
};

Cast DrawCast(Rng& rng) {
  Cast cast{Pick(rng, kPeople), "", Pick(rng, kAnimals), Pick(rng, kPlaces), Pick(rng, kThings), Pick(rng, kFeelings)};
  do cast.friend_name = Pick(rng, kPeople).name;
  while (cast.friend_name == std::string_view(cast.hero.name));
  return cast;
}

std::string Sentence(std::string_view pattern, const Cast& cast) {
  std::string he = cast.hero.he;
  he[0] = static_cast<char>(he[0] - 'A' + 'a');
  std::string text = Fill(pattern, {{'n', cast.hero.name},
                                    {'p', cast.hero.he},
                                    {'s', he},
                                    {'h', cast.hero.his},
                                    {'o', cast.hero.him},
                                    {'m', cast.friend_name},
                                    {'a', cast.animal},
                                    {'l', cast.place},
                                    {'x', cast.thing},
                                    {'f', cast.feeling}});
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

void Append(std::string& text, const std::string& sentence) { text += (text.empty() ? "" : " ") + sentence; }

// `count` sentences of a table, none twice (counts are far below the tables' sizes).
template <class Table>
void AppendSome(std::string& text, const Table& table, int64_t count, const Cast& cast, Rng& rng) {
  uint64_t used = 0;
  while (count > 0) {
    const uint64_t i = rng.Below(std::size(table));
    if (used >> i & 1) continue;
    used |= uint64_t{1} << i;
    Append(text, Sentence(table[i], cast));
    --count;
  }
}

}  // namespace

std::string PlainSentence(Rng& rng) {
  switch (rng.Below(3)) {
    case 0: return Pick(rng, kWeather);
    case 1: return Pick(rng, kFacts);
    default: return Sentence(Pick(rng, kHabits), DrawCast(rng));
  }
}

std::string ProseDocument(Rng& rng) {
  const Cast cast = DrawCast(rng);
  std::string text;
  switch (rng.Below(5)) {
    case 0:
    case 1:
      Append(text, Sentence(Pick(rng, kBegin), cast));
      if (Chance(rng, 0.5)) Append(text, Pick(rng, kWeather));
      AppendSome(text, kMiddle, rng.Between(2, 5), cast, rng);
      Append(text, Sentence(Pick(rng, kClose), cast));
      break;
    case 2: AppendSome(text, kHabits, rng.Between(4, 7), cast, rng); break;
    case 3:
      text = "Dear " + std::string(cast.hero.name) + ",";
      AppendSome(text, kLetter, rng.Between(3, 6), cast, rng);
      text += " Yours, " + std::string(cast.friend_name);
      break;
    default: AppendSome(text, kFacts, rng.Between(4, 7), cast, rng);
  }
  return text;
}

namespace {

struct Exchange {
  const char* user;
  const char* assistant;
};
constexpr Exchange kTalk[] = {
    {"Hello!", "Hello! How can I help you?"},
    {"Good morning.", "Good morning! I hope you slept well."},
    {"Hi, how are you?", "I am fine, thank you. And you?"},
    {"My name is {n}.", "Nice to meet you, {n}."},
    {"Do you like music?", "Yes, I like music very much."},
    {"What is your name?", "I am a small model. I have no name yet."},
    {"It is raining again.", "Then take a coat and a hat with you."},
    {"I saw a {a} at {l}.", "How nice! Was the {a} big or small?"},
    {"Where is {m}?", "I think {m} went to {l}."},
    {"I am {f} today.", "Tell me more. What happened?"},
    {"Tell me something about the world.", "{w}"},
    {"Do you know a fact?", "Yes. {w}"},
    {"What is bigger, a horse or a dog?", "A horse is bigger than a dog."},
    {"What is the capital of France?", "Paris is the capital of France."},
    {"Where do fish live?", "Fish live in water."},
    {"Can you tell me a story?", "{q}"},
    {"What did {m} find?", "I believe {m} found {x}."},
    {"What should I do on Sunday?", "Why not go to {l} with {m}?"},
    {"Thank you.", "You are welcome."},
    {"Good night!", "Good night, {n}. Sleep well."},
    {"I have to go now.", "Goodbye, {n}!"},
    {"Is the sea far away?", "No, it is near {l}."},
    {"What do cows eat?", "Cows eat grass."},
    {"Why is it dark?", "It is dark because it is night."},
};

}  // namespace

std::string SmallTalk(Rng& rng) {
  const Cast cast = DrawCast(rng);
  std::string text;
  for (int64_t turns = rng.Between(1, 2); turns > 0; --turns) {
    const Exchange& talk = Pick(rng, kTalk);
    const auto say = [&](std::string_view pattern) -> std::string {
      if (pattern.ends_with("{w}")) return std::string(pattern.substr(0, pattern.size() - 3)) + Pick(rng, kFacts);
      if (pattern == "{q}") {
        std::string story;
        Append(story, Sentence(Pick(rng, kBegin), cast));
        AppendSome(story, kMiddle, rng.Between(1, 2), cast, rng);
        Append(story, Sentence(Pick(rng, kClose), cast));
        return story;
      }
      return Sentence(pattern, cast);
    };
    text += text.empty() ? "User: " : "\nUser: ";
    text += say(talk.user);
    text += "\nAssistant: ";
    text += say(talk.assistant);
  }
  return text;
}

}  // namespace r1
