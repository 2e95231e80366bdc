#include "query/errors.h"

#include "absl/strings/cord.h"

namespace setpoint::query {
namespace {

constexpr absl::string_view kPayload = "setpoint/reason";

absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

absl::Status WithReason(absl::Status status, std::string_view reason) {
  status.SetPayload(kPayload, absl::Cord(ToAbsl(reason)));
  return status;
}

}  // namespace

absl::Status NotFound(std::string_view reason, std::string_view message) {
  return WithReason(absl::NotFoundError(ToAbsl(message)), reason);
}

absl::Status InvalidArgument(std::string_view reason, std::string_view message) {
  return WithReason(absl::InvalidArgumentError(ToAbsl(message)), reason);
}

absl::Status FailedPrecondition(std::string_view reason, std::string_view message) {
  return WithReason(absl::FailedPreconditionError(ToAbsl(message)), reason);
}

absl::Status PermissionDenied(std::string_view reason, std::string_view message) {
  return WithReason(absl::PermissionDeniedError(ToAbsl(message)), reason);
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace setpoint::query
