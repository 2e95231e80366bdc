// Expressions and templates of HCL as normalised token text: comments and line ends gone, one space where the grammar
// allows any, trailing commas gone, every string in one form. Two texts that differ in nothing else become equal. What
// stands there is checked against the grammar, but nothing is evaluated. One thread at a time.
//
// A template's own text (of a string that is a whole value, or a JSON string) stays as it is, with `${`, `%{` of a
// literal as `$${`, `%%{`; strings within expressions are written with quotes and escapes, heredocs too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/formats/hcl_scanner.h"

namespace setpoint::storage {

class HclExpression {
 public:
  // What ends an expression; it is not taken.
  enum class Ends : uint8_t {
    kAttribute,      // A line end, the end of the text, or '}' of a block on one line.
    kListItem,       // ',' or ']'; line ends mean nothing.
    kObjectKey,      // '=' or ':'.
    kObjectValue,    // ',', a line end, or '}'.
    kParenthesis,    // ')'; line ends mean nothing.
    kInterpolation,  // '}' or '~}'; line ends mean nothing.
    kText,           // The end of the text; line ends mean nothing.
  };

  explicit HclExpression(HclScanner& scanner) : scanner_(scanner) {}

  // Each appends to `out` and returns whether all went well; else the scanner has the failure.
  bool Read(Ends ends, std::string& out);
  bool ReadQuoted(std::string& out);        // Behind the opening quote; takes the closing one.
  bool ReadHeredoc(std::string& out);       // Behind `<<`; takes the closing marker.
  bool ReadBareTemplate(std::string& out);  // Up to the end of the text.

  // Of the text read last. Whether a template was one interpolation and nothing else, so that it is the expression.
  bool is_single_interpolation() const { return interpolations_ == 1 && !has_literal_; }
  bool has_sequences() const { return interpolations_ > 0; }
  // Whether an expression stood in parentheses as a whole.
  bool is_parenthesised() const { return parenthesis_end_ != 0 && parenthesis_end_ == out_->size(); }

 private:
  enum class Kind : uint8_t {
    kRoot,
    kParenthesis,
    kCall,
    kIndex,
    kTuple,
    kObject,
    kForTuple,
    kForObject,
    kInterpolation,
    kDirective,
    kQuoted,
    kHeredoc,
    kBare,
  };
  // Where an object or a `for` stands.
  enum class Phase : uint8_t { kKey, kValue, kCollection, kCondition };

  struct Frame {
    Kind kind = Kind::kRoot;
    Phase phase = Phase::kValue;
    bool expects_operand = true;
    bool may_close = false;  // Nothing stands since the bracket or the last comma.
    bool owes_comma = false;
    bool after_word = false;  // The operand at hand is a word: '(' makes it a call.
    bool is_raw = false;      // A template: literal text as it is.
    bool at_line_start = false;
    uint32_t conditionals = 0;  // `?` without their `:`.
    HclScanner::Heredoc heredoc = {};
    size_t indents = 0;     // Where its lines begin in `indents_`.
    size_t directives = 0;  // Where what is open in it begins in `directives_`.
  };
  // A directive of a template that has not come to its end.
  struct Directive {
    std::string_view keyword;  // "if", "else", "for".
    uint32_t line = 0;
  };
  // A line of a heredoc as it stands in the text that is written: its leading spaces may go.
  struct Indent {
    size_t offset = 0;
    size_t spaces = 0;
  };

  bool Start(Kind kind, bool is_raw, std::string& out);
  bool Run();
  void Step(bool& is_done);
  bool LinesMatter(const Frame& frame) const;
  void Push(Kind kind);
  void Pop();
  void Open(Kind kind, std::string_view token, bool is_tight);
  void OpenBracket();
  void Emit(std::string_view token, bool is_tight);
  void PayComma();

  void ReadOperand();
  bool CloseEmpty();
  void ReadWord();
  void ReadForNames();
  void ReadOperator(bool& is_done);
  bool ReadLineEnd(bool& is_done);
  bool ReadBinary();
  void ReadDot();
  void ReadSquareBracket();
  void ReadColon(bool& is_done);
  void ReadEquals(bool& is_done);
  void ReadComma(bool& is_done);
  void ReadCloser(char c, bool& is_done);
  void ReadStrip(bool& is_done);
  void ReadIf();
  void CloseBracket(std::string_view token, bool is_tight);
  void CloseBraces(std::string_view token);
  bool IsSettled();

  void OpenQuoted();
  void OpenHeredoc();
  void ReadTemplatePiece(bool& is_done);
  void ReadQuotedPiece(Frame& frame, bool& is_done);
  void ReadLinePiece(Frame& frame);
  bool ReadSequence(Frame& frame);
  void ReadQuotedEscape(const Frame& frame);
  void BeginSequence(bool is_directive);
  void ReadDirective(size_t open_before);
  void AppendLiteral(const Frame& frame, std::string_view text);
  bool NoteLineStart(Frame& frame);
  void CloseTemplate(bool& is_done);
  void TakeIndentation(const Frame& frame);

  HclScanner& scanner_;
  std::string* out_ = nullptr;
  Ends ends_ = Ends::kAttribute;
  size_t begin_ = 0;      // Of this text in `out_`.
  bool is_glued_ = true;  // The next token follows without a space.
  std::vector<Frame> frames_;
  std::vector<Indent> indents_;
  std::vector<Directive> directives_;
  std::string escaped_;
  size_t interpolations_ = 0;   // Of the outermost template.
  bool has_literal_ = false;    // The outermost template has text or a directive.
  size_t parenthesis_end_ = 0;  // Where the parenthesis that the text began with ended.
};

}  // namespace setpoint::storage
