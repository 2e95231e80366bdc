#include "storage/formats/hcl_expression.h"

#include <algorithm>
#include <array>

#include "storage/base/limits.h"
#include "storage/formats/reason.h"

namespace setpoint::storage {

bool HclExpression::Read(Ends ends, std::string& out) {
  ends_ = ends;
  return Start(Kind::kRoot, false, out);
}

bool HclExpression::ReadQuoted(std::string& out) { return Start(Kind::kQuoted, true, out); }

bool HclExpression::ReadHeredoc(std::string& out) { return Start(Kind::kHeredoc, true, out); }

bool HclExpression::ReadBareTemplate(std::string& out) { return Start(Kind::kBare, true, out); }

bool HclExpression::Start(Kind kind, bool is_raw, std::string& out) {
  out_ = &out;
  begin_ = out.size();
  is_glued_ = true;
  frames_.clear();
  indents_.clear();
  directives_.clear();
  interpolations_ = 0;
  has_literal_ = false;
  parenthesis_end_ = 0;
  Push(kind);
  frames_.back().is_raw = is_raw;
  if (kind == Kind::kHeredoc) {
    frames_.back().at_line_start = true;
    if (!scanner_.TakeHeredocMarker(frames_.back().heredoc)) return false;
  }
  return Run();
}

bool HclExpression::Run() {
  bool is_done = false;
  while (!is_done && scanner_.ok()) Step(is_done);
  return scanner_.ok();
}

void HclExpression::Step(bool& is_done) {
  const Frame& top = frames_.back();
  if (top.kind == Kind::kQuoted || top.kind == Kind::kHeredoc || top.kind == Kind::kBare) {
    return ReadTemplatePiece(is_done);
  }
  if (LinesMatter(top)) {
    scanner_.SkipSpace();
  } else {
    scanner_.SkipSpaceAndLines();
  }
  if (top.expects_operand) return ReadOperand();
  ReadOperator(is_done);
}

bool HclExpression::LinesMatter(const Frame& frame) const {
  if (frame.kind == Kind::kObject) return !(frame.phase == Phase::kKey && frame.may_close);
  if (frame.kind != Kind::kRoot) return false;
  return ends_ == Ends::kAttribute || ends_ == Ends::kObjectKey || ends_ == Ends::kObjectValue;
}

void HclExpression::Push(Kind kind) {
  if (frames_.size() > kDocumentDepthMax) return scanner_.Fail(TooDeep(scanner_.line()));
  Frame frame;
  frame.kind = kind;
  frame.may_close = kind == Kind::kTuple || kind == Kind::kCall || kind == Kind::kObject;
  if (kind == Kind::kObject) frame.phase = Phase::kKey;
  if (kind == Kind::kForTuple || kind == Kind::kForObject) frame.phase = Phase::kCollection;
  frame.indents = indents_.size();
  frame.directives = directives_.size();
  frames_.push_back(frame);
}

// What ends was an operand of what it stands in.
void HclExpression::Pop() {
  frames_.pop_back();
  Frame& top = frames_.back();
  top.expects_operand = false;
  top.after_word = false;
}

void HclExpression::Open(Kind kind, std::string_view token, bool is_tight) {
  Emit(token, is_tight);
  is_glued_ = true;
  Push(kind);
}

void HclExpression::Emit(std::string_view token, bool is_tight) {
  if (!is_glued_ && !is_tight) out_->push_back(' ');
  out_->append(token);
  is_glued_ = false;
}

void HclExpression::PayComma() {
  Frame& top = frames_.back();
  top.may_close = false;
  if (!top.owes_comma) return;
  top.owes_comma = false;
  out_->push_back(',');
  is_glued_ = false;
}

void HclExpression::ReadOperand() {
  const char c = scanner_.Peek();
  if (frames_.back().may_close && CloseEmpty()) return;
  PayComma();
  if (scanner_.AtWord()) return ReadWord();
  switch (c) {
    case '"':
      scanner_.Skip(1);
      return OpenQuoted();
    case '(':
      scanner_.Skip(1);
      return Open(Kind::kParenthesis, "(", false);
    case '[':
    case '{':
      return OpenBracket();
    case '!':
    case '-':
      scanner_.Skip(1);
      Emit(c == '!' ? "!" : "-", false);
      is_glued_ = true;
      return;
    case '<':
      if (scanner_.Take("<<")) return OpenHeredoc();
      break;
    default:
      break;
  }
  const std::string_view number = scanner_.TakeNumber();
  if (number.empty()) return scanner_.Fail("expected a value");
  Emit(number, false);
  frames_.back().expects_operand = false;
  frames_.back().after_word = false;
}

// `[]`, `f()`, `{}`, or the bracket behind a trailing comma.
bool HclExpression::CloseEmpty() {
  const Kind kind = frames_.back().kind;
  const char closer = kind == Kind::kTuple ? ']' : kind == Kind::kCall ? ')' : '}';
  if (!scanner_.Take(closer)) return false;
  CloseBracket(std::string_view(&closer, 1), true);
  return true;
}

void HclExpression::ReadWord() {
  Emit(scanner_.TakeWord(), false);
  frames_.back().expects_operand = false;
  frames_.back().after_word = true;
}

void HclExpression::OpenBracket() {
  const bool is_object = scanner_.Peek() == '{';
  Open(is_object ? Kind::kObject : Kind::kTuple, is_object ? "{" : "[", false);
  if (!scanner_.ok()) return;
  scanner_.Skip(1);
  scanner_.SkipSpaceAndLines();
  const HclScanner::Place place = scanner_.place();
  if (scanner_.TakeWord() != "for") return scanner_.Return(place);
  Frame& top = frames_.back();
  top.kind = is_object ? Kind::kForObject : Kind::kForTuple;
  top.phase = Phase::kCollection;
  top.may_close = false;
  Emit("for", false);
  ReadForNames();
}

// `k, v in`.
void HclExpression::ReadForNames() {
  for (bool is_first = true;; is_first = false) {
    scanner_.SkipSpaceAndLines();
    const std::string_view name = scanner_.TakeWord();
    if (name.empty()) return scanner_.Fail("expected a name after `for`");
    Emit(name, false);
    scanner_.SkipSpaceAndLines();
    if (!is_first || !scanner_.Take(',')) break;
    Emit(",", true);
  }
  if (scanner_.TakeWord() != "in") return scanner_.Fail("a `for` without `in`");
  Emit("in", false);
}

void HclExpression::ReadOperator(bool& is_done) {
  if (ReadLineEnd(is_done) || ReadBinary()) return;
  const char c = scanner_.Peek();
  Frame& top = frames_.back();
  switch (c) {
    case '.':
      return ReadDot();
    case '[':
      return ReadSquareBracket();
    case '(':
      if (!top.after_word) break;
      scanner_.Skip(1);
      top.after_word = false;
      return Open(Kind::kCall, "(", true);
    case '?':
      scanner_.Skip(1);
      Emit("?", false);
      ++top.conditionals;
      top.expects_operand = true;
      return;
    case ':':
      return ReadColon(is_done);
    case '=':
      return ReadEquals(is_done);
    case ',':
      return ReadComma(is_done);
    case ')':
    case ']':
    case '}':
      return ReadCloser(c, is_done);
    case '~':
      return ReadStrip(is_done);
    default:
      return ReadIf();
  }
  scanner_.Fail("expected an operator");
}

// Where lines matter, or the text ends.
bool HclExpression::ReadLineEnd(bool& is_done) {
  Frame& top = frames_.back();
  if (scanner_.AtEnd()) {
    is_done = top.kind == Kind::kRoot && (ends_ == Ends::kAttribute || ends_ == Ends::kText) && IsSettled();
    if (!is_done) scanner_.Fail("the text ends inside of an expression");
    return true;
  }
  if (scanner_.Peek() != '\n') return false;
  if (top.kind == Kind::kObject && top.phase == Phase::kValue) {
    if (IsSettled()) ReadComma(is_done);
    return true;
  }
  is_done = top.kind == Kind::kRoot && (ends_ == Ends::kAttribute || ends_ == Ends::kObjectValue) && IsSettled();
  if (!is_done) scanner_.Fail("a line ends inside of an expression");
  return true;
}

bool HclExpression::ReadBinary() {
  static constexpr std::array<std::string_view, 13> kOperators = {"==", "!=", "<=", ">=", "&&", "||", "<",
                                                                  ">",  "+",  "-",  "*",  "/",  "%"};
  const char c = scanner_.Peek();
  for (const std::string_view token : kOperators) {
    if (token[0] != c || !scanner_.Take(token)) continue;
    Emit(token, false);
    frames_.back().expects_operand = true;
    return true;
  }
  return false;
}

void HclExpression::ReadDot() {
  Frame& top = frames_.back();
  top.after_word = false;
  if (scanner_.Take("...")) {
    const bool may_stand = top.kind == Kind::kCall || (top.kind == Kind::kForObject && top.phase == Phase::kValue);
    if (!may_stand) return scanner_.Fail("`...` does not belong here");
    return Emit("...", true);
  }
  scanner_.Skip(1);
  Emit(".", true);
  is_glued_ = true;
  scanner_.SkipSpace();
  if (scanner_.Take('*')) return Emit("*", true);
  std::string_view name = scanner_.TakeWord();
  if (name.empty()) name = scanner_.TakeNumber();
  if (name.empty()) return scanner_.Fail("expected a name after '.'");
  Emit(name, true);
}

void HclExpression::ReadSquareBracket() {
  scanner_.Skip(1);
  scanner_.SkipSpaceAndLines();
  const HclScanner::Place place = scanner_.place();
  if (scanner_.Take('*')) {
    scanner_.SkipSpaceAndLines();
    if (scanner_.Take(']')) {
      frames_.back().after_word = false;
      return Emit("[*]", true);
    }
    scanner_.Return(place);
  }
  Open(Kind::kIndex, "[", true);
}

void HclExpression::ReadColon(bool& is_done) {
  Frame& top = frames_.back();
  if (top.after_word && scanner_.Take("::")) {
    Emit("::", true);
    is_glued_ = true;
    return ReadOperand();
  }
  if (top.conditionals > 0) {
    --top.conditionals;
  } else if (top.kind == Kind::kObject) {
    return ReadEquals(is_done);
  } else if ((top.kind == Kind::kForTuple || top.kind == Kind::kForObject) && top.phase == Phase::kCollection) {
    top.phase = top.kind == Kind::kForTuple ? Phase::kValue : Phase::kKey;
  } else if (top.kind == Kind::kRoot && ends_ == Ends::kObjectKey) {
    is_done = true;
    return;
  } else {
    return scanner_.Fail("':' does not belong here");
  }
  scanner_.Skip(1);
  Emit(":", false);
  top.expects_operand = true;
}

// Also the ':' behind an object's key.
void HclExpression::ReadEquals(bool& is_done) {
  Frame& top = frames_.back();
  if (!IsSettled()) return;
  if (top.kind == Kind::kRoot && ends_ == Ends::kObjectKey) {
    is_done = true;
    return;
  }
  const bool is_arrow = scanner_.Take("=>");
  const bool may_stand = top.phase == Phase::kKey && top.kind == (is_arrow ? Kind::kForObject : Kind::kObject);
  if (!may_stand) return scanner_.Fail(is_arrow ? "`=>` does not belong here" : "'=' does not belong here");
  if (!is_arrow) scanner_.Skip(1);
  Emit(is_arrow ? "=>" : "=", false);
  top.phase = Phase::kValue;
  top.expects_operand = true;
}

// Also a line's end behind the value of an object's member.
void HclExpression::ReadComma(bool& is_done) {
  Frame& top = frames_.back();
  if (!IsSettled()) return;
  if (top.kind == Kind::kRoot && (ends_ == Ends::kListItem || ends_ == Ends::kObjectValue)) {
    is_done = true;
    return;
  }
  const bool is_member = top.kind == Kind::kObject && top.phase == Phase::kValue;
  if (!is_member && top.kind != Kind::kTuple && top.kind != Kind::kCall) {
    return scanner_.Fail("',' does not belong here");
  }
  if (!scanner_.TakeLineEnd()) scanner_.Skip(1);
  if (is_member) {
    top.phase = Phase::kKey;
    // A comma and a line's end are one separator.
    scanner_.SkipSpaceAndLines();
  }
  top.expects_operand = true;
  top.may_close = true;
  top.owes_comma = true;
}

bool HclExpression::IsSettled() {
  if (frames_.back().conditionals == 0) return true;
  scanner_.Fail("a `?` without its ':'");
  return false;
}

void HclExpression::ReadCloser(char c, bool& is_done) {
  const Frame& top = frames_.back();
  if (!IsSettled()) return;
  if (top.kind == Kind::kRoot) {
    is_done = (c == ')' && ends_ == Ends::kParenthesis) || (c == ']' && ends_ == Ends::kListItem) ||
              (c == '}' && (ends_ == Ends::kAttribute || ends_ == Ends::kObjectValue || ends_ == Ends::kInterpolation));
    if (!is_done) scanner_.Fail("a closing bracket that was not opened");
    return;
  }
  bool fits = false;
  switch (top.kind) {
    case Kind::kParenthesis:
    case Kind::kCall:
      fits = c == ')';
      break;
    case Kind::kIndex:
    case Kind::kTuple:
      fits = c == ']';
      break;
    case Kind::kForTuple:
      fits = c == ']' && top.phase != Phase::kCollection;
      break;
    case Kind::kObject:
      fits = c == '}' && top.phase == Phase::kValue;
      break;
    case Kind::kForObject:
      fits = c == '}' && (top.phase == Phase::kValue || top.phase == Phase::kCondition);
      break;
    default:
      fits = c == '}';
      break;
  }
  if (!fits) return scanner_.Fail("a closing bracket that does not fit the one that is open");
  scanner_.Skip(1);
  if (top.kind == Kind::kInterpolation || top.kind == Kind::kDirective) return CloseBraces("}");
  CloseBracket(std::string_view(&c, 1), true);
}

void HclExpression::CloseBracket(std::string_view token, bool is_tight) {
  is_glued_ = is_glued_ || is_tight;
  Emit(token, is_tight);
  const bool is_outermost = frames_.back().kind == Kind::kParenthesis && frames_.size() == 2 && parenthesis_end_ == 0 &&
                            (*out_)[begin_] == '(';
  Pop();
  if (is_outermost) parenthesis_end_ = out_->size();
}

// The end of an interpolation or a directive: back to the template.
void HclExpression::CloseBraces(std::string_view token) {
  out_->append(token);
  frames_.pop_back();
}

void HclExpression::ReadStrip(bool& is_done) {
  const Kind kind = frames_.back().kind;
  if (scanner_.Peek(1) != '}' || !IsSettled()) return scanner_.Fail("expected an operator");
  if (kind == Kind::kRoot && ends_ == Ends::kInterpolation) {
    is_done = true;
    return;
  }
  if (kind != Kind::kInterpolation && kind != Kind::kDirective) return scanner_.Fail("`~}` closes nothing");
  scanner_.Skip(2);
  CloseBraces("~}");
}

// The condition of a `for`.
void HclExpression::ReadIf() {
  Frame& top = frames_.back();
  const bool is_for = top.kind == Kind::kForTuple || top.kind == Kind::kForObject;
  if (!is_for || top.phase != Phase::kValue || scanner_.TakeWord() != "if") {
    return scanner_.Fail("expected an operator");
  }
  if (!IsSettled()) return;
  Emit("if", false);
  top.phase = Phase::kCondition;
  top.expects_operand = true;
}

}  // namespace setpoint::storage
