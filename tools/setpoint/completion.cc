#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/concat.h"
#include "tools/setpoint/output.h"
#include "tools/setpoint/verbs.h"

// The scripts are written from the verbs and flags as they are registered, so that they never lag behind.
namespace setpoint::tools {
namespace {

constexpr char kExamples[] =
    R"help(Examples:
  source <(setpoint completion bash)                in this shell; put the line into ~/.bashrc to keep it
  setpoint completion bash > /etc/bash_completion.d/setpoint
  setpoint completion zsh > "${fpath[1]}/_setpoint"
  setpoint completion fish > ~/.config/fish/completions/setpoint.fish)help";

std::vector<const CLI::App*> Verbs(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* verb) { return !verb->get_name().empty(); });
}

std::vector<std::string> Flags(const CLI::App& verb) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
    for (const std::string& name : option->get_snames()) flags.push_back("-" + name);
  }
  return flags;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += storage::Concat(text.empty() ? "" : " ", word);
  return text;
}

std::string VerbNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : Verbs(app)) names.push_back(verb->get_name());
  return Joined(names);
}

// In single quotes, for each of the three shells.
std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// Values are completed where they can be known: forms, axes, and the names of the store itself.
constexpr std::string_view kBashValues =
    R"help(    -o|--output) COMPREPLY=($(compgen -W 'table name json yaml raw' -- "$current")); return ;;
    --axis) COMPREPLY=($(compgen -W 'committed observed' -- "$current")); return ;;
    --repo) COMPREPLY=($(compgen -W "$(setpoint repositories -o name 2>/dev/null)" -- "$current")); return ;;
    --data) COMPREPLY=($(compgen -d -- "$current")); return ;;
    --server|--kind|--namespace|--name|--label|--field|--consumer) return ;;
    --exec|--exec-batch) COMPREPLY=($(compgen -c -- "$current")); return ;;
)help";

std::string BashScript(const CLI::App& app) {
  std::string script = "# bash completion of setpoint: source <(setpoint completion bash)\n_setpoint() {\n";
  script += "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n  COMPREPLY=()\n";
  script += "  case $previous in\n";
  script += kBashValues;
  script += "  esac\n  if ((COMP_CWORD == 1)); then\n";
  script += storage::Concat("    COMPREPLY=($(compgen -W '", VerbNames(app),
                            " --help --version' -- \"$current\")); return\n");
  script += "  fi\n  local flags=\n  case ${COMP_WORDS[1]} in\n";
  for (const CLI::App* verb : Verbs(app)) {
    script += storage::Concat("    ", verb->get_name(), ") flags='", Joined(Flags(*verb)), "' ;;\n");
  }
  script += "  esac\n  case $current in\n    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$current\")) ;;\n";
  script +=
      "    *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n  esac\n}\ncomplete -o filenames -F _setpoint setpoint\n";
  return script;
}

std::string ZshScript(const CLI::App& app) {
  std::string script =
      "#compdef setpoint\n# zsh completion of setpoint: setpoint completion zsh > \"${fpath[1]}/_setpoint\"\n";
  script += "_setpoint() {\n  local -a verbs\n  verbs=(\n";
  for (const CLI::App* verb : Verbs(app)) {
    script += storage::Concat("    ", Quoted(storage::Concat(verb->get_name(), ":", verb->get_description())), "\n");
  }
  script += "  )\n  if ((CURRENT == 2)); then\n    _describe 'verb' verbs\n    return\n  fi\n";
  script += "  case ${words[CURRENT-1]} in\n    -o|--output) compadd table name json yaml raw; return ;;\n";
  script += "    --axis) compadd committed observed; return ;;\n";
  script += "    --repo) compadd ${(f)\"$(setpoint repositories -o name 2>/dev/null)\"}; return ;;\n";
  script +=
      "    --data) _files -/; return ;;\n    --exec|--exec-batch) _command_names; return ;;\n  esac\n  case "
      "${words[2]} in\n";
  for (const CLI::App* verb : Verbs(app)) {
    script += storage::Concat("    ", verb->get_name(), ") [[ $PREFIX == -* ]] && compadd -- ", Joined(Flags(*verb)),
                              " || _files ;;\n");
  }
  script += "  esac\n}\n_setpoint \"$@\"\n";
  return script;
}

std::string FishScript(const CLI::App& app) {
  std::string script =
      "# fish completion of setpoint: setpoint completion fish > ~/.config/fish/completions/setpoint.fish\n";
  for (const CLI::App* verb : Verbs(app)) {
    script += storage::Concat("complete -c setpoint -n __fish_use_subcommand -f -a ", verb->get_name(), " -d ",
                              Quoted(verb->get_description()), "\n");
    for (const CLI::Option* option : verb->get_options()) {
      std::string line =
          storage::Concat("complete -c setpoint -n '__fish_seen_subcommand_from ", verb->get_name(), "'");
      if (option->get_lnames().empty()) continue;
      line += storage::Concat(" -l ", option->get_lnames().front());
      if (!option->get_snames().empty()) line += storage::Concat(" -s ", option->get_snames().front());
      const std::string& name = option->get_lnames().front();
      if (name == "output") line += " -x -a 'table name json yaml raw'";
      if (name == "axis") line += " -x -a 'committed observed'";
      if (name == "repo") line += " -x -a '(setpoint repositories -o name 2>/dev/null)'";
      script += storage::Concat(line, " -d ", Quoted(option->get_description()), "\n");
    }
  }
  return script;
}

}  // namespace

void AddCompletion(CLI::App& app, Context& context) {
  // Shared with the callback, which outlives this call.
  const auto shell = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("completion", "Print the completion script of a shell");
  verb->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  verb->footer(kExamples);
  verb->callback([shell, &app, &context] {
    Print(*shell == "bash" ? BashScript(app) : *shell == "zsh" ? ZshScript(app) : FishScript(app));
    context.exit_code = kDone;
  });
}

}  // namespace setpoint::tools
