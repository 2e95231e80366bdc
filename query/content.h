// What a resource's content is, as far as the view discloses it: every content and hash of an answer comes from here.
// Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/selector.h"
#include "query/view.h"
#include "storage/base/digest.h"
#include "storage/log/fact_keys.h"

namespace setpoint::query {

// Canonical JSON, redacted where the view does not show secrets. kFailedPrecondition where it was erased, with who,
// when and why; kDataLoss where the store is damaged.
absl::StatusOr<std::string> ReadContentJson(const View& view, const storage::ContentKey& content);

// Whether the content is one that the selector asks for (Selector::MatchesContent); what was erased is none. Reads it
// only where the selector needs it.
absl::StatusOr<bool> MatchesContent(const View& view, const Selector& selector, const storage::ContentKey& content);
// The same of one that is at hand, as ReadContentJson gave it.
absl::StatusOr<bool> MatchesContent(const Selector& selector, std::string_view json);

// The SHA-256 of the content; of a redacted one a keyed digest of that. Zero where the content is none, or not known.
absl::StatusOr<storage::Digest> ReadContentHash(const View& view, const storage::ContentKey& content);
// The same of many, in their order.
absl::StatusOr<std::vector<storage::Digest>> ReadContentHashes(const View& view,
                                                               const std::vector<storage::ContentKey>& contents);
// The same of a hash that the log has.
absl::StatusOr<storage::Digest> DiscloseHash(const View& view, const storage::Digest& hash);

}  // namespace setpoint::query
