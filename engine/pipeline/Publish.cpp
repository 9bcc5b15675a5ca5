// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Publish.h"

#include "base/CrashPoint.h"
#include "base/Files.h"
#include "base/Text.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/writing/BegunPublication.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// "auto" is the column of the role key, where there is one, else the row's number.
Status resolveKey(PublishConfig& config)
{
    if (config.key == "label" && config.schema.keyColumn() < 0 && config.schema.labelColumns().size() > 1)
        return fail(ErrorCode::Usage,
                    "The message key is to be the label, and " + config.schema.labelNames() + " are labels",
                    "Take another key: none, row, or a column's name; the value holds the labels then");
    const int column = config.schema.keyColumn();
    const std::string name = column < 0 ? "row" : config.schema.columns[static_cast<std::size_t>(column)].name;
    if (config.key == "auto")
        config.key = name;
    if (column >= 0 && config.key != name)
        return fail(ErrorCode::Usage,
                    "The message key is to be " + config.key + ", and column " + name + " has the role key",
                    "Leave out --key, or give that column another role");
    return {};
}

/// Which column is the key; −1 when the key is none, the label or the row number.
Result<int> keyColumn(const PublishConfig& config)
{
    const bool isRole = config.schema.keyColumn() >= 0; // whatever it is called
    if (!isRole && (config.key == "label" || config.key == "none" || config.key == "row"))
        return -1;
    const int column = config.schema.columnNamed(config.key);
    if (column >= 0 && config.schema.columns[static_cast<std::size_t>(column)].isPrivate)
        return fail(ErrorCode::Usage, "Column " + config.key + " is private and cannot be the message key",
                    std::string("It may not, since ") + kWhyNotPrivate);
    if (column >= 0)
        return column;
    std::vector<std::string> names = config.schema.columnNames();
    names.insert(names.begin(), {"auto", "label", "none", "row"});
    return fail(ErrorCode::Usage, "There is no column '" + config.key + "' to take the message key from",
                didYouMean(config.key, names, "Give label, none, row or a column's name"));
}

Status checkTargetsEmpty(const PublishConfig& config, const std::vector<TopicTarget>& targets)
{
    if (config.resume) // that looks at what is there itself
        return {};
    for (const TopicTarget& target : targets) {
        auto empty = checkEmpty(target, config.existing);
        if (!empty && isHalfPublished(config.home, config.topic, config.file)) {
            Error error = empty.error();
            error.advice = "It holds a part of this file: send the rest with --resume. " + error.advice;
            return fail(std::move(error));
        }
        if (!empty)
            return empty;
    }
    return {};
}

Status checkTargetsFit(const PublishConfig& config, const std::vector<TopicTarget>& targets)
{
    if (config.resume || config.existing != Existing::Append)
        return {};
    for (const TopicTarget& target : targets)
        if (target.offsets() > 0)
            if (auto fits =
                    checkAppendFits(config.connection, config.home, *target.there, config.format, config.schema);
                !fits)
                return fits;
    return {};
}

/// What a reader of the topics will miss.
void tellWhatIsLeftOut(const PublishConfig& config, JobContext& context)
{
    constexpr int kNamesTold = 8;
    std::string names;
    int count = 0;
    for (const Column& column : config.schema.columns)
        if (column.role == ColumnRole::Ignored && ++count <= kNamesTold)
            names += (names.empty() ? "" : ", ") + column.name;
    if (count > kNamesTold)
        names += " and " + formatCount(count - kNamesTold) + " more";
    if (count > 0)
        context.note(Note::Severity::Info, "Columns that are left out: " + names);
}

/// Of a compacted topic only the last record of each key stays.
Status checkCompaction(const PublishConfig& config, const TopicTarget& target, const FileLook& look,
                       JobContext& context)
{
    if (!target.isCompacted() || config.key == "row")
        return {};
    const std::string what = "Topic " + target.topic + " is compacted (cleanup.policy)";
    constexpr auto kAdvice = "Give --key row, or publish to a topic with cleanup.policy=delete";
    if (config.key == "none" || (config.key == "label" && config.schema.labelColumn() < 0))
        return fail(ErrorCode::Usage, what + ", and Kafka takes no records without a key there", kAdvice);
    if (config.key == "label")
        return fail(ErrorCode::Usage,
                    what + ", and the key is the label: compaction would leave " +
                        std::to_string(std::max<std::size_t>(look.labels.distinct(), 1)) +
                        (look.labels.distinct() == 1 ? " record" : " records") + " of all",
                    kAdvice);
    context.note(Note::Severity::Warning,
                 what + ": of the rows with the same " + config.key + " compaction will leave the last one");
    return {};
}

/// Makes what is missing, and opens all.
Result<std::vector<PublishPart>> openParts(const PublishConfig& config, Admin& admin, std::vector<TopicTarget>& targets,
                                           JobContext& context)
{
    for (TopicTarget& target : targets)
        if (auto made =
                makeTarget(admin, target, config.resume ? Existing::Append : config.existing, config.home, context);
            !made)
            return fail(made.error());
    std::vector<PublishPart> parts;
    for (const TopicTarget& target : targets) {
        auto part = PublishPart::open(config.connection, target, config.countedClasses());
        if (!part)
            return fail(part.error());
        parts.push_back(std::move(*part));
    }
    return parts;
}

} // namespace

Result<PublishResult> publish(const PublishConfig& asked, JobContext& context)
{
    if (asked.schema.labelColumn() < 0 && !asked.unlabelled)
        return fail(ErrorCode::BadData, asked.file.string() + " has no label column",
                    "Choose one with --label COLUMN, or give --label none to publish records without a label");
    PublishConfig config = asked; // the schema gets its classes
    if (auto resolved = resolveKey(config); !resolved)
        return fail(resolved.error());
    config.schema.labelInKey = config.key == "label" && config.schema.keyColumn() < 0;
    auto column = keyColumn(config);
    if (!column)
        return fail(column.error());
    if (auto advised = takeAdvice(config, context); !advised)
        return fail(advised.error());
    if (auto complete = completeSplit(config); !complete)
        return fail(complete.error());
    auto lock = lockTopic(config);
    if (!lock)
        return fail(lock.error());
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    std::vector<std::pair<std::string, int>> topics = {{config.topic, config.partitions}};
    if (!config.testTopic.empty())
        topics.emplace_back(config.testTopic, config.testPartitions);
    auto targets = lookAtTargets(*admin, topics, context.stop());
    if (!targets)
        return fail(targets.error());
    if (auto empty = checkTargetsEmpty(config, *targets); !empty)
        return fail(empty.error());
    const MessageLimit limit = limitOf(config.connection, *targets);
    auto look = lookThrough(config, limit, context);
    if (!look)
        return fail(look.error());
    if (auto fit = checkTargetsFit(config, *targets); !fit)
        return fail(fit.error());
    if (auto made = needPrivateFolder(config.rejectedFolder()); !made) // before anything is made or sent
        return fail(made.error());
    tellWhatIsLeftOut(config, context);
    for (const TopicTarget& target : *targets)
        if (auto good = checkCompaction(config, target, *look, context); !good)
            return fail(good.error());
    auto format = makeRecordFormat(config.format, config.schema); // which has its classes now
    if (!format)
        return fail(format.error());
    auto parts = openParts(config, *admin, *targets, context);
    if (!parts)
        return fail(parts.error());
    auto publication = beginPublication(config, *admin, *parts, context);
    if (!publication)
        return fail(publication.error());
    for (PublishPart& part : *parts)
        part.producer.setOnStall(stallTeller(*admin, part.topic, context));
    RowSender sender(config, limit, context, std::move(*format), *column, std::move(*parts), *look);
    if (auto run = sender.run(); !run)
        return fail(causeOf(run.error(), *admin, sender.parts()));
    auto result = reportPublication(config, sender, *admin, context);
    if (!result)
        return result;
    publication->finished = true;
    if (auto noted = writePublication(config.home, config.topic, *publication); !noted)
        return fail(noted.error());
    crashPoint("publish.finished");
    return result;
}

} // namespace millrace
