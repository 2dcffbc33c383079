// metrics.jsonl: one JSON object per line, each with "step", the run's global step, which never decreases. Opening it after a
// resume drops what the run will write again, so the file ends up as if the run had never stopped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/append_file.h"

namespace r1 {

class MetricsLog {
 public:
  // Keeps the leading lines whose step is at most `keep_through_step` and cuts the file at the first line beyond it or without a
  // readable step (a line torn by a crash). -1 starts afresh.
  MetricsLog(const std::string& path, int64_t keep_through_step);

  // `json_object` is one object on one line, as JsonWriter makes it, with a "step".
  void Append(std::string_view json_object);
  // Call before a checkpoint becomes visible: a resumed run must find the lines of the steps it will not repeat.
  void Sync() { file_.Sync(); }

 private:
  AppendFile file_;
};

}  // namespace r1
