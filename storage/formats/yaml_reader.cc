#include "storage/formats/yaml_reader.h"

#include <yaml.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "storage/base/check.h"
#include "storage/base/limits.h"
#include "storage/formats/reason.h"
#include "storage/formats/yaml_lines.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kCoreTagPrefix = "tag:yaml.org,2002:";

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }

  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string_view View(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

struct NamedTag {
  std::string_view name;
  CoreTag tag;
};
// kNone: the tag says what the node is anyway, and is dropped.
constexpr std::array<NamedTag, 13> kCoreTags = {{
    {"str", CoreTag::kString},
    {"int", CoreTag::kInteger},
    {"float", CoreTag::kFloat},
    {"bool", CoreTag::kBoolean},
    {"null", CoreTag::kNull},
    {"binary", CoreTag::kBinary},
    {"merge", CoreTag::kMerge},
    {"timestamp", CoreTag::kString},
    {"map", CoreTag::kNone},
    {"seq", CoreTag::kNone},
    {"set", CoreTag::kNone},
    {"omap", CoreTag::kNone},
    {"pairs", CoreTag::kNone},
}};

// Reads the events of one document. One object is one reading.
class EventReader {
 public:
  EventReader(std::string_view text, uint32_t first_line, Document& document)
      : text_(text), first_line_(first_line), lines_(text, first_line), document_(document) {
    SETPOINT_CHECK(yaml_parser_initialize(&parser_) == 1, "libyaml found no memory");
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;
  ~EventReader() { yaml_parser_delete(&parser_); }

  absl::Status Read();

 private:
  absl::Status Take(const yaml_event_t& event);
  absl::Status TakeScalar(const yaml_event_t& event);
  absl::Status TakeAlias(const yaml_event_t& event);
  absl::Status Open(NodeKind kind, const yaml_event_t& event, const yaml_char_t* anchor, const yaml_char_t* tag);
  void CloseTop(const yaml_event_t& event);
  absl::Status SetTag(NodeIndex index, std::string_view tag);
  absl::Status CheckBounds(uint32_t line) const;
  absl::Status ParserError() const;
  uint32_t Line(const yaml_mark_t& mark) const { return lines_.FileLine(mark.line); }
  void EndsOn(NodeIndex index, uint32_t line);

  std::string_view text_;
  uint32_t first_line_;
  YamlLines lines_;
  Document& document_;
  yaml_parser_t parser_{};
  std::vector<NodeIndex> open_;
  absl::flat_hash_map<std::string, NodeIndex> anchors_;
};

absl::Status EventReader::Read() {
  size_t documents = 0;
  while (true) {
    Event event;
    if (yaml_parser_parse(&parser_, event.get()) == 0) return ParserError();
    if (event->type == YAML_STREAM_END_EVENT) return absl::OkStatus();
    if (event->type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
      return BadText(Line(event->start_mark), "a second document without a marker");
    }
    if (absl::Status status = Take(*event.get()); !status.ok()) return status;
  }
}

absl::Status EventReader::Take(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_SCALAR_EVENT:
      return TakeScalar(event);
    case YAML_ALIAS_EVENT:
      return TakeAlias(event);
    case YAML_MAPPING_START_EVENT:
      return Open(NodeKind::kMapping, event, event.data.mapping_start.anchor, event.data.mapping_start.tag);
    case YAML_SEQUENCE_START_EVENT:
      return Open(NodeKind::kSequence, event, event.data.sequence_start.anchor, event.data.sequence_start.tag);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      CloseTop(event);
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

absl::Status EventReader::TakeScalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
  const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
  const uint32_t line = Line(event.start_mark);
  const NodeIndex index =
      document_.AddScalar(document_.Keep(text), plain ? ScalarStyle::kPlain : ScalarStyle::kText, line);
  // The end of a block of text is the beginning of the line after it.
  const yaml_mark_t& end = event.end_mark;
  EndsOn(index, lines_.FileLine(end.column == 0 && end.line > event.start_mark.line ? end.line - 1 : end.line));
  if (scalar.anchor != nullptr) anchors_[std::string(View(scalar.anchor))] = index;
  if (absl::Status status = SetTag(index, View(scalar.tag)); !status.ok()) return status;
  return CheckBounds(line);
}

absl::Status EventReader::TakeAlias(const yaml_event_t& event) {
  const uint32_t line = Line(event.start_mark);
  const std::string_view name = View(event.data.alias.anchor);
  const auto found = anchors_.find(std::string(name));
  if (found == anchors_.end()) return BadText(line, "unknown anchor " + QuotedForReason(name));
  if (document_[found->second].end == 0) return BadText(line, "anchor " + QuotedForReason(name) + " contains itself");
  const NodeIndex index = document_.Add(NodeKind::kAlias, line);
  document_.at(index).target = found->second;
  document_.Close(index);
  EndsOn(index, line);
  return CheckBounds(line);
}

absl::Status EventReader::Open(NodeKind kind, const yaml_event_t& event, const yaml_char_t* anchor,
                               const yaml_char_t* tag) {
  const uint32_t line = Line(event.start_mark);
  if (open_.size() >= kDocumentDepthMax) return TooDeep(line);
  const NodeIndex index = document_.Add(kind, line);
  open_.push_back(index);
  if (anchor != nullptr) anchors_[std::string(View(anchor))] = index;
  if (absl::Status status = SetTag(index, View(tag)); !status.ok()) return status;
  return CheckBounds(line);
}

void EventReader::CloseTop(const yaml_event_t& event) {
  const NodeIndex index = open_.back();
  open_.pop_back();
  document_.Close(index);
  // A flow collection ends at its bracket, a block collection with its last member.
  const bool bracket = event.end_mark.index > event.start_mark.index;
  EndsOn(index, bracket ? Line(event.end_mark) : document_[index].last_line);
}

// The node's text ends on that line, and what it stands in no earlier.
void EventReader::EndsOn(NodeIndex index, uint32_t line) {
  Node& node = document_.at(index);
  node.last_line = std::max(node.last_line, line);
  if (open_.empty()) return;
  Node& parent = document_.at(open_.back());
  parent.last_line = std::max(parent.last_line, node.last_line);
}

absl::Status EventReader::SetTag(NodeIndex index, std::string_view tag) {
  Node& node = document_.at(index);
  if (tag.empty()) return absl::OkStatus();
  if (tag == "!") {
    // "Do not guess": a scalar is a string.
    if (node.kind == NodeKind::kScalar) node.style = ScalarStyle::kText;
    return absl::OkStatus();
  }
  std::string shown(tag);
  if (tag.starts_with(kCoreTagPrefix)) {
    const std::string_view name = tag.substr(kCoreTagPrefix.size());
    for (const NamedTag& known : kCoreTags) {
      if (known.name != name) continue;
      node.tag = known.tag;
      return absl::OkStatus();
    }
    shown = "!!" + std::string(name);
  }
  node.unknown_tag = document_.InternTag(shown);
  return node.unknown_tag != 0 ? absl::OkStatus() : TooLarge(node.first_line, "too many different tags");
}

absl::Status EventReader::CheckBounds(uint32_t line) const {
  return document_.size() <= kDocumentNodesMax ? absl::OkStatus() : TooLarge(line, "too many nodes");
}

absl::Status EventReader::ParserError() const {
  uint32_t line = Line(parser_.problem_mark);
  if (parser_.error == YAML_READER_ERROR) {
    const size_t offset = std::min(parser_.problem_offset, text_.size());
    const auto lines = std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(offset), '\n');
    line = first_line_ + static_cast<uint32_t>(lines);
  }
  std::string problem = parser_.problem == nullptr ? "not YAML" : parser_.problem;
  if (parser_.context != nullptr) problem = std::string(parser_.context) + ", " + problem;
  return BadText(line, problem);
}

}  // namespace

absl::Status ReadYamlWithLibrary(std::string_view text, uint32_t first_line, Document& document) {
  document.Clear();
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return EventReader(text, first_line, document).Read();
}

}  // namespace setpoint::storage
