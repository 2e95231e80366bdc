#include <memory>
#include <string>

#include "storage/base/concat.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/verbs.h"

namespace setpoint::tools {

void AddHelp(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto name = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("help", "Explain the program, or one verb");
  verb->add_option("verb", *name, "The verb to explain")->type_name("VERB");
  verb->callback([name, &app, &context] {
    if (name->empty()) return Print(app.help());
    for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
      if (each->get_name() == *name) return Print(each->help(app.get_name()));
    }
    Finish(absl::InvalidArgumentError(storage::Concat("there is no verb '", *name, "'; `setpoint help` lists them")),
           context);
  });
}

}  // namespace setpoint::tools
