#include "tools/setpoint/program.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <clocale>
#include <cstdio>
#include <string>

#include "storage/base/concat.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {
namespace {

constexpr char kDescription[] =
    R"help(setpoint: what a Git repository declares, at any commit, tag, revision or moment.

It follows Git repositories, turns every commit into events, and keeps them in a store of its own, so that one can ask what
was declared when, who changed it and why, and watch what changes.)help";

constexpr char kFooter[] =
    R"help(Begin with:
  setpoint ingest ~/src/gitops                      bring a repository's whole history in
  setpoint list                                     what it declares now
  setpoint list --at 'main@{2026-01-31}'            what it declared then
  setpoint history 'apps/web.yaml#Deployment.apps/shop/web'
  setpoint log --limit 10                           what happened lately

`setpoint VERB --help` explains a verb. The store is --data DIR, else $SETPOINT_DATA, else ~/.local/share/setpoint; reading
verbs ask a running server instead where --server URL or $SETPOINT_SERVER names one, and answer the same bytes.
Exit codes: 0 done, 1 not found or check failed, 2 wrong usage, 3 the store or server cannot be reached or is damaged.)help";

void AddVerbs(CLI::App& app, Context& context) {
  AddIngest(app, context);
  AddList(app, context);
  AddGet(app, context);
  AddHistory(app, context);
  AddBlame(app, context);
  AddDiff(app, context);
  AddLog(app, context);
  AddSearch(app, context);
  AddExplain(app, context);
  AddRefs(app, context);
  AddTimelines(app, context);
  AddRepositories(app, context);
  AddStatus(app, context);
  AddConsumers(app, context);
  AddServe(app, context);
  AddWatch(app, context);
  AddEnvironments(app, context);
  AddToken(app, context);
  AddVerify(app, context);
  AddVerifySignatures(app, context);
  AddRebuild(app, context);
  AddRedecode(app, context);
  AddCompletion(app, context);
  AddHelp(app, context);
}

// The verb that was being read when the usage turned out wrong.
std::string HelpCommand(const CLI::App& app) {
  for (const CLI::App* verb : app.get_subcommands()) return storage::Concat("setpoint ", verb->get_name(), " --help");
  return "setpoint --help";
}

}  // namespace

int RunProgram(int argc, const char* const* argv) {
  std::setlocale(LC_CTYPE, "C.UTF-8");  // For the width of characters in tables; nothing else depends on it.
  Context context;
  CLI::App app(kDescription, "setpoint");
  app.footer(kFooter);
  app.set_version_flag("--version", "setpoint " SETPOINT_VERSION);
  app.require_subcommand(1);
  AddVerbs(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version.
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    PrintError(storage::Concat(std::string(error.what()), "; see `", HelpCommand(app), "`"));
    return kWrongUsage;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    PrintError("standard output cannot be written; is its disk full?");
    return kStoreUnreachable;
  }
  return context.exit_code;
}

}  // namespace setpoint::tools
