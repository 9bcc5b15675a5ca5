// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/bench/InputTopics.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "kafka/Admin.h"
#include "pipeline/Publish.h"
#include "pipeline/reading/Ingest.h"
#include "pipeline/runs/RunCatalog.h"

#include <algorithm>

namespace millrace
{
namespace
{

const std::string kInputTopic = "millrace-bench-input", kToolTopic = "millrace-bench-kafka";

} // namespace

InputTopics::~InputTopics()
{
    if (auto admin = Admin::open(m_config.connection))
        for (const std::string& topic : {kInputTopic, kToolTopic})
            (void)admin->deleteTopic(topic);
}

template <class RateOf>
Status InputTopics::noteToolRate(const std::string& figure, const std::string& tool, const std::string& printed,
                                 const std::regex& line, RateOf rateOf)
{
    double rate = 0;
    for (std::sregex_iterator match(printed.begin(), printed.end(), line), end; match != end; ++match)
        rate = rateOf(*match);
    if (rate <= 0)
        return fail(ErrorCode::Failed, "Kafka's " + tool + " did not tell its rate: " + printed);
    m_figures.note(figure, rate);
    return {};
}

Status InputTopics::measure(int round)
{
    if (!m_config.tool) {
        auto published = measurePublish();
        return published ? measureConsume() : published;
    }
    const bool oursFirst = round % 2 == 1;
    const auto both = [&](auto ours, auto tools) -> Status {
        auto first = oursFirst ? (this->*ours)() : (this->*tools)();
        if (!first)
            return first;
        return oursFirst ? (this->*tools)() : (this->*ours)();
    };
    if (auto published = both(&InputTopics::measurePublish, &InputTopics::measureToolPublish); !published)
        return published;
    if (auto consumed = both(&InputTopics::measureConsume, &InputTopics::measureToolConsume); !consumed)
        return consumed;
    m_figures.noteRatio("publish_over_kafka", "publish_records_per_second", "kafka_publish_records_per_second");
    m_figures.noteRatio("consume_over_kafka", "consume_records_per_second", "kafka_consume_records_per_second");
    return {};
}

Status InputTopics::makeAnew(const std::string& topic)
{
    auto admin = Admin::open(m_config.connection);
    if (!admin)
        return fail(admin.error());
    if (admin->topic(topic))
        if (auto deleted = admin->deleteTopic(topic); !deleted)
            return deleted;
    return admin->createTopic(topic, 1, false);
}

Status InputTopics::measurePublish()
{
    m_say("publishing");
    if (auto made = makeAnew(kInputTopic); !made)
        return made;
    PublishConfig publishing;
    publishing.connection = m_config.connection;
    publishing.home = m_folder;
    publishing.file = m_files.csv;
    publishing.schema = m_config.profile.schema;
    publishing.topic = kInputTopic;
    publishing.key = "label"; // as the tutorial's records are
    publishing.existing = Existing::Append;
    auto published = publish(publishing, m_context);
    if (!published)
        return fail(published.error());
    m_figures.note("publish_records_per_second", published->recordsPerSecond());
    m_figures.note("publish_mb_per_second", static_cast<double>(published->bytes) / 1e6 / published->seconds);
    return {};
}

Status InputTopics::measureConsume()
{
    m_say("consuming");
    std::string folder;
    const auto rate = consumeRate(folder);
    (void)RunCatalog(m_folder / "runs").remove(folder);
    if (!rate)
        return fail(rate.error());
    m_figures.note("consume_records_per_second", *rate);
    return {};
}

Result<double> InputTopics::consumeRate(std::string& folder)
{
    auto run = RunFolder::create(m_folder / "runs", "input", {{"kind", "bench"}});
    if (!run)
        return fail(run.error());
    folder = run->name();
    IngestConfig reading;
    reading.connection = m_config.connection;
    reading.topic = kInputTopic;
    reading.end = m_config.records;
    auto decoder =
        RecordDecoder::make(defaultRecordFormat(), m_config.profile.schema, {m_config.profile.schema.featureNames()});
    if (!decoder)
        return fail(decoder.error());
    Ingest ingest(std::move(reading), std::move(*decoder), RecordParts(), *run, m_context);
    std::int64_t rows = 0;
    Clock::time_point began;
    if (auto first = ingest.queue().pop())
        began = Clock::now();
    while (auto item = ingest.queue().pop()) {
        rows += item->batch.rows();
        ingest.pool().give(std::move(item->batch));
    }
    const double seconds = secondsSince(began);
    if (auto finished = ingest.finish(); !finished)
        return fail(finished.error());
    if (m_context.stopRequested() || rows == 0)
        return fail(ErrorCode::Cancelled, "The bench was cancelled");
    return static_cast<double>(rows) / seconds;
}

std::vector<std::string> InputTopics::toolArguments(const std::string& topic, std::vector<std::string> properties) const
{
    for (const auto& [name, value] : m_config.connection.properties)
        properties.push_back(name + "=" + value);
    std::vector<std::string> arguments = {"--bootstrap-server", m_config.connection.brokers,     "--topic", topic,
                                          "--num-records",      std::to_string(m_config.records)};
    for (const std::string& property : properties)
        arguments.insert(arguments.end(), {"--command-property", property});
    return arguments;
}

Status InputTopics::measureToolPublish()
{
    m_say("publishing with Kafka's ProducerPerformance");
    if (auto made = makeAnew(kToolTopic); !made)
        return made;
    auto arguments = toolArguments(kToolTopic, {"acks=all", "enable.idempotence=true", "linger.ms=20",
                                                "batch.size=1000000", "buffer.memory=33554432"});
    arguments.insert(arguments.end(), {"--throughput", "-1", "--payload-file", m_files.payload.string()});
    const auto printed = m_config.tool("ProducerPerformance", arguments, m_context.stop());
    if (!printed)
        return fail(printed.error());
    // "2000000 records sent, 194118.2 records/sec (83.69 MB/sec), …": the last such line is the sum.
    static const std::regex line(R"(\d+ records sent, ([0-9.]+) records/sec)");
    return noteToolRate("kafka_publish_records_per_second", "ProducerPerformance", *printed, line,
                        [](const std::smatch& match) { return parseNumber(match[1].str()).value_or(0); });
}

Status InputTopics::measureToolConsume()
{
    m_say("consuming with Kafka's ConsumerPerformance");
    const auto printed = m_config.tool("ConsumerPerformance", toolArguments(kInputTopic, {}), m_context.stop());
    if (!printed)
        return fail(printed.error());
    // start, end, MB, MB/s, records, records/s, ms to join the group, ms of fetching, …
    static const std::regex line(R"(\d{4}-[^,]*, [^,]*, [^,]*, [^,]*, (\d+), [^,]*, [^,]*, (\d+), )");
    return noteToolRate("kafka_consume_records_per_second", "ConsumerPerformance", *printed, line,
                        [](const std::smatch& match) {
                            return parseNumber(match[1].str()).value_or(0) * 1000 /
                                   std::max(1.0, parseNumber(match[2].str()).value_or(0));
                        });
}

} // namespace millrace
