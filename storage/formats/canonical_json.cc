#include "storage/formats/canonical_json.h"

#include <algorithm>
#include <utility>

#include "storage/base/limits.h"
#include "storage/formats/json_text.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {

absl::Status CanonicalWriter::Write(const Document& document, const Task& task, Budget& budget, std::string& out,
                                    std::string& warning) {
  document_ = &document;
  typing_ = task.typing;
  without_ = &task.without;
  budget_ = &budget;
  out_ = &out;
  warning_ = &warning;
  members_.clear();
  // One huge mapping must not keep its memory for as long as the writer lives.
  constexpr size_t kMembersKept = 4096;
  if (members_.capacity() > kMembersKept) members_.shrink_to_fit();
  if (entries_.capacity() > kMembersKept) std::vector<MappingEntry>().swap(entries_);
  collection_keys_.clear();
  const size_t size_before = out.size();
  out_size_max_ = size_before + budget.bytes_left;
  absl::Status status = WriteNode(task.node, task.depth, false);
  budget.bytes_left -= std::min(budget.bytes_left, out.size() - size_before);
  return status;
}

// Follows aliases, and wraps what has an unknown tag.
absl::Status CanonicalWriter::WriteNode(NodeIndex index, size_t depth, bool through_alias) {
  const NodeIndex target = document_->Resolve(index);
  through_alias = through_alias || target != index;
  const Node& node = (*document_)[target];
  if (through_alias) {
    if (absl::Status status = budget_->TakeAliasNode(node.first_line); !status.ok()) return status;
  }
  if (out_->size() > out_size_max_) return TooLarge(node.first_line, "expands to too many bytes");
  const bool binary = node.tag == CoreTag::kBinary && typing_ != Typing::kKubernetes;
  if (node.unknown_tag == 0 && !binary) return WriteValue(target, depth, through_alias);
  const std::string_view tag = binary ? "!!binary" : document_->TagText(node);
  const bool is_function = typing_ == Typing::kCloudFormation && tag.size() > 1 && tag[0] == '!' && tag[1] != '!';
  if (is_function) return WriteFunction(target, tag.substr(1), depth, through_alias);
  return WriteTagged(target, tag, depth, through_alias);
}

absl::Status CanonicalWriter::WriteTagged(NodeIndex index, std::string_view tag, size_t depth, bool through_alias) {
  *out_ += R"({"$tag":)";
  AppendJsonString(*out_, tag);
  *out_ += R"(,"$value":)";
  if (absl::Status status = WriteValue(index, depth, through_alias); !status.ok()) return status;
  out_->push_back('}');
  return absl::OkStatus();
}

// A short tag of CloudFormation in its long form, so that YAML and JSON compare equal. Those of its packager Rain are
// their own long form.
absl::Status CanonicalWriter::WriteFunction(NodeIndex index, std::string_view name, size_t depth, bool through_alias) {
  if (depth >= kDocumentDepthMax) return TooDeep((*document_)[index].first_line);
  const bool has_own_name = name == "Ref" || name == "Condition" || name.starts_with("Rain::");
  out_->push_back('{');
  AppendJsonString(*out_, has_own_name ? std::string(name) : "Fn::" + std::string(name));
  out_->push_back(':');
  const Node& node = (*document_)[index];
  const size_t dot = node.kind == NodeKind::kScalar ? node.Text().find('.') : std::string_view::npos;
  if (name == "GetAtt" && dot != std::string_view::npos) {
    out_->push_back('[');
    AppendJsonString(*out_, node.Text().substr(0, dot));
    out_->push_back(',');
    AppendJsonString(*out_, node.Text().substr(dot + 1));
    out_->push_back(']');
  } else if (absl::Status status = WriteValue(index, depth + 1, through_alias); !status.ok()) {
    return status;
  }
  out_->push_back('}');
  return absl::OkStatus();
}

absl::Status CanonicalWriter::WriteValue(NodeIndex index, size_t depth, bool through_alias) {
  const Node& node = (*document_)[index];
  if (node.kind == NodeKind::kScalar) {
    // What a scalar under an unknown tag means only its reader knows: its text is kept.
    if (node.unknown_tag != 0) {
      AppendJsonString(*out_, node.Text());
    } else {
      AppendScalar(*out_, typing_, node);
    }
    return absl::OkStatus();
  }
  if (depth >= kDocumentDepthMax) return TooDeep(node.first_line);
  return node.kind == NodeKind::kMapping ? WriteMapping(index, depth + 1, through_alias)
                                         : WriteSequence(index, depth + 1, through_alias);
}

absl::Status CanonicalWriter::WriteSequence(NodeIndex index, size_t depth, bool through_alias) {
  out_->push_back('[');
  const NodeIndex end = (*document_)[index].end;
  for (NodeIndex item = index + 1; item < end; item = (*document_)[item].end) {
    if (item != index + 1) out_->push_back(',');
    if (absl::Status status = WriteNode(item, depth, through_alias); !status.ok()) return status;
  }
  out_->push_back(']');
  return absl::OkStatus();
}

absl::Status CanonicalWriter::WriteMapping(NodeIndex index, size_t depth, bool through_alias) {
  const size_t begin = members_.size();
  if (absl::Status status = PushMembers(index, depth, through_alias); !status.ok()) return status;
  SortMembers(begin);
  // Writing a member's value pushes and pops the members of the mappings below: positions hold, references do not.
  const size_t end = members_.size();
  out_->push_back('{');
  for (size_t i = begin; i < end;) {
    // Of equal keys, which stand together now, the last one counts.
    const size_t first = i;
    for (++i; i < end && members_[i].key == members_[first].key; ++i) {
      const bool are_blocks = IsBlock(members_[i - 1].value) && IsBlock(members_[i].value);
      if (members_[i - 1].own && members_[i].own && !are_blocks) WarnOfDuplicate(members_[i]);
    }
    if (first != begin) out_->push_back(',');
    WriteKey(members_[first].key);
    absl::Status status = IsBlock(members_[i - 1].value) ? WriteBlocks(first, i, depth, through_alias)
                                                         : WriteNode(members_[i - 1].value, depth, through_alias);
    if (!status.ok()) return status;
  }
  out_->push_back('}');
  members_.resize(begin);
  return absl::OkStatus();
}

// The blocks among members of one key: a list, in the order of the text.
absl::Status CanonicalWriter::WriteBlocks(size_t begin, size_t end, size_t depth, bool through_alias) {
  if (depth >= kDocumentDepthMax) return TooDeep((*document_)[members_[begin].value].first_line);
  bool is_first = true;
  for (size_t i = begin; i < end; ++i) {
    if (!IsBlock(members_[i].value)) continue;
    out_->push_back(is_first ? '[' : ',');
    is_first = false;
    if (absl::Status status = WriteNode(members_[i].value, depth + 1, through_alias); !status.ok()) return status;
  }
  out_->push_back(']');
  return absl::OkStatus();
}

absl::Status CanonicalWriter::PushMembers(NodeIndex index, size_t depth, bool through_alias) {
  entries_.clear();
  if (absl::Status status = AppendEntries(*document_, typing_, index, *budget_, entries_); !status.ok()) return status;
  // A key that is a collection is written too, which needs `entries_` itself.
  const bool plain = std::all_of(entries_.begin(), entries_.end(), [this](const MappingEntry& entry) {
    return (*document_)[entry.key].kind == NodeKind::kScalar;
  });
  std::vector<MappingEntry> moved;
  if (!plain) moved.swap(entries_);
  uint32_t order = 0;
  for (const MappingEntry& entry : plain ? entries_ : moved) {
    if (std::binary_search(without_->begin(), without_->end(), entry.value)) continue;
    Member member{.order = order++, .key_node = entry.key, .value = entry.value, .own = entry.own};
    if (absl::Status status = KeyOf(entry.key, depth, through_alias, member.key); !status.ok()) return status;
    members_.push_back(member);
  }
  return absl::OkStatus();
}

// A key that is a collection has its canonical JSON as text.
absl::Status CanonicalWriter::KeyOf(NodeIndex key, size_t depth, bool through_alias, std::string_view& text) {
  const Node& node = (*document_)[key];
  if (node.kind == NodeKind::kScalar) {
    text = KeyText(typing_, node);
    return absl::OkStatus();
  }
  auto written = std::make_unique<std::string>();
  std::string* const outer = std::exchange(out_, written.get());
  const size_t outer_max = out_size_max_;
  // The key's text counts here, where it is kept, and again where it is written.
  out_size_max_ -= std::min(out_size_max_, outer->size());
  absl::Status status = WriteValue(key, depth, through_alias);
  out_ = outer;
  out_size_max_ = outer_max - std::min(outer_max, written->size());
  text = *written;
  collection_keys_.push_back(std::move(written));
  return status;
}

void CanonicalWriter::SortMembers(size_t begin) {
  const auto before = [](const Member& a, const Member& b) {
    const int compared = a.key.compare(b.key);
    return compared != 0 ? compared < 0 : a.order < b.order;
  };
  const auto first = members_.begin() + static_cast<ptrdiff_t>(begin);
  constexpr ptrdiff_t kFew = 16;
  if (members_.end() - first > kFew) {
    std::sort(first, members_.end(), before);
    return;
  }
  for (auto at = first; at != members_.end(); ++at) {
    if (at == first || !before(*at, *(at - 1))) continue;
    const Member member = *at;
    auto to = at;
    for (; to != first && before(member, *(to - 1)); --to) *to = *(to - 1);
    *to = member;
  }
}

// A key that begins with '$' gets one more, so that it is never taken for a tag.
void CanonicalWriter::WriteKey(std::string_view key) {
  if (key.starts_with('$')) {
    AppendJsonString(*out_, "$" + std::string(key));
  } else {
    AppendJsonString(*out_, key);
  }
  out_->push_back(':');
}

void CanonicalWriter::WarnOfDuplicate(const Member& member) {
  if (!warning_->empty()) return;
  *warning_ = ReasonText((*document_)[member.key_node].first_line,
                         "the key " + QuotedForReason(member.key) + " stands twice, the last one counts");
}

}  // namespace setpoint::storage
