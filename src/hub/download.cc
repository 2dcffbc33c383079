#include "hub/download.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/sha256.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;

int64_t SizeOrZero(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(size);
}

// The name holds the contents that are meant, so that what an older state of the repository left is never continued.
std::string PartPath(const Download& download) {
  return download.path + "." + (download.file.sha256.empty() ? "" : download.file.sha256.substr(0, 12) + ".") + "part";
}

void Remove(const std::string& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

// The .part: one process writes it, and all that is in it counts in the hash.
class PartFile {
 public:
  explicit PartFile(const std::string& path) : path_(path) {
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd_ < 0) FailErrno("create", path, errno);
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      ::close(fd_);
      Fail(ErrorCode::kIo, path, ": another r1 is downloading this file");
    }
  }
  ~PartFile() { ::close(fd_); }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  // Hashes what an earlier download left.
  void ReadExisting(int64_t most) {
    std::string buffer(1 << 20, '\0');
    for (ssize_t n; (n = ::pread(fd_, buffer.data(), buffer.size(), bytes_)) != 0;) {
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) FailErrno("read", path_, errno);
      ThrowIfInterrupted();
      hash_.Update(buffer.data(), static_cast<size_t>(n));
      bytes_ += n;
    }
    if (bytes_ > most) StartOver();
  }
  void StartOver() {
    if (::ftruncate(fd_, 0) != 0) FailErrno("truncate", path_, errno);
    bytes_ = 0;
    hash_ = Sha256();
  }
  void Write(std::string_view piece) {
    hash_.Update(piece);
    while (!piece.empty()) {
      const ssize_t n = ::pwrite(fd_, piece.data(), piece.size(), bytes_);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) FailErrno("write", path_, errno);
      bytes_ += n;
      piece.remove_prefix(static_cast<size_t>(n));
    }
  }
  void Sync() {
    if (::fsync(fd_) != 0) FailErrno("write", path_, errno);
  }
  int64_t bytes() const { return bytes_; }
  std::string HexOnce() { return hash_.Hex(); }

 private:
  std::string path_;
  int fd_ = -1;
  int64_t bytes_ = 0;
  Sha256 hash_;
};

// Where a 206 begins, by "bytes 100-199/200"; -1 if it does not say.
int64_t RangeBegin(const HttpResponse& response) {
  const auto found = response.headers.find("content-range");
  int64_t begin = -1;
  if (found == response.headers.end() || !found->second.starts_with("bytes ")) return -1;
  const char* const text = found->second.c_str() + 6;
  std::from_chars(text, found->second.c_str() + found->second.size(), begin);
  return begin;
}

// The SHA-256 that the server states for what it sends, if it does: large files have it as their ETag.
std::string StatedSha256(const HttpResponse& response) {
  for (const char* const name : {"x-linked-etag", "etag"}) {
    const auto found = response.headers.find(name);
    if (found == response.headers.end()) continue;
    std::string tag = found->second;
    if (tag.starts_with("W/")) tag.erase(0, 2);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
    if (tag.size() == 64) return tag;
  }
  return "";
}

}  // namespace

int64_t BytesAlreadyHere(const Download& download) {
  const int64_t whole = SizeOrZero(download.path);
  if (whole == download.file.bytes) return whole;
  const int64_t part = SizeOrZero(PartPath(download));
  return part <= download.file.bytes ? part : 0;
}

void DownloadFile(Hub& hub, const Download& download, const std::function<void(int64_t)>& progress) {
  const HubFile& file = download.file;
  // A small file without a stated hash may have changed at equal size, and costs nothing to fetch again.
  if (!file.sha256.empty() && fs::is_regular_file(download.path) && SizeOrZero(download.path) == file.bytes &&
      Sha256HexOfFile(download.path) == file.sha256)
    return progress(file.bytes);

  const std::string part_path = PartPath(download);
  PartFile part(part_path);
  if (file.sha256.empty()) {
    part.StartOver();  // nothing would tell a mixture of two states
  } else {
    part.ReadExisting(file.bytes);
  }
  progress(part.bytes());
  const std::string what = download.repo + "/" + file.path;
  int retries = 0;  // since the last new byte
  while (part.bytes() < file.bytes || file.bytes == 0) {
    const int64_t before = part.bytes();
    const HttpResponse response = hub.http().Get(
        {.url = hub.FileUrl(download.repo, download.commit, file.path), .token = hub.config().token, .range_begin = before},
        [&](std::string_view piece) {
          if (part.bytes() + static_cast<int64_t>(piece.size()) > file.bytes) {
            Remove(part_path);
            Fail(ErrorCode::kDataLoss, what, ": the server sends more than the ", file.bytes, " bytes it promised; removed");
          }
          part.Write(piece);
          progress(part.bytes());
        },
        [&](const HttpResponse& head) {
          if (const std::string stated = StatedSha256(head); !stated.empty() && !file.sha256.empty() && stated != file.sha256)
            Fail(ErrorCode::kDataLoss, what, ": the server has other contents now than its list says; run the command again");
          // A server that ignores the range, or answers another one, sends from the start.
          if (head.status == 206 && RangeBegin(head) != part.bytes())
            Fail(ErrorCode::kDataLoss, what, ": asked for bytes from ", part.bytes(), ", the server sends from ", RangeBegin(head));
          if (head.status == 200 && part.bytes() > 0) part.StartOver();
        });
    const bool success = response.failure.empty() && (response.status == 200 || response.status == 206);
    if (success && file.bytes == 0) break;
    if (part.bytes() >= file.bytes) break;
    if (response.status == 416) part.StartOver();
    if (!success && !response.transient && response.status != 416) hub.FailFor(response, download.repo, what);
    // Cut short, refused for now, or an answer that ended early.
    retries = part.bytes() > before ? 1 : retries + 1;
    if (retries > hub.config().retries) {
      if (!success) hub.FailFor(response, download.repo, what);
      Fail(ErrorCode::kIo, what, ": the server stops after ", part.bytes(), " of ", file.bytes, " bytes");
    }
    WaitBeforeRetry(retries);
  }
  if (!file.sha256.empty())
    if (const std::string hash = part.HexOnce(); hash != file.sha256) {
      Remove(part_path);
      Fail(ErrorCode::kDataLoss, what, ": damaged on the way (SHA-256 ", hash.substr(0, 12), "..., expected ",
           file.sha256.substr(0, 12), "...); removed, run the command again");
    }
  part.Sync();
  std::error_code error;
  fs::rename(part_path, download.path, error);
  if (error) FailErrno("rename", part_path, error.value());
  FsyncDir(ParentDir(download.path));
}

}  // namespace r1
