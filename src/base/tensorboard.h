// TensorBoard event files: scalars and text that `tensorboard --logdir DIR` shows. One file per folder, appended to; after a
// resume, records beyond the resumed step are cut off, so no point appears twice. Format: TFRecord framing (length, masked CRC-32C,
// payload, masked CRC-32C) around `Event` messages in protobuf wire encoding.
//   https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/append_file.h"

namespace r1 {

class TensorBoardWriter {
 public:
  using Clock = std::function<double()>;  // seconds since 1970
  static constexpr const char* kFileName = "events.out.tfevents.0.r1";

  // Opens DIR/kFileName in an existing folder. Keeps the leading records with steps up to `keep_through_step`; -1 starts afresh.
  // Cuts the file at the first damaged record.
  TensorBoardWriter(const std::string& dir, int64_t keep_through_step, Clock clock = UnixSeconds);

  // Steps never decrease over the life of the file.
  void Scalar(int64_t step, std::string_view tag, float value);
  void Scalars(int64_t step, std::span<const std::pair<std::string, float>> values);
  void Text(int64_t step, std::string_view tag, std::string_view text);  // shown as Markdown
  void Sync() { file_.Sync(); }

  static double UnixSeconds();

 private:
  void AppendEvent(std::string_view event);

  AppendFile file_;
  Clock clock_;
};

}  // namespace r1
