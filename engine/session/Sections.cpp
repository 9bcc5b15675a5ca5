// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Sections.h"

#include "base/Text.h"
#include "data/splits/SplitSpec.h"
#include "model/ModelSpec.h"
#include "pipeline/online/DriftWatch.h"
#include "session/Resources.h"
#include "session/SectionKeys.h"

#include <algorithm>

namespace millrace
{
namespace
{

using namespace keys;

std::vector<SectionKey> makeReadingKeys()
{
    return {
        field("", "Separator",
              offering(text("separator", "auto",
                            "auto, comma, semicolon, tab, pipe, blanks (one or several), or a character"),
                       autoAndSeparators())),
        field("", "Decimal",
              choice("decimal", "auto", "the decimal mark: auto, point or comma", {"auto", "point", "comma"})),
        field("", "Comment",
              offering(text("comment", "auto", "what lines to pass over begin with: auto, none, or for example #"),
                       {"auto", "none", "#", "%"})),
        field("", "Encoding",
              offering(text("encoding", "auto",
                            "auto, UTF-8, UTF-16LE, Windows-1252, Big5, GB18030, Shift-JIS, or another of iconv"),
                       autoAndEncodings())),
        field("", "Header",
              offering(text("header", "auto",
                            "the names of the columns: auto, yes (in the first row), no, or the line they stand in"),
                       {"auto", "yes", "no"}))};
}

/// Of a file with rows: the keys that say what it is and how its text is cut, where that is not found by looking.
std::vector<SectionKey> tableKeys(std::string file)
{
    return joined(
        joined({needed("file", std::move(file)), moreFiles(), schema(), labelColumnKey(), taskKey(), positiveKey()},
               roleKeys()),
        readingKeys());
}

std::vector<Section> makeSections()
{
    return {
        {"summarize", "read a CSV and tell what is in it",
         joined(tableKeys("the CSV, plain, gzip or zstd"), {integer("rows", -1, "first rows only (-1: all)", -1)}),
         false},
        {"propose", "tell what would be learnt of a CSV, and how: label, task, columns, split, model and budget",
         joined(tableKeys("the CSV, plain, gzip or zstd"),
                {splitOf(kProposedSplit),
                 text("split-column", nullptr, "the column that a split by time, group or column goes by"), seed()}),
         false},
        {"download",
         "download the first rows of a data set, or all of it: " + example().title + " of " + example().origin +
             ", where no other is named",
         {field("Table", "", text("url", example().url, "the table's address, plain or gzip")),
          field("Table", "First rows", absent("all", integer("rows", -1, "the first rows only (-1: all)", -1))),
          text("out", nullptr, "the file, gzip where it ends in .gz (in the data folder of --home)"),
          field("Table", "Columns",
                integer("columns", std::ssize(example().schema.columns),
                        "that each row must have (0: as many as the first)", 0, 1e6)),
          field("Table", "Retries", integer("retries", 5, "failures in a row after which it gives up", 0, 1000))},
         false},
        {"simulate",
         "draw events that behave like a data set",
         {field("Events", "Profile",
                text("profile", example().profile,
                     millrace::joined(builtInNames("profiles")) + " (built in) or a profile file")),
          field("Events", "Rows", integer("rows", 100000, "how many events (0: until it is stopped; to a topic)", 0)),
          number("seconds", 0, "to a topic: for so long at most (0: no limit)", 0),
          field("Events", "Drift",
                text("drift", "",
                     "turns of its knobs by commas, KNOB:VALUE@RECORD with ~RECORDS (gradual) or /RECORDS "
                     "(recurring): shift (σ), prior (of two classes), noise (of classes), rotation (°); "
                     "rotation:90@100000")),
          field("Events", "Seed", seed()), text("out", nullptr, "write a CSV here, gzip where it ends in .gz"),
          text("topic", nullptr, "or publish to this topic"),
          field("Events", "Decimals",
                absent("as few as needed",
                       integer("decimals", nullptr, "of each number, as 1.250e-01 (as few as it needs)", 1, 18))),
          only("topic", recordFormat()),
          only("topic", integer("partitions", 1, "of the topic where it is made", 1, 10000)),
          only("topic", existing("append")),
          number("rate", 0, "to a topic: events a second (0: as fast as it goes)", 0),
          only("topic",
               integer("retention-bytes", -1, "of each partition where the topic is made (-1: all is kept)", -1))}},
        {"fit", "fit a simulator profile to a CSV of any task, and tell how near its events are",
         joined(tableKeys("the CSV"),
                {needed("out", "the profile to write"),
                 number("prior", nullptr, "share of class 1 to set, of two classes (the file's)", 0, 1),
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
              field("Test part", "Split", only("test-topic", splitKey())),
              field(
                  "Test part", "By column",
                  only("test-topic", absent("none", text("split-column", nullptr,
                                                         "the column that a split by time, group or column goes by")))),
              field("Test part", "Share", only("test-topic", number("test-fraction", 0.4, "share of test rows", 0, 1))),
              field("Test part", "Or last rows",
                    only("test-topic",
                         absent("by share", integer("test-last", nullptr, "the last N rows are the test part", 0)))),
              field("Test part", "Or file",
                    only("test-topic",
                         absent("none", text("test-file", nullptr, "a file with the same columns is the test part")))),
              field("Rows", "Rows", absent("all", integer("rows", -1, "first rows only (-1: all)", -1))),
              field("Rows", "Order",
                    choice("order", "shuffled",
                           "of the messages: shuffled by the seed, or file, which keeps what drifts in time",
                           {"shuffled", "file"})),
              field(
                  "Rows", "Key",
                  offering(text("key", "auto",
                                "message key: auto (the column of that role, else row), row (its number), none, a "
                                "column's name; or label: then the value leaves it out, else it is among the columns"),
                           {"auto", "row", "none", "label"})),
              field("Rows", "Format", recordFormat()), field("Rows", "Seed", seed()),
              field("Rows", "On error", onError()), existing("refuse"),
              flag("resume", "go on with a publication that was not finished: send the rows that are not there")})},
        {"train", "train a model from a topic",
         joined(
             {field("Stream", "Topic", needed("topic", "the topic")),
              field("Stream", "Format", recordFormat()),
              field("Stream", "Partition",
                    absent("the only one", integer("partition", nullptr,
                                                   "its partition (needed where the topic has several)", 0, 1e6))),
              field("Stream", "From", from("earliest, latest, an OFFSET, time:ISO or last:N")),
              field("Stream", "Until", until()),
              preset("a built-in model", defaultPreset()),
              object("model", "a model, as JSON or a .json file, instead of the preset"),
              field("Learning", "Columns",
                    choice(
                        "preparation", "auto",
                        "how columns become numbers: fitted (to what is to be learnt: levels of texts, dates, what is "
                        "missing, standardized), none (each is a number, taken as it is), or auto: none for the preset "
                        "tutorial, else fitted",
                        {"auto", "fitted", "none"})),
              field("Learning", "Epochs",
                    absent("auto", integer("epochs", nullptr,
                                           "passes over the topic, at most (by the data; of the preset tutorial "
                                           "10)",
                                           1, 1e6))),
              field("Stream", "Batch",
                    absent("auto", integer("batch", nullptr, "records a step (by the data; of the preset tutorial 64)",
                                           1, 1e6))),
              field("Stream", "Shuffle buffer",
                    absent("auto",
                           integer("shuffle", nullptr,
                                   "records in the shuffle buffer (by the data; of the preset tutorial 64)", 0, 1e7))),
              field("Learning", "Validation part",
                    absent("auto",
                           number("validation", nullptr,
                                  "share of the records that are not learnt: they score the model after each epoch, "
                                  "and the best one is kept (of the preset auto 0.15)",
                                  0, 0.9))),
              field("Learning", "Validation split", validationSplitKey()),
              field("Learning", "By column",
                    absent("the test part's",
                           text("validation-column", nullptr,
                                "the column that a validation part by time, group or column goes by"))),
              field("Learning", "Patience",
                    absent("auto",
                           integer("patience", nullptr,
                                   "epochs without a better score of the validation part after which training ends "
                                   "(20; 0: never)",
                                   0, 1e6))),
              field("Learning", "Class weights", classWeights({"none", "balanced"})),
              field("Learning", "Threshold", threshold()),
              field("Learning", "Threads",
                    integer("threads", 0, "threads that share a step (0: measured, from batch 256 on)", 0, 64)),
              field("Learning", "Optimizer", absent("auto", optimizer(""))),
              field("Learning", "Learning rate", learningRate("0.001")),
              field("Learning", "Schedule", schedule()),
              field("Learning", "Seed", seed()),
              field("Learning", "Run name",
                    absent("the topic's", text("run", nullptr, "name of the run (the topic's without one)"))),
              field("Stream", "On error", onError()),
              field("Stream", "Rate limit", maxRate()),
              field("Checkpoints", "Every, steps", checkpointSteps()),
              field("Checkpoints", "Every, s", checkpointSeconds(30, "and one every so many seconds")),
              field("Checkpoints", "Folder, MB", keepMegabytes("")),
              field("Learning", "Continue", continues("the run of this topic and name")),
              resume(),
              reproduce(),
              lost()},
             topicRoleKeys())},
        {"evaluate",
         "score a run on a topic, as a member of a consumer group, or on a file",
         {field("Run", "",
                needed("run", "the run whose newest model is scored: a folder, or a name for its newest run")),
          field("File", "",
                absent("none: a topic",
                       text("data", nullptr,
                            "a file with labelled rows to score in place of a topic: CSV or JSON, plain, gzip or "
                            "zstd; its columns are found by name"))),
          field("Stream", "Topic", unless("data", needed("topic", "the topic with labelled records"))),
          field("Stream", "Format", unless("data", recordFormat())),
          field("Stream", "Group",
                unless("data", needed("group",
                                      "the consumer group: it reads what it has not committed yet, and commits what it "
                                      "has read; processes that share it share the records"))),
          field("Stream", "Until", unless("data", until())),
          field("Stream", "Batch", unless("data", integer("batch", 64, "records scored at once", 1, 1e6))),
          field("Stream", "Interval, ms", unless("data", interval())), field("Stream", "On error", onError()),
          field("Stream", "Rate limit", unless("data", maxRate()))}},
        {"online",
         "learn from a consumer group's stream, mini-dataset after mini-dataset",
         {preset("the new model", "tutorial"),
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
          field("Learning", "Class weights", classWeights({"none", R"({"yes": 10, "no": 1})"})),
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
                                          "labels come late, in this topic, whose keys are ids and whose values are "
                                          "labels (without it each record has its label as key)"))),
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
          field("Learning", "Continue", continues("the run that this group has learnt with")),
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
         "predict a topic's records into another topic, each exactly once, or a file's rows into a file",
         {field("Run", "",
                text("run", nullptr, "the run whose newest model predicts: a folder, or a name for its newest run")),
          text("model", nullptr, "or a checkpoint's file"),
          field("File", "Rows of",
                absent("none: a topic",
                       text("data", nullptr,
                            "a file to predict in place of a topic: CSV or JSON, plain, gzip or zstd; its columns are "
                            "found by name, and it needs no label"))),
          field("File", "Into",
                only("data", text("out", nullptr,
                                  "the CSV to write: the file's rows in their order with all their columns, then the "
                                  "predicted class and the probability of each, or the predicted value"))),
          field("From", "Topic", unless("data", needed("topic", "the topic with records; they need no label"))),
          field("From", "Format", unless("data", recordFormat("from-format"))),
          field("From", "Group",
                unless("data",
                       needed("group", "the consumer group: processes that share it share the records, and each is "
                                       "predicted once"))),
          field("From", "Until", unless("data", until())), field("From", "On error", onError()),
          field("From", "Rate limit", unless("data", maxRate())),
          field("To", "Topic", unless("data", needed("to", "the topic for the predictions; made when it is missing"))),
          field("To", "Partitions",
                unless("data", absent("as the other", integer("partitions", nullptr,
                                                              "of that topic where it is made (as many as the other "
                                                              "has)",
                                                              1, 10000)))),
          field("To", "Existing", existing("append", "; a file that is there: replace it, else it is refused")),
          field(
              "To", "Format",
              unless(
                  "data",
                  choice(
                      "format",
                      "json",
                      R"(of the predictions: json, {"probability":0.73,"class":1}, or csv, 0.73,1; of numbers {"value":12.5})",
                      {"json", "csv"}))),
          field("To", "Interval, ms", unless("data", interval()))}},
        {"bench",
         "what this machine does, as ratios measured in one run",
         {choice("part", "training",
                 "training; input: files, publishing, consuming; or online: record by record, over memory",
                 {"training", "input", "online"}),
          integer("rows", nullptr,
                  "records of the topic (60,000; of the part input 2,000,000, of the part online 1,000,000)", 1000),
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

} // namespace millrace
