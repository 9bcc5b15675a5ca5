// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/BegunPublication.h"

#include "base/CrashPoint.h"
#include "base/Text.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>
#include <future>

namespace millrace
{
namespace
{

/// A partition's records as a later process finds them: none of those that were there may be gone.
Status checkBegin(const PublishPart& part, const std::vector<std::int64_t>& begin)
{
    for (std::size_t i = 0; i < begin.size(); ++i) {
        const std::string where = "topic " + part.topic + " partition " + std::to_string(i);
        if (i >= part.high.size() || part.high[i] < begin[i])
            return fail(ErrorCode::BadData,
                        "The publication began at offset " + formatCount(begin[i]) + " of " + where +
                            ", which has no such offset any more",
                        "It was made anew: publish without --resume");
        if (part.low[i] > begin[i])
            return fail(ErrorCode::BadData,
                        formatCount(part.low[i] - begin[i]) + " records of " + where +
                            " were deleted, so it cannot be told what was published",
                        "Delete the topic and publish without --resume");
    }
    return {};
}

/// What is to be gone on with; nullopt where nothing was begun and the topics are empty.
Result<std::optional<Publication>> earlierPublication(const PublishConfig& config, const Publication& now,
                                                      const std::vector<PublishPart>& parts)
{
    auto was = readPublication(config.home, config.topic);
    if (!was)
        return was;
    if (!*was) {
        for (const PublishPart& part : parts)
            if (!part.isEmpty())
                return fail(ErrorCode::Usage,
                            "Nothing is known of a publication of " + config.file.string() + " to topic " +
                                config.topic + ", and topic " + part.topic + " holds records",
                            "Publish without --resume to add the file to them");
        return was;
    }
    if ((*was)->clusterId != now.clusterId)
        return fail(ErrorCode::BadData,
                    "The publication to topic " + config.topic + " began on another cluster (" + (*was)->clusterId +
                        ", this is " + now.clusterId + ")",
                    "Give that one with --broker, or publish without --resume");
    const std::string differs = settingsThatDiffer((*was)->settings, now.settings);
    if (!differs.empty())
        return fail(ErrorCode::Usage,
                    "The publication to topic " + config.topic + " cannot go on with other settings: " + differs,
                    "Give the same file and settings, or publish without --resume");
    for (const PublishPart& part : parts)
        if (auto checked = checkBegin(part, (*was)->begin[part.topic]); !checked)
            return fail(checked.error());
    return was;
}

/// Finds out what is there already.
Status readParts(const PublishConfig& config, Publication& publication, std::vector<PublishPart>& parts,
                 JobContext& context)
{
    std::vector<std::future<Status>> reading; // at once, since each waits for its end to settle
    for (PublishPart& part : parts) {
        auto& begin = publication.begin[part.topic];
        begin.resize(part.high.size(), 0); // partitions that were added meanwhile
        reading.push_back(std::async(std::launch::async, [&config, &part, &begin, &context] {
            return part.there.read(config.connection, part.topic, begin, context);
        }));
    }
    for (auto& read : reading)
        if (auto status = read.get(); !status)
            return status;
    for (PublishPart& part : parts) {
        part.high = part.there.ends();
        if (part.there.repeated() > 0)
            context.note(Note::Severity::Warning, "Topic " + part.topic + " has " + formatCount(part.there.repeated()) +
                                                      " records whose row stands there already: somebody else "
                                                      "published to it");
    }
    return {};
}

} // namespace

Result<FileLock> lockTopic(const PublishConfig& config)
{
    const auto file = topicFile(config.home, config.topic, ".lock");
    if (auto made = needPrivateFolder(file.parent_path()); !made)
        return fail(made.error());
    auto lock = FileLock::tryExclusive(file);
    if (!lock)
        return fail(lock.error());
    if (*lock)
        return std::move(**lock);
    const auto holder = readFile(file);
    return fail(ErrorCode::Failed,
                "Process " + (holder ? holder->substr(0, holder->find('\n')) : "?") + " is publishing to topic " +
                    config.topic,
                "One at a time publishes to a topic: wait for it, or stop it");
}

Result<Publication> beginPublication(const PublishConfig& config, Admin& admin, std::vector<PublishPart>& parts,
                                     JobContext& context)
{
    auto cluster = admin.cluster();
    if (!cluster)
        return fail(cluster.error());
    auto settings = publicationSettings(config);
    if (!settings)
        return fail(settings.error());
    Publication now{cluster->clusterId, std::move(*settings), {}, false};
    for (const PublishPart& part : parts)
        now.begin[part.topic] = part.high;
    if (config.resume) {
        auto was = earlierPublication(config, now, parts);
        if (!was)
            return fail(was.error());
        if (*was) {
            now = std::move(**was);
            now.finished = false;
            if (auto read = readParts(config, now, parts, context); !read)
                return fail(read.error());
        }
    } else if (!std::ranges::all_of(parts, &PublishPart::isEmpty) &&
               isHalfPublished(config.home, config.topic, config.file)) {
        context.note(Note::Severity::Warning,
                     "A part of " + config.file.filename().string() + " stands in topic " + config.topic +
                         " already, from a publication that was not finished: those rows will be there twice. "
                         "--resume would have sent the rest only");
    }
    crashPoint("publish.began");
    if (auto noted = writePublication(config.home, config.topic, now); !noted)
        return fail(noted.error());
    crashPoint("publish.noted");
    return now;
}

} // namespace millrace
