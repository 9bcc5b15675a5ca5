// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/SectionKeys.h"

#include "base/Encoding.h"
#include "base/Text.h"
#include "data/files/CsvLayout.h"
#include "data/formats/RecordFormat.h"
#include "data/splits/SplitSpec.h"
#include "export/Export.h"
#include "metrics/DriftDetector.h"
#include "model/ModelSpec.h"
#include "pipeline/reading/StreamBounds.h"
#include "pipeline/runs/FolderBudget.h"
#include "pipeline/training/ClassWeights.h"
#include "session/Resources.h"
#include "train/Optimizers.h"
#include "train/Schedules.h"

#include <algorithm>
#include <iterator>

namespace millrace::keys
{
namespace
{

using Type = SectionKey::Type;

} // namespace

SectionKey text(std::string name, nlohmann::json value, std::string help)
{
    return {std::move(name), Type::Text, std::move(value), std::move(help), false, -kNoBound, kNoBound, {}};
}

SectionKey needed(std::string name, std::string help)
{
    SectionKey key = text(std::move(name), nullptr, std::move(help));
    key.required = true;
    return key;
}

SectionKey choice(std::string name, std::string value, std::string help, std::vector<std::string> choices)
{
    SectionKey key = text(std::move(name), std::move(value), std::move(help));
    key.choices = std::move(choices);
    return key;
}

SectionKey integer(std::string name, nlohmann::json value, std::string help, double minimum, double maximum)
{
    return {std::move(name), Type::Integer, std::move(value), std::move(help), false, minimum, maximum, {}};
}

SectionKey number(std::string name, nlohmann::json value, std::string help, double minimum, double maximum)
{
    return {std::move(name), Type::Number, std::move(value), std::move(help), false, minimum, maximum, {}};
}

SectionKey object(std::string name, std::string help)
{
    return {std::move(name), Type::Object, nullptr, std::move(help), false, -kNoBound, kNoBound, {}};
}

SectionKey flag(std::string name, std::string help)
{
    return {std::move(name), Type::Flag, false, std::move(help), false, -kNoBound, kNoBound, {}};
}

SectionKey recordFormat(const char* name)
{
    std::string help = "of the records, see millrace formats:";
    for (const std::string& each : recordFormatNames())
        help += " " + each;
    return choice(name, defaultRecordFormat(), std::move(help), recordFormatNames());
}

SectionKey onError()
{
    return choice("on-error", "skip", "what to do with a record that cannot be used: set it aside, or stop",
                  {"skip", "stop"});
}

SectionKey offering(SectionKey key, std::vector<std::string> values)
{
    key.offered = std::move(values);
    return key;
}

SectionKey absent(const char* text, SectionKey key)
{
    key.absent = text;
    return key;
}

SectionKey live(SectionKey key)
{
    key.live = true;
    return key;
}

SectionKey formed(SectionKey key, Status (*form)(const std::string& text))
{
    key.form = form;
    return key;
}

SectionKey from(std::string help)
{
    return formed(offering(text("from", "earliest", std::move(help)),
                           {"earliest", "latest", "last:10000", "time:2026-01-31T12:00"}),
                  [](const std::string& given) {
                      auto start = parseStreamStart(given);
                      return start ? Status{} : fail(start.error());
                  });
}

SectionKey until()
{
    return formed(offering(text("until", "end", "end (as of now), count:N, idle:MILLISECONDS or never"),
                           {"end", "count:10000", "idle:2000", "never"}),
                  [](const std::string& given) {
                      auto end = parseStreamEnd(given);
                      return end ? Status{} : fail(end.error());
                  });
}

SectionKey preset(std::string help, std::string otherwise)
{
    return formed(text("preset", std::move(otherwise), std::move(help)), [](const std::string& given) {
        auto model = presetModel(given, {});
        return model ? Status{} : fail(model.error());
    });
}

std::vector<std::string> exportFormatNames()
{
    std::vector<std::string> names;
    for (const ExportFormat& format : exportFormats())
        names.push_back(format.name);
    return names;
}

SectionKey seed()
{
    return integer("seed", 1, "seed of everything random", 0, 9007199254740991); // what JSON holds exactly
}

SectionKey maxRate()
{
    return absent("no limit",
                  live(number("max-rate", 0, "records a second to read at most (0: as fast as it goes)", 0)));
}

SectionKey checkpointSteps()
{
    return absent("none", integer("checkpoint-steps", 0, "a checkpoint every so many steps (0: none)", 0));
}

SectionKey checkpointSeconds(double value, std::string help)
{
    return number("checkpoint-seconds", value, std::move(help), 0, 1e9);
}

SectionKey resume()
{
    return text("resume", nullptr, "a run to go on with from its last checkpoint");
}

SectionKey keepMegabytes(const char* besides)
{
    return number("keep-mb", FolderBudget::kDefaultMegabytes,
                  std::string("what the run's folder may take, in MB; beyond it the oldest scores, metrics, log and "
                              "rejected records are dropped, never what a resume needs") +
                      besides,
                  0.1, 1e9);
}

SectionKey continues(const char* what)
{
    return flag("continue", std::string("go on with ") + what +
                                " where it stands, or begin it: a line that can be started again and again");
}

SectionKey reproduce()
{
    return text("reproduce", nullptr, "a run to do again as its journal says");
}

SectionKey lost()
{
    return choice("lost", "refuse", "what to do when records that a resumed run needs were deleted",
                  {"refuse", "skip"});
}

SectionKey interval()
{
    return integer("interval", 1000, "milliseconds between two commits: readers of committed records wait for so long",
                   10, 5000);
}

SectionKey learningRate(const char* otherwise)
{
    return absent(otherwise, live(number("learning-rate", nullptr, "step size of the optimizer (0.001)", 1e-9, 100)));
}

SectionKey optimizer(const char* whose)
{
    std::vector<std::string> names;
    for (const OptimizerKind& kind : optimizerKinds())
        names.push_back(kind.name);
    return offering(
        object("optimizer", std::string("how the weights") + whose +
                                R"( are updated, as JSON or a .json file: {"kind": "sgd", "learning-rate": 0.01})"),
        std::move(names));
}

SectionKey classWeights(std::vector<std::string> offered)
{
    std::string help = "what a record counts for in the loss, by its class: none, ";
    if (std::ranges::find(offered, "balanced") != offered.end())
        help += "balanced (rare classes as much as frequent ones), ";
    help += R"(or weights by name, as JSON: {"yes": 10, "no": 1})";
    return formed(offering(text("class-weights", "none", std::move(help)), std::move(offered)),
                  [](const std::string& given) {
                      auto wish = parseClassWeights(given);
                      return wish ? Status{} : fail(wish.error());
                  });
}

SectionKey threshold()
{
    return formed(offering(text("threshold", "0.5",
                                "of two classes: the probability above which the second one is predicted, or auto: "
                                "that of the best F1 on the validation part, saved with the model"),
                           {"0.5", "auto"}),
                  [](const std::string& given) {
                      auto found = parseThreshold(given);
                      return found ? Status{} : fail(found.error());
                  });
}

SectionKey detectors()
{
    std::vector<std::string> offered = {""};
    for (const DetectorKind& kind : detectorKinds())
        offered.push_back(kind.name);
    offered.push_back(detectorNames(","));
    return offering(text("detectors", "", "drift detectors of the 0/1 error, by commas: " + detectorNames(", ")),
                    std::move(offered));
}

SectionKey schema()
{
    return {"schema",
            Type::Object,
            "auto",
            "auto, " + millrace::joined(builtInNames("schemas")) + ", or an object with separator, header and columns",
            false,
            -kNoBound,
            kNoBound,
            {}};
}

SectionKey existing(std::string otherwise, const char* besides)
{
    return choice("existing", std::move(otherwise),
                  std::string("a topic that holds records already: refuse, append, or replace, which deletes them") +
                      besides,
                  {"refuse", "append", "replace"});
}

SectionKey moreFiles()
{
    return text("more", "", "files of the same columns that go on where the first one ends: one table; by commas");
}

SectionKey labelColumnKey()
{
    return text("label", nullptr,
                "the label's column, or none; several by commas, of numbers, are foretold together, each with its own "
                "scores");
}

std::vector<SectionKey> roleKeys()
{
    std::vector<SectionKey> keys;
    for (const ColumnRoleInfo& role : columnRoles()) {
        if (role.role == ColumnRole::Label || role.role == ColumnRole::Key)
            continue;
        const bool isFeature = role.role == ColumnRole::Feature;
        const std::string which = role.isOnce ? "a column: " : isFeature ? "columns, and no others: " : "columns: ";
        keys.push_back(text(role.option, nullptr, which + role.help + (role.isOnce ? "" : "; by commas")));
    }
    keys.push_back(text("private", nullptr,
                        "columns: no preview, card, rejected file, log, report or prediction shows their values, "
                        "whatever their role; by commas"));
    return keys;
}

std::vector<SectionKey> topicRoleKeys()
{
    std::vector<SectionKey> keys = {
        text("label", nullptr,
             "the label's column among the values, or none; several by commas, of numbers, are foretold together; "
             "without it the key is the label")};
    keys = joined(std::move(keys), roleKeys());
    for (SectionKey& key : keys)
        key.help += " (of a topic that was not published here)";
    return keys;
}

SectionKey taskKey()
{
    return choice(
        "task", "auto",
        "what the label is: classes, regression (its numbers are foretold), or auto: texts, two values and few "
        "whole numbers from 0 or 1 on are classes, other numbers are foretold",
        {"auto", "classes", "regression"});
}

SectionKey positiveKey()
{
    return text("positive", nullptr,
                "of two classes the one that is looked for, by its value: probabilities, precision, recall and the "
                "threshold are of it (the second one in the order of the values)");
}

SectionKey schedule()
{
    std::vector<std::string> names;
    for (const ScheduleKind& kind : scheduleKinds())
        names.push_back(kind.name);
    SectionKey key = offering(text("schedule", nullptr,
                                   "how the learning rate changes while training (cosine; of the preset tutorial "
                                   "constant)"),
                              std::move(names));
    return absent("auto", formed(std::move(key), [](const std::string& given) {
                      const auto spec = scheduleFromJson({{"kind", given}});
                      return spec ? Status{} : fail(spec.error());
                  }));
}

SectionKey field(const char* group, const char* label, SectionKey key)
{
    key.group = group;
    key.label = label;
    return key;
}

SectionKey only(const char* with, SectionKey key)
{
    key.needs = with;
    return key;
}

SectionKey unless(const char* other, SectionKey key)
{
    key.unless = other;
    return key;
}

std::vector<SectionKey> joined(std::vector<SectionKey> keys, std::vector<SectionKey> others)
{
    std::ranges::move(others, std::back_inserter(keys));
    return keys;
}

std::vector<std::string> autoAndSeparators()
{
    std::vector<std::string> values = {"auto"};
    for (const SeparatorName& each : separatorNames())
        values.emplace_back(each.one);
    return values;
}

std::vector<std::string> autoAndEncodings()
{
    std::vector<std::string> values = {"auto"};
    values.insert(values.end(), offeredEncodings().begin(), offeredEncodings().end());
    return values;
}

SectionKey splitKey()
{
    return splitOf(infoOf(SplitKind::Random).name);
}

SectionKey splitOf(std::string otherwise)
{
    std::vector<std::string> names = splitKindNames();
    names.emplace_back(kProposedSplit);
    return choice(
        "split", std::move(otherwise),
        "which rows are the test part: " + splitKindsHelp(false) +
            "; or auto: what fits the table, by time, group or column where its rows are ordered in time, an id "
            "repeats or a column says it, else random",
        names);
}

SectionKey validationSplitKey()
{
    std::vector<std::string> names = {kProposedSplit};
    for (const SplitKindInfo& info : splitKinds())
        if (info.ofRecords)
            names.push_back(info.name);
    return choice("validation-split", kProposedSplit,
                  "which records are the validation part: auto (as the test part was split off, else random), " +
                      splitKindsHelp(true),
                  names);
}

} // namespace millrace::keys
