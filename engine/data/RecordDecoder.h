// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Targets.h"
#include "data/encoders/Encoder.h"
#include "data/formats/RecordFormat.h"

namespace millrace
{

/// What a model takes of a record.
struct RecordInput {
    std::vector<std::string> features; ///< columns, by their names
    EncoderSpecs encoders{};
    Task task{};
};

/// From a record to the row of numbers that a model takes: its format reads the cells of the value, the encoders make
/// numbers of those that the model wants, in its order. Where all columns are numbers, a format that can reads these at
/// once. One thread at a time.
class RecordDecoder
{
public:
    /// Of records of this schema, which has all features. ErrorCode::Usage where the format or an encoder is not known.
    static Result<RecordDecoder> make(const std::string& format, Schema records, const RecordInput& input);

    [[nodiscard]] const RecordFormat& format() const { return *m_format; }
    /// What the numbers of a row are, in order.
    [[nodiscard]] const std::vector<std::string>& names() const { return m_encoder.names(); }
    [[nodiscard]] std::size_t width() const { return names().size(); }
    [[nodiscard]] std::size_t targets() const { return m_targetsOfRow; } ///< of a record

    /// Whether records have a weight, which decode() and decodeCells() read with the target.
    [[nodiscard]] bool isWeighted() const { return m_weight >= 0; }
    /// Of the record decoded last; 1 where they have none.
    [[nodiscard]] float weight() const { return m_lastWeight; }

    /// Numbers [width()] and targets [targetsOf() the task] of a record; false with the problem filled when it cannot
    /// be used.
    bool decode(std::string_view key, std::string_view value, std::span<float> numbers, std::span<float> targets,
                DecodeProblem& problem);
    /// Of a task of one target.
    bool decode(std::string_view key, std::string_view value, std::span<float> numbers, float& target,
                DecodeProblem& problem)
    {
        return decode(key, value, numbers, std::span(&target, 1), problem);
    }
    /// Leaves the target out: records to predict have none.
    bool decodeFeatures(std::string_view value, std::span<float> numbers, DecodeProblem& problem);
    /// The cells of the features and the targets, before anything is made of them. They live until the next call.
    bool decodeCells(std::string_view key, std::string_view value, const RawRow*& row, std::span<float> targets,
                     DecodeProblem& problem);
    /// One target alone: the value of a message that tells it later.
    bool parseTarget(std::string_view text, float& target, DecodeProblem& problem) const;

private:
    bool decodeAll(std::string_view key, std::string_view value, std::span<float> numbers, std::span<float> targets,
                   DecodeProblem& problem);
    bool refuse(DecodeProblem& problem) const;
    RecordDecoder(std::unique_ptr<RecordFormat> format, RowEncoder encoder, const RecordInput& input);

    bool takeNumbers(std::string_view value, std::span<float> numbers, std::span<float> targets);
    bool targetOfKey(std::string_view key, std::string_view value, float& target, DecodeProblem& problem) const;
    bool targetsOfValue(std::span<float> targets, DecodeProblem& problem) const;
    void findLabels(const Task& task);
    bool weightOfValue(DecodeProblem& problem);
    [[nodiscard]] DecodeProblem cellProblem(int column, const std::string& what, const std::string& expected) const;
    bool refuseTarget(const std::string& what, std::string_view text, DecodeProblem& problem) const;
    bool decodeRow(std::string_view value, DecodeProblem& problem);

    std::unique_ptr<RecordFormat> m_format;
    RowEncoder m_encoder;
    TargetReader m_targets;
    std::size_t m_targetsOfRow;
    std::vector<std::size_t> m_places; ///< of the features among the value's columns
    std::vector<std::size_t> m_labels; ///< by target, among these; none where it is the key, or one is missing
    std::string m_noLabel;             ///< which
    bool m_isInKey = false;            ///< the only target
    int m_weight = -1;                 ///< among the value's columns; −1: there is none
    TargetReader m_weights;
    float m_lastWeight = 1;
    bool m_inOrder = false;     ///< the value holds the features, and nothing else
    bool m_onlyNumbers = false; ///< of all columns of the value
    RawRow m_value, m_picked;
    std::vector<float> m_numbers; ///< of all columns of the value
};

} // namespace millrace
