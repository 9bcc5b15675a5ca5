// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Publish.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "base/Files.h"
#include "base/Text.h"
#include "data/Batch.h"
#include "data/Rejections.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/Publication.h"
#include "pipeline/PublishedRows.h"
#include "pipeline/TopicNotes.h"

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

Result<Part> openPart(Admin& admin, const Connection& connection, const std::string& topic, int partitions)
{
    auto existing = admin.topic(topic);
    if (!existing) {
        if (existing.error().code == ErrorCode::Unreachable)
            return fail(existing.error());
        if (auto made = admin.createTopic(topic, partitions, true); !made)
            return fail(made.error());
        existing = admin.topic(topic);
        if (!existing)
            return fail(existing.error());
    }
    auto producer = Producer::open(connection, topic, static_cast<int>(existing->partitions.size()));
    if (!producer)
        return fail(producer.error());
    std::vector<std::int64_t> low, high;
    for (const PartitionInfo& partition : existing->partitions) {
        if (partition.low < 0 || partition.high < 0)
            return fail(ErrorCode::Unreachable,
                        "Topic " + topic + " partition " + std::to_string(partition.partition) +
                            " does not tell its offsets",
                        "Try again when its leader is there");
        low.push_back(partition.low);
        high.push_back(partition.high);
    }
    return Part{topic, std::move(*producer), std::move(low), std::move(high), {}};
}

/// Two at once could not be told apart, nor gone on with.
Result<FileLock> lockTopic(const PublishConfig& config)
{
    std::error_code ignored;
    std::filesystem::create_directories(config.home / "topics", ignored);
    const auto file = config.home / "topics" / (config.topic + ".lock");
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

/// The work of one publish job: a counting pass where the split needs the total, then the sending pass.
class Publisher
{
public:
    Publisher(const PublishConfig& config, JobContext& context, int keyColumn, std::vector<Part> parts)
        : m_config(config), m_context(context), m_keyColumn(keyColumn), m_parts(std::move(parts)),
          m_decoder(config.schema), m_encoder(config.schema),
          m_features(static_cast<std::size_t>(m_decoder.featureCount())), m_order(config.seed, Purpose::PublishOrder),
          m_rejected(rejectedFile(config))
    {
    }

    Status run()
    {
        auto status = sendAll();
        crashPoint("publish.flushed");
        if (m_context.stopRequested())
            return fail(ErrorCode::Cancelled, "Publishing was cancelled after " + formatCount(done()) + " records",
                        "Send the rest with the same command and --resume");
        return status;
    }

    Result<nlohmann::json> result(Admin& admin);

private:
    Status sendAll()
    {
        if (m_parts.size() > 1)
            if (auto counted = countRows(); !counted)
                return counted;
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

    static std::filesystem::path rejectedFile(const PublishConfig& config)
    {
        std::error_code ignored;
        std::filesystem::create_directories(config.home / "rejected", ignored);
        return config.home / "rejected" /
               (config.file.filename().string() + "-" + std::to_string(nowMilliseconds()) + ".csv");
    }

    /// Calls handle(row, label) for each good row; bad ones are set aside (once: in the sending pass) or stop the job.
    template <class Handle>
    Status forEachRow(bool keepRejected, Handle handle)
    {
        auto reader = CsvReader::open(m_config.file, m_config.schema.separator, m_config.schema.header);
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
            } else if (auto rejected = reject(row, problem, keepRejected); !rejected) {
                return rejected;
            }
            if ((good & 1023) == 0)
                report(static_cast<double>(reader->bytesRead()) /
                           static_cast<double>(std::max<std::int64_t>(1, reader->bytesTotal())),
                       keepRejected);
            m_context.waitWhilePaused();
        }
        return {};
    }

    Status reject(const CsvRow& row, const DecodeProblem& problem, bool keep)
    {
        const std::string place = "line " + std::to_string(row.line);
        if (m_config.onError == OnError::Stop)
            return fail(ErrorCode::BadData, m_config.file.string() + " " + place + ": " + problem.reason,
                        "Mend the file, or skip such rows with --on-error skip");
        if (!keep)
            return {};
        if (m_rejected.count() == 0)
            m_context.note(Note::Severity::Warning,
                           m_config.file.filename().string() + " " + place + ": " + problem.reason + ". Set aside");
        return m_rejected.add(place, problem, row.text);
    }

    Status countRows()
    {
        m_phase = "counting rows";
        return forEachRow(false, [this](const CsvRow&, float) -> Status {
            ++m_total;
            return {};
        });
    }

    Status sendRows(std::int64_t testRows)
    {
        m_phase = "publishing";
        m_sendingBegan = Clock::now();
        SplitSelector split(m_total, testRows, m_config.seed);
        std::int64_t index = 0;
        auto status = forEachRow(true, [&](const CsvRow& row, float label) -> Status {
            const bool isTest =
                m_parts.size() > 1 && (m_config.testLast >= 0 ? index >= m_total - testRows : split.isTest());
            ++index;
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
                report(1, true);
        }
        return {};
    }

    Status order(const CsvRow& row, float label, int part)
    {
        const auto message = m_encoder.encode(row, label);
        m_next.key.assign(keyOf(row, message));
        m_next.value.assign(message.value);
        m_next.row = row.row;
        m_next.label = label > 0.5F ? 1 : 0;
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
        const std::string_view key = m_config.key == "none" ? std::string_view() : std::string_view(message.key);
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

    void report(double fraction, bool sending)
    {
        const auto now = Clock::now();
        if (now - m_reported < std::chrono::milliseconds(50))
            return;
        m_reported = now;
        Progress progress;
        progress.records = sending ? done() : m_total;
        progress.text = m_phase + " · " + formatCount(progress.records);
        progress.rejected = m_rejected.count();
        const bool isCounted = sending && m_total > 0;
        const auto records = static_cast<double>(progress.records);
        const double seconds = secondsSince(sending ? m_sendingBegan : m_began);
        progress.fraction = isCounted ? records / static_cast<double>(m_total) : fraction;
        progress.rate = records / std::max(seconds, 1e-9);
        if (progress.fraction > 0)
            progress.secondsLeft = seconds * (1 - progress.fraction) / progress.fraction;
        m_context.report(progress);
    }

    const PublishConfig& m_config;
    JobContext& m_context;
    int m_keyColumn;
    std::vector<Part> m_parts;
    RowDecoder m_decoder;
    CsvRecordEncoder m_encoder;
    std::vector<float> m_features;
    Rng m_order;
    Rejections m_rejected;
    std::int64_t m_usable = 0; ///< rows in the sending pass
    std::vector<PendingMessage> m_pending;
    PendingMessage m_next; ///< takes over the strings of the one that it displaces: the steady state allocates nothing
    std::string m_rowKey;
    std::string m_phase;
    std::int64_t m_total = 0;
    std::int64_t m_met = 0; ///< rows that were there already
    Clock::time_point m_began = Clock::now(), m_sendingBegan = Clock::now(), m_reported = Clock::now();
};

Result<nlohmann::json> Publisher::result(Admin& admin)
{
    nlohmann::json parts = nlohmann::json::array(), warnings = nlohmann::json::array();
    std::int64_t sent = 0, bytes = 0, failed = 0;
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
            partitions.push_back({{"partition", p}, {"records", inPartition}, {"class_counts", byClass}});
            if (inPartition == 0)
                warnings.push_back(part.topic + " partition " + std::to_string(p) + " got no records with key " +
                                   m_config.key);
            else if (byClass[0] == 0 || byClass[1] == 0)
                warnings.push_back(part.topic + " partition " + std::to_string(p) + " holds one class only (" +
                                   m_config.schema.className(byClass[0] == 0 ? 1 : 0) + ")");
        }
        parts.push_back(
            {{"topic", part.topic}, {"records", inPart}, {"failed", counts.failed}, {"partitions", partitions}});
        sent += counts.delivered;
        bytes += counts.bytes;
        failed += counts.failed;
        if (counts.failed > 0)
            warnings.push_back(part.topic + ": " + formatCount(counts.failed) +
                               " records were not delivered: " + counts.lastError);
        if (const auto topic = admin.topic(part.topic)) {
            std::int64_t added = 0;
            for (std::size_t p = 0; p < part.high.size() && p < topic->partitions.size(); ++p)
                added += topic->partitions[p].high - part.high[p];
            if (added != counts.delivered)
                warnings.push_back(part.topic + " grew by " + formatCount(added) + " records, " +
                                   formatCount(counts.delivered) + " were delivered: somebody else writes to it");
        }
    }
    const double seconds = secondsSince(m_began);
    const nlohmann::json fileNotes = readFileNotes(m_config.file);
    const bool simulated = fileNotes.is_object() && fileNotes.value("simulated", false);
    TopicNotes notes{m_config.schema, simulated,
                     simulated ? fileNotes.value("best", nlohmann::json()) : nlohmann::json()};
    for (const Part& part : m_parts)
        if (auto written = writeTopicNotes(m_config.home, part.topic, notes); !written)
            return fail(written.error());
    if (sent + m_met == 0)
        return fail(ErrorCode::BadData,
                    "No row of " + m_config.file.string() + " could be published; " + formatCount(m_rejected.count()) +
                        " were rejected",
                    "Look at the first rejected rows, and check separator, header and roles");
    nlohmann::json result = {
        {"records", sent + m_met},
        {"already_there", m_met},
        {"sent", sent},
        {"failed", failed},
        {"rejected_file", m_rejected.count() > 0 ? nlohmann::json(m_rejected.path().string()) : nlohmann::json()},
        {"bytes", bytes},
        {"seconds", seconds},
        {"records_per_second", static_cast<double>(sent) / std::max(seconds, 1e-9)},
        {"parts", parts},
        {"warnings", warnings},
        {"simulated", simulated}};
    m_rejected.tell(m_usable + m_rejected.count(), result);
    return result;
}

} // namespace

Result<nlohmann::json> publish(const PublishConfig& config, JobContext& context)
{
    if (config.schema.labelColumn() < 0)
        return fail(ErrorCode::BadData, config.file.string() + " has no label column",
                    "Choose one with --label COLUMN");
    auto column = keyColumn(config);
    if (!column)
        return fail(column.error());
    auto lock = lockTopic(config);
    if (!lock)
        return fail(lock.error());
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    std::vector<Part> parts;
    const auto open = [&](const std::string& topic, int partitions) -> Status {
        auto part = openPart(*admin, config.connection, topic, partitions);
        if (!part)
            return fail(part.error());
        parts.push_back(std::move(*part));
        return {};
    };
    if (auto opened = open(config.topic, config.partitions); !opened)
        return fail(opened.error());
    if (!config.testTopic.empty())
        if (auto opened = open(config.testTopic, config.testPartitions); !opened)
            return fail(opened.error());
    auto publication = beginPublication(config, *admin, parts, context);
    if (!publication)
        return fail(publication.error());
    Publisher publisher(config, context, *column, std::move(parts));
    if (auto run = publisher.run(); !run)
        return fail(run.error());
    auto result = publisher.result(*admin);
    if (!result || result->at("failed") != 0)
        return result;
    publication->finished = true;
    if (auto noted = writePublication(config.home, config.topic, *publication); !noted)
        return fail(noted.error());
    crashPoint("publish.finished");
    return result;
}

} // namespace millrace
