#include "storage/git/packed_reader.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/git/alternates.h"
#include "storage/git/loose_reader.h"
#include "storage/git/object_hash.h"
#include "storage/git/pack_set.h"

namespace setpoint::storage {

namespace {

class Reader final : public ObjectReader {
 public:
  Reader(std::string object_directory, const ObjectReaderOptions& options)
      : object_directory_(std::move(object_directory)), options_(options), packs_(options.cache_bytes) {}

  absl::StatusOr<std::optional<ObjectView>> View(const ObjectId& id) override {
    absl::StatusOr<std::optional<ObjectView>> packed = packs_.View(id);
    if (!packed.ok()) return packed;
    if (!packed->has_value()) return MissingOr(loose_->View(id), id);
    if (options_.verify_ids && ComputeObjectId(**packed) != id) {
      return absl::DataLossError(absl::StrCat("object ", id.Hex(), " has bytes of another id"));
    }
    return packed;
  }

  absl::StatusOr<std::optional<Header>> ReadHeader(const ObjectId& id) override {
    absl::StatusOr<std::optional<Header>> packed = packs_.ReadHeader(id);
    if (!packed.ok() || packed->has_value()) return packed;
    return MissingOr(loose_->ReadHeader(id), id);
  }

  absl::Status Refresh() override {
    const absl::StatusOr<std::vector<std::string>> directories = FindObjectDirectories(object_directory_);
    if (!directories.ok()) return directories.status();
    packs_.Load(*directories);
    absl::StatusOr<std::unique_ptr<ObjectReader>> loose = OpenLooseReader(*directories, options_);
    if (!loose.ok()) return loose.status();
    loose_ = *std::move(loose);
    return absl::OkStatus();
  }

 private:
  // What is found nowhere may be in a pack that cannot be read: that is not the same as missing.
  template <typename Found>
  absl::StatusOr<std::optional<Found>> MissingOr(absl::StatusOr<std::optional<Found>> found, const ObjectId& id) const {
    if (!found.ok() || found->has_value() || packs_.unusable().empty()) return found;
    return absl::DataLossError(absl::StrCat("object ", id.Hex(), " is not found, and the pack '",
                                            packs_.unusable().front(), "' cannot be read"));
  }

  const std::string object_directory_;
  const ObjectReaderOptions options_;
  PackSet packs_;
  std::unique_ptr<ObjectReader> loose_;  // There from the first Refresh on.
};

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectReader>> OpenPackedReader(const std::string& object_directory,
                                                               const ObjectReaderOptions& options) {
  auto reader = std::make_unique<Reader>(object_directory, options);
  if (absl::Status status = reader->Refresh(); !status.ok()) return status;
  return reader;
}

}  // namespace setpoint::storage
