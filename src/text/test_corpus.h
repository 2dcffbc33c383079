// A small text for tests: a few hundred words of prose and sums, written for this purpose.
#pragma once

#include <string>
#include <vector>

namespace r1 {

inline std::vector<std::string> TestCorpus() {
  const std::vector<std::string> names = {"Mira", "Otto", "Lena", "Paul"};
  const std::vector<std::string> things = {"apples", "stones", "letters", "marbles"};
  std::vector<std::string> documents;
  for (int i = 0; i < 200; ++i) {
    const std::string& name = names[static_cast<size_t>(i) % 4];
    const std::string& thing = things[static_cast<size_t>(i / 4) % 4];
    const int a = 3 + i % 17, b = 2 + i % 11;
    documents.push_back(name + " has " + std::to_string(a) + " " + thing + ". The neighbour brings " + std::to_string(b) +
                        " more " + thing + ". How many " + thing + " does " + name + " have now?\nFirst " + std::to_string(a) +
                        "+" + std::to_string(b) + "=" + std::to_string(a + b) + ". The answer is " + std::to_string(a + b) + ".\n");
    documents.push_back("In the morning " + name + " walks to the river and counts the " + thing + " by the bridge.");
  }
  return documents;
}

}  // namespace r1
