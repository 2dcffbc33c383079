// How a data set on a hub is named on the command line: datasets/OWNER/NAME, and for some of its files datasets/OWNER/NAME:FILE,
// where FILE may also be a folder of it or a pattern such as main/test-*.parquet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/model_name.h"

namespace r1 {

struct DataSetName {
  std::string repo;   // "OWNER/NAME"
  std::string files;  // what stands behind the colon; "" if nothing does

  // None if the text is not of this form, as of ModelName.
  static std::optional<DataSetName> Parse(std::string_view text);
};

// Which files of a repository to download: those that are meant, or all files of records (base/data_ending.h) without the hub's own
// descriptions. Throws kNotFound saying what there is.
std::vector<HubFile> ChooseDataFiles(const DataSetName& name, const std::vector<HubFile>& files);

// Where downloaded data sets are: R1_DATASETS, or r1/datasets in the user's cache ($XDG_CACHE_HOME, ~/.cache). A folder for each,
// by its name. Throws kInvalidArgument if none of these is set.
std::string StoredDataSetDir(const std::string& repo);

// What stands for a downloaded data set as a path: its folder, or FILE in it, which may be a pattern. Nothing if the text is no
// such name. Throws kNotFound, with the command that downloads it, if it is not there.
std::optional<std::string> FindStoredDataSet(std::string_view text);

// What a user types for data, as a path that data/records.h reads: a path that is there, as it is; else what FindStoredDataSet
// says; any other text is left to whoever opens it.
std::string DataPath(const std::string& text);

}  // namespace r1
