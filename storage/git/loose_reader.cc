#include "storage/git/loose_reader.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/limits.h"
#include "storage/git/libgit2.h"
#include "storage/git/object_hash.h"

namespace setpoint::storage {

namespace {

std::optional<ObjectType> TypeOf(git_object_t type) {
  switch (type) {
    case GIT_OBJECT_COMMIT:
      return ObjectType::kCommit;
    case GIT_OBJECT_TREE:
      return ObjectType::kTree;
    case GIT_OBJECT_BLOB:
      return ObjectType::kBlob;
    case GIT_OBJECT_TAG:
      return ObjectType::kTag;
    default:
      return std::nullopt;
  }
}

class Reader final : public ObjectReader {
 public:
  Reader(libgit2::Odb odb, const ObjectReaderOptions& options) : odb_(std::move(odb)), options_(options) {}

  absl::StatusOr<std::optional<ObjectView>> View(const ObjectId& id) override {
    absl::StatusOr<std::optional<Header>> header = ReadHeader(id);
    if (!header.ok()) return header.status();
    if (!header->has_value()) return std::nullopt;
    if ((*header)->size > kObjectBytesMax) {
      return absl::DataLossError(absl::StrCat("object ", id.Hex(), " has ", (*header)->size, " bytes: too large"));
    }
    const git_oid oid = libgit2::ToOid(id);
    object_.reset();
    git_odb_object* raw = nullptr;
    const int code = git_odb_read(&raw, odb_.get(), &oid);
    object_.reset(raw);
    if (code < 0) return MissingOr(code, id);
    const std::optional<ObjectType> type = TypeOf(git_odb_object_type(raw));
    if (!type) return absl::DataLossError(absl::StrCat("object ", id.Hex(), " is of no known type"));
    const ObjectView view{*type, {static_cast<const char*>(git_odb_object_data(raw)), git_odb_object_size(raw)}};
    if (options_.verify_ids && ComputeObjectId(view) != id) {
      return absl::DataLossError(absl::StrCat("object ", id.Hex(), " has bytes of another id"));
    }
    return view;
  }

  absl::StatusOr<std::optional<Header>> ReadHeader(const ObjectId& id) override {
    const git_oid oid = libgit2::ToOid(id);
    size_t size = 0;
    git_object_t raw_type = GIT_OBJECT_INVALID;
    if (const int code = git_odb_read_header(&size, &raw_type, odb_.get(), &oid); code < 0) {
      absl::Status error = MissingOr(code, id).status();
      if (!error.ok()) return error;
      return std::nullopt;
    }
    const std::optional<ObjectType> type = TypeOf(raw_type);
    if (!type) return absl::DataLossError(absl::StrCat("object ", id.Hex(), " is of no known type"));
    return Header{*type, size};
  }

  absl::Status Refresh() override { return absl::OkStatus(); }

 private:
  static absl::StatusOr<std::optional<ObjectView>> MissingOr(int code, const ObjectId& id) {
    if (code == GIT_ENOTFOUND) return std::nullopt;
    return libgit2::Error(code, "cannot read object " + id.Hex());
  }

  libgit2::Odb odb_;
  const ObjectReaderOptions options_;
  libgit2::OdbObject object_;  // The one last viewed.
};

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectReader>> OpenLooseReader(const std::vector<std::string>& object_directories,
                                                              const ObjectReaderOptions& options) {
  libgit2::Initialize();
  git_odb* raw = nullptr;
  int code = git_odb_new(&raw);
  libgit2::Odb odb(raw);
  int priority = static_cast<int>(object_directories.size());
  for (const std::string& directory : object_directories) {
    git_odb_backend* backend = nullptr;
    if (code == 0) code = git_odb_backend_loose(&backend, directory.c_str(), -1, 0, 0, 0);
    if (code == 0) code = git_odb_add_backend(odb.get(), backend, priority--);
  }
  if (code < 0) return libgit2::Error(code, "cannot open the objects at '" + object_directories.front() + "'");
  return std::make_unique<Reader>(std::move(odb), options);
}

}  // namespace setpoint::storage
