#include "storage/formats/json_reader.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <vector>

#include "storage/base/limits.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {
namespace {

// Takes RapidJSON's events. A false return ends the parse; `status` then says why.
class NodeBuilder {
 public:
  NodeBuilder(std::string_view text, const rapidjson::MemoryStream& stream, Document& document)
      : text_(text), stream_(stream), document_(document) {}

  bool Null() { return AddScalar("null", ScalarStyle::kLiteral); }
  bool Bool(bool value) { return AddScalar(value ? "true" : "false", ScalarStyle::kLiteral); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return AddScalar(document_.Keep({text, size}), ScalarStyle::kNumber);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return AddScalar(document_.Keep({text, size}), ScalarStyle::kText);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) { return String(text, size, copy); }
  bool StartObject() { return Open(NodeKind::kMapping); }
  bool StartArray() { return Open(NodeKind::kSequence); }
  bool EndObject(rapidjson::SizeType) { return CloseTop(); }
  bool EndArray(rapidjson::SizeType) { return CloseTop(); }
  // Numbers come as text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  const absl::Status& status() const { return status_; }
  // The line of the reader's place.
  uint32_t Line() {
    const size_t offset = std::min(stream_.Tell(), text_.size());
    line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<ptrdiff_t>(counted_),
                                              text_.begin() + static_cast<ptrdiff_t>(offset), '\n'));
    counted_ = offset;
    return line_;
  }

 private:
  bool AddScalar(std::string_view text, ScalarStyle style) {
    document_.AddScalar(text, style, Line());
    return WithinBounds();
  }

  bool Open(NodeKind kind) {
    if (open_.size() >= kDocumentDepthMax) {
      status_ = TooDeep(Line());
      return false;
    }
    open_.push_back(document_.Add(kind, Line()));
    return WithinBounds();
  }

  bool CloseTop() {
    document_.Close(open_.back());
    document_.at(open_.back()).last_line = Line();
    open_.pop_back();
    return true;
  }

  bool WithinBounds() {
    if (document_.size() <= kDocumentNodesMax) return true;
    status_ = TooLarge(Line(), "too many nodes");
    return false;
  }

  std::string_view text_;
  const rapidjson::MemoryStream& stream_;
  Document& document_;
  std::vector<NodeIndex> open_;
  absl::Status status_;
  size_t counted_ = 0;  // How much of the text `line_` has counted.
  uint32_t line_ = 1;
};

}  // namespace

absl::Status ReadJson(std::string_view text, Document& document) {
  document.Clear();
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  rapidjson::MemoryStream stream(text.data(), text.size());
  NodeBuilder builder(text, stream, document);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!result.IsError()) return absl::OkStatus();
  if (!builder.status().ok()) return builder.status();
  return BadText(builder.Line(), rapidjson::GetParseError_En(result.Code()));
}

}  // namespace setpoint::storage
