#include "tools/setpoint/read_flags.h"

#include "tools/setpoint/data_directory.h"

namespace setpoint::tools {

void AddDoorFlags(CLI::App& verb, ReadFlags& flags) {
  AddDataFlag(verb, flags.data);
  AddServerFlags(verb, flags.server);
}

void AddPositionParameters(const ReadFlags& flags, HttpParameters& parameters) {
  if (!flags.at.empty()) parameters.emplace_back("at", flags.at);
  if (flags.axis != "committed") parameters.emplace_back("axis", flags.axis);
  if (!flags.environment.empty()) parameters.emplace_back("environment", flags.environment);
  if (flags.show_secrets) parameters.emplace_back("show_secrets", "true");
}

void AddRepositoryFlags(CLI::App& verb, ReadFlags& flags) {
  AddDoorFlags(verb, flags);
  verb.add_option("--repo", flags.repository, "The repository; may be left out when the store has one")
      ->type_name("NAME");
  verb.add_flag("--show-secrets", flags.show_secrets,
                "Show secrets as they are, not as digests; a server asks for the role");
}

void AddPositionFlags(CLI::App& verb, ReadFlags& flags) {
  verb.add_option(
          "--at", flags.at,
          "Where to read: r123, a commit id (7 digits suffice), a branch or tag, REF@{r123}, REF@{TIME}, or TIME "
          "(2026-01-31, 2026-01-31T12:00:00Z, 2h ago); default: the default branch")
      ->type_name("POSITION");
  verb.add_option("--axis", flags.axis, "What a TIME is compared with: committed, or observed (when this store saw it)")
      ->check(CLI::IsMember({"committed", "observed"}))
      ->type_name("AXIS");
  AddEnvironmentFlag(verb, flags);
}

void AddEnvironmentFlag(CLI::App& verb, ReadFlags& flags) {
  verb.add_option("--environment", flags.environment,
                  "Read in this named scope: its ref, and there only what lies below its folder")
      ->type_name("NAME");
}

void AddLimitFlag(CLI::App& verb, ReadFlags& flags) {
  verb.add_option("--limit", flags.limit, "At most so many; 0 is all")->type_name("N");
}

}  // namespace setpoint::tools
