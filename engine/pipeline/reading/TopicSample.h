// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/encoders/Encoder.h"
#include "kafka/Admin.h"

#include <filesystem>
#include <string>

namespace millrace
{

// A format is the name of a row of the table (data/formats/RecordFormat.h); ErrorCode::Usage where it has none.

/// What a job's model takes from each record.
struct ModelInput {
    std::string name; ///< of the model, for messages: "run 20260131T123456Z-susy"
    std::vector<std::string> features;
    EncoderSpecs encoders{};
    bool labelled = true; ///< a record must have a label
};

/// Refuses (ErrorCode::BadData) a topic whose records the model cannot use, before anything is read as a group or
/// committed: its columns have other names, where both are known, or none of the newest records can be decoded. An
/// empty topic fits: its records are still to come. The topic is read, without a group, only where its columns are not
/// known to be those of the model.
Status checkModelFits(const Connection& connection, const std::filesystem::path& home, const TopicInfo& topic,
                      const std::string& format, const ModelInput& model);

/// Refuses (ErrorCode::Usage) to add records of other columns to a topic that holds some: readers take all of a topic
/// as one table. What the topic holds is known from its notes; where these know nothing, or of another width, a sample
/// decides.
Status checkAppendFits(const Connection& connection, const std::filesystem::path& home, const TopicInfo& topic,
                       const std::string& format, const std::vector<std::string>& features);

/// The names of a topic's features: from its notes, else those that most of its newest records have (x1, x2, … where
/// records hold no names), so that a bad one decides nothing. partition: alone; −1: all of them.
Result<std::vector<std::string>> topicFeatures(const Connection& connection, const std::filesystem::path& home,
                                               const TopicInfo& topic, const std::string& format, int partition);

} // namespace millrace
