// Who a run is. As root, runs are user ids that belong to nobody (between those of people and those of services), one for each run
// at a time: no file is theirs, and limits on a user's processes are a run's own.
#pragma once

namespace r1 {

class RunUser {
 public:
  RunUser();
  ~RunUser();
  RunUser(const RunUser&) = delete;
  RunUser& operator=(const RunUser&) = delete;
  int id() const { return id_; }  // -1: this process is no root, and its runs are its user

 private:
  int id_;
};

}  // namespace r1
