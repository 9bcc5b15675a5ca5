// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/GroupReader.h"

namespace millrace
{

struct OnlineConfig {
    Connection connection;
    std::filesystem::path home;
    nlohmann::json section;
    std::string run; ///< the parent; empty: a new model from the preset
    std::string preset = "tutorial";
    std::string topic, group;
    StreamEnd until;
    int records = 10000;                   ///< a mini-dataset closes when it has so many
    std::chrono::milliseconds linger{200}; ///< or when this has passed with something in it
    int epochs = 3;
    int batch = 32;
    int shuffle = 32;
    OptimizerSpec optimizer; ///< of a new model; a parent's goes on
    std::uint64_t seed = 1;
    OnError onError = OnError::Skip;
    std::vector<std::string> detectors; ///< kinds of drift detectors that watch the 0/1 error; see detectorKinds()
};

/// Learns from a consumer group's stream, mini-dataset after mini-dataset: each record is predicted and scored in
/// arrival order with the weights of that moment, then the mini-dataset is learnt for some epochs, the model saved, and
/// the offsets committed. The result's fields are in session/README.md. Runs on the calling thread (the training
/// thread) with an ingest thread of its own, which alone polls and commits.
Result<nlohmann::json> learnOnline(const OnlineConfig& config, JobContext& context);

} // namespace millrace
