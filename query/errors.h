// Why a question has no answer, as a word that scripts and HTTP problem types can rely on. It travels in the payload
// of an absl::Status; the status's code says how bad it is and its message is a whole sentence for a person.
// Pure functions; any thread may call them.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace setpoint::query {

// The words are part of the interface: fixed for ever.
namespace reason {
inline constexpr std::string_view kUnknownRepository = "unknown-repository";
inline constexpr std::string_view kRepositoryNeeded = "repository-needed";
inline constexpr std::string_view kUnknownPosition = "unknown-position";
inline constexpr std::string_view kUnknownCommit = "unknown-commit";
inline constexpr std::string_view kCommitNotIngested = "commit-not-ingested";
inline constexpr std::string_view kAmbiguousPosition = "ambiguous-position";
inline constexpr std::string_view kOtherRepository = "other-repository";
inline constexpr std::string_view kBeforeFirst = "before-first";
inline constexpr std::string_view kUnknownResource = "unknown-resource";
inline constexpr std::string_view kNoText = "no-text";
inline constexpr std::string_view kRedacted = "redacted";
inline constexpr std::string_view kBadPosition = "bad-position";
inline constexpr std::string_view kBadSelector = "bad-selector";
}  // namespace reason

// kNotFound, kInvalidArgument, kFailedPrecondition and kPermissionDenied with their reason.
absl::Status NotFound(std::string_view reason, std::string_view message);
absl::Status InvalidArgument(std::string_view reason, std::string_view message);
absl::Status FailedPrecondition(std::string_view reason, std::string_view message);
absl::Status PermissionDenied(std::string_view reason, std::string_view message);

// The reason of a status of this layer; empty where it has none.
std::string ReasonOf(const absl::Status& status);

}  // namespace setpoint::query
