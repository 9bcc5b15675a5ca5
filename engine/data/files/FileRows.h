// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/PrivateCells.h"
#include "data/files/RowDecoder.h"

#include <functional>
#include <stop_token>
#include <string>

namespace millrace
{

/// A row of a file, decoded. Lives as long as the call that it is handed to.
struct FileRow {
    const CsvRow& csv;
    bool good = false;
    std::span<const float> features; ///< [featureCount] of a good row
    float label = 0;                 ///< of several the first
    const DecodeProblem& problem;    ///< why it is not good
    const RowDecoder& decoder;
    std::span<float> scratch; ///< as wide as the features
    const PrivateCells& privates;
    /// The row's text as it may be shown.
    [[nodiscard]] std::string shown() const { return privates.blanked(csv.text); }
    [[nodiscard]] std::string_view countedLabel() const { return decoder.countedLabel(csv, good, problem, scratch); }
};

/// One pass over the rows of a file: what counting, publishing, fitting and measuring share.
struct RowPass {
    std::function<Status(const FileRow&)> take; ///< an error ends the pass
    /// Asked before each row; it may wait.
    std::function<bool()> wantsMore = [] { return true; };
    /// Told now and then how much of the file is read, from 0 to 1.
    std::function<void(double fraction)> progress = [](double) {};
    /// Told what is unusual in what was read.
    std::function<void(const FileNote&)> note = [](const FileNote&) {};
    std::stop_token stop{};  ///< ends the pass with ErrorCode::Cancelled,
    std::string cancelled{}; ///< which says this
};
Status readRows(const std::filesystem::path& file, const Schema& schema, const RowPass& pass);

} // namespace millrace
