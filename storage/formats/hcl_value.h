// Values of HCL as nodes: what hcl_reader reads behind an argument's `=`. A loop with a stack of what is open: depth
// costs no stack of the thread. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/formats/document.h"
#include "storage/formats/hcl_expression.h"
#include "storage/formats/hcl_scanner.h"

namespace setpoint::storage {

class HclValueReader {
 public:
  // Both outlive the reader.
  HclValueReader(HclScanner& scanner, Document& document)
      : scanner_(scanner), document_(document), expression_(scanner) {}

  // An argument's value, up to the line's end or '}'. A failure is the scanner's.
  void Read();

  // A quoted string behind its opening quote, as a scalar's text; valid until the document is cleared.
  std::string_view ReadQuotedText();
  // Whether that was more than a literal.
  bool was_template() const { return expression_.has_sequences(); }

 private:
  // What a value stands in. `"${…}"` and parentheses around a whole value are none of it.
  enum class Holder : uint8_t { kList, kObject, kParenthesis, kInterpolation };
  struct Open {
    Holder holder = Holder::kList;
    NodeIndex node = kNoNode;  // Its own, or the first that it holds.
    HclScanner::Place begin;
  };
  // A value that was read: where its nodes and its text begin, so that it can be read again as an expression.
  struct Value {
    NodeIndex node = kNoNode;
    HclScanner::Place begin;
    bool is_settled = false;  // An expression: it ends where it must.
  };

  bool OpensNext();
  bool OpenValue();
  bool OpensFor();
  bool WrapsValue();
  void OpenHolder(Holder holder, size_t bytes);
  bool CloseEmpty();
  void ReadScalar();
  bool ReadPlainString();
  bool ReadNumberOrWord();
  void ReadExpression();
  void ReadTemplate(bool is_heredoc);
  void ReadKey();
  bool AtKeyEnd();
  bool Continue();
  bool CloseHolder();
  bool CloseInterpolation();
  bool AtValueEnd();
  void ReadAgain();
  void SkipAroundValue();
  HclExpression::Ends EndsHere() const;
  void AddExpression(std::string_view text, uint32_t line);
  void CheckBounds();

  HclScanner& scanner_;
  Document& document_;
  HclExpression expression_;
  std::vector<Open> open_;
  Value value_;  // The one that was read last.
  std::string text_;
  size_t bytes_read_again_ = 0;
};

}  // namespace setpoint::storage
