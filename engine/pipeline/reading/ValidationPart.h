// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/CompactRows.h"
#include "data/RecordDecoder.h"
#include "data/splits/SplitRule.h"
#include "kafka/Connection.h"
#include "kafka/Consumer.h"
#include "pipeline/runs/JobContext.h"

namespace millrace
{

/// Whether a record belongs to the validation part where its place says so: a function of (seed, partition, offset), so
/// that a resumed run and a reproduction part alike.
bool isForValidation(std::uint64_t seed, int partition, std::int64_t offset, double share);

/// How a training's records are parted into those to learn and those that score it. Kept in the run's folder.
struct ValidationSplit {
    double share = 0; ///< of the records; 0: all are learnt
    std::uint64_t seed = 1;
    std::optional<SplitRule> rule{}; ///< by content; else each record is drawn by its place
};
nlohmann::json toJson(const ValidationSplit& split);
/// What earlier builds wrote (null) is drawn by its place. ErrorCode::BadData for what is none.
Result<ValidationSplit> validationSplitFromJson(const nlohmann::json& json, double share, std::uint64_t seed);
/// "by time: the newest 15 % by column date"
std::string describe(const ValidationSplit& split);

/// What a split sees of a topic's records. One thread at a time.
class RecordSplit
{
public:
    /// ErrorCode::Usage where the records lack its column.
    static Result<RecordSplit> make(const SplitSpec& spec, const std::string& format, const Schema& records);
    /// Lives until the next call. Nullopt where the record cannot be read.
    std::optional<SplitRow> rowOf(const MessageView& message, float target);

private:
    SplitSpec m_spec;
    std::unique_ptr<RecordFormat> m_format;
    /// A column of the value that tells records apart.
    struct Part {
        std::size_t place = 0;
        ColumnType type = ColumnType::Number;
    };
    std::string_view textOf(const RawCell& cell);
    bool addValue(std::string_view value, RowContent& content);
    std::size_t m_column = 0;
    std::vector<Part> m_parts{};
    bool m_areNumbers = true; ///< all parts
    ColumnType m_keyType = ColumnType::Text;
    RawRow m_row;
    std::vector<float> m_numbers; ///< of all columns of the value
    std::string m_number, m_scratch;
};

/// Tells the part of each record of a training.
class RecordParts
{
public:
    static Result<RecordParts> make(ValidationSplit split, const std::string& format, const Schema& records);

    /// Train, Validation, or Test: of a split by a column those that are for neither. The target, of several the
    /// first, counts where the split is stratified.
    SplitPart of(const MessageView& message, float target);
    [[nodiscard]] bool needsTarget() const;

private:
    ValidationSplit m_split;
    std::optional<RecordSplit> m_records;
};

/// Where the validation part of a training stands.
struct ValidationSource {
    Connection connection;
    std::string topic, format;
    int partition = 0;
    std::int64_t start = 0, end = 0;
    Schema records;
    ValidationSplit split;
};
struct ValidationPart {
    CompactBatch rows;
    CompactBatch learnt;         ///< some of those that are learnt, as many as were asked for
    std::int64_t forNeither = 0; ///< records that a column names for testing: they are not learnt either
};
/// Reads it, as rows of the model. Of more than 64 MB a seeded part is kept. Records that cannot be used are left out:
/// the training tells of them.
/// alsoLearnt: about so many of the records that are learnt, drawn by the seed.
Result<ValidationPart> readValidation(const ValidationSource& source, RecordDecoder decoder, std::int64_t alsoLearnt,
                                      JobContext& context);

/// Looks at about 100,000 records at most, in seeded blocks, and gives the rule by which they are parted. Rows of which
/// more than nine in ten are copies of others are drawn one by one: the few that differ would be missed where they are
/// not learnt. ErrorCode::BadData where one side would have none.
Result<ValidationSplit> planValidation(const ValidationSource& source, const SplitSpec& spec, JobContext& context);

} // namespace millrace
