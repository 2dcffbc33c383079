// Which program and which weights answer.
#pragma once

#include <string>

namespace r1 {

// Tells programs and models apart at a glance: "r1-..." of this program's version and the model's files by their names, sizes and
// first bytes. model: a folder or a GGUF file. Throws kNotFound or kIo as base/files.h does.
std::string FingerprintOf(const std::string& model);

// SHA-256 over every byte that the model computes with: for each file of weights and config.json, by name, "NAME SIZE\n" and its
// contents. Takes seconds for gigabytes.
std::string WeightsSha256(const std::string& model);

}  // namespace r1
