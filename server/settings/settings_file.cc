#include "server/settings/settings_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include "server/settings/setting_table.h"
#include "server/settings/setting_value.h"
#include "storage/base/concat.h"
#include "storage/formats/toml_reader.h"
#include "storage/formats/utf8.h"

namespace setpoint::server {
namespace {

using storage::Concat;
using storage::Document;
using storage::NodeIndex;
using storage::NodeKind;

// A person writes it: what is larger is another file.
constexpr size_t kSettingsBytesMax = size_t{4} << 20;

struct Complaint {
  uint32_t line;
  std::string text;
};

class FileReader {
 public:
  explicit FileReader(const Document& document) : document_(document) {}

  void Read(ServerOptions& options) {
    ForEachMember(Document::kRoot, [&](std::string_view key, NodeIndex value, uint32_t line) {
      if (key == "repository") return ReadRepositories(value, line, options);
      const auto& sections = SettingSections();
      const auto section =
          std::find_if(sections.begin(), sections.end(), [key](const auto& each) { return each.name == key; });
      if (section == sections.end())
        return Complain(line, key, "no such section; `setpoint serve --print-config` has all");
      if (document_[value].kind != NodeKind::kMapping) return Complain(line, key, "is a section: write [", key, "]");
      ReadRows(value, key, section->rows, options);
    });
  }

  const std::vector<Complaint>& complaints() const { return complaints_; }

 private:
  template <typename Function>
  void ForEachMember(NodeIndex mapping, Function function) {
    const NodeIndex end = document_[mapping].end;
    for (NodeIndex key = mapping + 1; key < end; key = document_[key + 1].end) {
      function(document_[key].Text(), key + 1, document_[key].first_line);
    }
  }

  template <typename Target>
  void ReadRows(NodeIndex mapping, std::string_view section, const std::vector<SettingRow<Target>>& rows,
                Target& target) {
    ForEachMember(mapping, [&](std::string_view key, NodeIndex value, uint32_t line) {
      const auto row = std::find_if(rows.begin(), rows.end(), [key](const auto& each) { return each.key == key; });
      const std::string full = Concat(section, ".", key);
      if (row == rows.end()) return Complain(line, full, "no such key; known here: ", KeysOf(rows));
      const absl::Status status = ReadSetting(document_, value, row->bounds, row->field(target));
      if (!status.ok()) Complain(line, full, status.message());
    });
  }

  void ReadRepositories(NodeIndex value, uint32_t line, ServerOptions& options) {
    if (document_[value].kind != NodeKind::kSequence) return Complain(line, "repository", "write [[repository]]");
    std::set<std::string> names;
    for (NodeIndex item = value + 1; item < document_[value].end; item = document_[item].end) {
      const uint32_t item_line = document_[item].first_line;
      if (document_[item].kind != NodeKind::kMapping) {
        Complain(item_line, "repository", "write [[repository]]");
        continue;
      }
      FollowedRepository repository;
      const size_t complaints = complaints_.size();
      ReadRows(item, "repository", RepositoryRows(), repository);
      if (complaints_.size() > complaints) continue;
      CheckRepository(repository, item_line);
      if (!repository.name.empty() && !names.insert(repository.name).second) {
        Complain(item_line, "repository.name", "'", repository.name, "' stands twice");
      }
      options.sources.push_back(std::move(repository));
    }
  }

  void CheckRepository(const FollowedRepository& repository, uint32_t line) {
    if (repository.name.empty()) return Complain(line, "repository.name", "must be given");
    const absl::Status status = storage::ValidateRepositoryName(repository.name);
    if (!status.ok()) Complain(line, "repository.name", status.message());
    if (repository.source.empty()) Complain(line, "repository.source", "must be given");
    std::set<std::string> environments;
    for (const std::string& text : repository.environment_texts.value_or(std::vector<std::string>())) {
      const std::string name = storage::ParseEnvironment(text)->name;
      if (!environments.insert(name).second) Complain(line, "repository.environments", "'", name, "' stands twice");
    }
  }

  template <typename Target>
  static std::string KeysOf(const std::vector<SettingRow<Target>>& rows) {
    std::string keys;
    for (const auto& row : rows) keys.append(keys.empty() ? "" : ", ").append(row.key);
    return keys.empty() ? "none" : keys;
  }

  template <typename... Parts>
  void Complain(uint32_t line, std::string_view key, const Parts&... parts) {
    complaints_.push_back({line, Concat(key, ": ", parts...)});
  }

  const Document& document_;
  std::vector<Complaint> complaints_;
};

}  // namespace

absl::StatusOr<ServerOptions> ParseSettings(std::string_view text, std::string_view name) {
  if (!storage::IsValidUtf8(text)) return absl::InvalidArgumentError(Concat(name, ": is no UTF-8 text"));
  Document document;
  if (absl::Status status = storage::ReadToml(text, document); !status.ok()) {
    return absl::InvalidArgumentError(Concat(name, ": ", status.message()));
  }
  ServerOptions options;
  FileReader reader(document);
  reader.Read(options);
  const std::vector<Complaint>& complaints = reader.complaints();
  if (complaints.empty()) return options;
  const auto first = std::min_element(complaints.begin(), complaints.end(),
                                      [](const Complaint& a, const Complaint& b) { return a.line < b.line; });
  const std::string more = complaints.size() == 1 ? "" : Concat(" (and ", complaints.size() - 1, " more)");
  return absl::InvalidArgumentError(Concat(name, ":", first->line, ": ", first->text, more));
}

absl::StatusOr<ServerOptions> ReadSettingsFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const int error = errno;
  if (!file) {
    const std::string message = Concat("cannot read ", path, ": ", std::strerror(error));
    if (error == ENOENT) return absl::NotFoundError(message);
    return error == EACCES ? absl::PermissionDeniedError(message) : absl::UnavailableError(message);
  }
  std::string text(kSettingsBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return absl::UnavailableError(Concat("cannot read ", path));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kSettingsBytesMax) {
    return absl::InvalidArgumentError(Concat(path, ": is larger than ", kSettingsBytesMax, " bytes"));
  }
  return ParseSettings(text, path);
}

}  // namespace setpoint::server
