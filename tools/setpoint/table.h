// A table for people: columns aligned by display width, two blanks between them. Colours only on a terminal, where the
// last column is also cut to what fits. One thread at a time.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace setpoint::tools {

enum class Colour { kPlain, kGood, kWarning, kBad, kFaint };

struct Cell {
  Cell(const std::string& cell_text, Colour cell_colour = Colour::kPlain);  // NOLINT: a cell is mostly its text.
  Cell(const char* cell_text) : Cell(std::string(cell_text)) {}             // NOLINT: likewise.

  std::string text;  // Printable.
  Colour colour = Colour::kPlain;
};

enum class Alignment { kLeft, kRight };

struct Column {
  std::string_view title;
  Alignment alignment = Alignment::kLeft;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns.
  void AddRow(std::vector<Cell> cells);
  // Titles, then the rows.
  void Print(std::FILE* stream) const;

 private:
  void AppendRow(const std::vector<Cell>& cells, const std::vector<size_t>& widths, bool colours,
                 std::string& out) const;
  std::vector<size_t> Widths(size_t terminal_columns) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace setpoint::tools
