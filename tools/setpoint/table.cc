#include "tools/setpoint/table.h"

#include <algorithm>
#include <utility>

#include "storage/base/check.h"
#include "tools/setpoint/terminal.h"

namespace setpoint::tools {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kLastColumnMin = 10;  // Narrower than this the last column is not cut, but wraps.

std::string_view ColourCode(Colour colour) {
  switch (colour) {
    case Colour::kPlain:
      return "";
    case Colour::kGood:
      return "\x1b[32m";
    case Colour::kWarning:
      return "\x1b[33m";
    case Colour::kBad:
      return "\x1b[31m";
    case Colour::kFaint:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

Cell::Cell(const std::string& cell_text, Colour cell_colour) : text(Printable(cell_text)), colour(cell_colour) {}

void Table::AddRow(std::vector<Cell> cells) {
  SETPOINT_CHECK(cells.size() == columns_.size(), "a row has a cell for each column");
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::Widths(size_t terminal_columns) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(DisplayWidth(column.title));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i].text));
  }
  size_t before_last = 0;
  for (size_t i = 0; i + 1 < widths.size(); ++i) before_last += widths[i] + kGap;
  if (terminal_columns >= before_last + kLastColumnMin) {
    widths.back() = std::min(widths.back(), terminal_columns - before_last);
  }
  return widths;
}

void Table::AppendRow(const std::vector<Cell>& cells, const std::vector<size_t>& widths, bool colours,
                      std::string& out) const {
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool last = i + 1 == cells.size();
    const std::string text = last ? CutToWidth(cells[i].text, widths[i]) : cells[i].text;
    const size_t padding = widths[i] - std::min(widths[i], DisplayWidth(text));
    const bool coloured = colours && cells[i].colour != Colour::kPlain && !text.empty();
    if (columns_[i].alignment == Alignment::kRight) out.append(padding, ' ');
    if (coloured) out += ColourCode(cells[i].colour);
    out += text;
    if (coloured) out += "\x1b[0m";
    if (last) break;
    if (columns_[i].alignment == Alignment::kLeft) out.append(padding, ' ');
    out.append(kGap, ' ');
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

void Table::Print(std::FILE* stream) const {
  const bool colours = HasColours(stream);
  const std::vector<size_t> widths = Widths(TerminalColumns(stream));
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.emplace_back(std::string(column.title), Colour::kFaint);
  std::string out;
  AppendRow(titles, widths, colours, out);
  for (const auto& row : rows_) AppendRow(row, widths, colours, out);
  std::fwrite(out.data(), 1, out.size(), stream);
}

}  // namespace setpoint::tools
