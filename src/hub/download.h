// One file of a hub, onto the disk, whole or not at all.
//
// What has come is kept in PATH.HASH.part; a later call goes on from there. A file takes its own name only when its size and, where
// the hub says it, its SHA-256 are right. Trouble on the way (no answer, cut short, 5xx) is tried again, as long as every few tries
// bring new bytes.
#pragma once

#include <functional>
#include <string>

#include "hub/hub.h"

namespace r1 {

struct Download {
  std::string repo, commit;
  HubFile file;
  std::string path;  // where it goes; the folder exists
};

// How many of the file's bytes are here: all of them, those of a .part, or none.
int64_t BytesAlreadyHere(const Download& download);

// `progress` gets the bytes that are here, growing; less again if the server does not go on where we asked and all starts over.
// A file that is here already is checked and left. Throws what Hub::List throws; kDataLoss if the contents are not what the hub
// promised (the file is then removed); kResourceExhausted if the disk is full; kCancelled when interrupted, with the .part kept.
void DownloadFile(Hub& hub, const Download& download, const std::function<void(int64_t bytes)>& progress);

}  // namespace r1
