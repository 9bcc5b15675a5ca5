// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/RowReader.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/training/TrainedModel.h"

#include <functional>

namespace millrace
{

/// What is predicted or scored of a file, with a model.
struct FileJobConfig {
    std::filesystem::path home;
    nlohmann::json section;
    std::filesystem::path data;
    OnError onError = OnError::Skip;
};

/// The rows of a file as a model takes them. Its columns are found by name, in whatever order they stand; others are
/// of no matter. One thread at a time.
class ModelRows
{
public:
    /// ErrorCode::BadData names a column that the model takes and the file does not have. labelled: the label's too,
    /// and that of the weights, where the records had any that were learnt.
    static Result<ModelRows> of(const std::filesystem::path& file, const TrainedModel& trained, bool labelled);

    [[nodiscard]] const Schema& schema() const { return m_schema; } ///< of the file
    [[nodiscard]] std::size_t width() const { return m_encoder.names().size(); }
    [[nodiscard]] std::size_t targets() const { return m_targetsOfRow; } ///< of a row
    /// Numbers [width()] and, of a labelled one, targets [targets()]; false with the problem filled when it cannot be
    /// used.
    bool decode(const CsvRow& row, std::span<float> numbers, std::span<float> targets, DecodeProblem& problem);
    /// The column that weighs the rows; empty: each counts 1.
    [[nodiscard]] std::string weightColumn() const;
    [[nodiscard]] float weight() const { return m_lastWeight; } ///< of the row that was decoded last

private:
    ModelRows(Schema schema, RowEncoder encoder, const TrainedModel& trained);
    bool decodeTarget(const CsvRow& row, int column, float& target, DecodeProblem& problem) const;
    bool decodeWeight(const CsvRow& row, DecodeProblem& problem);

    Schema m_schema;
    RowEncoder m_encoder;
    TargetReader m_targets, m_weights;
    std::vector<std::size_t> m_places; ///< of the model's columns among the file's
    std::size_t m_targetsOfRow;
    std::vector<int> m_labels; ///< by target; none: not wanted
    int m_weight = -1;         ///< −1: not wanted
    float m_lastWeight = 1;
    RawRow m_row;
    std::vector<std::string> m_points; ///< numbers with a point instead of the decimal comma, by column of the model
};

/// Some rows of a file, in their order, and what the model says of those that it can take.
struct FileBatch {
    struct Row {
        std::vector<std::string> fields{}; ///< as they stand in the file
        std::int64_t number = 0;           ///< of the row, from 0
        std::ptrdiff_t place = -1;         ///< among the outputs; −1: the row could not be used
    };
    std::span<const Row> rows;
    std::size_t width = 0;          ///< outputs of a row
    std::span<const float> outputs; ///< [usable rows, width]
    std::span<const float> targets; ///< [usable rows, targets of a row]; NaN where there is no label
    std::span<const float> weights; ///< [usable rows]; 1 where there are none
    [[nodiscard]] std::span<const float> outputsOf(const Row& row) const
    {
        return outputs.subspan(static_cast<std::size_t>(row.place) * width, width);
    }
};

/// Predicts the file's rows and hands them on. What cannot be used is rejected, or ends the pass. ErrorCode::BadData
/// where nothing can be used, ErrorCode::Cancelled at a stop. doing: "predicted", for the progress.
Status predictRows(const FileJobConfig& config, TrainedModel& trained, ModelRows& rows, RunFolder& run,
                   JobContext& context, const std::string& doing, const std::function<Status(const FileBatch&)>& take);

} // namespace millrace
