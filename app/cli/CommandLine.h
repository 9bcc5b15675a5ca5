// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>

namespace millrace
{

class Output;

/// What every command gets: the flags that stand before or after any command, and where to print.
struct CommandLine {
    SessionOptions session;
    bool json = false;
    bool quiet = false;
    std::optional<std::uint64_t> seed;
    std::vector<std::string> files; ///< for the window: an experiment, or those of a table
    /// What the chosen command does; set by its parser. Returns the exit code.
    std::function<int(Session&, Output&)> action;
};

// One file a command, or a family of them.
void addJobCommands(CLI::App& app,
                    CommandLine& line); ///< publish, simulate, train, evaluate, online, summarize, detectors, bench
void addExperimentCommands(CLI::App& app, CommandLine& line); ///< run, tutorial, learn
void addClusterCommands(CLI::App& app, CommandLine& line);
void addTopicCommands(CLI::App& app, CommandLine& line);
void addGroupCommands(CLI::App& app, CommandLine& line);
void addRunCommands(CLI::App& app, CommandLine& line);
void addInfoCommands(CLI::App& app, CommandLine& line); ///< formats, layers, doctor

/// What the table of sections takes for this whole number, for a flag that is none of a section's own.
CLI::Range rangeOf(const std::string& section, const std::string& key);

/// Parses and runs; the process's exit code. Without a command the window opens.
int runMillrace(int argc, char** argv);
int runWindow(int argc, char** argv, const CommandLine& line);

} // namespace millrace
