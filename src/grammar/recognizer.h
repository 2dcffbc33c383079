// Runs a grammar over bytes, one at a time. All ways in which the bytes so far can be read are followed at once; their stacks form
// a graph whose nodes are shared wherever two stacks go on alike, so that even a wildly ambiguous grammar costs polynomial time and
// memory. Equal situations get equal numbers and each is worked out once, so that running in circles, as inside a string or an
// array of numbers, is one table look-up a byte.
//
// A hostile grammar can still ask for hours. Beyond kMaxWork steps for one byte, further ways of reading are dropped: what is
// accepted then is still what the grammar describes, and can still be completed, but not all that it describes is accepted.
//   Graph-structured stacks: Tomita 1987, https://aclanthology.org/J87-1004. Rules that can match nothing: Aycock and Horspool
//   2002, https://doi.org/10.1093/comjnl/45.6.620. Calls at the end of a rule take no stack, as in Leo 1991,
//   https://doi.org/10.1016/0304-3975(91)90180-A, for the case that matters: lists written with right recursion.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "grammar/grammar.h"
#include "grammar/int_map.h"
#include "grammar/pair_lists.h"

namespace r1 {

class Recognizer {
 public:
  // A situation is a set of items, each a state and a stack: where the next byte may be read. Its number stays valid until Keep.
  static constexpr int32_t kDead = 0;    // no item: the bytes were refused
  static constexpr int32_t kBottom = 0;  // the empty stack
  static constexpr int64_t kMaxWork = 50'000;

  explicit Recognizer(const Grammar& grammar);  // which must outlive it

  int32_t start();
  int32_t Step(int32_t situation, uint8_t byte) {
    const size_t key = static_cast<size_t>(situation) << 8 | byte;
    if (key < tables_.size() && tables_[key] >= 0) return tables_[key];
    return SlowStep(situation, byte);
  }
  int32_t Step(int32_t situation, std::string_view bytes);
  // The bytes so far may be all: what was at the bottom of the stack came to its end.
  bool complete(int32_t situation) const { return kinds_[static_cast<size_t>(situation)].complete; }
  int32_t num_items(int32_t situation) const { return kinds_[static_cast<size_t>(situation)].num_items; }
  // Ascending and without repetition; every state has byte edges.
  std::span<const IntPair> items(int32_t situation) const { return lists_[situation].subspan(complete(situation) ? 1 : 0); }

  // A state of some rule with nothing below it: for what can be said about the state whatever the stack is.
  int32_t Alone(int32_t state);
  // The rule on top of the stack has just come to its end. kDead for kBottom.
  int32_t AfterReturn(int32_t stack);

  int32_t num_situations() const { return lists_.size(); }
  // Of the tables that make it fast; Keep empties them.
  size_t num_transitions() const { return transitions_.size() + tables_.size() / 8; }
  // Forgets all situations but these, whose numbers it updates.
  void Keep(std::span<int32_t*> situations);

 private:
  static constexpr int32_t kCompleteMark = -1;

  int32_t SlowStep(int32_t situation, uint8_t byte);
  int32_t Close();  // the situation of kernel_
  int32_t NumberOf(std::span<const IntPair> list);
  void Add(int32_t state, int32_t stack);
  void Expand(IntPair item);
  int32_t Resolved(int32_t stack) const { return stack >= 0 ? stack : new_stacks_[static_cast<size_t>(~stack)].number; }

  const Grammar& grammar_;
  PairLists stacks_;  // by number: where to go on, (state, stack below); more than one where readings have met
  PairLists lists_;   // by situation: the items, after a mark if complete
  struct Kind {
    int32_t num_items;
    bool complete;
  };
  std::vector<Kind> kinds_;  // by situation
  static constexpr size_t kMaxTables = 1024;
  std::vector<int32_t> tables_;        // transitions of the first situations, 256 each; -1: not worked out yet
  IntMap transitions_;                 // of the others, by situation and byte
  std::vector<int32_t> after_return_;  // by stack; -1: not worked out yet

  // Of one Close, kept for their memory. A stack that is being made is ~its index in new_stacks_.
  struct NewStack {
    int32_t rule, number;
    std::vector<IntPair> returns;
  };
  class ItemSet {  // what Add has been given
   public:
    void Clear();
    bool Insert(IntPair item);  // false: was there

   private:
    std::vector<IntPair> slots_ = std::vector<IntPair>(64);
    std::vector<uint32_t> stamps_ = std::vector<uint32_t>(64);
    uint32_t stamp_ = 0;
    size_t size_ = 0;
  };
  std::vector<IntPair> kernel_, items_;
  std::vector<NewStack> new_stacks_;
  std::vector<int32_t> new_stack_of_rule_;  // index or -1
  ItemSet seen_;
  bool complete_ = false;
  int64_t work_ = 0;
};

}  // namespace r1
