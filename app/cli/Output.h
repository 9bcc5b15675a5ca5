// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Job.h"
#include "session/KeyNames.h"

#include <QObject>

namespace millrace
{

/// What a command prints: text for people, or one JSON object a line. Results on stdout, progress bars and errors on
/// stderr (with --json progress is on stdout too).
class Output
{
public:
    Output(bool json, bool quiet) : m_json(json), m_quiet(quiet) {}
    [[nodiscard]] bool isJson() const { return m_json; }
    /// From now on errors call keys of sections so.
    void setKeyName(KeyName name) { m_keyName = std::move(name); }

    void progress(const std::string& kind, const Progress& progress);
    void note(const Note& note);
    void info(const std::string& text); ///< for people only
    /// The last object of --json; for people the text.
    void result(nlohmann::json result, const std::string& text);
    /// What a job shows while it goes on: an object named after its kind, or for people the text.
    void view(const std::string& kind, nlohmann::json view, const std::string& text);
    /// A JSON object without being the result (a step of an experiment).
    void event(const std::string& name, nlohmann::json event);
    /// Prints it; the exit code.
    int error(const Error& error);
    /// The same of what a result tells that was printed before: --json has it there already.
    int troubleOfResult(const Error& error);
    /// The exit code where all went well: 1 if not all that was printed could be written, which is said.
    int finish();

private:
    void line(const nlohmann::json& json);
    void clearBar();
    bool m_json, m_quiet;
    bool m_barShown = false;
    KeyName m_keyName = keyPath;
};

/// A table for people: numbers (all but the first `textColumns` columns) align right.
std::string textTable(std::vector<std::string> head, std::vector<std::vector<std::string>> rows,
                      std::size_t textColumns = 1);

/// Fields of a result as "name  value" lines; nested ones are left to --json.
std::string describeResult(const nlohmann::json& result);

} // namespace millrace
