// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/Output.h"
#include "cli/Report.h"
#include "session/Experiment.h"
#include "session/Session.h"

#include <functional>

namespace millrace
{

/// Runs the event loop until a broker is there: the external one is taken at its word, the local one is started or
/// adopted. 0, or the exit code with the error printed.
int ensureBroker(Session& session, Output& output);

/// Runs a job to its end with progress and notes; Ctrl-C and SIGTERM stop it cleanly (a second one ends at once).
/// `text` makes the human form of the result; `view` of what the job shows meanwhile (none: that is not printed).
using ResultText = std::function<std::string(const nlohmann::json&)>;
int runJob(Session& session, Output& output, const std::string& kind, const nlohmann::json& section,
           const ResultText& text = describeResult, const ResultText& view = {});

/// Runs an experiment to its end, a line a step. `text` makes the human form of its results.
using ExperimentText = std::function<std::string(const ExperimentRun&)>;
int runExperiment(Session& session, Output& output, Experiment experiment,
                  const ExperimentText& text = experimentReport);

/// An admin call on the calling thread, after the broker is there.
int withAdmin(Session& session, Output& output, const std::function<Status(Admin&)>& call);

/// Calls the handler in the event loop at SIGINT and SIGTERM as long as it lives.
class SignalWatch
{
public:
    explicit SignalWatch(std::function<void()> onSignal);
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace millrace
