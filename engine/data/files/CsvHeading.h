// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/CsvSample.h"

/// Private to inferSchema(): where the table of a file begins, and how its columns are called.
namespace millrace::csv
{

/// What the first row says, once it is known to be the header or not.
struct Heading {
    Row names;                     ///< of the columns from the left; empty without header
    bool leaveFirst = false;       ///< the first column names or counts the rows
    std::set<std::string> leave{}; ///< columns that are no features
};

/// lines: the first of the file. What it finds of row names goes into the sample's layout.
Heading readHeading(Sample& sample, const std::vector<std::string>& lines);
/// The first rows in the layout that fits best, beginning with the header where layout.header says so.
/// An error where the header has another width than the rows.
Result<Sample> layOut(const std::filesystem::path& file, const FirstLook& look, const LayoutWish& wish);
/// "class", "label", "target" or "y".
bool isLabelName(const std::string& name);

} // namespace millrace::csv
