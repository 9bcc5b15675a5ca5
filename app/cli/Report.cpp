// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/Report.h"

#include "base/Json.h"
#include "base/Text.h"
#include "cli/Output.h"
#include "data/Rejections.h"
#include "data/splits/SplitSpec.h"
#include "metrics/ScoreTable.h"
#include "pipeline/Evaluate.h"
#include "pipeline/reading/RecordSource.h"
#include "session/LearnSentence.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

using nlohmann::json;

std::string count(const json& value)
{
    return value.is_number() ? formatCount(value.get<std::int64_t>()) : formatCount(std::nullopt);
}

std::string count(const json& value, const char* one, const char* many = "")
{
    return value.is_number() ? countOf(value.get<std::int64_t>(), one, many) : count(value);
}

std::string fixed(const json& value, int decimals)
{
    return formatFixed(value.is_number() ? value.get<double>() : NAN, decimals);
}

/// "0 rows rejected"; else how many of how many, why, and the first of each reason.
std::string rejectionReport(const json& result, const std::string& unit)
{
    const RejectionReport rejections = rejectionsIn(result);
    if (rejections.count == 0)
        return countOf(0, unit) + " rejected\n";
    std::string text = rejectionSentence(rejections, unit) + "\n";
    for (const std::string& line : rejectionLines(rejections))
        text += "  " + line + "\n";
    return text;
}

/// Nothing came, and that is not because the group had read all: "Nothing was read: topic t is empty".
std::string nothingReport(const json& result)
{
    const std::string why = result.value("nothing_because", "");
    return why.empty() ? why : (result.contains("labels") ? "Nothing was learnt: " : "Nothing was read: ") + why + "\n";
}

/// What the records that were read do not tell of: those that retention took before.
std::string deletedReport(const json& result)
{
    const std::string text = deletedSentence(deletedIn(result));
    return text.empty() ? text : "warning: " + text + "\n";
}

std::string scoreText(const ScoreRow& row)
{
    std::string text = scoreNumber(row);
    if (!std::isfinite(row.value))
        return text;
    text += row.unit.empty() ? "" : " " + row.unit;
    return text + (row.approximate ? " ≈" : "");
}

/// "loss 0.4321, accuracy 0.7913".
std::string scoreList(const ScoreTable& scores)
{
    std::string text;
    for (const ScoreRow& row : scores)
        text += (text.empty() ? "" : ", ") + row.kind->word + " " + scoreText(row);
    return text;
}

/// All scores of a result, the main ones before the others.
ScoreTable mainFirst(const json& result)
{
    ScoreTable scores = mainScoresOf(result);
    for (const ScoreRow& row : scoresIn(result))
        if (std::ranges::find(scores, row.kind, &ScoreRow::kind) == scores.end())
            scores.push_back(row);
    return scores;
}

/// The scores of the entries of a list, which are of one kind, as further columns of its rows.
void appendScores(const json& entries, std::vector<std::string>& head, std::vector<std::vector<std::string>>& rows)
{
    for (std::size_t i = 0; i < entries.size(); ++i)
        for (const ScoreRow& row : scoresIn(entries[i])) {
            if (i == 0)
                head.push_back(row.kind->word);
            rows[i].push_back(scoreText(row));
        }
}

/// A line a target, where there are several.
std::string targetTable(const json& result)
{
    const std::vector<TargetScores> targets = targetScoresIn(result);
    std::vector<std::string> head = {"target"};
    std::vector<std::vector<std::string>> rows;
    for (const TargetScores& target : targets) {
        rows.push_back({target.name});
        for (const ScoreRow& row : target.scores) {
            if (rows.size() == 1)
                head.push_back(row.kind->word);
            rows.back().push_back(scoreText(row));
        }
    }
    return targets.empty() ? std::string() : textTable(head, rows, 1) + "\n";
}

constexpr std::size_t kFarthestColumns = 10;

std::string bestLine(const json& best)
{
    return best.is_object() ? "simulated events: the best possible is " + scoreList(scoresIn(best)) + "\n" : "";
}

/// What the bound of the run's folder took.
std::string droppedReport(const json& result)
{
    std::string text;
    const json dropped = result.value("dropped", json::object());
    for (const auto& [file, amount] : dropped.items())
        text +=
            (text.empty() ? "to keep the folder within --keep-mb, these were dropped: " : ", ") + file + " (" +
            (file == "journal.jsonl" ? count(amount, "entry", "entries") : formatBytes(amount.get<std::int64_t>())) +
            ")";
    return text.empty() ? text : text + "\n";
}

} // namespace

/// Of a reproduction; where the weights differ the command fails.
std::string identicalReport(const json& result)
{
    return flagIn(result, "identical") ? "the weights are the same, bit by bit\n" : "";
}

std::string classNameIn(const json& result, std::size_t index)
{
    const json& names = listIn(result, "classes");
    return index < names.size() && names[index].is_string() ? printable(names[index].get<std::string>())
                                                            : std::to_string(index);
}

/// Of two classes, where the threshold is not one half.
std::string thresholdLine(const json& result)
{
    const double threshold = numberIn(result, "threshold", kEvenThreshold);
    if (threshold == kEvenThreshold)
        return {};
    return classNameIn(result, 1) + " is predicted where its probability is above " + formatFixed(threshold, 4) + "\n";
}

/// Of records that have weights.
std::string weightLine(const json& result)
{
    const std::string column = textIn(result, "weight_column");
    if (column.empty())
        return {};
    const double effective = numberIn(result, "effective_records", kUnknown);
    return "weighed by column " + column +
           (std::isfinite(effective) ? ": as much as " + formatFixed(effective, 1) + " records of equal weights" : "") +
           "\n";
}

/// Of a training that kept a part of the records to score itself by.
std::string validationReport(const json& result)
{
    const json& validation = objectIn(result, "validation");
    if (validation.empty())
        return {};
    const ScoreKind* criterion = findScore(textIn(validation, "criterion", "loss"));
    const std::string which = validation["best_epoch"] == 0 ? "the linear one that the training began with"
                                                            : "that of epoch " + count(validation["best_epoch"]);
    return "the model is " + which + ", which did best on " + count(validation["records"], "record") +
           " that were not learnt" +
           (criterion == nullptr || criterion->name == "loss" ? "" : ", by " + criterion->word) + ": " +
           scoreList(scoresIn(objectIn(validation, "scores"))) + "\n" + thresholdLine(result);
}

/// What a person should know of the columns that were learnt from, or were not.
std::string columnsReport(const json& result)
{
    constexpr std::size_t kLeftOutTold = 10;
    std::string questions;
    std::vector<std::string> leftOut;
    for (const json& column : listIn(result, "columns")) {
        const std::string name = textIn(column, "column"), what = textIn(column, "what"), why = textIn(column, "why");
        if (const std::string question = textIn(column, "question"); !question.empty())
            questions += "◆ " + name + ": " + question + "\n";
        if (what == "left out")
            leftOut.push_back(name + " (" + why + ")");
    }
    if (leftOut.empty())
        return questions;
    const std::size_t more = leftOut.size() > kLeftOutTold ? leftOut.size() - kLeftOutTold : 0;
    leftOut.resize(leftOut.size() - more);
    return questions + "left out: " + joined(leftOut) + (more > 0 ? " and " + count(more) + " more" : "") + "\n";
}

std::string trainReport(const json& result)
{
    std::vector<std::string> head = {"epoch", "records", "seconds"};
    std::vector<std::vector<std::string>> rows;
    for (const json& epoch : result["per_epoch"])
        rows.push_back({count(epoch["epoch"]), count(epoch["records"]), fixed(epoch["seconds"], 2)});
    appendScores(result["per_epoch"], head, rows);
    const std::string run = result["run"].get<std::string>();
    std::string text = textTable(head, rows, 0);
    text += "run " + run + ": " + count(result["steps"], "step") + ", " +
            count(static_cast<std::int64_t>(result["records_per_second"].get<double>())) + " records/s, limited by " +
            result["limited_by"].get<std::string>() + "\n" + rejectionReport(result, "record") + deletedReport(result);
    if (const std::int64_t leftOut = integerIn(result, "left_out"); leftOut > 0)
        text += countOf(leftOut, "record") + " left out: a column names them for testing\n";
    text += columnsReport(result) + validationReport(result) + identicalReport(result);
    if (result["nothing_new"] == true)
        text += "nothing to go on with: all of it was learnt before\n";
    if (result["stopped"] == true)
        text += "go on with: millrace runs resume " + run + "\n";
    return text + droppedReport(result) + bestLine(result["best"]);
}

/// What a number alone does not tell of a group's partitions.
std::string lagNotes(const json& rows)
{
    std::string text;
    for (const json& row : rows)
        if (const std::string note = row.value("note", ""); !note.empty())
            text += row["topic"].get<std::string>() + ", partition " + count(row["partition"]) + ": " + note + "\n";
    return text;
}

std::string groupTable(const json& groups)
{
    if (groups.empty()) // of a file
        return {};
    std::vector<std::vector<std::string>> rows;
    // Nobody reads, or nobody knows who.
    const auto member = [](const json& text) {
        return !text.is_string() ? std::string("–") : text == "" ? "none" : text.get<std::string>();
    };
    for (const json& row : groups)
        rows.push_back({row["group"], row["topic"], count(row["partition"]), count(row["current_offset"]),
                        count(row["log_end_offset"]), count(row["lag"]), member(row["consumer_id"]),
                        member(row["host"]), member(row["client_id"])});
    return textTable({"GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST",
                      "CLIENT-ID"},
                     rows, 2) +
           lagNotes(groups);
}

std::string committedNothing(const std::string& group)
{
    return "Group " + group + " has committed nothing, and none of its members holds a partition";
}

std::string lagTable(const json& look)
{
    const auto text = [](const json& value) { return value.is_string() ? value.get<std::string>() : "–"; };
    if (look["rows"].empty())
        return text(look["time"]) + "  " + committedNothing(text(look["group"])) + "\n";
    const auto duration = [](const json& seconds) {
        return formatDuration(seconds.is_number() ? seconds.get<double>() : NAN);
    };
    // The columns that a row and the total share.
    const auto numbers = [&](const json& row, const std::string& age) -> std::vector<std::string> {
        return {count(row["lag"]),
                age,
                row["never_drains"] == true ? "never" : duration(row["drain_seconds"]),
                fixed(row["rate_in"], 1),
                fixed(row["rate_out"], 1),
                count(row["to_retention_edge"]),
                count(row["lost"])};
    };
    std::vector<std::vector<std::string>> rows;
    for (const json& row : look["rows"]) {
        const json& type = row["timestamp_type"];
        rows.push_back({text(row["topic"]), text(row["verdict"]), count(row["partition"])});
        for (std::string& number :
             numbers(row, duration(row["age_seconds"]) + (type.is_string() ? " (" + text(type) + ")" : "")))
            rows.back().push_back(std::move(number));
        for (const char* offset : {"committed", "processed", "end"})
            rows.back().push_back(count(row[offset]));
    }
    const json& total = look["total"];
    const bool whole = total["known"] == total["partitions"];
    rows.push_back({whole ? "total" : "total of the known", text(total["verdict"]),
                    count(total["known"]) + "/" + count(total["partitions"])});
    for (std::string& number : numbers(total, duration(total["age_seconds"])))
        rows.back().push_back(std::move(number));
    rows.back().resize(rows.front().size());
    return "group " + text(look["group"]) + "  " + text(look["time"]) + "\n" +
           textTable({"TOPIC", "VERDICT", "PARTITION", "LAG", "AGE", "TIME-TO-DRAIN", "IN/S", "OUT/S", "TO-EDGE",
                      "DELETED-UNREAD", "COMMITTED", "PROCESSED", "END"},
                     rows, 2) +
           lagNotes(look["rows"]);
}

/// Rows are what the records are, columns what was predicted. Nothing where the task has no classes, or many.
/// The name of a class, where the result has them, else its number.
std::string confusionTable(const json& result)
{
    const json& confusion = listIn(result, "confusion");
    if (confusion.empty())
        return {};
    std::vector<std::string> head = {""};
    std::vector<std::vector<std::string>> rows;
    for (std::size_t actual = 0; actual < confusion.size(); ++actual) {
        const std::string name = classNameIn(result, actual);
        head.push_back("predicted " + name);
        rows.push_back({"actual " + name});
        for (const json& cell : confusion[actual])
            rows.back().push_back(count(cell));
    }
    return textTable(head, rows) + "\n";
}

std::string evaluateReport(const json& result)
{
    std::string text;
    if (const std::string why = nothingReport(result); !why.empty())
        text = why;
    else if (result["nothing_new"])
        text += "Nothing new: group " + result["group"].get<std::string>() + " has read all of " +
                result["topic"].get<std::string>() + ". Use another --group to read it again\n";
    if (result["scored"] != result["records"])
        text += count(result["records"], "record") + " read; of the group as a whole:\n";
    text += count(result["scored"], "record") + ": " + scoreList(mainFirst(result)) + "\n" + weightLine(result) +
            thresholdLine(result);
    if (const std::string learnt = learntSentence(result); !learnt.empty())
        text += learnt + "\n";
    text += "\n";
    return text + targetTable(result) + confusionTable(result) + rejectionReport(result, "record") +
           deletedReport(result) + groupTable(result["groups"]) + bestLine(result["best"]);
}

/// ": 12 of class 0, 30 of class 1"; nothing where the task has no classes, or more than a line can tell.
std::string classList(const json& result)
{
    constexpr std::size_t kClassesTold = 12;
    const json& counts = listIn(result, "class_counts");
    std::string text;
    for (std::size_t i = 0; i < counts.size() && counts.size() <= kClassesTold; ++i)
        text += (i == 0 ? ": " : ", ") + count(counts[i]) + " of class " + classNameIn(result, i);
    return text;
}

std::string predictReport(const json& result)
{
    if (const std::string why = nothingReport(result); !why.empty() && result["nothing_new"] == true)
        return why + groupTable(result["groups"]);
    if (result["nothing_new"] == true)
        return "Nothing new: group " + result["group"].get<std::string>() + " has predicted all of " +
               result["topic"].get<std::string>() + ". Use another --group to predict it again\n" +
               groupTable(result["groups"]);
    if (result["data"].is_string())
        return count(result["records"], "row") + " of " + result["data"].get<std::string>() + " predicted into " +
               result["to"].get<std::string>() + " in " + fixed(result["seconds"], 2) + " s" + classList(result) +
               "\n" + rejectionReport(result, "row");
    return count(result["records"], "record") + " predicted into " + result["to"].get<std::string>() + " in " +
           fixed(result["seconds"], 2) + " s (" +
           count(static_cast<std::int64_t>(result["records_per_second"].get<double>())) + "/s, " +
           count(result["transactions"], "transaction") + ")" + classList(result) + "\n" +
           rejectionReport(result, "record") + deletedReport(result) + groupTable(result["groups"]);
}

/// Cumulative and windowed scores beside the baselines, and the drifts.
std::string streamScores(const json& result)
{
    std::vector<std::string> head = {""};
    std::vector<std::vector<std::string>> rows = {{"all"}, {"last " + count(result["windowed"]["records"])}};
    appendScores(json::array({result, result["windowed"]}), head, rows);
    std::string text = textTable(head, rows);
    for (const json& drift : result["drifts"])
        text += drift["detector"].get<std::string>() + ": the error " +
                (drift["error_rose"] == true ? "rose" : "fell") + " at record " + count(drift["record"]) + "\n";
    return text;
}

/// Where labels come late: which records and labels have not found each other.
std::string labelsReport(const json& result)
{
    if (!result.contains("labels"))
        return {};
    const json& labels = result["labels"];
    return "late labels: " + count(labels["waiting"], "record waits for its label", "records wait for theirs") + ", " +
           count(labels["late"]) + " waited in vain, " + count(labels["unmatched"], "label is", "labels are") +
           " of no record\n";
}

std::string onlineReport(const json& result)
{
    std::vector<std::string> head = {"mini-dataset", "records", "seconds", "loss while learning"};
    std::vector<std::vector<std::string>> rows;
    for (const json& row : result["mini_datasets"])
        rows.push_back(
            {count(row["index"]), count(row["records"]), fixed(row["seconds"], 2), fixed(row["fit_loss"], 4)});
    const std::size_t before = head.size();
    appendScores(result["mini_datasets"], head, rows);
    for (std::size_t i = before; i < head.size(); ++i)
        head[i] += " before";
    const std::string why = nothingReport(result);
    return textTable(head, rows, 0) + "run " + result["run"].get<std::string>() + ": " +
           count(result["records"], "record was predicted before it was learnt",
                 "records were predicted before they were learnt") +
           "\n" + why +
           (result["nothing_new"] == true && why.empty()
                ? "nothing new: the group has read all of " + result["topic"].get<std::string>() + "\n"
                : "") +
           (result["passes"] > 1 ? "pass " + count(result["pass"]) + " of " + count(result["passes"]) + ": " +
                                       count(result["repeated"], "record was", "records were") + " learnt again\n"
                                 : "") +
           streamScores(result) + labelsReport(result) + rejectionReport(result, "record") + deletedReport(result) +
           droppedReport(result) + identicalReport(result) + bestLine(result["best"]);
}

std::string publishReport(const json& result)
{
    constexpr std::size_t kClassesShown = 6;
    std::vector<std::string> head = {"topic", "partition", "records"};
    std::vector<std::vector<std::string>> rows;
    std::size_t classes = 0; // of records without a label, of numbers, and of more than a table can show: none
    for (const json& part : result["parts"])
        for (const json& partition : part["partitions"]) {
            const json& counts = listIn(partition, "class_counts");
            classes = counts.size() <= kClassesShown ? counts.size() : 0;
            rows.push_back({part["topic"], count(partition["partition"]), count(partition["records"])});
            for (std::size_t i = 0; i < classes; ++i)
                rows.back().push_back(count(counts[i]));
        }
    for (std::size_t i = 0; i < classes; ++i) {
        const std::string name = classNameIn(result, i);
        head.push_back(name == std::to_string(i) ? "class " + name : name);
    }
    std::string text = textTable(head, rows);
    text += count(result["sent"], "record") + " delivered in " + fixed(result["seconds"], 2) + " s (" +
            count(static_cast<std::int64_t>(result["records_per_second"].get<double>())) + "/s, " +
            formatBytes(result["bytes"].get<std::int64_t>()) + ")\n" + rejectionReport(result, "row");
    if (const auto split = splitFromJson(objectIn(result, "split")))
        text += "split " + describe(*split) + "\n";
    if (result["already_there"] > 0)
        text += count(result["already_there"]) + " of the rows were there already\n";
    if (result["rejected_file"].is_string())
        text += "rejected rows: " + result["rejected_file"].get<std::string>() + "\n";
    if (result["simulated"])
        text += "these are simulated events\n";
    return text; // its warnings were told as they came
}

/// Where each detector fired on a run's predictions.
std::string replayReport(const json& result)
{
    std::vector<std::vector<std::string>> rows;
    for (const json& drift : result["drifts"])
        rows.push_back({drift["detector"], drift["error_rose"] == true ? "rose" : "fell", count(drift["record"]),
                        count(drift["partition"]), count(drift["offset"])});
    std::string text = textTable({"detector", "error", "record", "partition", "offset"}, rows, 2);
    for (const json& kind : result["detectors"])
        if (std::ranges::none_of(result["drifts"], [&](const json& drift) { return drift["detector"] == kind; }))
            text += kind.get<std::string>() + " did not fire\n";
    return text + count(result["records"], "record") + " of run " + result["run"].get<std::string>() + ", error rate " +
           fixed(result["error_rate"], 4) + "\n";
}

std::string detectorsReport(const json& result)
{
    if (result.contains("run"))
        return replayReport(result);
    std::vector<std::string> head = {"detector", "false alarms / 100,000"};
    std::vector<std::vector<std::string>> rows;
    for (const json& trial : result["detectors"]) {
        rows.push_back({trial["detector"], fixed(trial["false_alarms_per_100000"], 2)});
        for (const json& rising : trial["rising"]) {
            if (rows.size() == 1) {
                const std::string name =
                    rising["name"].get<std::string>() + " " + fixed(rising["from"], 2) + " → " + fixed(rising["to"], 2);
                head.insert(head.end(), {name + ": missed", "mean delay"});
            }
            rows.back().push_back(count(rising["missed"]) + " of " + count(rising["streams"]));
            rows.back().push_back(fixed(rising["mean_delay"], 0));
        }
    }
    return textTable(head, rows);
}

std::ptrdiff_t labelCount(const json& result)
{
    return std::ranges::count_if(listIn(result, "columns"),
                                 [](const json& column) { return textIn(column, "role") == "label"; });
}

/// ": 30 of class 0, 12 of class 1 (signal)", ": 5 classes", ": price is foretold".
std::string labelText(const json& result)
{
    constexpr std::size_t kClassesTold = 12;
    const json& counts = listIn(result, "class_counts");
    const json& names = listIn(objectIn(result, "schema"), "classes");
    if (result.contains("problem") || labelCount(result) == 0)
        return {};
    if (counts.empty())
        return labelCount(result) > 1 ? ": the numbers of " + count(labelCount(result), "label") + " are foretold"
                                      : ": the label's numbers are foretold";
    if (counts.size() > kClassesTold)
        return ": " + count(counts.size(), "class", "classes");
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const std::string name = i < names.size() && names[i].is_string() ? printable(names[i].get<std::string>()) : "";
        text += (i == 0 ? ": " : ", ") + count(counts[i]) + " of class " + std::to_string(i) +
                (name.empty() ? "" : " (" + name + ")");
    }
    return text;
}

std::string labelWarnings(const json& result)
{
    if (result.contains("problem"))
        return {};
    if (labelCount(result) == 0)
        return "there is no label: choose one with --label COLUMN\n";
    const json& counts = listIn(result, "class_counts");
    const auto there = std::ranges::count_if(counts, [](const json& each) { return each != 0; });
    return counts.empty() || there > 1 ? "" : "warning: all rows are of one class, so nothing can be told apart\n";
}

std::string summaryReport(const json& result)
{
    std::vector<std::vector<std::string>> rows;
    for (const json& column : result["columns"])
        rows.push_back({column["name"], column["role"], fixed(column["min"], 4), fixed(column["max"], 4),
                        fixed(column["mean"], 4), count(column["missing"]), fixed(column["association"], 2)});
    std::string text = textTable({"column", "role", "min", "max", "mean", "missing", "association"}, rows, 2);
    text += count(result["rows"], "row") + labelText(result) + "\n" + rejectionReport(result, "row");
    std::string leftOut;
    for (const json& column : result["columns"])
        if (column["role"] == "ignored")
            leftOut += (leftOut.empty() ? "" : ", ") + column["name"].get<std::string>();
    if (!leftOut.empty())
        text += "columns that are left out: " + leftOut + "\n";
    if (result["sorted_by_class"] == true)
        text += "the rows are sorted by class\n";
    text += labelWarnings(result);
    for (const json& note : result["notes"])
        text += "note: " + (note["column"].is_string() ? note["column"].get<std::string>() + ": " : "") +
                note["text"].get<std::string>() + "\n";
    // Whoever sees letters that are wrong can name the encoding.
    if (result["reading"]["encoding"] != "UTF-8")
        for (const json& line : result["reading"]["first_lines"])
            text += "      " + line.get<std::string>() + "\n";
    return text + bestLine(result["best"]);
}

std::string fitReport(const json& result)
{
    std::vector<json> columns = result["nearness"]["columns"];
    std::ranges::stable_sort(columns, std::greater(),
                             [](const json& column) { return column["distance"].get<double>(); });
    std::vector<std::vector<std::string>> rows;
    for (const json& column : columns)
        if (rows.size() < kFarthestColumns)
            rows.push_back({column["name"], fixed(column["distance"], 3)});
    std::string text = "a profile of " + count(result["rows"], "row") + ": " + result["file"].get<std::string>() +
                       "\n" + rejectionReport(result, "row") +
                       "the label network on these rows: " + scoreList(scoresIn(result)) + "\n" +
                       textTable({"farthest columns", "distance"}, rows, 1);
    const json& nearness = result["nearness"];
    return text + "correlations of columns are off by " + fixed(nearness["mean_correlation_error"], 3) +
           " on average, " + fixed(nearness["largest_correlation_error"], 3) + " at most\n";
}

std::string proposalReport(const json& result)
{
    std::string lines;
    for (const char* name : {"label", "task", "split", "model", "budget"})
        if (const json& line = objectIn(objectIn(result, "proposal"), name); !line.empty())
            lines += std::string(name) + ": " + textIn(line, "what") + "\n        " + textIn(line, "why") + "\n";
    std::vector<std::vector<std::string>> columns;
    for (const json& column : result["columns"])
        if (const std::string role = textIn(column, "role"); role != "label")
            columns.push_back({textIn(column, "name"), textIn(column, "what", role == "ignored" ? "ignored" : "–"),
                               textIn(column, "why")});
    const json& problem = objectIn(result, "problem");
    return textTable({"column", "what is done with it", "why"}, columns, 3) + "\n" + lines +
           (problem.empty() ? "" : textIn(problem, "message") + " (" + textIn(problem, "advice") + ")\n") +
           rejectionReport(result, "row");
}

std::string experimentReport(const ExperimentRun& run)
{
    std::string text;
    std::vector<std::vector<std::string>> steps;
    double seconds = 0;
    for (const auto& step : run.steps()) {
        steps.push_back({step.title.toStdString(), step.text.toStdString(), fixed(step.seconds, 2)});
        seconds += step.seconds;
    }
    steps.push_back({"whole", "", fixed(seconds, 2)});
    for (const auto& step : run.steps()) {
        if (step.key == "train")
            text += trainReport(step.result) + "\n";
        else if (step.key == "evaluate")
            text += evaluateReport(step.result) + "\n";
        else if (step.key == "online")
            text += onlineReport(step.result) + "\n";
    }
    return text + textTable({"step", "", "seconds"}, steps, 2);
}

std::string learnReport(const ExperimentRun& run)
{
    const std::string sentence = learnSentence(run);
    std::string trained;
    for (const auto& step : run.steps())
        if (step.key == "train")
            trained = textIn(step.result, "run");
    return experimentReport(run) + (sentence.empty() ? "" : "\nrun " + trained + ": " + sentence + "\n");
}

} // namespace millrace
