#include "storage/formats/hcl_value.h"

#include <algorithm>

#include "storage/base/limits.h"
#include "storage/formats/numbers.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {
namespace {

// Values in brackets that turn out to be part of an expression are read again. Nobody writes texts of nothing else.
constexpr size_t kReadAgainMax = 8;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void HclValueReader::Read() {
  open_.clear();
  do {
    while (scanner_.ok() && OpensNext()) {
    }
    while (scanner_.ok() && !Continue()) {
    }
  } while (scanner_.ok() && !open_.empty());
}

HclExpression::Ends HclValueReader::EndsHere() const {
  if (open_.empty()) return HclExpression::Ends::kAttribute;
  switch (open_.back().holder) {
    case Holder::kList:
      return HclExpression::Ends::kListItem;
    case Holder::kObject:
      return HclExpression::Ends::kObjectValue;
    case Holder::kParenthesis:
      return HclExpression::Ends::kParenthesis;
    case Holder::kInterpolation:
      break;
  }
  return HclExpression::Ends::kInterpolation;
}

void HclValueReader::SkipAroundValue() {
  if (open_.empty() || open_.back().holder == Holder::kObject) {
    scanner_.SkipSpace();
  } else {
    scanner_.SkipSpaceAndLines();
  }
}

// Reads the next value, or opens it and returns true: then its first one is next.
bool HclValueReader::OpensNext() {
  if (!open_.empty() && open_.back().holder == Holder::kObject) {
    scanner_.SkipSpaceAndLines();
    if (CloseEmpty()) return false;
    ReadKey();
    if (!scanner_.ok()) return false;
  } else {
    SkipAroundValue();
    if (CloseEmpty()) return false;
  }
  return OpenValue();
}

bool HclValueReader::OpenValue() {
  SkipAroundValue();
  value_ = {.node = static_cast<NodeIndex>(document_.size()), .begin = scanner_.place(), .is_settled = false};
  const char c = scanner_.Peek();
  if ((c == '[' || c == '{') && !OpensFor()) {
    OpenHolder(c == '[' ? Holder::kList : Holder::kObject, 1);
    return true;
  }
  if (c == '(') {
    OpenHolder(Holder::kParenthesis, 1);
    return true;
  }
  if (c == '"' && WrapsValue()) {
    OpenHolder(Holder::kInterpolation, scanner_.Peek(3) == '~' ? 4 : 3);
    return true;
  }
  ReadScalar();
  return false;
}

bool HclValueReader::OpensFor() {
  const HclScanner::Place place = scanner_.place();
  scanner_.Skip(1);
  scanner_.SkipSpaceAndLines();
  const bool is_for = scanner_.TakeWord() == "for";
  scanner_.Return(place);
  return is_for;
}

// A string that begins with an interpolation of what may be a value of its own.
bool HclValueReader::WrapsValue() {
  if (scanner_.Peek(1) != '$' || scanner_.Peek(2) != '{') return false;
  const HclScanner::Place place = scanner_.place();
  scanner_.Skip(scanner_.Peek(3) == '~' ? 4 : 3);
  scanner_.SkipSpaceAndLines();
  const char c = scanner_.Peek();
  const std::string_view word = scanner_.TakeWord();
  scanner_.Return(place);
  return IsDigit(c) || std::string_view("[{(\"-<").find(c) != std::string_view::npos || word == "true" ||
         word == "false" || word == "null";
}

void HclValueReader::OpenHolder(Holder holder, size_t bytes) {
  if (open_.size() >= kDocumentDepthMax) return scanner_.Fail(TooDeep(scanner_.line()));
  const HclScanner::Place begin = scanner_.place();
  auto node = static_cast<NodeIndex>(document_.size());
  if (holder == Holder::kList) node = document_.Add(NodeKind::kSequence, begin.line);
  if (holder == Holder::kObject) node = document_.Add(NodeKind::kMapping, begin.line);
  CheckBounds();
  scanner_.Skip(bytes);
  open_.push_back({.holder = holder, .node = node, .begin = begin});
}

// A list or an object that ends where a value may begin.
bool HclValueReader::CloseEmpty() {
  if (open_.empty()) return false;
  const Holder holder = open_.back().holder;
  const bool is_list = holder == Holder::kList;
  if ((!is_list && holder != Holder::kObject) || !scanner_.Take(is_list ? ']' : '}')) return false;
  return CloseHolder();
}

// What is open is a value itself now.
bool HclValueReader::CloseHolder() {
  const Open& top = open_.back();
  if (top.holder == Holder::kList || top.holder == Holder::kObject) {
    document_.Close(top.node);
    document_.at(top.node).last_line = scanner_.line();
  }
  value_ = {.node = top.node, .begin = top.begin, .is_settled = false};
  open_.pop_back();
  return true;
}

void HclValueReader::ReadScalar() {
  if (scanner_.Peek() == '"') {
    if (!ReadPlainString()) {
      scanner_.Skip(1);
      ReadTemplate(false);
    }
  } else if (scanner_.Peek() == '<' && scanner_.Take("<<")) {
    ReadTemplate(true);
  } else if (!ReadNumberOrWord()) {
    ReadExpression();
  }
  if (!scanner_.ok()) return;
  document_.at(static_cast<NodeIndex>(document_.size() - 1)).last_line = scanner_.line();
  CheckBounds();
}

// A string without anything to it: most of them.
bool HclValueReader::ReadPlainString() {
  const std::string_view text = scanner_.text();
  const size_t begin = scanner_.at() + 1;
  size_t end = begin;
  while (end < text.size() && text[end] != '"' && text[end] != '\\' && text[end] != '\n') {
    if ((text[end] == '$' || text[end] == '%') && end + 1 < text.size() &&
        (text[end + 1] == '{' || text[end + 1] == text[end])) {
      return false;
    }
    ++end;
  }
  if (end >= text.size() || text[end] != '"') return false;
  document_.AddScalar(text.substr(begin, end - begin), ScalarStyle::kText, scanner_.line());
  scanner_.Skip(end + 1 - begin + 1);
  return true;
}

// A string with escapes or sequences, or a heredoc.
void HclValueReader::ReadTemplate(bool is_heredoc) {
  const uint32_t line = scanner_.line();
  text_.clear();
  if (!(is_heredoc ? expression_.ReadHeredoc(text_) : expression_.ReadQuoted(text_))) return;
  if (!expression_.is_single_interpolation()) {
    document_.AddScalar(document_.Keep(text_), ScalarStyle::kText, line);
    return;
  }
  std::string_view inner(text_);
  inner = inner.substr(2, inner.size() - 3);
  if (inner.starts_with('~')) inner.remove_prefix(1);
  if (inner.ends_with('~')) inner.remove_suffix(1);
  AddExpression(inner, line);
}

std::string_view HclValueReader::ReadQuotedText() {
  text_.clear();
  if (!expression_.ReadQuoted(text_)) return {};
  return document_.Keep(text_);
}

// A number, true, false or null; what follows decides whether that was all.
bool HclValueReader::ReadNumberOrWord() {
  const HclScanner::Place place = scanner_.place();
  const uint32_t line = scanner_.line();
  if (scanner_.AtWord()) {
    const std::string_view word = scanner_.TakeWord();
    if (word == "true" || word == "false" || word == "null") {
      document_.AddScalar(word, ScalarStyle::kLiteral, line);
      return true;
    }
    scanner_.Return(place);
    return false;
  }
  const bool is_negative = scanner_.Take('-');
  if (is_negative) scanner_.SkipSpace();
  const size_t begin = scanner_.at();
  std::string_view number = scanner_.TakeNumber();
  if (number.empty()) {
    scanner_.Return(place);
    return false;
  }
  if (is_negative && begin == place.at + 1) {
    number = scanner_.text().substr(place.at, scanner_.at() - place.at);
  } else if (is_negative) {
    number = document_.Keep("-" + std::string(number));
  }
  document_.AddScalar(number, ScalarStyle::kNumber, line);
  return true;
}

void HclValueReader::ReadExpression() {
  const uint32_t line = scanner_.line();
  text_.clear();
  if (!expression_.Read(EndsHere(), text_)) return;
  AddExpression(text_, line);
  value_.is_settled = true;
}

void HclValueReader::AddExpression(std::string_view text, uint32_t line) {
  std::string wrapped;
  wrapped.reserve(text.size() + 3);
  wrapped.append("${").append(text).push_back('}');
  document_.AddScalar(document_.Keep(wrapped), ScalarStyle::kExpression, line);
}

// A key that is a word or a string is its text; any other expression is `${…}`.
void HclValueReader::ReadKey() {
  const HclScanner::Place place = scanner_.place();
  if (scanner_.AtWord()) {
    const std::string_view word = scanner_.TakeWord();
    scanner_.SkipSpace();
    if (AtKeyEnd()) {
      document_.AddScalar(word, ScalarStyle::kText, place.line);
      scanner_.Skip(1);
      return;
    }
  } else if (scanner_.Take('"')) {
    const std::string_view text = ReadQuotedText();
    scanner_.SkipSpace();
    if (scanner_.ok() && AtKeyEnd()) {
      document_.AddScalar(text, ScalarStyle::kText, place.line);
      scanner_.Skip(1);
      return;
    }
  }
  if (!scanner_.ok()) return;
  scanner_.Return(place);
  text_.clear();
  if (!expression_.Read(HclExpression::Ends::kObjectKey, text_)) return;
  std::string_view key(text_);
  if (expression_.is_parenthesised()) key = key.substr(1, key.size() - 2);
  if (IsJsonNumber(key)) {
    document_.AddScalar(document_.Keep(key), ScalarStyle::kText, place.line);
  } else {
    AddExpression(key, place.line);
  }
  scanner_.Skip(1);
}

bool HclValueReader::AtKeyEnd() {
  CheckBounds();
  const char c = scanner_.Peek();
  return (c == '=' && scanner_.Peek(1) != '=' && scanner_.Peek(1) != '>') || (c == ':' && scanner_.Peek(1) != ':');
}

// Goes on behind a value. False where another holder closed, so that what follows that is to be seen.
bool HclValueReader::Continue() {
  SkipAroundValue();
  if (!value_.is_settled && !AtValueEnd()) {
    ReadAgain();
    if (!scanner_.ok()) return true;
    SkipAroundValue();
  }
  if (open_.empty()) return true;
  switch (open_.back().holder) {
    case Holder::kList:
      if (scanner_.Take(',')) return true;
      scanner_.Skip(1);
      break;
    case Holder::kObject:
      if (scanner_.Take(',') || scanner_.TakeLineEnd()) return true;
      scanner_.Skip(1);
      break;
    case Holder::kParenthesis:
      scanner_.Skip(1);
      break;
    case Holder::kInterpolation:
      if (!CloseInterpolation()) return false;
      break;
  }
  CloseHolder();
  return false;
}

// The end of `"${…}"`. Where more text follows it is a template after all.
bool HclValueReader::CloseInterpolation() {
  scanner_.Take('~');
  scanner_.Skip(1);
  if (scanner_.Take('"')) return true;
  const Open top = open_.back();
  open_.pop_back();
  value_ = {.node = top.node, .begin = top.begin, .is_settled = false};
  ReadAgain();
  return false;
}

bool HclValueReader::AtValueEnd() {
  const char c = scanner_.Peek();
  if (open_.empty()) return scanner_.AtEnd() || c == '\n' || c == '}';
  switch (open_.back().holder) {
    case Holder::kList:
      return c == ',' || c == ']';
    case Holder::kObject:
      return c == ',' || c == '\n' || c == '}';
    case Holder::kParenthesis:
      return c == ')';
    case Holder::kInterpolation:
      break;
  }
  return c == '}' || (c == '~' && scanner_.Peek(1) == '}');
}

// What was read as a value is the beginning of an expression, or of a template.
void HclValueReader::ReadAgain() {
  bytes_read_again_ += scanner_.at() - value_.begin.at;
  if (bytes_read_again_ > kReadAgainMax * scanner_.text().size()) {
    return scanner_.Fail(TooLarge(value_.begin.line, "too many brackets within expressions"));
  }
  document_.Truncate(value_.node);
  scanner_.Return(value_.begin);
  if (scanner_.Peek() == '"') {
    // As a string first: an operator behind it shows then.
    scanner_.Skip(1);
    ReadTemplate(false);
    if (!scanner_.ok()) return;
    SkipAroundValue();
    if (AtValueEnd()) {
      value_.is_settled = true;
      return;
    }
    document_.Truncate(value_.node);
    scanner_.Return(value_.begin);
  }
  ReadExpression();
}

void HclValueReader::CheckBounds() {
  if (document_.size() > kDocumentNodesMax) scanner_.Fail(TooLarge(scanner_.line(), "too many nodes"));
}

}  // namespace setpoint::storage
