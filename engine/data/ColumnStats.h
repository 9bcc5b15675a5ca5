// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/ColumnShapes.h"
#include "data/Rejections.h"
#include "data/encoders/AutoEncoders.h"
#include "data/files/Classes.h"
#include "data/files/FileNotes.h"

#include <array>
#include <functional>
#include <optional>
#include <stop_token>

namespace millrace
{

/// What a pass over a file finds in one column. Rejected rows do not count; missing values are counted, and no part of
/// the numbers. NaN where there are none.
struct ColumnSummary {
    double minimum = 0, maximum = 0, mean = 0, standardDeviation = 0;
    std::int64_t missing = 0;
    static constexpr int kBins = ColumnShape::kBins;
    /// Of all rows, over [minimum, maximum] of the sample that `shape` is of; values outside go to the border bins. By
    /// class, as FileSummary::drawn has them. Empty for texts.
    std::vector<std::array<std::int64_t, kBins>> histogram;
    double histogramFrom = 0, histogramTo = 0; ///< that range: the bins' outer borders
    std::optional<ColumnPlan> plan;            ///< what a training would make of it; nullopt of the label
    ColumnShape shape;
};

struct FileSummary {
    std::int64_t rows = 0;                 ///< good ones
    Rejections rejections;                 ///< without a file
    std::vector<std::int64_t> classCounts; ///< by class; empty where the label has none
    DrawnClasses drawn;                    ///< of the histograms
    std::vector<ColumnSummary> columns;    ///< as Schema::columns; of texts and ignored ones missing values alone
    std::vector<std::string>
        firstProblems; ///< the first 100 rejected rows, "line 7: column 3 (x): 'abc' is not a number"
    std::vector<std::vector<std::string>> firstRows; ///< the first 100 rows' fields, as they stand
    bool sortedByClass = false;                      ///< the rows of each class stand together
    LabelValues labels;                              ///< of all rows that could be used if only their label could
    /// Why nothing can be learnt from the file: its label has too many values, or no row can be used. Rows and columns
    /// are told all the same, without a label.
    std::optional<Error> problem;
    /// Why a model could learn nothing of it though it can be published: a label has one value in all rows. Known of
    /// whole files only.
    std::optional<Error> unlearnable;
    std::vector<FileNote> notes; ///< how the file was read, and columns that mislead
};

/// Called now and then with the rows done and the fraction of the file read; may be empty.
using ReadProgress = std::function<void(std::int64_t rows, double fraction)>;

/// One streaming pass, stopped after maxRows rows (good and rejected ones, as they stand in the file; −1: all) or at
/// the stop token (then ErrorCode::Cancelled). Without a label column the class counts stay 0 and all rows count as
/// class 0 in the histograms.
Result<FileSummary> summarizeFile(const std::filesystem::path& file, const Schema& schema, std::int64_t maxRows,
                                  const std::stop_token& stop, const ReadProgress& progress);

/// The same of a file whose classes are to be counted first: gives the schema its classes. Where the guess was right
/// one pass is enough.
Result<FileSummary> summarizeWithClasses(const std::filesystem::path& file, Schema& schema, std::int64_t maxRows,
                                         const std::stop_token& stop, const ReadProgress& progress);

} // namespace millrace
