// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/TopicSample.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/Classes.h"
#include "kafka/Consumer.h"
#include "pipeline/reading/NothingRead.h"
#include "pipeline/reading/StableTopic.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>
#include <map>
#include <set>

namespace millrace
{
namespace
{

constexpr std::int64_t kSampledRecords = 1000;
/// An offline partition is not waited for longer: what the others gave decides.
constexpr std::chrono::seconds kSampleDeadline{10};
constexpr std::size_t kNamesTold = 5;

struct SampledRecord {
    int partition = 0;
    std::int64_t offset = 0;
    std::optional<std::string> key, value; ///< nullopt: null
};

class SampleReader : public ConsumerEvents
{
public:
    std::vector<SampledRecord> records;
    std::set<int> ended;

    void onMessage(const MessageView& message) override
    {
        const auto copy = [](std::string_view text) {
            return text.data() == nullptr ? std::nullopt : std::optional<std::string>(text);
        };
        records.push_back({message.partition, message.offset, copy(message.key), copy(message.value)});
    }
    void onEnd(int partition, std::int64_t /*offset*/) override { ended.insert(partition); }
};

/// The newest records of each partition that has some, about as many of each.
Result<std::vector<SampledRecord>> sampleTopic(const Connection& connection, const TopicInfo& topic, int only = -1)
{
    std::vector<PartitionInfo> filled;
    for (const PartitionInfo& partition : topic.partitions)
        if (partition.high > partition.low && (only < 0 || partition.partition == only))
            filled.push_back(partition);
    if (filled.empty())
        return std::vector<SampledRecord>{};
    const std::int64_t each = std::max<std::int64_t>(1, kSampledRecords / static_cast<std::int64_t>(filled.size()));
    std::vector<PartitionOffset> starts;
    for (const PartitionInfo& partition : filled)
        starts.push_back({topic.name, partition.partition, std::max(partition.low, partition.high - each)});
    ConsumerOptions options;
    options.fetchWait = std::chrono::milliseconds(10); // the end is waited for
    auto consumer = Consumer::assign(connection, options, starts);
    if (!consumer)
        return fail(consumer.error());
    SampleReader reader;
    const auto began = Clock::now();
    while (reader.ended.size() < starts.size() && Clock::now() - began < kSampleDeadline &&
           static_cast<std::int64_t>(reader.records.size()) < 2 * kSampledRecords) // a quick producer has no end
        if (auto polled = consumer->poll(std::chrono::milliseconds(50), 256, reader); !polled)
            return fail(polled.error());
    return std::move(reader.records);
}

Status checkLeaders(const TopicInfo& topic, int only)
{
    for (const PartitionInfo& partition : topic.partitions)
        if (partition.leader < 0 && (only < 0 || partition.partition == only))
            return fail(offlinePartition(topic.name, partition.partition));
    return {};
}

/// Why a sample has no record.
std::string whyNoneIsThere(const Connection& connection, const TopicInfo& topic, int only)
{
    auto admin = Admin::open(connection);
    const auto standing =
        admin ? admin->standing(topic.name) : Result<std::vector<PartitionStanding>>(fail(admin.error()));
    const TopicHolds holds = holdsOf(topic, only, standing ? *standing : std::vector<PartitionStanding>());
    if (holds.kept > 0) // a sample is of the newest
        return "the newest offsets of " + holds.name + " are of transactions that were aborted, or are markers";
    return whyNoRecords(holds);
}

std::string namesOf(const std::vector<std::string>& names)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kNamesTold); ++i)
        text += (i > 0 ? ", " : "") + names[i];
    return names.size() > kNamesTold ? text + ", …" : text;
}

std::string featuresOf(const std::vector<std::string>& names)
{
    return countOf(static_cast<std::int64_t>(names.size()), "feature") + " (" + namesOf(names) + ")";
}

Error misfit(const TopicInfo& topic, const ModelInput& model, const std::string& why)
{
    return Error{ErrorCode::BadData,
                 "The model of " + model.name + " does not fit topic " + topic.name + ": it expects " +
                     featuresOf(model.input.features) + ", and " + why,
                 "Take a topic whose records have these columns, or train a model on this topic", false};
}

bool areNumbered(const std::vector<std::string>& names)
{
    return names == numberedNames(names.size());
}

/// What the records lack of the columns that are expected, where both know their columns' names.
std::optional<std::string> lackingColumn(const std::vector<std::string>& given,
                                         const std::vector<std::string>& expected)
{
    if (given.empty() || areNumbered(given) || areNumbered(expected))
        return std::nullopt;
    for (const std::string& name : expected)
        if (std::ranges::find(given, name) == given.end())
            return "the topic has no column " + name + ": it gives " + featuresOf(given);
    return std::nullopt;
}

/// Both know their columns' names, there are as many, and they are not the same.
std::optional<std::string> otherNames(const std::vector<std::string>& given, const std::vector<std::string>& expected)
{
    if (given == expected || given.size() != expected.size() || areNumbered(given) || areNumbered(expected))
        return std::nullopt;
    auto lacking = lackingColumn(given, expected);
    return lacking ? lacking : "the topic gives them in another order: " + namesOf(given);
}

/// The schema with its features called as the model calls them, where it has them all; by their order where one side
/// has no names.
std::optional<Schema> asExpected(Schema schema, const std::vector<std::string>& expected)
{
    const auto given = schema.featureNames();
    const auto isGiven = [&](const std::string& name) { return std::ranges::find(given, name) != given.end(); };
    if (given.empty() || std::ranges::all_of(expected, isGiven))
        return given.empty() ? std::nullopt : std::optional(std::move(schema));
    if (given.size() != expected.size() || (!areNumbered(given) && !areNumbered(expected)))
        return std::nullopt;
    const auto features = schema.featureColumns();
    for (std::size_t i = 0; i < features.size(); ++i)
        schema.columns[static_cast<std::size_t>(features[i])].name = expected[i];
    return schema;
}

/// How records may look of which the topic's notes do not say it: like those that the model learnt from, or the
/// features alone.
std::vector<Schema> candidatesFor(const ModelInput& model)
{
    std::vector<Schema> candidates;
    if (auto learnt = asExpected(model.records, model.input.features))
        candidates.push_back(std::move(*learnt));
    candidates.push_back(featureSchema(model.input.features));
    return candidates;
}

/// Why none of the records can be used: the reason of the newest one; nullopt when one can be.
std::optional<std::string> reasonAgainst(const std::vector<SampledRecord>& records, RecordDecoder& decoder,
                                         const ModelInput& model)
{
    std::vector<float> features(decoder.width()), targets(decoder.targets());
    std::string reason;
    const auto view = [](const std::optional<std::string>& text) {
        return text ? std::string_view(*text) : std::string_view();
    };
    for (const SampledRecord& record : records) {
        DecodeProblem problem;
        if (model.labelled ? decoder.decode(view(record.key), view(record.value), features, targets, problem)
                           : decoder.decodeFeatures(view(record.value), features, problem))
            return std::nullopt;
        reason = "partition " + std::to_string(record.partition) + " offset " + std::to_string(record.offset) + ": " +
                 problem.reason;
    }
    const auto count = static_cast<std::int64_t>(records.size());
    return (count == 1 ? "its only record at hand cannot be used ("
                       : "none of its " + formatCount(count) + " newest records can be used (") +
           reason + ")";
}

using Columns = std::vector<std::string>;

/// How many records have these columns.
std::map<Columns, int> columnsOf(const std::vector<SampledRecord>& records, const RecordFormat& format)
{
    std::map<Columns, int> counts;
    for (const SampledRecord& record : records)
        if (auto columns = record.value ? format.columnsOf(*record.value) : Columns(); !columns.empty())
            ++counts[std::move(columns)];
    return counts;
}

const Columns& mostFrequent(const std::map<Columns, int>& counts)
{
    return std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; })->first;
}

/// By their names, where the records or the topic's notes know them; else how many there are.
std::string columnsTold(const Columns& there, const Columns& known)
{
    if (there != numberedNames(there.size()))
        return featuresOf(there);
    return known.size() == there.size() ? featuresOf(known) : formatCount(static_cast<std::int64_t>(there.size()));
}

/// What the label of new records is, and of those that a topic holds, where both are known.
std::optional<std::string> otherLabel(const Schema& there, const Schema& added)
{
    if (there.columns.empty() || !there.classesKnown)
        return std::nullopt;
    const auto labelOf = [](const Schema& schema) {
        return schema.labelColumn() < 0 ? std::string("none") : schema.labelNames();
    };
    const auto told = [&](const Schema& schema) {
        return labelOf(schema) + (schema.labelInKey ? " as key" : " in the value") +
               (schema.labelColumn() < 0 ? "" : ", for " + infoOf(Task{schema.task}).name);
    };
    const bool isTheSame = labelOf(there) == labelOf(added) && there.labelInKey == added.labelInKey &&
                           (!added.classesKnown || added.task == there.task);
    return isTheSame
               ? std::nullopt
               : std::optional("their label is " + told(added) + ", and that of those that are there " + told(there));
}

/// What the records say of columns that somebody gives roles to: their types, and the label's classes.
struct SampledColumns {
    std::vector<std::int64_t> numbers, texts; ///< by column
    LabelValues labels;
};

SampledColumns sampleColumns(const std::vector<SampledRecord>& records, const RecordFormat& format, int label)
{
    const std::size_t width = format.columns().size();
    SampledColumns sampled{std::vector<std::int64_t>(width), std::vector<std::int64_t>(width), LabelValues()};
    RawRow row;
    DecodeProblem problem;
    for (const SampledRecord& record : records) {
        if (!record.value || !format.decode(*record.value, row, problem))
            continue;
        for (std::size_t i = 0; i < width; ++i) {
            const RawCell& cell = row.cells[i];
            const std::string text =
                cell.kind == RawCell::Kind::Number ? NumberText(cell.number).text() : std::string(trimmed(cell.text));
            if (static_cast<int>(i) == label && cell.kind != RawCell::Kind::Missing)
                sampled.labels.add(text);
            if (cell.kind != RawCell::Kind::Missing && !isMissing(text))
                ++(isNumber(text) ? sampled.numbers : sampled.texts)[i];
        }
    }
    return sampled;
}

/// The value holds all columns, and a label that is named is one of them; without a word it is the key.
Status takeWishes(Schema& schema, const std::vector<SampledRecord>& records, const std::string& format,
                  const RoleWishes& wishes)
{
    const auto labels = labelColumnsIn(schema, wishes.label.empty() ? kNoLabel : wishes.label);
    if (!labels)
        return fail(labels.error());
    const int label = labels->size() == 1 ? labels->front() : -1; // of several nothing is to be counted
    schema.ignoredInValue = true;
    const auto reader = makeRecordFormat(format, schema);
    if (!reader)
        return fail(reader.error());
    const SampledColumns sampled = sampleColumns(records, **reader, label);
    for (std::size_t i = 0; i < schema.columns.size(); ++i)
        if (sampled.texts[i] * 10 > sampled.numbers[i] + sampled.texts[i]) // few texts are mistakes
            schema.columns[i].type = ColumnType::Text;
    schema.labelInKey = wishes.label.empty();
    if (auto given = giveRoles(schema, wishes); !given)
        return given;
    return label < 0 ? Status{} : setClasses(schema, sampled.labels);
}

Error otherTable(const TopicInfo& topic, const std::vector<std::string>& features, const std::string& why)
{
    return Error{ErrorCode::Usage,
                 "Topic " + topic.name + " holds records of another table: the new ones have " + featuresOf(features) +
                     ", and " + why,
                 "Delete what it holds and begin anew with --existing replace, or choose another topic", false};
}

} // namespace

Status checkAppendFits(const Connection& connection, const std::filesystem::path& home, const TopicInfo& topic,
                       const std::string& format, const Schema& added)
{
    const auto columns = added.valueNames();
    const auto reader = makeRecordFormat(format, added);
    if (!reader)
        return fail(reader.error());
    const auto notes = readTopicNotes(home, topic.name);
    if (!notes)
        return fail(notes.error());
    const auto known = notes->schema.valueNames();
    if (const auto why = otherNames(known, columns))
        return fail(otherTable(topic, columns, *why));
    if (const auto why = otherLabel(notes->schema, added))
        return fail(otherTable(topic, columns, *why));
    if (known.size() == columns.size())
        return {};
    const auto records = sampleTopic(connection, topic); // the notes may be of an earlier topic of the name
    if (!records)                                        // whoever may write need not be allowed to read
        return {};
    const auto there = columnsOf(*records, **reader);
    const auto fits = [&](const auto& each) {
        return each.first.size() == columns.size() && !otherNames(each.first, columns);
    };
    if (there.empty() || std::ranges::any_of(there, fits))
        return {};
    return fail(otherTable(topic, columns, "those that are there have " + columnsTold(mostFrequent(there), known)));
}

Result<Schema> recordSchema(const Connection& connection, const std::filesystem::path& home, const TopicInfo& topic,
                            const std::string& format, const ModelInput& model)
{
    const auto notes = readTopicNotes(home, topic.name);
    if (!notes)
        return fail(notes.error());
    const auto known = notes->schema.featureNames();
    if (const auto why = lackingColumn(known, model.input.features))
        return fail(misfit(topic, model, *why));
    if (auto schema = asExpected(notes->schema, model.input.features))
        return std::move(*schema);
    const auto records = sampleTopic(connection, topic); // the notes may be of an earlier topic of the name
    if (!records)
        return fail(records.error());
    std::optional<std::string> why;
    for (Schema& schema : candidatesFor(model)) {
        auto decoder = RecordDecoder::make(format, schema, model.input);
        if (!decoder)
            return fail(decoder.error());
        why = records->empty() ? std::nullopt : reasonAgainst(*records, *decoder, model);
        if (!why)
            return std::move(schema);
    }
    return fail(misfit(topic, model, *why));
}

Result<Schema> topicSchema(const Connection& connection, const std::filesystem::path& home, const TopicInfo& topic,
                           const std::string& format, int partition, const RoleWishes& wishes)
{
    const auto reader = makeRecordFormat(format, {});
    if (!reader)
        return fail(reader.error());
    auto notes = readTopicNotes(home, topic.name);
    if (!notes)
        return fail(notes.error());
    if (!notes->schema.featureColumns().empty() && wishes.any())
        return fail(ErrorCode::Usage,
                    "The columns of topic " + topic.name + " have the roles that they were published with",
                    "Leave out label, features and the other roles, or publish the table with these");
    if (!notes->schema.featureColumns().empty())
        return std::move(notes->schema);
    const auto records = sampleTopic(connection, topic, partition);
    if (!records)
        return fail(records.error());
    if (records->empty())
        if (auto online = checkLeaders(topic, partition); !online)
            return fail(online.error());
    const auto there = columnsOf(*records, **reader);
    if (there.empty())
        return fail(ErrorCode::BadData,
                    "The columns of topic " + topic.name + " are not known: " +
                        (records->empty() ? whyNoneIsThere(connection, topic, partition)
                                          : "none of its newest records has a value"),
                    "Publish to it first, or name the features in the model");
    Schema schema = featureSchema(mostFrequent(there));
    if (!wishes.any())
        return schema;
    if (auto given = takeWishes(schema, *records, format, wishes); !given)
        return fail(given.error());
    return schema;
}

} // namespace millrace
