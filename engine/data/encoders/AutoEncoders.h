// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "data/encoders/Encoder.h"
#include "data/encoders/LabelSketch.h"
#include "data/encoders/TableSketch.h"

#include <limits>
#include <optional>
#include <set>

namespace millrace
{

/// (x − mean) / scale standardizes a number that an encoder makes, between the least and the most that was seen.
struct PartScale {
    double mean = 0, scale = 1;
    double low = std::numeric_limits<float>::lowest(), high = std::numeric_limits<float>::max();
};

/// What is proposed for a column, and what a person reads about it.
struct ColumnPlan {
    std::string column;
    std::optional<EncoderSpec> encoder; ///< nullopt: the column is left out
    std::string what;                   ///< "one-hot of 7 levels", "left out"
    std::string why;                    ///< "text with 7 levels; 2.5 % missing"
    /// One a part of the encoder, in its order: of numbers, with the fill where one is missing, and of elapsed days the
    /// mean and deviation of the rows that were seen, of all other parts 0 and 1. Only numbers have bounds: days go on.
    std::vector<PartScale> scales;
    bool isIdentifier = false; ///< left out: another value in each row, and that says nothing else
    /// What a person should ask: "known before the outcome? …" of a column that alone tells the label, "an identifier?
    /// …" of whole numbers that differ in each row. Mostly empty.
    std::string question{};
};

struct EncoderProposal {
    std::vector<ColumnPlan> columns; ///< in the order of the sketch
};

struct EncoderOptions {
    /// Rows to predict are later than all that is learnt: how much later is nothing that can be learnt from.
    bool splitByTime = false;
    /// Of the same columns, where the label is known.
    const LabelSketch* labels = nullptr;
    /// Columns of which no value may be told: neither in a reason, nor as a level of an encoder.
    std::set<std::string> privates{};
};

/// The names of the schema's private columns, as EncoderOptions takes them.
std::set<std::string> privateColumns(const Schema& schema);

/// The encoders that fit the rows of a training part, chosen from what its sketch says. ErrorCode::BadData names a
/// column that cannot be encoded.
Result<EncoderProposal> proposeEncoders(const TableSketch& sketch, const EncoderOptions& options = {});

} // namespace millrace
