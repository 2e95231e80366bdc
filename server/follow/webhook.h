// Calls by which a forge says that something was pushed. Who calls must prove that he knows a secret; what he says is
// then only a hint which repository to look at. Pure, but for reading secrets; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/follow/follow_table.h"
#include "server/http/request.h"
#include "server/server_options.h"

namespace setpoint::server {

enum class Forge { kGithub, kGitlab, kGitea, kBitbucket, kGeneric };

// The word in the path; nothing: no such forge.
std::optional<Forge> ForgeOf(std::string_view word);

// Whether the call carries what only who knows the secret can make: an HMAC-SHA-256 of its body, or of GitLab the
// secret itself. Compares in a time that does not tell how much was right. False for an empty secret.
bool IsGenuine(Forge forge, const Request& request, std::string_view secret);

// The URLs by which the payload names its repository, as they stand there; at most a few. Empty where it is no JSON.
std::vector<std::string> HintsOf(std::string_view payload);

// What two spellings of one repository's URL have in common: host and path in lower case, without scheme, user, usual
// port and ".git". Empty where it is no URL.
std::string NormalRepositoryUrl(const std::string& url);

// The secrets of webhooks, by the settings. Thread-safe.
class WebhookSecrets {
 public:
  explicit WebhookSecrets(const ServerOptions& options) { SetOptions(options); }

  void SetOptions(const ServerOptions& options);

  // The secret that a call about this repository must know: the repository's own, else the common one. Empty: none is
  // set, or it cannot be read (said in the log), and nobody is let in. Blocks on the disk.
  std::string SecretFor(const std::string& repository) const;
  // The common one, for calls about what is not known.
  std::string CommonSecret() const;

 private:
  struct Place {
    std::string file;
    std::string variable;
  };

  static std::string Read(const Place& place);

  mutable absl::Mutex mutex_;
  Place common_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Place> own_ ABSL_GUARDED_BY(mutex_);
};

// The followed repositories that a genuine call means: the one that is named, else those of the payload's URLs.
// Nothing: the call is not genuine for any that it means.
std::optional<std::vector<std::string>> MeantBy(Forge forge, const Request& request,
                                                const std::optional<std::string>& named, const FollowTable& table,
                                                const WebhookSecrets& secrets);

}  // namespace setpoint::server
