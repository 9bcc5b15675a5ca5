// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <nlohmann/json.hpp>
#include <string>

namespace millrace
{

/// What will be done, and why: for people.
struct ProposalLine {
    std::string what, why;
};

/// What an experiment as learnExperiment() makes it would do with a table.
struct Proposal {
    ProposalLine label, task, split, model, budget;
};

/// sections: the experiment's; found: the result of the job "propose" on its file. Reads nothing. ErrorCode::Usage for
/// a section that its job would refuse, too.
Result<Proposal> describeProposal(const nlohmann::json& sections, const nlohmann::json& found);
nlohmann::json toJson(const Proposal& proposal);

/// {"message", "advice"}: why nothing can be learnt of a file that was summarized or proposed of; empty where it can.
const nlohmann::json& whyNotLearnt(const nlohmann::json& found);

} // namespace millrace
