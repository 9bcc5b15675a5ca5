// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Publish.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "data/Batch.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/TopicNotes.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr std::size_t kOrderBuffer = 65536;

/// One of the (at most two) topics that a file goes to.
struct Part {
    std::string topic;
    Producer producer;
    std::vector<std::int64_t> highBefore; ///< watermarks, to check the count
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
    std::vector<std::int64_t> high;
    for (const PartitionInfo& partition : existing->partitions)
        high.push_back(partition.high);
    return Part{topic, std::move(*producer), std::move(high)};
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
        if (m_context.stopRequested())
            return fail(ErrorCode::Cancelled, "Publishing was cancelled after " + formatCount(delivered()) + " records",
                        "Delete the topics, or publish again to new ones");
        return {};
    }

    Result<nlohmann::json> result(Admin& admin);

private:
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
        return m_rejected.add(place, problem.reason, row.text);
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
        PendingMessage pending{keyOf(row, message), std::string(message.value), row.row, label > 0.5F ? 1 : 0, part};
        if (m_pending.size() < kOrderBuffer) {
            m_pending.push_back(std::move(pending));
            return {};
        }
        std::swap(pending, m_pending[m_order.below(kOrderBuffer)]);
        return send(pending);
    }

    std::string keyOf(const CsvRow& row, const CsvRecordEncoder::Message& message) const
    {
        if (m_keyColumn >= 0)
            return std::string(row.fields[static_cast<std::size_t>(m_keyColumn)]);
        if (m_config.key == "row")
            return std::to_string(row.row);
        return std::string(message.key);
    }

    Status send(const PendingMessage& message)
    {
        Part& part = m_parts[static_cast<std::size_t>(message.part)];
        const std::string_view key = m_config.key == "none" ? std::string_view() : std::string_view(message.key);
        return part.producer.send(key, message.value, -1, message.row, message.label, m_context.stop());
    }

    [[nodiscard]] std::int64_t delivered() const
    {
        std::int64_t sum = 0;
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
        progress.records = sending ? delivered() : m_total;
        progress.text = m_phase + " · " + formatCount(progress.records);
        progress.rejected = m_rejected.count();
        progress.fraction = fraction;
        if (sending) {
            const double seconds = std::chrono::duration<double>(now - m_sendingBegan).count();
            progress.rate = static_cast<double>(progress.records) / std::max(seconds, 1e-9);
            if (m_total > 0 && progress.records > 0) {
                progress.fraction = static_cast<double>(progress.records) / static_cast<double>(m_total);
                progress.secondsLeft = static_cast<double>(m_total - progress.records) / progress.rate;
            }
        }
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
    RejectedFile m_rejected;
    std::vector<PendingMessage> m_pending;
    std::string m_phase;
    std::int64_t m_total = 0;
    Clock::time_point m_began = Clock::now(), m_sendingBegan = Clock::now(), m_reported = Clock::now();
};

Result<nlohmann::json> Publisher::result(Admin& admin)
{
    nlohmann::json parts = nlohmann::json::array(), warnings = nlohmann::json::array();
    std::int64_t records = 0, bytes = 0, failed = 0;
    for (const Part& part : m_parts) {
        const DeliveryCounts& counts = part.producer.counts();
        nlohmann::json partitions = nlohmann::json::array();
        for (std::size_t p = 0; p < counts.perPartition.size(); ++p) {
            const auto& byClass = counts.perPartitionByClass[p];
            partitions.push_back({{"partition", p}, {"records", counts.perPartition[p]}, {"class_counts", byClass}});
            if (counts.perPartition[p] == 0)
                warnings.push_back(part.topic + " partition " + std::to_string(p) + " got no records with key " +
                                   m_config.key);
            else if (byClass[0] == 0 || byClass[1] == 0)
                warnings.push_back(part.topic + " partition " + std::to_string(p) + " holds one class only (" +
                                   m_config.schema.className(byClass[0] == 0 ? 1 : 0) + ")");
        }
        parts.push_back({{"topic", part.topic},
                         {"records", counts.delivered},
                         {"failed", counts.failed},
                         {"partitions", partitions}});
        records += counts.delivered;
        bytes += counts.bytes;
        failed += counts.failed;
        if (counts.failed > 0)
            warnings.push_back(part.topic + ": " + formatCount(counts.failed) +
                               " records were not delivered: " + counts.lastError);
        if (const auto topic = admin.topic(part.topic)) {
            std::int64_t added = 0;
            for (std::size_t p = 0; p < part.highBefore.size() && p < topic->partitions.size(); ++p)
                added += topic->partitions[p].high - part.highBefore[p];
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
    if (records == 0)
        return fail(ErrorCode::BadData,
                    "No row of " + m_config.file.string() + " could be published; " + formatCount(m_rejected.count()) +
                        " were rejected",
                    "Look at the first rejected rows, and check separator, header and roles");
    return nlohmann::json{
        {"records", records},
        {"failed", failed},
        {"rejected", m_rejected.count()},
        {"rejected_file", m_rejected.count() > 0 ? nlohmann::json(m_rejected.path().string()) : nlohmann::json()},
        {"bytes", bytes},
        {"seconds", seconds},
        {"records_per_second", static_cast<double>(records) / std::max(seconds, 1e-9)},
        {"parts", parts},
        {"warnings", warnings},
        {"simulated", simulated}};
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
    Publisher publisher(config, context, *column, std::move(parts));
    if (auto run = publisher.run(); !run)
        return fail(run.error());
    return publisher.result(*admin);
}

} // namespace millrace
