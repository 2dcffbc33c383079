// Files: read whole, map, write so that a reader sees the old contents or the new ones and never a mixture.
//
// Errors name the path and the system's reason. kNotFound: it is not there. kResourceExhausted: the disk, quota or file size limit
// is full. kIo: everything else the operating system refuses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/temporary.h"

namespace r1 {

// Throws the Error that belongs to an errno value: "cannot <action> <path>: <strerror>".
[[noreturn]] void FailErrno(std::string_view action, const std::string& path, int error_number);

// The whole file. A file above max_bytes is kDataLoss: nothing we read whole is that large, so it is not what it claims to be.
std::string ReadFile(const std::string& path, size_t max_bytes = size_t{1} << 30);

// Makes the names in a folder durable: a rename survives a power cut only after this.
void FsyncDir(const std::string& dir);

// The folder part of a path ("." if there is none).
std::string ParentDir(const std::string& path);

// A read-only mapping. Our writers replace files by rename, so a mapping keeps the contents it was opened with.
class MappedFile {
 public:
  static std::shared_ptr<MappedFile> Open(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::byte* data() const { return data_; }  // page-aligned; null if the file is empty
  size_t size() const { return size_; }
  const std::string& path() const { return path_; }

 private:
  MappedFile() = default;
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
  std::string path_;
};

// Writes beside the target under a temporary name (base/temporary.h). Commit() makes the contents durable and takes the target's
// name in one step; without Commit the temporary file is removed and an older target stays as it was.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void Write(const void* data, size_t bytes);
  void Write(std::string_view text) { Write(text.data(), text.size()); }
  uint64_t bytes_written() const { return bytes_written_; }
  void Commit();

 private:
  std::string path_;
  Temporary temporary_;
  bool committed_ = false;
  uint64_t bytes_written_ = 0;
};

void AtomicWriteFile(const std::string& path, std::string_view contents);

}  // namespace r1
