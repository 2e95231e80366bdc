// Our own bare copy of a source repository, at DIR/mirrors/<name>.git inside the data directory. A cache: it may be
// deleted at any time, the next fetch makes it anew, and no query ever needs it.
// One mirror belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/base/object_id.h"
#include "storage/git/cancellation.h"
#include "storage/git/transport.h"

namespace setpoint::storage {

// One ref as the source shows it now.
struct AdvertisedRef {
  std::string name;  // Full: "refs/heads/main". Never "HEAD", never "…^{}".
  ObjectId target;   // A commit or an annotated tag object.
  bool operator==(const AdvertisedRef&) const = default;
};

struct Advertisement {
  // Where HEAD points ("refs/heads/main"); empty where HEAD is detached, or points at a branch that is not there.
  std::string default_branch;
  std::vector<AdvertisedRef> refs;  // By name bytes.
  bool operator==(const Advertisement&) const = default;
};

struct MirrorOptions {
  // A worker process is killed after this time: a fetch, and a listing of refs.
  absl::Duration deadline = absl::Hours(1);
  absl::Duration listing_deadline = absl::Minutes(5);
  // No pack that a source sends may be larger; 0: no bound.
  uint64_t fetch_bytes_max = 0;
  // Of a source behind a URL: so many commits of each ref when it is first seen, then all that come; 0: all of them.
  uint32_t depth = 0;
  // Of a source behind a URL: what it may leave out, as `git fetch --filter` takes it ("blob:limit=1m"); empty:
  // nothing.
  std::string filter = {};
  TransportOptions transport = {};
  // Ends what runs, and what comes. May be null; outlives the mirror.
  const Cancellation* cancellation = nullptr;
};

class Mirror {
 public:
  virtual ~Mirror() = default;

  // `source`: a path of a repository (bare or with a work tree), a bundle file, or a URL (https, http, ssh, git, file).
  // Makes the mirror where there is none. Each error says what to do: kNotFound (no repository there),
  // kFailedPrecondition (SHA-256 objects), kPermissionDenied, kInvalidArgument (no path and no URL that is followed).
  static absl::StatusOr<std::unique_ptr<Mirror>> Open(const std::string& mirror_directory, const std::string& source,
                                                      const MirrorOptions& options = {});

  // What the source shows now. Does not fetch. Cheap for a local source. Broken refs are left out. Never empty for want
  // of a source: kNotFound, kPermissionDenied, kUnavailable, kDeadlineExceeded; kFailedPrecondition: no `git` command.
  virtual absl::StatusOr<Advertisement> Advertise() = 0;

  // Brings every object that `refs` reach into the mirror. A local source is hard-linked, or borrowed by alternates
  // where links cannot be made; anything else is fetched by a worker process. The mirror's own refs keep the targets
  // alive until the next call. What a partial source itself lacks stays missing and is no error. kAborted: a ref moved
  // meanwhile and its old target is gone; advertise again. Else as Advertise.
  virtual absl::Status Fetch(const std::vector<AdvertisedRef>& refs) = 0;

  // The bare repository to open an ObjectReader on.
  virtual const std::string& git_directory() const = 0;

  // The commits at which a shallow source ends: they count as roots. Empty for a whole repository.
  virtual absl::StatusOr<std::vector<ObjectId>> ShallowBoundary() = 0;
};

}  // namespace setpoint::storage
