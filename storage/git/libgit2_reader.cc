#include "storage/git/libgit2_reader.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/git/libgit2.h"

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
    const git_oid oid = libgit2::ToOid(id);
    object_.reset();
    git_odb_object* raw = nullptr;
    const int code = git_odb_read(&raw, odb_.get(), &oid);
    object_.reset(raw);
    if (code < 0) return MissingOr(code, id);
    const std::optional<ObjectType> type = TypeOf(git_odb_object_type(raw));
    if (!type) return absl::DataLossError(absl::StrCat("object ", id.Hex(), " is of no known type"));
    if (options_.verify_ids) {
      if (absl::Status status = CheckId(id); !status.ok()) return status;
    }
    return ObjectView{*type, {static_cast<const char*>(git_odb_object_data(raw)), git_odb_object_size(raw)}};
  }

  absl::StatusOr<std::optional<Header>> ReadHeader(const ObjectId& id) override {
    const git_oid oid = libgit2::ToOid(id);
    size_t size = 0;
    git_object_t raw_type = GIT_OBJECT_INVALID;
    if (const int code = git_odb_read_header(&size, &raw_type, odb_.get(), &oid); code < 0) {
      const absl::Status error = MissingOr(code, id).status();
      if (!error.ok()) return error;
      return std::nullopt;
    }
    const std::optional<ObjectType> type = TypeOf(raw_type);
    if (!type) return absl::DataLossError(absl::StrCat("object ", id.Hex(), " is of no known type"));
    return Header{*type, size};
  }

  absl::Status Refresh() override {
    const int code = git_odb_refresh(odb_.get());
    return code < 0 ? libgit2::Error(code, "cannot look for new packs") : absl::OkStatus();
  }

 private:
  static absl::StatusOr<std::optional<ObjectView>> MissingOr(int code, const ObjectId& id) {
    if (code == GIT_ENOTFOUND) return std::nullopt;
    return libgit2::Error(code, "cannot read object " + id.Hex());
  }

  absl::Status CheckId(const ObjectId& id) const {
    git_oid computed;
    const int code = git_odb_hash(&computed, git_odb_object_data(object_.get()), git_odb_object_size(object_.get()),
                                  git_odb_object_type(object_.get()));
    if (code < 0) return libgit2::Error(code, "cannot compute the id of object " + id.Hex());
    if (libgit2::FromOid(computed) == id) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("object ", id.Hex(), " has bytes whose id is ", libgit2::FromOid(computed).Hex()));
  }

  libgit2::Odb odb_;
  const ObjectReaderOptions options_;
  libgit2::OdbObject object_;  // The one last viewed.
};

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectReader>> OpenLibgit2Reader(const std::string& object_directory,
                                                                const ObjectReaderOptions& options) {
  libgit2::Initialize();
  git_odb* raw = nullptr;
  const int code = git_odb_open(&raw, object_directory.c_str());
  libgit2::Odb odb(raw);
  if (code < 0) return libgit2::Error(code, "cannot open the objects at '" + object_directory + "'");
  return std::make_unique<Reader>(std::move(odb), options);
}

}  // namespace setpoint::storage
