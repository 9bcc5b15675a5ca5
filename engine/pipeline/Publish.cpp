// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Publish.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/Batch.h"
#include "data/Binary.h"
#include "data/Cell.h"
#include "data/Classes.h"
#include "data/FileState.h"
#include "data/Rejections.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/writing/Publication.h"
#include "pipeline/writing/PublishedRows.h"

#include <algorithm>
#include <cmath>
#include <future>

namespace millrace
{
namespace
{

constexpr std::size_t kOrderBuffer = 65536;

/// One of the (at most two) topics that a file goes to.
struct Part {
    std::string topic;
    Producer producer;
    std::vector<std::int64_t> low, high; ///< watermarks before the first message that is sent
    PublishedRows there;                 ///< what an earlier process sent of a publication that is gone on with
    /// Of these, what was met in the file so far, by partition and class.
    std::vector<std::array<std::int64_t, 2>> met = std::vector<std::array<std::int64_t, 2>>(high.size());

    [[nodiscard]] bool isEmpty() const { return low == high; }
};

struct PendingMessage {
    std::string key, value;
    std::int64_t row = 0;
    int label = 0;
    int part = 0;
};

/// Which column is the key; −1 when the key is none, the label or the row number.
Result<int> keyColumn(const PublishConfig& config)
{
    if (config.key == "label" || config.key == "none" || config.key == "row")
        return -1;
    std::vector<std::string> names = {"label", "none", "row"};
    for (std::size_t i = 0; i < config.schema.columns.size(); ++i) {
        if (config.schema.columns[i].name == config.key)
            return static_cast<int>(i);
        names.push_back(config.schema.columns[i].name);
    }
    const std::string near = nearestWord(config.key, names);
    return fail(ErrorCode::Usage, "There is no column '" + config.key + "' to take the message key from",
                near.empty() ? "Give label, none, row or a column's name" : "Did you mean " + near + "?");
}

Result<Part> openPart(const Connection& connection, const TopicTarget& target)
{
    auto producer = Producer::open(connection, target.topic, static_cast<int>(target.there->partitions.size()));
    if (!producer)
        return fail(producer.error());
    std::vector<std::int64_t> low, high;
    for (const PartitionInfo& partition : target.there->partitions) {
        low.push_back(partition.low);
        high.push_back(partition.high);
    }
    return Part{target.topic, std::move(*producer), std::move(low), std::move(high), {}};
}

/// Two at once could not be told apart, nor gone on with.
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

/// A partition's records as a later process finds them: none of those that were there may be gone.
Status checkBegin(const Part& part, const std::vector<std::int64_t>& begin)
{
    for (std::size_t i = 0; i < begin.size(); ++i) {
        const std::string place = "topic " + part.topic + " partition " + std::to_string(i);
        if (i >= part.high.size() || part.high[i] < begin[i])
            return fail(ErrorCode::BadData,
                        "The publication began at offset " + formatCount(begin[i]) + " of " + place +
                            ", which has no such offset any more",
                        "It was made anew: publish without --resume");
        if (part.low[i] > begin[i])
            return fail(ErrorCode::BadData,
                        formatCount(part.low[i] - begin[i]) + " records of " + place +
                            " were deleted, so it cannot be told what was published",
                        "Delete the topic and publish without --resume");
    }
    return {};
}

/// What is to be gone on with; nullopt where nothing was begun and the topics are empty.
Result<std::optional<Publication>> earlierPublication(const PublishConfig& config, const Publication& now,
                                                      const std::vector<Part>& parts)
{
    auto was = readPublication(config.home, config.topic);
    if (!was)
        return was;
    if (!*was) {
        for (const Part& part : parts)
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
    for (const Part& part : parts)
        if (auto checked = checkBegin(part, (*was)->begin[part.topic]); !checked)
            return fail(checked.error());
    return was;
}

/// Finds out what is there already.
Status readParts(const PublishConfig& config, Publication& publication, std::vector<Part>& parts, JobContext& context)
{
    std::vector<std::future<Status>> reading; // at once, since each waits for its end to settle
    for (Part& part : parts) {
        auto& begin = publication.begin[part.topic];
        begin.resize(part.high.size(), 0); // partitions that were added meanwhile
        reading.push_back(std::async(std::launch::async, [&config, &part, &begin, &context] {
            return part.there.read(config.connection, part.topic, begin, context);
        }));
    }
    for (auto& read : reading)
        if (auto status = read.get(); !status)
            return status;
    for (Part& part : parts) {
        part.high = part.there.ends();
        if (part.there.repeated() > 0)
            context.note(Note::Severity::Warning, "Topic " + part.topic + " has " + formatCount(part.there.repeated()) +
                                                      " records whose row stands there already: somebody else "
                                                      "published to it");
    }
    return {};
}

/// Notes what is begun, or takes up what was.
Result<Publication> beginPublication(const PublishConfig& config, Admin& admin, std::vector<Part>& parts,
                                     JobContext& context)
{
    auto cluster = admin.cluster();
    if (!cluster)
        return fail(cluster.error());
    auto settings = publicationSettings(config);
    if (!settings)
        return fail(settings.error());
    Publication now{cluster->clusterId, std::move(*settings), {}, false};
    for (const Part& part : parts)
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
    } else if (!std::ranges::all_of(parts, &Part::isEmpty) && isHalfPublished(config.home, config.topic, config.file)) {
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
                    checkAppendFits(config.connection, config.home, *target.there, config.schema.featureNames());
                !fits)
                return fits;
    return {};
}

Status checkSize(const PublishConfig& config, const MessageLimit& limit, std::int64_t line, std::size_t bytes)
{
    if (static_cast<std::int64_t>(bytes) <= limit.bytes)
        return {};
    return fail(
        ErrorCode::BadData,
        config.file.string() + " line " + std::to_string(line) + " makes a message of " +
            formatCount(static_cast<std::int64_t>(bytes)) + " bytes, and at most " + formatCount(limit.bytes) +
            " are taken (" + limit.reason + ")",
        "Leave columns out, or raise the limit: message.max.bytes by --kafka-property, and max.message.bytes of "
        "the topic");
}

/// What a look through the file finds before anything is sent.
class FileLook
{
public:
    FileLook(const PublishConfig& config, const MessageLimit& limit, JobContext& context)
        : file(config.file), m_config(config), m_limit(limit), m_context(context)
    {
    }

    FileState file; ///< as it was before the look
    std::int64_t usable = 0;
    bool whole = false; ///< all rows were looked at
    LabelValues labels;
    Rejections rejections; ///< without a file

    /// One pass; to the first usable row where that is all that is to be known.
    Status read(const Schema& schema, bool all)
    {
        whole = all;
        const RowDecoder decoder(schema);
        CsvRecordEncoder encoder(schema);
        auto reader = CsvReader::open(m_config.file, schema);
        if (!reader)
            return fail(reader.error());
        std::vector<float> features(static_cast<std::size_t>(decoder.featureCount()));
        CsvRow row;
        DecodeProblem problem;
        std::int64_t taken = 0;
        while ((all || usable == 0) && (m_config.rows < 0 || taken < m_config.rows)) {
            if (m_context.stopRequested())
                return fail(ErrorCode::Cancelled, "Publishing was cancelled before anything was sent");
            auto more = reader->next(row);
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            float label = 0;
            const bool good = decoder.decode(row, features, label, problem);
            const std::string_view text = decoder.countedLabel(row, good, problem, features);
            labels.add(text);
            usable += good ? 1 : 0;
            // A label that is only not guessed yet is no reason to reject its row.
            const bool mayBeGood = good || (!schema.classesKnown && !isMissing(text));
            taken += mayBeGood ? 1 : 0;
            if (auto looked = mayBeGood ? checkMessage(encoder, row) : reject(row, problem); !looked)
                return looked;
            if ((taken & 1023) == 0)
                report(static_cast<double>(reader->bytesRead()) /
                       static_cast<double>(std::max<std::int64_t>(1, reader->bytesTotal())));
        }
        return {};
    }

private:
    Status checkMessage(CsvRecordEncoder& encoder, const CsvRow& row) const
    {
        if (static_cast<std::int64_t>(row.text.size()) * 2 < m_limit.bytes) // quotes are doubled at most
            return {};
        const auto message = encoder.encode(row, 0);
        return checkSize(m_config, m_limit, row.line, message.key.size() + message.value.size());
    }
    Status reject(const CsvRow& row, const DecodeProblem& problem)
    {
        const std::string place = "line " + std::to_string(row.line);
        if (m_config.onError == OnError::Stop)
            return fail(ErrorCode::BadData, m_config.file.string() + " " + place + ": " + problem.reason,
                        "Mend the file, or skip such rows with --on-error skip");
        return rejections.add(place, problem, row.text);
    }
    void report(double fraction)
    {
        const auto now = Clock::now();
        if (now - m_reported < std::chrono::milliseconds(50))
            return;
        m_reported = now;
        Progress progress;
        progress.records = usable;
        progress.rejected = rejections.count();
        progress.text = "looking through the file · " + formatCount(usable);
        progress.fraction = fraction;
        const double seconds = secondsSince(m_began);
        progress.rate = rateOver(usable, seconds);
        progress.secondsLeft = fraction > 0 ? seconds * (1 - fraction) / fraction : progress.secondsLeft;
        m_context.report(progress);
    }

    const PublishConfig& m_config;
    const MessageLimit& m_limit;
    JobContext& m_context;
    Clock::time_point m_began = Clock::now(), m_reported = Clock::now();
};

bool sameLabel(const Schema& left, const Schema& right)
{
    const auto label = static_cast<std::size_t>(left.labelColumn());
    return left.classes == right.classes && left.columns[label].type == right.columns[label].type;
}

/// Reads the file through before anything is made or sent, and gives the schema its classes.
Result<FileLook> lookThrough(PublishConfig& config, const MessageLimit& limit, JobContext& context)
{
    const bool counts = config.schema.labelColumn() >= 0 && !config.schema.classesKnown;
    FileLook look(config, limit, context);
    if (auto read = look.read(config.schema, counts || !config.testTopic.empty()); !read)
        return fail(read.error());
    if (counts && look.labels.distinct() > 0) { // else no row can be used
        Schema schema = config.schema;
        if (auto set = setClasses(schema, look.labels); !set)
            return fail(set.error());
        const bool guessed = sameLabel(schema, config.schema);
        config.schema = std::move(schema);
        if (!guessed) {
            FileLook again(config, limit, context);
            if (auto read = again.read(config.schema, true); !read)
                return fail(read.error());
            look.usable = again.usable;
            look.whole = again.whole;
            look.labels = std::move(again.labels);
            look.rejections = std::move(again.rejections);
        }
    }
    if (auto same = look.file.checkUnchanged("; nothing was sent"); !same)
        return fail(same.error());
    if (look.usable == 0)
        return fail(nothingUsable(config.file.string(), look.rejections, "row"));
    if (counts && look.labels.distinct() == 1)
        context.note(Note::Severity::Warning, "The label has one value only, " + look.labels.first(1).front() +
                                                  ": the other class is missing, and nothing can be learnt of it");
    return look;
}

/// Whether the records have a label: it is their key.
bool keepsLabels(const PublishConfig& config)
{
    return config.key == "label" && !config.unlabelled;
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
    if (!config.unlabelled && config.key != "label")
        context.note(Note::Severity::Warning,
                     "The key is " + (config.key == "none" ? "left empty" : "the " + config.key) +
                         ", so the records have no label: they can be predicted, not learnt or evaluated");
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

/// Where rows that cannot be used are set aside.
std::filesystem::path rejectedFolder(const PublishConfig& config)
{
    return config.home / "rejected";
}

/// The work of one publish job: the sending pass.
class Publisher
{
public:
    Publisher(const PublishConfig& config, const MessageLimit& limit, JobContext& context, int keyColumn,
              std::vector<Part> parts, const FileLook& look)
        : m_config(config), m_limit(limit), m_context(context), m_look(look), m_keyColumn(keyColumn),
          m_parts(std::move(parts)), m_total(m_parts.size() > 1 ? look.usable : 0), m_decoder(config.schema),
          m_encoder(config.schema), m_features(static_cast<std::size_t>(m_decoder.featureCount())),
          m_order(config.seed, Purpose::PublishOrder),
          m_rejected(rejectedFolder(config) /
                     (config.file.filename().string() + "-" + std::to_string(nowMilliseconds()) + ".csv"))
    {
    }

    Status run()
    {
        auto status = sendAll();
        crashPoint("publish.flushed");
        if (m_context.stopRequested())
            return fail(ErrorCode::Cancelled, "Publishing was cancelled after " + formatCount(done()) + " records",
                        "Send the rest with the same command and --resume");
        const std::string change = fileChange(status);
        return change.empty() ? status : fail(changedFile(change));
    }

    Result<nlohmann::json> result(Admin& admin);
    [[nodiscard]] const std::vector<Part>& parts() const { return m_parts; }

private:
    /// What became of the file since it was looked through: split, classes and counts rest on that look. Empty where
    /// sending ended for another reason; what a reader stumbles over where the file was cut is none.
    [[nodiscard]] std::string fileChange(const Status& status) const
    {
        if (!status && status.error().code != ErrorCode::BadData)
            return {};
        std::string change = m_look.file.change();
        if (change.empty() && status && m_look.whole && m_usable != m_look.usable)
            change =
                "it had " + formatCount(m_look.usable) + " rows that could be used, and then " + formatCount(m_usable);
        return change;
    }
    [[nodiscard]] Error changedFile(const std::string& change) const
    {
        Error error = m_look.file.changed(change + "; " + formatCount(done()) + " records were delivered");
        error.advice += ". Publish it to another topic, or in place of these with --existing replace";
        return error;
    }

    Status sendAll()
    {
        const std::int64_t testRows = m_parts.size() == 1 ? 0
                                      : m_config.testLast >= 0
                                          ? std::min(m_config.testLast, m_total)
                                          : std::llround(static_cast<double>(m_total) * m_config.testFraction);
        if (auto sent = sendRows(testRows); !sent)
            return sent;
        for (Part& part : m_parts)
            if (auto flushed = part.producer.flush(m_context.stop()); !flushed)
                return flushed;
        return {};
    }

    /// Calls handle(row, label) for each good row; bad ones are rejected, or stop the job.
    template <class Handle>
    Status forEachRow(Handle handle)
    {
        auto reader = CsvReader::open(m_config.file, m_config.schema);
        if (!reader)
            return fail(reader.error());
        CsvRow row;
        DecodeProblem problem;
        std::int64_t good = 0;
        while (!m_context.stopRequested() && (m_config.rows < 0 || good < m_config.rows)) {
            auto more = reader->next(row);
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            float label = 0;
            if (m_decoder.decode(row, m_features, label, problem)) {
                ++good;
                if (auto handled = handle(row, label); !handled)
                    return handled;
            } else if (auto rejected = reject(row, problem); !rejected) {
                return rejected;
            }
            if ((good & 1023) == 0)
                report(static_cast<double>(reader->bytesRead()) /
                       static_cast<double>(std::max<std::int64_t>(1, reader->bytesTotal())));
            m_context.waitWhilePaused();
        }
        return {};
    }

    Status reject(const CsvRow& row, const DecodeProblem& problem)
    {
        const std::string place = "line " + std::to_string(row.line);
        if (m_config.onError == OnError::Stop)
            return fail(ErrorCode::BadData, m_config.file.string() + " " + place + ": " + problem.reason,
                        "Mend the file, or skip such rows with --on-error skip");
        if (m_rejected.count() == 0)
            m_context.note(Note::Severity::Warning,
                           m_config.file.filename().string() + " " + place + ": " + problem.reason + ". Rejected");
        return m_rejected.add(place, problem, row.text);
    }

    Status sendRows(std::int64_t testRows)
    {
        SplitSelector split = m_config.testLast >= 0 ? SplitSelector::ofLast(m_total, testRows)
                                                     : SplitSelector(m_total, testRows, m_config.seed);
        auto status = forEachRow([&](const CsvRow& row, float label) -> Status {
            const bool isTest = m_parts.size() > 1 && split.isTest();
            ++m_usable;
            return order(row, label, isTest ? 1 : 0);
        });
        if (!status)
            return status;
        while (!m_pending.empty() && !m_context.stopRequested()) {
            std::swap(m_pending[m_order.below(static_cast<std::uint32_t>(m_pending.size()))], m_pending.back());
            if (auto sent = send(m_pending.back()); !sent)
                return sent;
            m_pending.pop_back();
            if ((m_pending.size() & 1023) == 0)
                report(1);
        }
        return {};
    }

    Status order(const CsvRow& row, float label, int part)
    {
        const auto message = m_encoder.encode(row, label);
        m_next.key.assign(keyOf(row, message));
        m_next.value.assign(message.value);
        if (auto fits = checkSize(m_config, m_limit, row.line, m_next.key.size() + m_next.value.size()); !fits)
            return fits;
        m_next.row = row.row;
        m_next.label = isPositive(label) ? 1 : 0;
        m_next.part = part;
        if (m_config.fileOrder)
            return send(m_next);
        if (m_pending.size() < kOrderBuffer) {
            m_pending.push_back(m_next);
            return {};
        }
        std::swap(m_next, m_pending[m_order.below(kOrderBuffer)]);
        return send(m_next);
    }

    /// Lives until the next call.
    std::string_view keyOf(const CsvRow& row, const CsvRecordEncoder::Message& message)
    {
        if (m_keyColumn >= 0)
            return row.fields[static_cast<std::size_t>(m_keyColumn)];
        if (m_config.key == "row")
            return m_rowKey = std::to_string(row.row);
        return message.key;
    }

    Status send(const PendingMessage& message)
    {
        Part& part = m_parts[static_cast<std::size_t>(message.part)];
        if (const int partition = part.there.partitionOf(message.row); partition >= 0) {
            ++part.met[static_cast<std::size_t>(partition)][static_cast<std::size_t>(message.label)];
            ++m_met;
            return {};
        }
        const bool keyless = m_config.key == "none" || (m_config.key == "label" && !keepsLabels(m_config));
        const std::string_view key = keyless ? std::string_view() : std::string_view(message.key);
        auto sent = part.producer.send(key, message.value, -1, message.row, message.label, m_context.stop());
        crashPoint("publish.sent");
        return sent;
    }

    /// Rows that stand in the topics.
    [[nodiscard]] std::int64_t done() const
    {
        std::int64_t sum = m_met;
        for (const Part& part : m_parts)
            sum += part.producer.counts().delivered;
        return sum;
    }

    void report(double fraction)
    {
        const auto now = Clock::now();
        if (now - m_reported < std::chrono::milliseconds(50))
            return;
        m_reported = now;
        Progress progress;
        progress.records = done();
        progress.text = "publishing · " + formatCount(progress.records);
        progress.rejected = m_rejected.count();
        const auto records = static_cast<double>(progress.records);
        const double seconds = secondsSince(m_began);
        progress.fraction = m_total > 0 ? records / static_cast<double>(m_total) : fraction;
        progress.rate = rateOver(progress.records, seconds);
        if (progress.fraction > 0)
            progress.secondsLeft = seconds * (1 - progress.fraction) / progress.fraction;
        m_context.report(progress);
    }

    const PublishConfig& m_config;
    const MessageLimit& m_limit;
    JobContext& m_context;
    const FileLook& m_look;
    int m_keyColumn;
    std::vector<Part> m_parts;
    std::int64_t m_total; ///< rows that will be sent; 0 unknown
    RowDecoder m_decoder;
    CsvRecordEncoder m_encoder;
    std::vector<float> m_features;
    Rng m_order;
    Rejections m_rejected;
    std::int64_t m_usable = 0; ///< rows in the sending pass
    std::vector<PendingMessage> m_pending;
    PendingMessage m_next; ///< takes over the strings of the one that it displaces: the steady state allocates nothing
    std::string m_rowKey;
    std::int64_t m_met = 0; ///< rows that were there already
    Clock::time_point m_began = Clock::now(), m_reported = Clock::now();
};

Error goneUnder(const std::string& topic)
{
    return {ErrorCode::Failed, "Topic " + topic + " was deleted, or made anew, while it was published to",
            "Publish again, without --resume"};
}

/// Offsets that the topic has more than before the first message that was sent.
Result<std::int64_t> grewBy(Admin& admin, const Part& part)
{
    const auto topic = admin.topic(part.topic);
    if (!topic)
        return fail(topic.error().code == ErrorCode::Usage ? goneUnder(part.topic) : topic.error());
    std::int64_t added = 0;
    for (std::size_t p = 0; p < part.high.size() && p < topic->partitions.size(); ++p)
        added += topic->partitions[p].high - part.high[p];
    return added;
}

Error lostIn(Admin& admin, const Part& part)
{
    Error error = undelivered(admin, part.topic, part.producer.counts());
    error.advice +=
        (error.advice.empty() ? "Send" : "; then send") + std::string(" them with the same command and --resume");
    return error;
}

/// The reason why sending failed, where it is that the topic went, or that it takes no records.
Error causeOf(const Error& error, Admin& admin, const std::vector<Part>& parts)
{
    if (error.code == ErrorCode::Cancelled || error.code == ErrorCode::BadData)
        return error;
    for (const Part& part : parts)
        if (const auto added = grewBy(admin, part); added && *added < part.producer.counts().delivered)
            return goneUnder(part.topic);
        else if (!added && !added.error().retriable)
            return added.error();
    for (const Part& part : parts)
        if (part.producer.counts().failed > 0)
            return lostIn(admin, part);
    return error;
}

Result<nlohmann::json> Publisher::result(Admin& admin)
{
    nlohmann::json parts = nlohmann::json::array(), warnings = nlohmann::json::array();
    std::int64_t sent = 0, bytes = 0;
    const bool labelled = keepsLabels(m_config);
    for (const Part& part : m_parts) {
        const DeliveryCounts& counts = part.producer.counts();
        nlohmann::json partitions = nlohmann::json::array();
        std::int64_t inPart = 0;
        for (std::size_t p = 0; p < counts.perPartition.size(); ++p) {
            auto byClass = counts.perPartitionByClass[p];
            for (std::size_t c = 0; c < byClass.size() && p < part.met.size(); ++c)
                byClass[c] += part.met[p][c];
            const std::int64_t inPartition = byClass[0] + byClass[1];
            inPart += inPartition;
            partitions.push_back({{"partition", p},
                                  {"records", inPartition},
                                  {"class_counts", labelled ? nlohmann::json(byClass) : nlohmann::json()}});
            if (inPartition == 0)
                warnings.push_back(part.topic + " partition " + std::to_string(p) + " got no records with key " +
                                   m_config.key);
            else if (labelled && (byClass[0] == 0 || byClass[1] == 0))
                warnings.push_back(part.topic + " partition " + std::to_string(p) + " holds one class only (" +
                                   m_config.schema.className(byClass[0] == 0 ? 1 : 0) +
                                   "): its key is the label, and a key goes to one partition");
        }
        parts.push_back({{"topic", part.topic}, {"records", inPart}, {"partitions", partitions}});
        sent += counts.delivered;
        bytes += counts.bytes;
        const auto added = grewBy(admin, part);
        if (!added)
            return fail(added.error());
        if (*added < counts.delivered)
            return fail(goneUnder(part.topic));
        if (*added > counts.delivered)
            warnings.push_back(part.topic + " grew by " + formatCount(*added) + " records, " +
                               formatCount(counts.delivered) + " were delivered: somebody else writes to it");
    }
    const double seconds = secondsSince(m_began);
    const nlohmann::json fileNotes = readFileNotes(m_config.file);
    const bool simulated = flagIn(fileNotes, "simulated");
    TopicNotes notes{m_config.schema, simulated,
                     simulated ? fileNotes.value("best", nlohmann::json()) : nlohmann::json()};
    for (const Part& part : m_parts) {
        // What stood there when a publication is gone on with is a part of it.
        const bool alone = part.isEmpty() || m_config.resume;
        const auto there = alone ? Result<TopicNotes>() : readTopicNotes(m_config.home, part.topic);
        if (!there)
            return fail(there.error());
        const TopicNotes all = alone ? notes : notesWithAdded(*there, notes);
        if (auto written = writeTopicNotes(m_config.home, part.topic, all); !written)
            return fail(written.error());
    }
    for (const Part& part : m_parts)
        if (part.producer.counts().failed > 0)
            return fail(lostIn(admin, part));
    nlohmann::json result = {{"records", sent + m_met},
                             {"already_there", m_met},
                             {"sent", sent},
                             {"bytes", bytes},
                             {"seconds", seconds},
                             {"records_per_second", static_cast<double>(sent) / std::max(seconds, 1e-9)},
                             {"parts", parts},
                             {"warnings", warnings},
                             {"simulated", simulated}};
    m_rejected.tell(m_usable + m_rejected.count(), result);
    tellMostRejected(result, "row", m_context);
    return result;
}

} // namespace

Result<nlohmann::json> publish(const PublishConfig& asked, JobContext& context)
{
    if (asked.schema.labelColumn() < 0 && !asked.unlabelled)
        return fail(ErrorCode::BadData, asked.file.string() + " has no label column",
                    "Choose one with --label COLUMN, or give --label none to publish records without a label");
    PublishConfig config = asked; // the schema gets its classes
    auto column = keyColumn(config);
    if (!column)
        return fail(column.error());
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
    if (auto fit = checkTargetsFit(config, *targets); !fit)
        return fail(fit.error());
    const MessageLimit limit = limitOf(config.connection, *targets);
    auto look = lookThrough(config, limit, context);
    if (!look)
        return fail(look.error());
    if (auto made = needPrivateFolder(rejectedFolder(config)); !made) // before anything is made or sent
        return fail(made.error());
    tellWhatIsLeftOut(config, context);
    std::vector<Part> parts;
    for (TopicTarget& target : *targets)
        if (auto good = checkCompaction(config, target, *look, context); !good)
            return fail(good.error());
    for (TopicTarget& target : *targets)
        if (auto made =
                makeTarget(*admin, target, config.resume ? Existing::Append : config.existing, config.home, context);
            !made)
            return fail(made.error());
    for (const TopicTarget& target : *targets) {
        auto part = openPart(config.connection, target);
        if (!part)
            return fail(part.error());
        parts.push_back(std::move(*part));
    }
    auto publication = beginPublication(config, *admin, parts, context);
    if (!publication)
        return fail(publication.error());
    for (Part& part : parts)
        part.producer.setOnStall(stallTeller(*admin, part.topic, context));
    Publisher publisher(config, limit, context, *column, std::move(parts), *look);
    if (auto run = publisher.run(); !run)
        return fail(causeOf(run.error(), *admin, publisher.parts()));
    auto result = publisher.result(*admin);
    if (!result)
        return result;
    publication->finished = true;
    if (auto noted = writePublication(config.home, config.topic, *publication); !noted)
        return fail(noted.error());
    crashPoint("publish.finished");
    return result;
}

} // namespace millrace
