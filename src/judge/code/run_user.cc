#include "judge/code/run_user.h"

#include <unistd.h>

#include <mutex>
#include <set>

namespace r1 {
namespace {

class UserIds {
 public:
  int Take() {
    const std::lock_guard lock(mutex_);
    for (int id = kFirst;; ++id) {
      if (taken_.insert(id).second) return id;
    }
  }
  void Return(int id) {
    const std::lock_guard lock(mutex_);
    taken_.erase(id);
  }

 private:
  static constexpr int kFirst = 60800;
  std::mutex mutex_;
  std::set<int> taken_;
};

UserIds& Ids() {
  static UserIds ids;
  return ids;
}

}  // namespace

RunUser::RunUser() : id_(geteuid() == 0 ? Ids().Take() : -1) {}

RunUser::~RunUser() {
  if (id_ >= 0) Ids().Return(id_);
}

}  // namespace r1
