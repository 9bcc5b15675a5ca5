// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/FileColumns.h"
#include "data/formats/RecordFormat.h"
#include "data/splits/SplitSpec.h"
#include "kafka/Connection.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/writing/TopicTarget.h"

namespace millrace
{

/// What publishing a file is asked to do.
struct PublishConfig {
    Connection connection;
    std::filesystem::path home;
    std::filesystem::path file;
    Schema schema;
    std::int64_t rows = -1;                     ///< first rows only; −1 all
    std::string format = defaultRecordFormat(); ///< of the records
    std::string topic;
    int partitions = 1;    ///< of the topic where it is made
    std::string testTopic; ///< empty: no split
    int testPartitions = 2;
    SplitSpec split;                          ///< which rows are the test part
    bool proposesSplit = false;               ///< the kind that fits the rows instead, random where none fits better
    std::filesystem::path testFile;           ///< of SplitKind::File,
    std::optional<FileColumns> testColumns{}; ///< and where it has the columns, once that is known
    /// "auto" (the column of the role key, else "row"), "label", "none", "row", or a column's name. With the label as
    /// key the value leaves it out, else it holds all columns that are not ignored.
    std::string key = "auto";
    bool fileOrder = false; ///< rows as they stand in the file, not shuffled: what drifts in time must stay so
    std::uint64_t seed = 1;
    OnError onError = OnError::Skip;
    bool unlabelled = false; ///< a file without a label, to be predicted: with the key "label" messages have no key
    Existing existing = Existing::Refuse;
    bool resume = false; ///< goes on with a publication that was not finished: sends what is not there

    /// Classes that are counted; 1 where the records have none.
    [[nodiscard]] std::size_t countedClasses() const
    {
        return unlabelled ? 1 : static_cast<std::size_t>(std::max(1, classCount(taskOf(schema))));
    }
    [[nodiscard]] bool hasClasses() const { return countedClasses() > 1; }
    /// With the label as key each row is drawn by its place, as the tutorial has it; else equal rows stay together.
    [[nodiscard]] bool drawsOneByOne() const { return key == "label"; }
    /// Where rows that cannot be used go.
    [[nodiscard]] std::filesystem::path rejectedFolder() const { return home / "rejected"; }
};

} // namespace millrace
