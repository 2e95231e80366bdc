#include "tests/storage/log/entries.h"

#include <array>
#include <set>
#include <string>
#include <utility>

#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr std::array kModes = {FileMode::kRegular, FileMode::kExecutable, FileMode::kSymlink, FileMode::kSubmodule};

std::string RandomText(std::mt19937_64& random) {
  std::string text(1 + random() % (random() % 50 == 0 ? 5'000 : 40), '\0');
  for (char& c : text) c = static_cast<char>(random() % 8 == 0 ? random() : 'a' + random() % 26);
  return text;
}

std::set<std::string> RandomTexts(std::mt19937_64& random, size_t count) {
  std::set<std::string> texts;
  while (texts.size() < count) texts.insert(RandomText(random));
  return texts;
}

template <typename Bytes>
Bytes RandomBytes(std::mt19937_64& random) {
  Bytes value;
  for (uint8_t& byte : value.bytes) byte = static_cast<uint8_t>(random());
  value.bytes[0] |= 1;  // Never zero.
  return value;
}

ForkPoint RandomFork(std::mt19937_64& random) {
  if (random() % 3 == 0) return {};
  return {Revision(random()), RandomBytes<ObjectId>(random)};
}

std::vector<FileChange> RandomFiles(std::mt19937_64& random, size_t count) {
  std::vector<FileChange> files;
  for (const std::string& path : RandomTexts(random, count)) {
    FileChange& file = files.emplace_back();
    file.path = path;
    if (random() % 5 == 0) continue;
    file.mode = kModes[random() % kModes.size()];
    file.blob = RandomBytes<ObjectId>(random);
    file.outcome = static_cast<uint8_t>(random());
    if (random() % 4 == 0) file.reason = RandomText(random);
  }
  return files;
}

Change RandomChange(std::mt19937_64& random, std::string key, Operation operation, size_t file_count) {
  Change change;
  change.file = static_cast<uint32_t>(random() % file_count);
  change.key = std::move(key);
  change.operation = operation;
  change.format = static_cast<uint8_t>(random());
  if (operation != Operation::kDeleted) change.content_hash = RandomBytes<Digest>(random);
  if (operation == Operation::kMoved) change.moved_from = RandomText(random);
  change.stale = operation == Operation::kDecodeFailed || random() % 4 == 0;
  return change;
}

std::vector<Change> RandomChanges(std::mt19937_64& random, size_t count, size_t file_count) {
  constexpr std::array kKept = {Operation::kCreated, Operation::kUpdated, Operation::kMoved, Operation::kDecodeFailed};
  std::vector<Change> changes;
  std::vector<Change> deletions;
  for (const std::string& key : RandomTexts(random, count)) {
    if (random() % 4 == 0) {
      deletions.push_back(RandomChange(random, key, Operation::kDeleted, file_count));
    } else {
      changes.push_back(RandomChange(random, key, kKept[random() % kKept.size()], file_count));
    }
  }
  changes.insert(changes.end(), deletions.begin(), deletions.end());
  return changes;
}

Entry RandomRefsEntry(std::mt19937_64& random) {
  Entry entry;
  entry.cause = Cause::kRefs;
  entry.repository = RandomText(random);
  for (const std::string& ref : RandomTexts(random, random() % 20)) {
    PointerMove& move = entry.pointers.emplace_back();
    move.ref = ref;
    if (random() % 3 != 0) move.old_commit = RandomBytes<ObjectId>(random);
    if (random() % 3 != 0) move.new_commit = RandomBytes<ObjectId>(random);
    for (size_t i = random() % 3; i > 0; --i) move.tag_objects.push_back(RandomBytes<ObjectId>(random));
  }
  return entry;
}

Entry RandomTimelineEntry(std::mt19937_64& random) {
  constexpr std::array kCauses = {Cause::kCommit,     Cause::kAdvance,   Cause::kReset, Cause::kRefCreated,
                                  Cause::kRefDeleted, Cause::kRedecoded, Cause::kHealed};
  Entry entry;
  entry.cause = kCauses[random() % kCauses.size()];
  entry.timeline = TimelineId(1 + static_cast<uint32_t>(random() % 0xffff'ffff));
  if (random() % 4 == 0) {
    const std::string ref = random() % 2 == 0 ? RandomText(random) : "";
    entry.birth = TimelineBirth{RandomText(random), ref, RandomFork(random), RandomFork(random)};
  }
  if (random() % 8 != 0) entry.commit = RandomBytes<ObjectId>(random);
  if (entry.cause == Cause::kReset) entry.commit_before = RandomBytes<ObjectId>(random);
  const size_t file_count = random() % (random() % 50 == 0 ? 500 : 6);
  entry.files = RandomFiles(random, file_count);
  if (file_count > 0) entry.changes = RandomChanges(random, random() % (file_count * 3), file_count);
  return entry;
}

}  // namespace

ObjectId RepeatedId(uint8_t byte) {
  ObjectId id;
  id.bytes.fill(byte);
  return id;
}

Digest RepeatedDigest(uint8_t byte) {
  Digest digest;
  digest.bytes.fill(byte);
  return digest;
}

Entry EmptyEntry() {
  Entry entry;
  entry.timeline = TimelineId(1);
  entry.commit = RepeatedId(0x11);
  return entry;
}

Entry FullEntry() {
  Entry entry;
  entry.timeline = TimelineId(3);
  entry.birth = TimelineBirth{"home-ops", "", {Revision(6), RepeatedId(0x06)}, {Revision(4), RepeatedId(0x04)}};
  entry.cause = Cause::kReset;
  entry.commit = RepeatedId(0x22);
  entry.commit_before = RepeatedId(0x33);
  entry.observed = 1'700'000'000;
  entry.epoch = 5;
  entry.decoder_version = 1;
  entry.batch_end = true;
  entry.files = {{"absent.yaml", FileMode::kAbsent, {}, 0, ""},
                 {"apps/web.yaml", FileMode::kRegular, RepeatedId(0xa1), 1, ""},
                 {"broken.yaml", FileMode::kRegular, RepeatedId(0xa2), 3, "line 7: a tab"},
                 {"link", FileMode::kSymlink, RepeatedId(0xa3), 5, ""},
                 {"run.sh", FileMode::kExecutable, RepeatedId(0xa4), 5, ""},
                 {"vendor", FileMode::kSubmodule, RepeatedId(0xa5), 5, ""}};
  entry.changes = {{1, "apps#Deployment/web", "", Operation::kUpdated, 3, RepeatedDigest(0xc1), false},
                   {1, "apps#Service/web", "old#Service/web", Operation::kMoved, 3, RepeatedDigest(0xc2), false},
                   {2, "broken.yaml#Data", "", Operation::kDecodeFailed, 2, RepeatedDigest(0xc3), true},
                   {4, "run.sh#File", "", Operation::kCreated, 1, RepeatedDigest(0xc4), false},
                   {0, "absent.yaml#Data", "", Operation::kDeleted, 2, {}, false}};
  return entry;
}

Entry RefsEntry() {
  Entry entry;
  entry.cause = Cause::kRefs;
  entry.repository = "home-ops";
  entry.observed = -5;
  entry.pointers = {{"refs/tags/v1", {}, RepeatedId(0x01), {RepeatedId(0xe1), RepeatedId(0xe2)}},
                    {"refs/tags/v2", RepeatedId(0x02), {}, {}}};
  return entry;
}

Entry RandomEntry(std::mt19937_64& random) {
  Entry entry = random() % 5 == 0 ? RandomRefsEntry(random) : RandomTimelineEntry(random);
  entry.observed = static_cast<int64_t>(random());
  entry.epoch = random() % 3 == 0 ? random() : 0;
  entry.decoder_version = static_cast<uint32_t>(random());
  entry.batch_end = random() % 2 == 0;
  return entry;
}

}  // namespace setpoint::storage
