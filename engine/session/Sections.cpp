// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Sections.h"

#include "base/Encoding.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/RecordFormat.h"
#include "export/Export.h"
#include "metrics/DriftDetector.h"
#include "model/ModelSpec.h"
#include "pipeline/Download.h"
#include "pipeline/online/DriftWatch.h"
#include "pipeline/reading/StreamBounds.h"
#include "pipeline/runs/RunFolder.h"
#include "train/Optimizers.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace millrace
{
namespace
{

using Type = SectionKey::Type;

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

SectionKey integer(std::string name, nlohmann::json value, std::string help, double minimum, double maximum = kNoBound)
{
    return {std::move(name), Type::Integer, std::move(value), std::move(help), false, minimum, maximum, {}};
}

SectionKey number(std::string name, nlohmann::json value, std::string help, double minimum, double maximum = kNoBound)
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

SectionKey recordFormat(const char* name = "format")
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

/// What a job that runs takes a new value of.
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

SectionKey preset(std::string help)
{
    return formed(text("preset", "tutorial", std::move(help)), [](const std::string& given) {
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

SectionKey goOn(const char* what)
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
    return {"schema", Type::Object, "auto",   "auto, susy, or an object with separator, header and columns",
            false,    -kNoBound,    kNoBound, {}};
}

SectionKey existing(std::string otherwise)
{
    return choice("existing", std::move(otherwise),
                  "a topic that holds records already: refuse, append, or replace, which deletes them",
                  {"refuse", "append", "replace"});
}

SectionKey labelColumnKey()
{
    return text("label", nullptr, "the label's column, or none");
}

/// In a form: under this heading, by this label.
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

std::vector<SectionKey> makeReadingKeys()
{
    return {offering(
                text("separator", "auto", "auto, comma, semicolon, tab, pipe, blanks (one or several), or a character"),
                autoAndSeparators()),
            choice("decimal", "auto", "the decimal mark: auto, point or comma", {"auto", "point", "comma"}),
            offering(text("comment", "auto", "what lines to pass over begin with: auto, none, or for example #"),
                     {"auto", "none", "#", "%"}),
            offering(text("encoding", "auto",
                          "auto, UTF-8, UTF-16LE, Windows-1252, Big5, GB18030, Shift-JIS, or another of iconv"),
                     autoAndEncodings()),
            offering(text("header", "auto",
                          "the names of the columns: auto, yes (in the first row), no, or the line they stand in"),
                     {"auto", "yes", "no"})};
}

/// Of a file with rows: the keys that say what it is and how its text is cut, where that is not found by looking.
std::vector<SectionKey> tableKeys(std::string file)
{
    return joined({needed("file", std::move(file)), schema(), labelColumnKey()}, readingKeys());
}

std::vector<Section> makeSections()
{
    return {
        {"summarize", "read a CSV and tell what is in it",
         joined(tableKeys("the CSV, plain, gzip or zstd"), {integer("rows", -1, "first rows only (-1: all)", -1)}),
         false},
        {"download",
         "download the first rows of a data set, or all of it: UCI's SUSY, where no other is named",
         {field("Table", "", text("url", kSusyAddress, "the table's address, plain or gzip")),
          field("Table", "First rows", absent("all", integer("rows", -1, "the first rows only (-1: all)", -1))),
          text("out", nullptr, "the file, gzip where it ends in .gz (in the data folder of --home)"),
          field("Table", "Columns",
                integer("columns", 19, "that each row must have (0: as many as the first)", 0, 1e6)),
          field("Table", "Retries", integer("retries", 5, "failures in a row after which it gives up", 0, 1000))},
         false},
        {"simulate",
         "draw events that behave like a data set",
         {field("Events", "Profile", text("profile", "susy", "susy (built in) or a profile file")),
          field("Events", "Rows", integer("rows", 100000, "how many events (0: until it is stopped; to a topic)", 0)),
          number("seconds", 0, "to a topic: for so long at most (0: no limit)", 0),
          field("Events", "Drift",
                text("drift", "",
                     "turns of its knobs by commas, KNOB:VALUE@RECORD with ~RECORDS (gradual) or /RECORDS "
                     "(recurring): shift (σ), prior, noise, rotation (°); rotation:90@100000")),
          field("Events", "Seed", seed()), text("out", nullptr, "write a CSV here, gzip where it ends in .gz"),
          text("topic", nullptr, "or publish to this topic"),
          field("Events", "Decimals",
                absent("as few as needed",
                       integer("decimals", nullptr,
                               "of each number, as 1.250e-01; the UCI file has 18 (as few as it needs)", 1, 18))),
          only("topic", recordFormat()),
          only("topic", integer("partitions", 1, "of the topic where it is made", 1, 10000)),
          only("topic", existing("append")),
          number("rate", 0, "to a topic: events a second (0: as fast as it goes)", 0),
          only("topic",
               integer("retention-bytes", -1, "of each partition where the topic is made (-1: all is kept)", -1))}},
        {"fit", "fit a simulator profile to a CSV",
         joined(tableKeys("the CSV"), {needed("out", "the profile to write"),
                                       number("prior", nullptr, "share of class 1 to set (the file's)", 0, 1),
                                       text("attribution", "", "source and licence of the data"), seed()}),
         false},
        {"publish", "publish a CSV to a topic, split into train and test parts if asked",
         joined(
             tableKeys("the CSV, plain, gzip or zstd"),
             {field("Train part", "Topic", needed("topic", "the topic, or the train part's")),
              field("Train part", "Partitions", integer("partitions", 1, "of the topic where it is made", 1, 10000)),
              field("Test part", "Topic",
                    absent("no test part", text("test-topic", nullptr, "the test part's topic; no split without it"))),
              field("Test part", "Partitions",
                    only("test-topic", integer("test-partitions", 2, "of the test topic where it is made", 1, 10000))),
              field("Test part", "Share",
                    only("test-topic", number("test-fraction", 0.4, "share of test rows, drawn by the seed", 0, 1))),
              field("Test part", "Or last rows",
                    only("test-topic",
                         absent("by share", integer("test-last", nullptr, "the last N rows are the test part", 0)))),
              field("Rows", "Rows", absent("all", integer("rows", -1, "first rows only (-1: all)", -1))),
              field("Rows", "Order",
                    choice("order", "shuffled",
                           "of the messages: shuffled by the seed, or file, which keeps what drifts in time",
                           {"shuffled", "file"})),
              field("Rows", "Key",
                    offering(text("key", "label", "message key: label, none, row, or a column's name"),
                             {"label", "none", "row"})),
              field("Rows", "Format", recordFormat()), field("Rows", "Seed", seed()),
              field("Rows", "On error", onError()), existing("refuse"),
              flag("resume", "go on with a publication that was not finished: send the rows that are not there")})},
        {"train",
         "train a model from a topic",
         {field("Stream", "Topic", needed("topic", "the topic")),
          field("Stream", "Format", recordFormat()),
          field("Stream", "Partition",
                absent("the only one",
                       integer("partition", nullptr, "its partition (needed where the topic has several)", 0, 1e6))),
          field("Stream", "From", from("earliest, latest, an OFFSET, time:ISO or last:N")),
          field("Stream", "Until", until()),
          preset("a built-in model"),
          object("model", "a model, as JSON or a .json file, instead of the preset"),
          field("Learning", "Epochs", integer("epochs", 10, "passes over the topic", 1, 1e6)),
          field("Stream", "Batch", integer("batch", 64, "records a step", 1, 1e6)),
          field("Stream", "Shuffle buffer", integer("shuffle", 64, "records in the shuffle buffer", 0, 1e7)),
          field("Learning", "Threads",
                integer("threads", 0, "threads that share a step (0: measured, from batch 256 on)", 0, 64)),
          field("Learning", "Optimizer", optimizer("")),
          field("Learning", "Learning rate", learningRate("0.001")),
          field("Learning", "Seed", seed()),
          field("Learning", "Run name", text("run", "train", "name of the run")),
          field("Stream", "On error", onError()),
          field("Stream", "Rate limit", maxRate()),
          field("Checkpoints", "Every, steps", checkpointSteps()),
          field("Checkpoints", "Every, s", checkpointSeconds(30, "and one every so many seconds")),
          field("Checkpoints", "Folder, MB", keepMegabytes("")),
          field("Learning", "Continue", goOn("the run of this topic and name")),
          resume(),
          reproduce(),
          lost()}},
        {"evaluate",
         "score a run on a topic, as a member of a consumer group",
         {field("Run", "",
                needed("run", "the run whose newest model is scored: a folder, or a name for its newest run")),
          field("Stream", "Topic", needed("topic", "the topic with labelled records")),
          field("Stream", "Format", recordFormat()),
          field("Stream", "Group",
                needed("group", "the consumer group: it reads what it has not committed yet, and commits what it has "
                                "read; processes that share it share the records")),
          field("Stream", "Until", until()),
          field("Stream", "Batch", integer("batch", 64, "records scored at once", 1, 1e6)),
          field("Stream", "Interval, ms", interval()), field("Stream", "On error", onError()),
          field("Stream", "Rate limit", maxRate())}},
        {"online",
         "learn from a consumer group's stream, mini-dataset after mini-dataset",
         {preset("the new model"),
          field("Stream", "Topic", needed("topic", "the topic")),
          field("Stream", "Format", recordFormat()),
          field("Stream", "Group", needed("group", "the consumer group; it goes on where it has committed")),
          field("Learning", "Start from",
                absent("a new model",
                       text("run", nullptr, "the run whose model goes on learning; a new model without it"))),
          field("Stream", "From",
                from("of a group that has committed nothing: earliest, latest, an OFFSET, time:ISO or last:N")),
          field("Stream", "Until", until()),
          field("Stream", "Mini-dataset", integer("records", 10000, "records in a mini-dataset", 1, 1e7)),
          field("Stream", "Linger, ms",
                integer("linger", 200, "milliseconds after which it closes with fewer", 1, 1e9)),
          field("Learning", "Epochs", integer("epochs", 3, "passes over each mini-dataset", 1, 1e6)),
          field("Learning", "Passes",
                integer("passes", 1, "passes over the stream: later ones learn its records again, without the group", 1,
                        1e6)),
          field("Stream", "Batch", integer("batch", 32, "records a step", 1, 1e6)),
          field("Stream", "Shuffle buffer", integer("shuffle", 32, "records in the shuffle buffer", 0, 1e7)),
          field("Learning", "Optimizer", optimizer(" of a new model")),
          field("Learning", "Learning rate", learningRate("as it was")),
          field("Learning", "Features",
                choice("normalise", "none", "running: mean and deviation of each feature so far, saved with the model",
                       {"none", "running"})),
          field("Drift", "Detectors", detectors()),
          field("Drift", "Watch",
                only("detectors",
                     absent("the error alone",
                            text("watch", "", "features that adwin and page-hinkley watch too, by commas")))),
          field(
              "Drift", "On a drift",
              only("detectors", choice("on-drift", "annotate", "what to do when the error rose", driftActionNames()))),
          field("Drift", "Rate times",
                only("detectors", number("drift-factor", 5, "raise-rate: times the learning rate", 1, 1e6))),
          field("Drift", "For records",
                only("detectors", integer("drift-records", 10000, "raise-rate: for so many records", 1))),
          field("Checkpoints", "Scores",
                choice("scores", "all",
                       "keep every prediction in scores.csv, or none of a stream that never ends (the scores of a "
                       "resumed run begin anew then)",
                       {"all", "none"})),
          field("Late labels", "Topic",
                absent("none: keys", text("label-topic", nullptr,
                                          "labels come late, in this topic (each record has its label as key)"))),
          field("Late labels", "Joined by",
                only("label-topic",
                     offering(text("label-join", "key",
                                   "what a record and its label have in common: key, header:NAME or column:NAME"),
                              {"key", "header:id", "column:id"}))),
          field("Late labels", "Wait, records",
                only("label-topic",
                     integer("label-horizon", 100000, "further records for which a record waits for its label", 1))),
          field(
              "Stream", "Skip at lag",
              absent("never", integer("skip-lag", 0, "skip ahead when a partition's lag exceeds this (0: never)", 0))),
          field("Stream", "Rate limit", maxRate()),
          field("Checkpoints", "Every, steps", checkpointSteps()),
          field("Checkpoints", "Every, s",
                checkpointSeconds(0.2, "at least so long between checkpoints after mini-datasets")),
          field("Learning", "Seed", seed()),
          field("Stream", "On error", onError()),
          field("Checkpoints", "Folder, MB", keepMegabytes(" (with several passes also all scores)")),
          field("Learning", "Continue", goOn("the run that this group has learnt with")),
          resume(),
          reproduce(),
          lost(),
          choice("offsets", "refuse",
                 "where a resumed run goes on when somebody has set the group's offsets: refuse, checkpoint or group",
                 {"refuse", "checkpoint", "group"})}},
        {"watch",
         "watch a group's lag from outside",
         {needed("group", "the consumer group"),
          text("topic", nullptr, "this topic only, also before the group has read it"),
          integer("interval", 1000, "milliseconds between two looks", 50, 1e9),
          integer("count", 0, "how many looks (0: until it is stopped)", 0)}},
        {"predict",
         "predict a topic's records into another topic, each exactly once",
         {field("Run", "",
                text("run", nullptr, "the run whose newest model predicts: a folder, or a name for its newest run")),
          text("model", nullptr, "or a checkpoint's file"),
          field("From", "Topic", needed("topic", "the topic with records; they need no label")),
          field("From", "Format", recordFormat("from-format")),
          field("From", "Group",
                needed("group", "the consumer group: processes that share it share the records, and each is predicted "
                                "once")),
          field("From", "Until", until()), field("From", "On error", onError()), field("From", "Rate limit", maxRate()),
          field("To", "Topic", needed("to", "the topic for the predictions; made when it is missing")),
          field("To", "Partitions",
                absent("as the other", integer("partitions", nullptr,
                                               "of that topic where it is made (as many as the other has)", 1, 10000))),
          field("To", "Existing", existing("append")),
          field("To", "Format",
                choice("format", "json", R"(of the predictions: json, {"probability":0.73,"class":1}, or csv, 0.73,1)",
                       {"json", "csv"})),
          field("To", "Interval, ms", interval())}},
        {"bench",
         "what this machine does, as ratios measured in one run",
         {choice("part", "training", "training, or input: files, publishing, consuming", {"training", "input"}),
          integer("rows", nullptr, "records of the topic (60,000; of the part input 2,000,000)", 1000),
          text("kafka-tools", nullptr,
               "part input: a folder with the jars of Kafka's tools, to measure its ProducerPerformance and "
               "ConsumerPerformance too"),
          integer("rounds", 3, "how often each is measured", 1, 100),
          text("batch", "64", "part training: records a step, by commas, for example 1,64,1024")}},
        {"detectors",
         "compare drift detectors: on errors that are drawn here, or on the predictions of an online run",
         {text("run", nullptr, "an online run's folder or name; without it errors are drawn"),
          text("detectors", detectorNames(","), "which, by commas"), seed()},
         false},
        {"export",
         "write a run's model in a format that others read",
         {needed("run", "a run's folder or name"),
          choice("format", "torchscript", "see: millrace formats", exportFormatNames()),
          needed("out", "the file to write")},
         false},
    };
}

Error usage(const std::string& path, const std::string& what, const std::string& advice)
{
    return {ErrorCode::Usage, path + " " + what, advice, false};
}

std::string numberText(double value)
{
    return value == static_cast<double>(static_cast<std::int64_t>(value))
               ? formatCount(static_cast<std::int64_t>(value))
               : shortestDecimal(value);
}

/// What is no number at all is outside of each range, though no comparison says so.
Status checkRange(const std::string& path, const SectionKey& key, double given)
{
    if (std::isfinite(given) && given >= key.minimum && given <= key.maximum)
        return {};
    std::string range = "must be a finite number";
    if (key.minimum > -kNoBound && key.maximum < kNoBound)
        range = "must be from " + numberText(key.minimum) + " to " + numberText(key.maximum);
    else if (key.minimum > -kNoBound)
        range = "must be a number of at least " + numberText(key.minimum);
    else if (key.maximum < kNoBound)
        range = "must be a number of at most " + numberText(key.maximum);
    return fail(usage(path, range, key.help));
}

Status checkValue(const std::string& path, const SectionKey& key, const nlohmann::json& value)
{
    if (key.type == Type::Object) {
        const bool mayBeNamed = key.defaultValue.is_string(); // a schema
        return value.is_object() || (mayBeNamed && value.is_string())
                   ? Status{}
                   : fail(usage(path, "must be an object", "It is " + key.help));
    }
    if (key.type == Type::Text) {
        if (!value.is_string() && !value.is_number_integer())
            return fail(usage(path, "must be a text", key.help));
        const std::string given = asText(value);
        if (!key.choices.empty() && std::ranges::find(key.choices, given) == key.choices.end()) {
            std::string known;
            for (const std::string& name : key.choices)
                known += (known.empty() ? "" : ", ") + name;
            return fail(usage(path, "cannot be '" + given + "'", "It is one of: " + known));
        }
        if (key.form == nullptr)
            return {};
        if (auto formed = key.form(given); !formed)
            return fail(usage(path + ":", formed.error().message, formed.error().advice));
        return {};
    }
    if (key.type == Type::Flag)
        return value.is_boolean() ? Status{} : fail(usage(path, "must be true or false", key.help));
    if (!value.is_number() || (key.type == Type::Integer && !value.is_number_integer()))
        return fail(usage(path, key.type == Type::Integer ? "must be a whole number" : "must be a number", key.help));
    return checkRange(path, key, value.get<double>());
}

bool saysNothing(const nlohmann::json& value)
{
    return value.is_null() || value == "" || value == false;
}

/// Whether somebody gave this key. What was resolved before holds each key: there a default says nothing.
bool isGiven(const Section& section, const SectionKey& key, const nlohmann::json& given)
{
    if (saysNothing(given.value(key.name, nlohmann::json())))
        return false;
    const bool byHand = given.size() < section.keys.size();
    return byHand || given[key.name] != key.defaultValue;
}

/// Two keys of which the one takes the other's place.
Status checkOneOf(const Section& section, const nlohmann::json& given, const char* one, const char* other)
{
    for (const char* name : {one, other})
        if (!isGiven(section, sectionKey(section.name, name), given))
            return {};
    return fail(usage(section.name + "." + one, "is given, and " + section.name + "." + other + " with it",
                      "Leave out one of them"));
}

Status checkTwoTopics(const Section& section, const nlohmann::json& resolved, const char* one, const char* other,
                      const std::string& advice)
{
    if (resolved[one] != resolved[other])
        return {};
    return fail(usage(section.name + "." + one,
                      "and " + section.name + "." + other + " are both " + asText(resolved[one]), advice));
}

Status checkPublication(const Section& section, const nlohmann::json& given, const nlohmann::json& resolved)
{
    if (isGiven(section, sectionKey("publish", "key"), given) && textIn(given, "key") == "label" &&
        textIn(given, "label") == "none")
        return fail(usage("publish.key", "is label, and publish.label is none: there is no label to be the key",
                          "Leave one of them out, or take another key: none, row, or a column's name"));
    if (flagIn(given, "resume") && textIn(given, "existing") == "replace")
        return fail(usage("publish.existing", "is replace, and publish.resume goes on with what is there",
                          "Leave out one of them"));
    if (auto one = checkOneOf(section, given, "test-last", "test-fraction"); !one)
        return one;
    return checkTwoTopics(section, resolved, "topic", "test-topic", "Give them different names");
}

/// Whoever says what counts for nothing meant something else. A run that goes on has the configuration that it began
/// with, whatever that was.
Status checkConsistent(const Section& section, const nlohmann::json& given, const nlohmann::json& resolved)
{
    for (const char* again : {"resume", "reproduce"})
        if (section.name != "publish" && !textIn(given, again).empty())
            return {};
    for (const SectionKey& key : section.keys) {
        if (key.needs.empty() || !saysNothing(resolved[key.needs]))
            continue;
        if (isGiven(section, key, given))
            return fail(usage(section.name + "." + key.name,
                              "is of no use: " + section.name + "." + key.needs + " is missing",
                              "Give that too, or leave this out"));
    }
    if (section.name == "publish")
        return checkPublication(section, given, resolved);
    if (section.name == "train")
        return checkOneOf(section, given, "preset", "model");
    if (section.name == "predict")
        return checkTwoTopics(section, resolved, "to", "topic", "Predictions go to a topic of their own");
    return {};
}

} // namespace

const std::vector<Section>& sections()
{
    static const std::vector<Section> table = makeSections();
    return table;
}

const std::vector<SectionKey>& readingKeys()
{
    static const std::vector<SectionKey> keys = makeReadingKeys();
    return keys;
}

const Section* findSection(const std::string& name)
{
    const auto found = std::ranges::find(sections(), name, &Section::name);
    return found == sections().end() ? nullptr : &*found;
}

const SectionKey& sectionKey(const std::string& section, const std::string& key)
{
    return *std::ranges::find(findSection(section)->keys, key, &SectionKey::name);
}

Status checkNumber(const std::string& section, const std::string& key, double value)
{
    return checkRange(section + "." + key, sectionKey(section, key), value);
}

Result<nlohmann::json> resolveSection(const std::string& name, const nlohmann::json& given)
{
    const Section* section = findSection(name);
    return section == nullptr ? fail(usage(name, "is not a section", "")) : resolveSection(*section, given);
}

Result<nlohmann::json> resolveSection(const Section& section, const nlohmann::json& given)
{
    const std::string& name = section.name;
    if (!given.is_object())
        return fail(usage(name, "must be an object", ""));
    std::vector<std::string> names;
    for (const SectionKey& key : section.keys)
        names.push_back(key.name);
    for (const auto& [key, value] : given.items())
        if (std::ranges::find(names, key) == names.end()) {
            const std::string near = nearestWord(key, names);
            return fail(usage(name + "." + key, "is not known",
                              near.empty() ? "See: millrace " + name + " --help" : "Did you mean " + near + "?"));
        }
    nlohmann::json resolved = nlohmann::json::object();
    for (const SectionKey& key : section.keys) {
        const auto value = given.find(key.name);
        const bool isEmpty = value != given.end() && value->is_string() && value->get_ref<const std::string&>().empty();
        if (value == given.end() || value->is_null() || (key.required && isEmpty)) {
            if (key.required)
                return fail(usage(name + "." + key.name, "is missing", "It is " + key.help));
            resolved[key.name] = key.defaultValue;
            continue;
        }
        if (auto checked = checkValue(name + "." + key.name, key, *value); !checked)
            return fail(checked.error());
        resolved[key.name] = key.type == Type::Text ? nlohmann::json(asText(*value)) : *value;
    }
    if (auto consistent = checkConsistent(section, given, resolved); !consistent)
        return fail(consistent.error());
    return resolved;
}

std::string asText(const nlohmann::json& value)
{
    return value.is_string() ? value.get<std::string>() : dumpJson(value);
}

bool needsBroker(const Section& section, const nlohmann::json& resolved)
{
    const bool toFile = section.name == "simulate" && !resolved["out"].is_null();
    return section.onBroker && !toFile;
}

} // namespace millrace
