// The templates of hcl_expression.h: quoted strings, heredocs, and texts of JSON.
#include <algorithm>
#include <array>
#include <limits>

#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "storage/formats/hcl_expression.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {
namespace {

// Bytes of a template at which its reader must look.
constexpr std::array<bool, 256> MakeStops() {
  std::array<bool, 256> stops{};
  for (const char c : {'"', '\\', '$', '%', '\n'}) stops[static_cast<unsigned char>(c)] = true;
  return stops;
}
constexpr std::array<bool, 256> kStops = MakeStops();

}  // namespace

void HclExpression::OpenQuoted() {
  Emit("\"", false);
  Push(Kind::kQuoted);
}

void HclExpression::OpenHeredoc() {
  HclScanner::Heredoc heredoc;
  if (!scanner_.TakeHeredocMarker(heredoc)) return;
  Emit("\"", false);
  Push(Kind::kHeredoc);
  if (!scanner_.ok()) return;
  frames_.back().heredoc = heredoc;
  frames_.back().at_line_start = true;
}

void HclExpression::ReadTemplatePiece(bool& is_done) {
  Frame& frame = frames_.back();
  if (frame.kind == Kind::kHeredoc && frame.at_line_start && scanner_.TakeClosingMarker(frame.heredoc.marker)) {
    return CloseTemplate(is_done);
  }
  if (scanner_.AtEnd()) {
    if (frame.kind == Kind::kBare) return CloseTemplate(is_done);
    return scanner_.Fail(frame.kind == Kind::kQuoted ? "a string without an end" : "a heredoc without an end");
  }
  if (frame.kind == Kind::kQuoted) return ReadQuotedPiece(frame, is_done);
  ReadLinePiece(frame);
}

// The bytes up to one that means something, and that one.
void HclExpression::ReadQuotedPiece(Frame& frame, bool& is_done) {
  const std::string_view text = scanner_.text();
  const size_t begin = scanner_.at();
  size_t end = begin;
  while (end < text.size() && !kStops[static_cast<unsigned char>(text[end])]) ++end;
  AppendLiteral(frame, text.substr(begin, end - begin));
  scanner_.Skip(end - begin);
  switch (scanner_.Peek()) {
    case '"':
      scanner_.Skip(1);
      return CloseTemplate(is_done);
    case '\\':
      scanner_.Skip(1);
      return ReadQuotedEscape(frame);
    case '\n':
      return scanner_.Fail("a line ends inside of a string");
    case '$':
    case '%':
      if (ReadSequence(frame)) return;
      AppendLiteral(frame, text.substr(end, 1));
      return scanner_.Skip(1);
    default:
      return;  // The text ends.
  }
}

// A character that was escaped means itself, whatever follows it.
void HclExpression::ReadQuotedEscape(const Frame& frame) {
  escaped_.clear();
  scanner_.TakeEscape(escaped_);
  if (!scanner_.ok()) return;
  const bool is_sign = escaped_ == "$" || escaped_ == "%";
  if (is_sign && scanner_.Peek() == '{') escaped_ += escaped_;
  if (is_sign && scanner_.Peek() == escaped_[0] && scanner_.Peek(1) == '{') {
    has_literal_ = true;
    out_->append("${\"").append(escaped_).append("\"}");
    return;
  }
  AppendLiteral(frame, escaped_);
}

// One line of a heredoc, or as much of it as there is before a sequence. A bare template is one without an end.
void HclExpression::ReadLinePiece(Frame& frame) {
  if (frame.at_line_start && !NoteLineStart(frame)) return;
  const std::string_view text = scanner_.text();
  const size_t begin = scanner_.at();
  size_t end = begin;
  while (end < text.size() && text[end] != '\n' && text[end] != '$' && text[end] != '%') ++end;
  AppendLiteral(frame, text.substr(begin, end - begin));
  scanner_.Skip(end - begin);
  if (scanner_.AtEnd()) return;
  if (scanner_.TakeLineEnd()) {
    AppendLiteral(frame, "\n");
    frame.at_line_start = frame.kind == Kind::kHeredoc;
    return;
  }
  if (ReadSequence(frame)) return;
  AppendLiteral(frame, text.substr(end, 1));
  scanner_.Skip(1);
}

// Measures the line at hand. Lines of nothing but space do not count; false where that was one, which is written.
bool HclExpression::NoteLineStart(Frame& frame) {
  frame.at_line_start = false;
  if (!frame.heredoc.is_flush) return true;
  size_t spaces = 0;
  while (scanner_.Peek(spaces) == ' ' || scanner_.Peek(spaces) == '\t') ++spaces;
  const size_t behind = scanner_.Peek(spaces) == '\r' ? spaces + 1 : spaces;
  if (scanner_.Peek(behind) == '\n') {
    AppendLiteral(frame, scanner_.text().substr(scanner_.at(), behind + 1));
    scanner_.Skip(behind);
    scanner_.TakeLineEnd();
    frame.at_line_start = true;
    return false;
  }
  indents_.push_back({.offset = out_->size(), .spaces = spaces});
  return true;
}

// `${`, `%{`, or one of them escaped; false where a '$' or '%' is only itself.
bool HclExpression::ReadSequence(Frame& frame) {
  const char sign = scanner_.Peek();
  if (scanner_.Peek(1) == sign && scanner_.Peek(2) == '{') {
    AppendLiteral(frame, scanner_.text().substr(scanner_.at(), 3));
    scanner_.Skip(3);
    return true;
  }
  if (scanner_.Peek(1) != '{') return false;
  scanner_.Skip(2);
  BeginSequence(sign == '%');
  return true;
}

void HclExpression::BeginSequence(bool is_directive) {
  const size_t open_before = frames_.back().directives;
  if (frames_.size() == 1) {
    ++interpolations_;
    has_literal_ = has_literal_ || is_directive;
  }
  out_->append(is_directive ? "%{" : "${");
  if (scanner_.Take('~')) out_->push_back('~');
  is_glued_ = true;
  Push(is_directive ? Kind::kDirective : Kind::kInterpolation);
  if (is_directive && scanner_.ok()) ReadDirective(open_before);
}

// `open_before`: of the directives that are open, those that are not the template's own.
void HclExpression::ReadDirective(size_t open_before) {
  scanner_.SkipSpaceAndLines();
  const uint32_t line = scanner_.line();
  const std::string_view word = scanner_.TakeWord();
  if (word.empty()) return scanner_.Fail("a directive without its keyword");
  Emit(word, true);
  if (word == "if" || word == "for") {
    if (directives_.size() >= kDocumentDepthMax) return scanner_.Fail(TooDeep(line));
    directives_.push_back({word, line});
    if (word == "for") ReadForNames();
    return;
  }
  if (word != "else" && word != "endif" && word != "endfor") return scanner_.Fail("an unknown directive");
  frames_.back().expects_operand = false;
  const std::string_view open = directives_.size() > open_before ? directives_.back().keyword : std::string_view();
  const bool fits = word == "endfor" ? open == "for" : open == "if" || (word == "endif" && open == "else");
  if (!fits) return scanner_.Fail(Concat("`", word, "` ends nothing"));
  if (word == "else") {
    directives_.back().keyword = word;
  } else {
    directives_.pop_back();
  }
}

// Literal text, with escapes where it stands in an expression.
void HclExpression::AppendLiteral(const Frame& frame, std::string_view text) {
  if (text.empty()) return;
  if (frames_.size() == 1) has_literal_ = true;
  if (frame.is_raw) {
    out_->append(text);
    return;
  }
  for (const char c : text) {
    switch (c) {
      case '"':
        out_->append("\\\"");
        break;
      case '\\':
        out_->append("\\\\");
        break;
      case '\n':
        out_->append("\\n");
        break;
      case '\r':
        out_->append("\\r");
        break;
      case '\t':
        out_->append("\\t");
        break;
      default:
        out_->push_back(c);
    }
  }
}

void HclExpression::CloseTemplate(bool& is_done) {
  const Frame frame = frames_.back();
  if (directives_.size() > frame.directives) {
    const Directive& open = directives_.back();
    return scanner_.Fail(BadText(open.line, Concat("`", open.keyword, "` of a template without an end")));
  }
  if (frame.kind == Kind::kHeredoc) TakeIndentation(frame);
  if (frames_.size() == 1) {
    is_done = true;
    return;
  }
  out_->push_back('"');
  is_glued_ = false;
  Pop();
}

// What all lines of a `<<-` begin with goes from each.
void HclExpression::TakeIndentation(const Frame& frame) {
  size_t common = std::numeric_limits<size_t>::max();
  for (size_t i = frame.indents; i < indents_.size(); ++i) common = std::min(common, indents_[i].spaces);
  if (frame.indents < indents_.size() && common > 0) {
    std::string& out = *out_;
    size_t to = indents_[frame.indents].offset;
    for (size_t i = frame.indents; i < indents_.size(); ++i) {
      size_t from = indents_[i].offset;
      // A tab that is escaped is two bytes.
      for (size_t n = 0; n < common; ++n) from += out[from] == '\\' ? 2 : 1;
      const size_t end = i + 1 < indents_.size() ? indents_[i + 1].offset : out.size();
      std::copy(out.begin() + static_cast<ptrdiff_t>(from), out.begin() + static_cast<ptrdiff_t>(end),
                out.begin() + static_cast<ptrdiff_t>(to));
      to += end - from;
    }
    out.resize(to);
  }
  indents_.resize(frame.indents);
}

}  // namespace setpoint::storage
