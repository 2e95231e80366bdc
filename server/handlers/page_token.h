// Where the next page of an answer begins, and at what it is read: all pages are one consistent cut, whatever is
// ingested meanwhile. Opaque to clients: they only hand it back, with the same question.
//
// It is not signed, because nothing is gained by forging one: the position in it is asked for as `at=rN` is (of the
// same repository, under the same disclosure), the cut can only be older than now, and the cursor only says how much to
// leave out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/ids.h"
#include "storage/projections/positions.h"

namespace setpoint::server {

struct PageToken {
  std::string question;                   // QuestionDigest of the first page's request, sixteen bytes.
  storage::Revision cut;                  // What was applied when the first page was read.
  storage::Revision position;             // Of the position read; none where the question has no position.
  std::optional<storage::TimeAxis> axis;  // On which a moment was looked for, where one was.
  int64_t now = 0;                        // What "2h ago" counts from.
  std::string cursor;                     // What the pages before have shown; each question has its own form.

  bool operator==(const PageToken&) const = default;

  std::string Encode() const;
  // Nothing where the text is none that Encode made.
  static std::optional<PageToken> Decode(std::string_view text);
};

}  // namespace setpoint::server
