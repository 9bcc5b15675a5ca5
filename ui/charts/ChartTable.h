// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

class QString;

namespace millrace
{

class ChartLines;

/// The points of the lines that have a name, as CSV (RFC 4180): a column with the name of the x axis, then one a line,
/// and a row for each x. A cell is empty where its line has no point, or a gap. Of several points at one x each has its
/// row.
std::string chartTable(const ChartLines& lines, const QString& xName);

} // namespace millrace
