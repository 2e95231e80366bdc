#include "storage/git/bundle.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/git/ref_name.h"

namespace setpoint::storage {

namespace {

std::string GuessDefaultBranch(const std::vector<AdvertisedRef>& refs, const std::optional<ObjectId>& head) {
  std::vector<std::string> branches;
  for (const AdvertisedRef& ref : refs) {
    if (absl::StartsWith(ref.name, "refs/heads/") && (!head || ref.target == *head)) branches.push_back(ref.name);
  }
  for (const char* usual : {"refs/heads/main", "refs/heads/master"}) {
    if (std::find(branches.begin(), branches.end(), usual) != branches.end()) return usual;
  }
  const bool clear = head ? !branches.empty() : branches.size() == 1;
  return clear ? branches.front() : std::string();
}

absl::Status CheckCapability(const std::string& line, const std::string& path) {
  constexpr std::string_view kFormat = "@object-format=";
  if (!line.starts_with(kFormat) || line == "@object-format=sha1") return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("'", path, "' names its objects by ", line.substr(kFormat.size()),
                                                    "; only SHA-1 repositories can be read"));
}

}  // namespace

absl::StatusOr<Advertisement> ReadBundleRefs(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot open the bundle '", path, "'"));
  std::string line;
  std::getline(in, line);
  if (line != "# v2 git bundle" && line != "# v3 git bundle") {
    return absl::InvalidArgumentError(
        absl::StrCat("'", path, "' is no Git bundle: name a work tree, a bare repository, a bundle or a URL"));
  }
  Advertisement advertisement;
  std::optional<ObjectId> head;
  while (std::getline(in, line) && !line.empty()) {
    if (line[0] == '@') {
      if (absl::Status status = CheckCapability(line, path); !status.ok()) return status;
      continue;
    }
    if (line[0] == '-' || line.size() < 42 || line[40] != ' ') continue;  // A commit that the reader must have.
    const std::optional<ObjectId> id = ObjectId::FromHex(std::string_view(line).substr(0, 40));
    const std::string name = line.substr(41);
    if (id && name == "HEAD") head = id;
    if (id && IsRefName(name)) advertisement.refs.push_back({name, *id});
  }
  std::sort(advertisement.refs.begin(), advertisement.refs.end(),
            [](const AdvertisedRef& left, const AdvertisedRef& right) { return left.name < right.name; });
  advertisement.default_branch = GuessDefaultBranch(advertisement.refs, head);
  return advertisement;
}

}  // namespace setpoint::storage
