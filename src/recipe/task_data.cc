#include "recipe/task_data.h"

#include "base/sha256.h"
#include "data/records.h"
#include "hub/data_set_name.h"

namespace r1 {

std::vector<TaskShare> WithStoredData(std::vector<TaskShare> shares) {
  for (TaskShare& share : shares)
    for (std::string* path : {&share.data, &share.held_out_data}) *path = DataPath(*path);
  return shares;
}

std::string TaskDataHashes(const std::vector<TaskShare>& shares) {
  std::string hashes;
  for (const TaskShare& share : WithStoredData(shares))
    for (const std::string& path : {share.data, share.held_out_data})
      if (!path.empty())
        for (const DataFile& file : DataFiles(path)) hashes += Sha256HexOfFile(file.path) + "\n";
  return hashes;
}

void CheckTaskData(const std::vector<TaskShare>& shares, Split split) {
  for (const TaskShare& share : WithStoredData(shares))
    if (!share.data.empty()) QuestionFile(share.data, share.held_out_data, split);
}

}  // namespace r1
