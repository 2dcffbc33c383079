// What is under way, by the id of the answer: for those who steer an answer while it grows, and for /slots.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/request_record.h"

namespace r1 {

// Thread-safe.
class LiveRequests {
 public:
  void Add(std::shared_ptr<RequestRecord> record);
  void Remove(const std::string& id);  // all jobs of that answer

  // The jobs of one answer; id as clients see it ("chatcmpl-...") or without what stands before it. Empty if nothing of that id
  // runs, or if it belongs to another key: nobody learns which.
  std::vector<std::shared_ptr<RequestRecord>> Find(std::string_view id, int key) const;
  // All, in order of their tickets.
  std::vector<std::shared_ptr<RequestRecord>> List() const;

 private:
  mutable std::mutex mutex_;
  std::multimap<std::string, std::shared_ptr<RequestRecord>, std::less<>> records_;
};

}  // namespace r1
