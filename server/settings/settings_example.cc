// The annotated example file, written from the table.
#include <string>
#include <string_view>

#include "server/settings/setting_table.h"
#include "server/settings/setting_value.h"
#include "server/settings/settings_file.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

using storage::Concat;

constexpr size_t kWidth = 100;

constexpr std::string_view kHead =
    "Settings of `setpoint serve --config FILE`. Every key stands here with its default; what is left out keeps it. "
    "Unknown keys are refused. After a change send SIGHUP: what can change at run time does, and the log names what "
    "waits for a restart. A broken file changes nothing.";

constexpr std::string_view kRepositories =
    "What to follow: one such section for each repository, besides those that the store knows already. Name, source, "
    "environments and keys stand for your own; the other values are the defaults.";

// `text` in lines that begin with `mark`, broken at spaces.
void AppendComment(std::string_view text, std::string_view mark, std::string& out) {
  while (!text.empty()) {
    size_t length = text.size();
    if (length > kWidth) length = text.rfind(' ', kWidth);
    if (length == std::string_view::npos || length == 0) length = text.size();
    out.append(mark).append(text.substr(0, length)).append("\n");
    text.remove_prefix(length);
    if (text.starts_with(' ')) text.remove_prefix(1);
  }
}

template <typename Target>
void AppendRows(const std::vector<SettingRow<Target>>& rows, Target& defaults, std::string_view mark,
                std::string& out) {
  for (const auto& row : rows) {
    const SettingField field = row.field(defaults);
    const std::string_view effect =
        row.effect == SettingEffect::kAtReload ? "Changes at a reload." : "Changes at a restart.";
    out.append("\n");
    AppendComment(row.help, Concat(mark, "# "), out);
    AppendComment(Concat("(", SettingType(row.bounds, field), ". ", effect, ")"), Concat(mark, "# "), out);
    out.append(Concat(mark, row.key, " = ", SettingText(row.bounds, field), "\n"));
  }
}

}  // namespace

std::string ExampleSettings() {
  std::string out;
  AppendComment(kHead, "# ", out);
  ServerOptions defaults;
  for (const SettingSection& section : SettingSections()) {
    if (section.rows.empty()) continue;
    out.append(Concat("\n# ", section.help, "\n[", section.name, "]\n"));
    AppendRows(section.rows, defaults, "", out);
  }
  out.append("\n");
  AppendComment(kRepositories, "# ", out);
  out.append("#[[repository]]\n");
  FollowedRepository example;
  example.name = "gitops";
  example.source = "https://github.com/example/gitops.git";
  example.environment_texts = {"prod=main:clusters/prod/", "staging=main:clusters/staging/"};
  example.signature_key_texts = {"openpgp:/etc/setpoint/keys.asc", "ssh:/etc/setpoint/allowed_signers"};
  AppendRows(RepositoryRows(), example, "#", out);
  return out;
}

}  // namespace setpoint::server
