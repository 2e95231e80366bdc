#include "storage/git/object_signature.h"

#include <array>
#include <utility>

namespace setpoint::storage {
namespace {

constexpr std::array<std::pair<std::string_view, SignatureFormat>, 4> kArmours = {
    {{"-----BEGIN PGP SIGNATURE-----", SignatureFormat::kOpenPgp},
     {"-----BEGIN PGP MESSAGE-----", SignatureFormat::kOpenPgp},
     {"-----BEGIN SSH SIGNATURE-----", SignatureFormat::kSsh},
     {"-----BEGIN SIGNED MESSAGE-----", SignatureFormat::kX509}}};

SignatureFormat FormatOf(std::string_view armour) {
  for (const auto& [begin, format] : kArmours) {
    if (armour.starts_with(begin)) return format;
  }
  return SignatureFormat::kUnknown;
}

// Takes one line, its line feed included, off the text.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
  text.remove_prefix(line.size());
  return line;
}

}  // namespace

std::string_view SignatureFormatName(SignatureFormat format) {
  switch (format) {
    case SignatureFormat::kOpenPgp:
      return "openpgp";
    case SignatureFormat::kSsh:
      return "ssh";
    case SignatureFormat::kX509:
      return "x509";
    case SignatureFormat::kUnknown:
      break;
  }
  return "unknown";
}

std::optional<SignedObject> SplitSignedCommit(std::string_view raw) {
  constexpr std::string_view kOwn = "gpgsig ";
  constexpr std::string_view kOther = "gpgsig-sha256 ";
  std::string own;
  std::string other;
  std::string payload;
  std::string* into = &payload;
  while (!raw.empty() && raw.front() != '\n') {
    std::string_view line = TakeLine(raw);
    if (line.starts_with(' ')) {
      if (into != &payload) line.remove_prefix(1);
    } else if (line.starts_with(kOwn)) {
      into = &own;
      line.remove_prefix(kOwn.size());
    } else if (line.starts_with(kOther)) {
      into = &other;
      line.remove_prefix(kOther.size());
    } else {
      into = &payload;
    }
    into->append(line);
  }
  if (own.empty() && other.empty()) return std::nullopt;
  if (own.empty()) return SignedObject{FormatOf(other), std::move(other), std::nullopt};
  payload.append(raw);
  return SignedObject{FormatOf(own), std::move(own), std::move(payload)};
}

std::optional<SignedObject> SplitSignedTag(std::string_view raw) {
  std::optional<size_t> begin;  // Of the last armour: what stands before it was signed.
  SignatureFormat format = SignatureFormat::kUnknown;
  for (std::string_view rest = raw; !rest.empty();) {
    const size_t at = raw.size() - rest.size();
    const SignatureFormat found = FormatOf(rest);
    if (found != SignatureFormat::kUnknown) {
      begin = at;
      format = found;
    }
    TakeLine(rest);
  }
  if (!begin) return std::nullopt;
  return SignedObject{format, std::string(raw.substr(*begin)), std::string(raw.substr(0, *begin))};
}

}  // namespace setpoint::storage
