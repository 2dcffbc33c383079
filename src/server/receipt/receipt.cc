#include "server/receipt/receipt.h"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "base/config_value.h"
#include "base/json_writer.h"
#include "server/api_error.h"

namespace r1 {
namespace {

using nlohmann::json;

constexpr int64_t kVersion = 1;
constexpr size_t kTraceChars = 4;  // a token
constexpr size_t kMostShown = 60;

void PutLittleEndian(uint32_t value, char* bytes) {
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
}

void AppendBase64(uint32_t bits24, std::string& out) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int shift = 18; shift >= 0; shift -= 6) out += kDigits[bits24 >> shift & 63];
}

std::string Text(const JsonObject& object, const char* name) {
  auto text = object.String(name);
  if (!text) throw InvalidRequest(object.Path(name) + " is missing", object.Path(name), "missing_required_parameter");
  return *std::move(text);
}

JsonObject Member(const JsonObject& object, const char* name) {
  auto member = object.Object(name);
  if (!member) throw InvalidRequest(object.Path(name) + " is missing", object.Path(name), "missing_required_parameter");
  return *std::move(member);
}

std::string Shown(const json* value) {
  if (value == nullptr) return "absent";
  std::string text = value->dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > kMostShown) text = text.substr(0, kMostShown) + "...";
  return text;
}

std::string Differs(std::string_view what, std::string_view given, std::string_view ours) {
  return StrCat(what, " is ", given, " in the receipt and ", ours, " here");
}

}  // namespace

void Receipt::Write(JsonWriter& out) const {
  out.BeginObject().Field("version", kVersion).Field("program", program).Field("weights_sha256", weights_sha256);
  out.Field("arithmetic", arithmetic).Key("prompt").BeginObject().Field("tokens", prompt_tokens).Field("sha256", prompt_sha256);
  out.EndObject().Key("sampling").Raw(sampling).Key("choices").BeginArray();
  for (const ReceiptChoice& choice : choices) {
    out.BeginObject().Field("tokens", choice.num_tokens).Field("finish_reason", choice.finish_reason);
    out.Field("sha256", choice.sha256).Field("trace", choice.trace);
    if (choice.closed_at >= 0) out.Field("closed_at", choice.closed_at);
    out.EndObject();
  }
  out.EndArray().EndObject();
}

std::string Receipt::Json() const {
  JsonWriter out;
  Write(out);
  return out.text();
}

Receipt ParseReceipt(const JsonObject& object) {
  const int64_t version = object.Integer("version", 0, INT32_MAX).value_or(0);
  if (version != kVersion)
    throw InvalidRequest(StrCat(object.Path("version"), " must be ", kVersion, ", got ", version), object.Path("version"));
  Receipt receipt;
  receipt.program = Text(object, "program");
  receipt.weights_sha256 = Text(object, "weights_sha256");
  receipt.arithmetic = Text(object, "arithmetic");
  const JsonObject prompt = Member(object, "prompt");
  receipt.prompt_tokens = prompt.Integer("tokens", 0, INT32_MAX).value_or(0);
  receipt.prompt_sha256 = Text(prompt, "sha256");
  receipt.sampling = Member(object, "sampling").value().dump(-1, ' ', false, json::error_handler_t::replace);
  const json* choices = object.Array("choices");
  if (choices == nullptr)
    throw InvalidRequest(object.Path("choices") + " is missing", object.Path("choices"), "missing_required_parameter");
  for (size_t i = 0; i < choices->size(); ++i) {
    const JsonObject choice((*choices)[i], StrCat(object.Path("choices"), "[", i, "]"));
    receipt.choices.push_back({.num_tokens = choice.Integer("tokens", 0, INT32_MAX).value_or(0),
                               .finish_reason = Text(choice, "finish_reason"),
                               .sha256 = Text(choice, "sha256"),
                               .trace = Text(choice, "trace"),
                               .closed_at = choice.Integer("closed_at", -1, INT32_MAX).value_or(-1)});
  }
  return receipt;
}

std::string Sha256OfTokens(std::span<const int32_t> token_ids) {
  Sha256 sha256;
  for (const int32_t id : token_ids) {
    char bytes[4];
    PutLittleEndian(static_cast<uint32_t>(id), bytes);
    sha256.Update(bytes, sizeof bytes);
  }
  return sha256.Hex();
}

std::string SamplingJson(const SamplingParams& sampling, const SamplingContext& context) {
  json all = json::parse(ToJsonText(WriteFields(sampling)));
  all.erase("logprobs");  // only what is reported
  all["n"] = context.n;
  all["max_length"] = context.max_length;
  all["first_draw"] = context.first_draw;
  all["end_token_ids"] = context.end_token_ids;
  all["form_sha256"] = context.form.empty() ? json() : json(Sha256Hex(context.form));
  json bias = json::array();
  for (const LogitBias& row : sampling.logit_bias) bias.push_back({row.token_id, row.bias});
  all["logit_bias"] = std::move(bias);
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

void ReceiptChoiceMaker::Add(int32_t token_id, float logprob) {
  char bytes[8];
  PutLittleEndian(static_cast<uint32_t>(token_id), bytes);
  PutLittleEndian(std::bit_cast<uint32_t>(logprob), bytes + 4);
  sha256_.Update(bytes, sizeof bytes);
  for (const char byte : bytes) running_ = (running_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  AppendBase64(static_cast<uint32_t>(running_ >> 40), choice_.trace);
  ++choice_.num_tokens;
}

ReceiptChoice ReceiptChoiceMaker::Finish(std::string finish_reason) {
  choice_.finish_reason = std::move(finish_reason);
  choice_.sha256 = sha256_.Hex();
  return std::move(choice_);
}

std::string DifferentRequest(const Receipt& given, const Receipt& ours) {
  if (given.prompt_sha256 != ours.prompt_sha256)
    return given.prompt_tokens == ours.prompt_tokens
               ? Differs("the SHA-256 of the prompt's tokens", given.prompt_sha256, ours.prompt_sha256)
               : Differs("the prompt's number of tokens", std::to_string(given.prompt_tokens), std::to_string(ours.prompt_tokens));
  const json theirs = json::parse(given.sampling), mine = json::parse(ours.sampling);
  const auto find = [](const json& object, const std::string& name) {
    const auto it = object.find(name);
    return it == object.end() ? nullptr : &*it;
  };
  for (const json* object : {&mine, &theirs})
    for (const auto& [name, value] : object->items()) {
      const json *a = find(theirs, name), *b = find(mine, name);
      if (a == nullptr || b == nullptr || *a != *b) return Differs("sampling." + name, Shown(a), Shown(b));
    }
  return "";
}

std::string DifferentProgram(const Receipt& given, const Receipt& ours) {
  if (given.weights_sha256 != ours.weights_sha256)
    return Differs("the SHA-256 of the weights", given.weights_sha256, ours.weights_sha256);
  if (given.arithmetic != ours.arithmetic) return Differs("the arithmetic", given.arithmetic, ours.arithmetic);
  if (given.program != ours.program) return Differs("the program", given.program, ours.program);
  return "";
}

std::optional<int64_t> FirstDifference(const ReceiptChoice& given, const ReceiptChoice& ours) {
  const auto [a, b] = std::mismatch(given.trace.begin(), given.trace.end(), ours.trace.begin(), ours.trace.end());
  if (a == given.trace.end() && b == ours.trace.end()) return {};
  return static_cast<int64_t>(static_cast<size_t>(a - given.trace.begin()) / kTraceChars);
}

}  // namespace r1
