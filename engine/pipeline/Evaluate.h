// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "metrics/Scores.h"
#include "pipeline/reading/GroupJob.h"
#include "pipeline/reading/OnlyClass.h"

namespace millrace
{

struct EvaluateConfig {
    GroupJobConfig stream;
    std::string run; ///< the parent: folder or name
    int batch = 64;
};

/// What the group has scored of a partition.
struct PartitionScores {
    int partition = 0;
    std::int64_t scored = 0, rejected = 0, from = 0, next = -1; ///< offsets; next −1: unknown
    std::string by;                                             ///< the run that saved it last
    ScoreTable scores;
};

struct EvaluateResult {
    GroupJobResult job;
    Task task;
    std::int64_t records = 0; ///< that this member has scored,
    std::int64_t scored = 0;  ///< and the group, whose scores these are
    ScoreTable scores;
    nlohmann::json figures;                  ///< Scores::figures()
    std::string weightColumn;                ///< that the records are weighed by; empty: each counts 1
    std::optional<WeightSums> weights;       ///< of what the group has scored
    std::vector<PartitionScores> partitions; ///< in their order
    std::optional<std::int64_t> learnt = 0;  ///< of the scored ones, those that the model has learnt before
    std::vector<std::string> learntBy;       ///< by these runs: its own, and those that it goes on from
    OnlyClass onlyClass;
    std::string chance; ///< chanceSentence() of the scores; empty of weighted records
    bool simulated = false;
    nlohmann::json best; ///< the best possible scores of a simulated set, else null
};
nlohmann::json toJson(const EvaluateResult& result);
/// chanceSentence() of a result's scores, told; of weighted records nothing, whose number says little.
std::string chanceOf(const Scores& scores, const EvaluateResult& result, JobContext& context);
/// Which share of what a result tells of was learnt before, and by whom; empty where none was, or nobody knows.
std::string learntSentence(const nlohmann::json& result);

/// Scores a trained run on a topic as a member of a consumer group, and leaves a run folder that names its parent.
/// Several processes may share the group: what is scored of a partition goes to the group's state topic in the
/// transaction that commits its offset (PartitionState, TransactionalReader), the next owner of the partition goes on
/// from there, and each member's result tells of all partitions. The result's fields are in session/README.md. Runs on
/// the calling thread.
Result<EvaluateResult> evaluate(const EvaluateConfig& config, JobContext& context);

} // namespace millrace
