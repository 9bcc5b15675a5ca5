// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/RecordDecoder.h"
#include "data/RoleWishes.h"
#include "kafka/Admin.h"

#include <filesystem>
#include <string>

namespace millrace
{

// A format is the name of a row of the table (data/formats/RecordFormat.h); ErrorCode::Usage where it has none.

/// What a job's model takes from each record.
struct ModelInput {
    std::string name; ///< of the model, for messages: "run 20260131T123456Z-events"
    RecordInput input;
    Schema records{};     ///< of those that it has learnt from, where they are known: others may be like them
    bool labelled = true; ///< a record must have a label
};

/// The schema by which a model reads a topic's records. Refuses (ErrorCode::BadData) a topic whose records it cannot
/// use, before anything is read as a group or committed: its columns have other names, where both are known, or none of
/// the newest records can be decoded. An empty topic fits: its records are still to come. Columns are found by their
/// names, by their order where one side has none. The topic is read, without a group, only where its columns are not
/// known to hold those of the model.
Result<Schema> recordSchema(const Connection& connection, const std::filesystem::path& home, const TopicInfo& topic,
                            const std::string& format, const ModelInput& model);

/// Refuses (ErrorCode::Usage) to add records of other columns to a topic that holds some: readers take all of a topic
/// as one table. What the topic holds is known from its notes; where these know nothing, or of another width, a sample
/// decides.
Status checkAppendFits(const Connection& connection, const std::filesystem::path& home, const TopicInfo& topic,
                       const std::string& format, const Schema& added);

/// The schema of a topic's records: from its notes, else the label as key and the features that most of its newest
/// records have (x1, x2, … where records hold no names), so that a bad one decides nothing. partition: alone; −1: all
/// of them. wishes: of a topic without notes, by whose newest records types, label and classes are decided then;
/// ErrorCode::Usage where the notes know the columns.
Result<Schema> topicSchema(const Connection& connection, const std::filesystem::path& home, const TopicInfo& topic,
                           const std::string& format, int partition, const RoleWishes& wishes = {});

} // namespace millrace
