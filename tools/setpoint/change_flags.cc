#include "tools/setpoint/change_flags.h"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace setpoint::tools {

void AddChangeFlags(CLI::App& verb, ChangeFlags& flags) {
  verb.add_option("--value", flags.value, "A field got or lost this value, an image for example")->type_name("VALUE");
  verb.add_option("--field", flags.field, "This field came, went or changed, or one below it; * is any step")
      ->type_name("POINTER");
  verb.add_option("--author", flags.author, "A part of the author's name or address, in any case")->type_name("TEXT");
  verb.add_option("--committer", flags.committer, "Likewise of the committer")->type_name("TEXT");
  verb.add_option("--message", flags.message, "A part of the commit's message, in any case")->type_name("TEXT");
  verb.add_option("--since", flags.since, "At or after, by the time of --axis")->type_name("TIME");
  verb.add_option("--until", flags.until, "At or before")->type_name("TIME");
  verb.add_option("--path", flags.path, "Files whose path begins so, or fits: * in a folder, ** through folders")
      ->type_name("PATTERN");
  AddResourceFlags(verb, flags);
  verb.add_option("--signed", flags.signed_as,
                  "The commit carries a signature; or what became of it: good, bad, unknown_key, expired, revoked, "
                  "unverifiable, unverified; or none")
      ->type_name("WORD")
      ->expected(0, 1)
      ->default_str("any");
}

void AddChangeParameters(const ChangeFlags& flags, HttpParameters& parameters) {
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string_view, const std::string&>>{{"value", flags.value},
                                                                              {"field", flags.field},
                                                                              {"author", flags.author},
                                                                              {"committer", flags.committer},
                                                                              {"message", flags.message},
                                                                              {"since", flags.since},
                                                                              {"until", flags.until},
                                                                              {"path", flags.path},
                                                                              {"signed", flags.signed_as}}) {
    if (!value.empty()) parameters.emplace_back(name, value);
  }
  AddResourceParameters(flags, parameters);
}

}  // namespace setpoint::tools
