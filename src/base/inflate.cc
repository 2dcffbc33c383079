#include "base/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace r1 {

std::string Inflate(std::string_view packed, size_t max_bytes, std::string_view what) {
  z_stream stream = {};
  constexpr int kZlibOrGzip = 15 + 32;  // the largest window, and the header tells which
  if (inflateInit2(&stream, kZlibOrGzip) != Z_OK) Fail(ErrorCode::kResourceExhausted, what, ": no memory to unpack it");
  const struct End {
    z_stream* stream;
    ~End() { inflateEnd(stream); }
  } end{&stream};
  std::string text;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  size_t left = packed.size();
  char piece[1 << 14];
  int status = Z_OK;
  while (true) {
    stream.avail_in = static_cast<uInt>(std::min<size_t>(left, std::numeric_limits<uInt>::max()));
    const size_t given = stream.avail_in;
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof(piece);
    status = inflate(&stream, Z_NO_FLUSH);
    left -= given - stream.avail_in;
    const size_t came = sizeof(piece) - stream.avail_out;
    if (came > max_bytes - text.size()) Fail(ErrorCode::kDataLoss, what, ": unpacks to more than ", max_bytes, " bytes");
    text.append(piece, came);
    if (status == Z_STREAM_END) {
      if (left == 0) return text;
      const bool gzip = packed.starts_with("\x1f\x8b");
      if (!gzip || inflateReset(&stream) != Z_OK) Fail(ErrorCode::kDataLoss, what, ": ", left, " bytes lie behind its packed data");
    } else if (status != Z_OK || (left == 0 && came == 0)) {
      Fail(ErrorCode::kDataLoss, what, ": ", left == 0 ? "its packed data is cut off" : "its packed data is damaged");
    }
  }
}

}  // namespace r1
