#include "server/live_requests.h"

#include <algorithm>

#include "server/random_id.h"

namespace r1 {

void LiveRequests::Add(std::shared_ptr<RequestRecord> record) {
  std::lock_guard lock(mutex_);
  std::string id = record->id();
  records_.emplace(std::move(id), std::move(record));
}

void LiveRequests::Remove(const std::string& id) {
  std::lock_guard lock(mutex_);
  records_.erase(id);
}

std::vector<std::shared_ptr<RequestRecord>> LiveRequests::Find(std::string_view id, int key) const {
  id = WithoutIdPrefix(id);
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<RequestRecord>> found;
  for (auto [it, end] = records_.equal_range(id); it != end; ++it)
    if (it->second->key == key) found.push_back(it->second);
  return found;
}

std::vector<std::shared_ptr<RequestRecord>> LiveRequests::List() const {
  std::vector<std::shared_ptr<RequestRecord>> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, record] : records_) all.push_back(record);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a->ticket < b->ticket; });
  return all;
}

}  // namespace r1
