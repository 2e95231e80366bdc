#include "storage/git/tree_diff.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/limits.h"
#include "storage/git/tree_cache.h"
#include "storage/git/tree_cursor.h"

namespace setpoint::storage {

namespace {

// The length of what `left` and `right` have in common at their beginnings.
size_t CommonPrefix(std::string_view left, std::string_view right) {
  constexpr size_t kStep = 256;
  const size_t most = std::min(left.size(), right.size());
  size_t at = 0;
  while (at + kStep <= most && std::memcmp(left.data() + at, right.data() + at, kStep) == 0) at += kStep;
  while (at < most && left[at] == right[at]) ++at;
  return at;
}

// The length of what they have in common at their ends.
size_t CommonSuffix(std::string_view left, std::string_view right) {
  constexpr size_t kStep = 256;
  const size_t most = std::min(left.size(), right.size());
  const char* left_end = left.data() + left.size();
  const char* right_end = right.data() + right.size();
  size_t length = 0;
  while (length + kStep <= most && std::memcmp(left_end - length - kStep, right_end - length - kStep, kStep) == 0) {
    length += kStep;
  }
  while (length < most && *(left_end - length - 1) == *(right_end - length - 1)) ++length;
  return length;
}

// One pair of folders of the walk, either of which may be absent (an empty cursor).
struct Folder {
  TreeCache::Tree old_tree;  // Keep the bytes alive under the cursors.
  TreeCache::Tree new_tree;
  ObjectId old_id;
  ObjectId new_id;
  TreeCursor old_cursor;
  TreeCursor new_cursor;
  size_t equal_tail = 0;   // So many bytes at the end are the same in both.
  size_t path_length = 0;  // Of the folder's own path, '/' included.
};

}  // namespace

class TreeDiffer::Impl {
 public:
  Impl(ObjectReader& reader, size_t cache_bytes) : cache_(reader, cache_bytes) {}

  // Calls take(path, old, new) in path order for each path that differs, until it returns false; `old` or `new` is
  // nullptr where the path is absent.
  template <typename Take>
  absl::Status Walk(const ObjectId& old_tree, const ObjectId& new_tree, const Take& take) {
    if (old_tree == new_tree) return absl::OkStatus();
    path_.clear();
    folders_.clear();
    size_t opened = 0;
    absl::Status status = Open(old_tree, new_tree);
    while (status.ok() && !folders_.empty()) {
      if (++opened > kTreeDiffStepsMax) return absl::ResourceExhaustedError("trees differ in too many entries");
      Folder& folder = folders_.back();
      if (!SkipEqual(folder)) return Malformed(folder);
      const int order = folder.old_cursor.Compare(folder.new_cursor);
      if (order == 0 && folder.old_cursor.AtEnd()) {
        folders_.pop_back();
        continue;
      }
      const TreeCursor* old_entry = order <= 0 ? &folder.old_cursor : nullptr;
      const TreeCursor* new_entry = order >= 0 ? &folder.new_cursor : nullptr;
      const TreeCursor& entry = old_entry != nullptr ? *old_entry : *new_entry;
      path_.resize(folder.path_length);
      path_.append(entry.name());
      if (entry.IsTree()) {
        status = Descend(folder, old_entry, new_entry);
      } else if (!take(path_, old_entry, new_entry)) {
        return absl::OkStatus();
      } else if (!Step(folder, old_entry, new_entry)) {
        return Malformed(folder);
      }
    }
    return status;
  }

 private:
  // Begins with a pair of trees; a zero id is none.
  absl::Status Open(const ObjectId& old_id, const ObjectId& new_id) {
    if (folders_.size() >= kTreeDepthMax) {
      return absl::DataLossError(absl::StrCat("tree ", (new_id.IsZero() ? old_id : new_id).Hex(), " lies too deep"));
    }
    Folder folder;
    folder.old_id = old_id;
    folder.new_id = new_id;
    folder.path_length = path_.size();
    if (absl::Status status = Load(old_id, folder.old_tree, folder.old_cursor); !status.ok()) return status;
    if (absl::Status status = Load(new_id, folder.new_tree, folder.new_cursor); !status.ok()) return status;
    const std::string_view old_bytes = folder.old_cursor.Rest();
    const std::string_view new_bytes = folder.new_cursor.Rest();
    const size_t equal = CommonPrefix(old_bytes, new_bytes);
    folder.equal_tail = CommonSuffix(old_bytes, new_bytes);
    folder.old_cursor.SkipWithin(equal);
    folder.new_cursor.SkipWithin(equal);
    if (!folder.old_cursor.Advance() || !folder.new_cursor.Advance()) return Malformed(folder);
    folders_.push_back(std::move(folder));
    return absl::OkStatus();
  }

  absl::Status Load(const ObjectId& id, TreeCache::Tree& tree, TreeCursor& cursor) {
    if (id.IsZero()) return absl::OkStatus();
    absl::StatusOr<TreeCache::Tree> loaded = cache_.Get(id);
    if (!loaded.ok()) return loaded.status();
    tree = *std::move(loaded);
    cursor = TreeCursor(*tree);
    return absl::OkStatus();
  }

  // Passes entries that are the same on both sides. False: malformed.
  static bool SkipEqual(Folder& folder) {
    TreeCursor& left = folder.old_cursor;
    TreeCursor& right = folder.new_cursor;
    while (!left.AtEnd() && !right.AtEnd() && left.SameId(right) && left.mode() == right.mode() &&
           left.name() == right.name()) {
      if (!StepPast(folder, left, right)) return false;
    }
    return true;
  }

  static bool StepPast(Folder& folder, TreeCursor& left, TreeCursor& right) {
    const size_t rest = left.Rest().size();
    if (rest == right.Rest().size() && rest <= folder.equal_tail) {
      left.SkipToEnd();
      right.SkipToEnd();
      return true;
    }
    return left.Advance() && right.Advance();
  }

  static bool Step(Folder& folder, const TreeCursor* old_entry, const TreeCursor* new_entry) {
    if (old_entry != nullptr && new_entry != nullptr) return StepPast(folder, folder.old_cursor, folder.new_cursor);
    return old_entry != nullptr ? folder.old_cursor.Advance() : folder.new_cursor.Advance();
  }

  // Into the pair of subtrees here, either of which may be absent; the folder itself goes on behind them.
  absl::Status Descend(Folder& folder, const TreeCursor* old_entry, const TreeCursor* new_entry) {
    const ObjectId old_id = old_entry != nullptr ? old_entry->id() : ObjectId();
    const ObjectId new_id = new_entry != nullptr ? new_entry->id() : ObjectId();
    if (!Step(folder, old_entry, new_entry)) return Malformed(folder);
    path_.push_back('/');
    return Open(old_id, new_id);
  }

  static absl::Status Malformed(const Folder& folder) {
    return absl::DataLossError(
        absl::StrCat("tree ", folder.old_id.Hex(), " or ", folder.new_id.Hex(), " is malformed"));
  }

  TreeCache cache_;
  std::string path_;             // Of the entry at hand.
  std::vector<Folder> folders_;  // From the root to the folder at hand.
};

TreeDiffer::TreeDiffer(ObjectReader& reader, size_t cache_bytes) : impl_(std::make_unique<Impl>(reader, cache_bytes)) {}

TreeDiffer::~TreeDiffer() = default;

absl::StatusOr<std::vector<PathDelta>> TreeDiffer::Diff(const ObjectId& old_tree, const ObjectId& new_tree) {
  std::vector<PathDelta> deltas;
  const auto take = [&deltas](const std::string& path, const TreeCursor* old_entry, const TreeCursor* new_entry) {
    PathDelta& delta = deltas.emplace_back();
    delta.path = path;
    if (old_entry != nullptr) {
      delta.old_mode = old_entry->mode();
      delta.old_blob = old_entry->id();
    }
    if (new_entry != nullptr) {
      delta.new_mode = new_entry->mode();
      delta.new_blob = new_entry->id();
    }
    return true;
  };
  if (absl::Status status = impl_->Walk(old_tree, new_tree, take); !status.ok()) return status;
  return deltas;
}

absl::StatusOr<size_t> TreeDiffer::Count(const ObjectId& old_tree, const ObjectId& new_tree, size_t limit) {
  size_t count = 0;
  if (limit == 0) return count;
  const auto take = [&count, limit](const std::string&, const TreeCursor*, const TreeCursor*) {
    return ++count < limit;
  };
  if (absl::Status status = impl_->Walk(old_tree, new_tree, take); !status.ok()) return status;
  return count;
}

}  // namespace setpoint::storage
