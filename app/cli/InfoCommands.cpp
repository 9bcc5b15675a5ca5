// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "cli/CommandLine.h"
#include "cli/Output.h"
#include "data/formats/RecordFormat.h"
#include "export/Export.h"
#include "kafka/ConnectionTest.h"
#include "session/Doctor.h"
#include "session/ExperimentSchema.h"

namespace millrace
{
namespace
{

using nlohmann::json;

int showFormats(Session& /*session*/, Output& output)
{
    json records = json::array(), exports = json::array();
    std::vector<std::vector<std::string>> rows;
    for (const RecordFormatKind& format : recordFormats()) {
        records.push_back({{"name", format.name}, {"help", format.help}});
        rows.push_back({"record", format.name, format.help});
    }
    for (const ExportFormat& format : exportFormats()) {
        exports.push_back({{"name", format.name}, {"extension", format.extension}, {"help", format.help}});
        rows.push_back({"export", format.name, format.help});
    }
    output.result({{"records", records}, {"exports", exports}}, textTable({"for", "format", ""}, rows, 3));
    return 0;
}

std::string namesOf(const std::vector<ParameterInfo>& parameters)
{
    std::vector<std::string> names;
    for (const ParameterInfo& parameter : parameters)
        names.push_back(parameter.name);
    return joined(names);
}

/// What a model is made of, by the key of its JSON where it stands.
int showLayers(Session& /*session*/, Output& output)
{
    json layers = json::array(), encoders = json::array();
    std::vector<std::vector<std::string>> rows;
    for (const EncoderKind& kind : encoderKinds()) {
        encoders.push_back({{"kind", kind.name}, {"help", kind.help}});
        rows.push_back({"encoders", kind.name, namesOf(kind.parameters), kind.help});
    }
    for (const LayerKind& kind : layerKinds()) {
        layers.push_back({{"kind", kind.name}, {"transform", kind.isTransform}, {"help", kind.help}});
        rows.push_back({kind.isTransform ? "preprocessing" : "layers", kind.name, namesOf(kind.parameters), kind.help});
    }
    for (const PresetInfo& preset : presetTable())
        rows.push_back({"preset", preset.name, "", preset.help});
    output.result({{"encoders", encoders}, {"layers", layers}, {"presets", presetNames()}},
                  textTable({"model's", "kind", "parameters", ""}, rows, 4));
    return 0;
}

int showSchema(Session& /*session*/, Output& output)
{
    const json schema = experimentSchema();
    output.result(schema, dumpJson(schema, 2) + "\n");
    return 0;
}

/// With --broker: the connection to it, step by step.
int testBroker(const Session& session, Output& output)
{
    using Verdict = ConnectionStep::Verdict;
    json steps = json::array();
    std::string text;
    bool good = true;
    for (const ConnectionStep& step : testConnection(session.connection())) {
        const bool failed = step.verdict == Verdict::Failed, skipped = step.verdict == Verdict::Skipped;
        steps.push_back({{"step", step.name},
                         {"verdict", failed    ? "failed"
                                     : skipped ? "skipped"
                                               : "ok"},
                         {"found", step.found},
                         {"advice", step.advice}});
        text += std::string(failed    ? "✗ "
                            : skipped ? "– "
                                      : "✓ ") +
                step.name + ": " + step.found + (step.advice.empty() ? "" : ". " + step.advice) + "\n";
        good = good && !failed;
    }
    output.result({{"brokers", session.connection().brokers}, {"steps", steps}, {"good", good}}, text);
    return good ? 0 : static_cast<int>(ErrorCode::Unreachable);
}

int runDoctor(Session& session, Output& output)
{
    if (session.isExternal())
        return testBroker(session, output);
    json checks = json::array();
    std::string text;
    bool good = true;
    for (const Checkup& check : checkMachine(session)) {
        checks.push_back(
            {{"name", check.name}, {"good", check.good}, {"found", check.found}, {"advice", check.advice}});
        text += std::string(check.good ? "✓ " : "✗ ") + check.name + ": " + check.found +
                (check.good ? "" : ". " + check.advice) + "\n";
        good = good && (check.good || !check.isNeeded);
    }
    output.result({{"checks", checks}, {"good", good}}, text);
    return good ? 0 : static_cast<int>(ErrorCode::Failed);
}

} // namespace

void addInfoCommands(CLI::App& app, CommandLine& line)
{
    app.add_subcommand("formats", "record and export formats")->callback([&line] { line.action = showFormats; });
    app.add_subcommand("layers", "layer kinds and presets")->callback([&line] { line.action = showLayers; });
    app.add_subcommand("schema", "the JSON Schema of an experiment file, for editors and other checkers")
        ->callback([&line] { line.action = showSchema; });
    app.add_subcommand("doctor", "what is missing on this machine, and how to get it; with --broker "
                                 "a test of the connection, step by step")
        ->callback([&line] { line.action = runDoctor; });
}

} // namespace millrace
