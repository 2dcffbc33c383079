#include "grammar/string_formats.h"

namespace r1 {
namespace {

std::string Group(std::string pattern) { return "(?:" + std::move(pattern) + ")"; }

// 29 February in leap years only. There is no year 0.
std::string Date() {
  const std::string year = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)";
  const std::string day =
      "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
  const std::string leap_year = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)";
  return Group(year + "-" + day + "|" + leap_year + "-02-29");
}

std::string Time() {
  const std::string minutes = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
  return minutes + ":[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-]" + minutes + ")";
}

// RFC 3339, appendix A: units that are left out are left out at the ends.
std::string Duration() {
  const std::string n = "[0-9]{1,9}";
  const std::string date = Group(n + "D|" + n + "M(?:" + n + "D)?|" + n + "Y(?:" + n + "M(?:" + n + "D)?)?");
  const std::string time = "T" + Group(n + "S|" + n + "M(?:" + n + "S)?|" + n + "H(?:" + n + "M(?:" + n + "S)?)?");
  return "P" + Group(date + "(?:" + time + ")?|" + time + "|" + n + "W");
}

std::string Hostname() {
  const std::string label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?";
  return label + "(?:\\." + label + "){0,6}";
}

std::string Ipv4() {
  const std::string byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  return byte + "(?:\\." + byte + "){3}";
}

// Eight groups, or :: in place of at least one.
std::string Ipv6() {
  const std::string group = "[0-9A-Fa-f]{1,4}", next = "(?:" + group + ":)", more = "(?::" + group + ")";
  std::string pattern = next + "{7}" + group + "|::|" + next + "{1,7}:";
  for (int before = 0; before <= 6; ++before) {
    const std::string rest = more + "{1," + std::to_string(before == 0 ? 7 : 7 - before) + "}";
    pattern += "|" + (before == 0 ? ":" + rest : next + "{" + std::to_string(before) + "}" + rest);
  }
  return Group(pattern);
}

std::string Uri() {
  const std::string character = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
  return "[A-Za-z][A-Za-z0-9+.-]{0,15}://" + Hostname() + "(?::[0-9]{1,4})?(?:/" + character + "*)*(?:\\?" + character + "*)?(?:#" +
         character + "*)?";
}

}  // namespace

std::optional<std::string> FormatPattern(std::string_view format) {
  std::string pattern;
  if (format == "date") pattern = Date();
  if (format == "time") pattern = Time();
  if (format == "date-time") pattern = Date() + "T" + Time();
  if (format == "duration") pattern = Duration();
  if (format == "uuid") pattern = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
  if (format == "email") pattern = "[A-Za-z0-9_+-]{1,32}(?:\\.[A-Za-z0-9_+-]{1,16}){0,3}@" + Hostname() + "\\.[A-Za-z]{2,8}";
  if (format == "hostname") pattern = Hostname();
  if (format == "ipv4") pattern = Ipv4();
  if (format == "ipv6") pattern = Ipv6();
  if (format == "uri") pattern = Uri();
  if (pattern.empty()) return std::nullopt;
  return "^" + pattern + "$";
}

}  // namespace r1
