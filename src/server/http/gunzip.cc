#include "server/http/gunzip.h"

#include "base/ascii.h"
#include "base/error.h"
#include "base/inflate.h"

namespace r1::http {

std::string Gunzip(std::string_view gzip, size_t num_bytes) {
  std::string content = Inflate(gzip, num_bytes, "gzip");
  Require(content.size() == num_bytes, "gzip: of ", content.size(), " bytes, not ", num_bytes);
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
