// The verbs of the program. Each function adds one to the command line; its callback does the work, writes the answer
// to standard output and leaves the exit code in the context. One file a verb, named as the verb.
#pragma once

#include <CLI/App.hpp>

#include "tools/setpoint/context.h"

namespace setpoint::tools {

void AddIngest(CLI::App& app, Context& context);
void AddList(CLI::App& app, Context& context);
void AddGet(CLI::App& app, Context& context);
void AddHistory(CLI::App& app, Context& context);
void AddBlame(CLI::App& app, Context& context);
void AddDiff(CLI::App& app, Context& context);
void AddLog(CLI::App& app, Context& context);
void AddSearch(CLI::App& app, Context& context);
void AddExplain(CLI::App& app, Context& context);
void AddRefs(CLI::App& app, Context& context);
void AddTimelines(CLI::App& app, Context& context);
void AddRepositories(CLI::App& app, Context& context);
void AddStatus(CLI::App& app, Context& context);
void AddConsumers(CLI::App& app, Context& context);
void AddEnvironments(CLI::App& app, Context& context);
void AddVerify(CLI::App& app, Context& context);
void AddVerifySignatures(CLI::App& app, Context& context);
void AddRebuild(CLI::App& app, Context& context);
void AddRedecode(CLI::App& app, Context& context);
void AddServe(CLI::App& app, Context& context);
void AddToken(CLI::App& app, Context& context);
void AddWatch(CLI::App& app, Context& context);
void AddCompletion(CLI::App& app, Context& context);
void AddHelp(CLI::App& app, Context& context);

}  // namespace setpoint::tools
