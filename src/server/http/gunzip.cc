#include "server/http/gunzip.h"

#include <boost/beast/zlib/inflate_stream.hpp>

#include "base/ascii.h"
#include "base/error.h"

namespace r1::http {
namespace {

constexpr size_t kHeader = 10, kTrailer = 8;  // RFC 1952 without optional fields

}  // namespace

std::string Gunzip(std::string_view gzip, size_t num_bytes) {
  namespace zlib = boost::beast::zlib;
  Require(gzip.size() >= kHeader + kTrailer && gzip.starts_with("\x1f\x8b\x08") && gzip[3] == 0, "not gzip with a bare header");
  uint32_t said = 0;  // the trailer's last word
  for (int i = 1; i <= 4; ++i) said = said << 8 | static_cast<unsigned char>(gzip[gzip.size() - i]);
  Require(said == num_bytes, "gzip: of ", said, " bytes, not ", num_bytes);
  std::string content(num_bytes, '\0');
  zlib::z_params params;
  params.next_in = gzip.data() + kHeader;
  params.avail_in = gzip.size() - kHeader;  // with the trailer: Beast looks a few bits past the end
  params.next_out = content.data();
  params.avail_out = content.size();
  zlib::inflate_stream inflate;
  boost::beast::error_code error;
  inflate.write(params, zlib::Flush::finish, error);
  Require(error == zlib::error::end_of_stream && params.avail_out == 0, "gzip: the content is damaged");
  return content;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const size_t comma = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view item = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    const std::string_view coding = Trim(item.substr(0, item.find(';')), " \t");
    if (coding != "gzip" && coding != "*") continue;
    const size_t q = item.find("q=");
    return q == item.npos || item.substr(q + 2).find_first_of("123456789") != item.npos;
  }
  return false;
}

}  // namespace r1::http
