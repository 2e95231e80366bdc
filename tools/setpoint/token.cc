#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "query/time_text.h"
#include "server/access/token.h"
#include "server/access/token_line.h"
#include "storage/base/clock.h"
#include "storage/base/concat.h"
#include "storage/base/random.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

struct TokenFlags {
  std::string name;
  std::string role;
  std::string expires;
  std::vector<std::string> scopes;
};

constexpr char kExamples[] =
    R"help(Prints a new token, which is shown this once, and the line for the server's token file (access.token_file), which holds
its hash alone. After the line was added, SIGHUP makes the server know it. Taking the line away takes the token away.

Roles: read (everything, secrets as digests), read-secrets (that, and secrets with show_secrets=true), admin (that, and
calls that change something). A scope is made of repo=NAME, environment=NAME or ref=BRANCH, and path=PREFIX, and sees what all
of its parts do; several scopes widen what is seen. An environment is what the repository's settings say whenever somebody asks
(`setpoint environments`); one that is not there sees nothing.

Examples:
  setpoint token new --name web-team --role read --scope repo=fleet,environment=prod
  setpoint token new --name argo --role read --scope repo=fleet,ref=main,path=clusters/prod
  setpoint token new --name ops --role admin --expires 90d | tail -1 >> tokens    keep what the first line says)help";

// A moment, or a number of days from now.
absl::StatusOr<int64_t> ExpiryOf(const std::string& text) {
  const int64_t now = storage::SystemClock().NowSeconds();
  if (text.size() > 1 && text.size() < 7 && text.back() == 'd' &&
      text.find_first_not_of("0123456789") == text.size() - 1) {
    return now + std::stoll(text) * 86'400;
  }
  absl::Time time;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return absl::ToUnixSeconds(time);
  return absl::InvalidArgumentError("--expires is a time as 2027-01-31T00:00:00Z, or days from now as 90d");
}

absl::Status RunNewToken(const TokenFlags& flags) {
  server::TokenLine line;
  line.caller.name = flags.name;
  auto role = server::ParseRole(flags.role);
  if (!role.ok()) return role.status();
  line.caller.role = *role;
  std::vector<server::TokenScope> scopes;
  for (const std::string& text : flags.scopes) {
    auto scope = server::ParseScope(text);
    if (!scope.ok()) return scope.status();
    scopes.push_back(*std::move(scope));
  }
  if (!scopes.empty()) {
    line.caller.scopes = std::make_shared<const std::vector<server::TokenScope>>(std::move(scopes));
  }
  if (!flags.expires.empty()) {
    auto expires = ExpiryOf(flags.expires);
    if (!expires.ok()) return expires.status();
    line.expires = *expires;
  }
  const std::string token = server::MakeToken(storage::SystemRandom());
  line.digest = server::HashToken(token);
  const std::string text = server::FormatTokenLine(line);
  // Nothing is printed that the server would not take.
  if (auto parsed = server::ParseTokenLine(text); !parsed.ok()) return parsed.status();
  Print(storage::Concat(token, "\n", text, "\n"));
  return absl::OkStatus();
}

}  // namespace

void AddToken(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto flags = std::make_shared<TokenFlags>();
  CLI::App* verb = app.add_subcommand("token", "Tokens for those who ask a server");
  verb->require_subcommand(1);
  CLI::App* make = verb->add_subcommand("new", "Make a token, and the line of the token file that lets it in");
  make->add_option("--name", flags->name, "Whom it is for, as logs will call them")->required()->type_name("NAME");
  make->add_option("--role", flags->role, "read, read-secrets or admin")->required()->type_name("ROLE");
  make->add_option("--scope", flags->scopes, "What it sees; may be repeated; default: everything")
      ->type_name("PART[,PART]")
      ->allow_extra_args(false);
  make->add_option("--expires", flags->expires, "Until when it is good: 2027-01-31T00:00:00Z, or 90d")
      ->type_name("TIME");
  make->footer(kExamples);
  make->callback([flags, &context] { Finish(RunNewToken(*flags), context); });
}

}  // namespace setpoint::tools
