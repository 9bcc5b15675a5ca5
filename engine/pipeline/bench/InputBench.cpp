// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/bench/InputBench.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "data/ByteSource.h"
#include "data/ColumnStats.h"
#include "data/WholeFile.h"
#include "kafka/Admin.h"
#include "kafka/Properties.h"
#include "pipeline/Publish.h"
#include "pipeline/Simulate.h"
#include "pipeline/reading/Ingest.h"
#include "pipeline/runs/RunCatalog.h"
#include "pipeline/training/Median.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <zstd.h>

namespace millrace
{
namespace
{

const std::string kInputTopic = "millrace-bench-input", kToolTopic = "millrace-bench-kafka";
constexpr int kDecimals = 18; ///< as UCI's SUSY has them
constexpr int kBenchBatchRows = 64;
constexpr std::int64_t kPackedText = 256'000'000; ///< of the file's text: packing more only costs time
constexpr std::int64_t kPayloadRows = 200'000;    ///< Kafka's tool holds its payloads in memory, and draws from them

struct Files {
    std::filesystem::path csv, gzip, zstd, payload;
    double packedMegabytes = 0; ///< of text in the packed ones
};

/// Seconds that `handle(row)` takes for all rows of a file, reading with it.
template <class Handle>
Result<double> readingSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop,
                              Handle handle)
{
    const auto began = Clock::now();
    auto reader = CsvReader::open(file, schema);
    if (!reader)
        return fail(reader.error());
    CsvRow row;
    while (true) {
        auto more = reader->next(row);
        if (!more)
            return fail(more.error());
        if (!*more)
            return secondsSince(began);
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "The bench was cancelled");
        handle(row);
    }
}

/// Reads a file into batches, as training takes them.
Result<double> batchSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop)
{
    const RowDecoder decoder(schema);
    std::vector<float> features(static_cast<std::size_t>(decoder.featureCount()));
    DecodeProblem problem;
    Batch batch;
    return readingSeconds(file, schema, stop, [&](const CsvRow& row) {
        float label = 0;
        if (!decoder.decode(row, features, label, problem))
            return;
        if (batch.rows() == kBenchBatchRows)
            batch.clear();
        batch.features.insert(batch.features.end(), features.begin(), features.end());
        batch.targets.push_back(label);
    });
}

/// Reads, checks and encodes a file, as publishing does.
Result<double> encodingSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop)
{
    const RowDecoder decoder(schema);
    auto format = makeRecordFormat(defaultRecordFormat(), schema);
    if (!format)
        return fail(format.error());
    std::vector<float> features(static_cast<std::size_t>(decoder.featureCount()));
    DecodeProblem problem;
    return readingSeconds(file, schema, stop, [&](const CsvRow& row) {
        float label = 0;
        if (decoder.decode(row, features, label, problem))
            (*format)->encode(row, label);
    });
}

Result<double> summarySeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop)
{
    const auto began = Clock::now();
    if (auto summary = summarizeFile(file, schema, -1, stop, {}); !summary)
        return fail(summary.error());
    return secondsSince(began);
}

/// What the library alone takes: the bytes are thrown away.
Result<double> unpackingSeconds(const std::filesystem::path& file)
{
    const auto began = Clock::now();
    auto source = ByteSource::open(file);
    if (!source)
        return fail(source.error());
    std::vector<char> room(std::size_t{1} << 20);
    while ((*source)->read(room) == room.size()) {
    }
    if ((*source)->damage())
        return fail(*(*source)->damage());
    return secondsSince(began);
}

/// The file's first part as gzip and zstd. zstd comes in frames of a few megabytes, as its parallel compressor makes
/// them.
Status packStart(Files& files, const std::stop_token& stop)
{
    auto source = ByteSource::open(files.csv);
    if (!source)
        return fail(source.error());
    auto gzip = WholeFile::create(files.gzip);
    if (!gzip)
        return fail(gzip.error());
    std::ofstream zstd(files.zstd, std::ios::binary);
    std::vector<char> text(std::size_t{4} << 20), frame(ZSTD_compressBound(text.size()));
    std::int64_t packed = 0;
    for (std::size_t size = text.size(); size == text.size() && packed < kPackedText;
         packed += static_cast<std::int64_t>(size)) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "The bench was cancelled");
        size = (*source)->read(text);
        if (auto written = gzip->write({text.data(), size}); !written)
            return written;
        const std::size_t length = ZSTD_compress(frame.data(), frame.size(), text.data(), size, ZSTD_CLEVEL_DEFAULT);
        zstd.write(frame.data(), static_cast<std::streamsize>(length));
    }
    files.packedMegabytes = static_cast<double>(packed) / 1e6;
    zstd.close();
    if (!zstd)
        return fail(ErrorCode::Failed, "Cannot write " + files.zstd.string(), "Free some space");
    return gzip->finish();
}

/// The values of the first rows, one a line, as Kafka's tool takes them.
Status writePayload(const Files& files, const Schema& schema)
{
    auto reader = CsvReader::open(files.csv, schema);
    if (!reader)
        return fail(reader.error());
    auto out = WholeFile::create(files.payload);
    if (!out)
        return fail(out.error());
    auto format = makeRecordFormat(defaultRecordFormat(), schema);
    if (!format)
        return fail(format.error());
    CsvRow row;
    for (std::int64_t i = 0; i < kPayloadRows; ++i) {
        auto more = reader->next(row);
        if (!more)
            return fail(more.error());
        if (!*more)
            break;
        const std::string_view value = (*format)->encode(row, 0).value;
        for (const std::string_view text : {value, std::string_view("\n")})
            if (auto written = out->write(text); !written)
                return written;
    }
    return out->finish();
}

/// A last row may be torn where the packed part ends: it is passed over like any bad row.
class InputBench
{
public:
    InputBench(const InputBenchConfig& config, JobContext& context)
        : m_config(config), m_context(context),
          m_folder(config.home / "bench"), m_files{m_folder / "input.csv", m_folder / "input.csv.gz",
                                                   m_folder / "input.csv.zst", m_folder / "values.txt"}
    {
    }
    ~InputBench()
    {
        std::error_code ignored;
        for (const auto& file : {m_files.csv, m_files.gzip, m_files.zstd, m_files.payload})
            std::filesystem::remove(file, ignored);
        std::filesystem::remove(m_files.csv.string() + ".json", ignored);
        if (auto admin = Admin::open(m_config.connection))
            for (const std::string& topic : {kInputTopic, kToolTopic})
                (void)admin->deleteTopic(topic);
    }

    Result<nlohmann::json> run()
    {
        if (auto prepared = prepare(); !prepared)
            return fail(prepared.error());
        for (int round = 1; round <= m_config.rounds; ++round) {
            m_round = round;
            if (auto measured = measureFiles(); !measured)
                return fail(measured.error());
            if (auto measured = measureTopics(); !measured)
                return fail(measured.error());
        }
        return result();
    }

private:
    [[nodiscard]] const Schema& schema() const { return m_config.profile.schema; }

    void say(const std::string& what) const
    {
        Progress progress;
        progress.text =
            m_round == 0 ? what
                         : "round " + std::to_string(m_round) + " of " + std::to_string(m_config.rounds) + " · " + what;
        if (m_round > 0)
            progress.fraction = static_cast<double>(m_round - 1) / m_config.rounds;
        m_context.report(progress);
    }

    Status prepare()
    {
        SimulateConfig simulated;
        simulated.home = m_folder;
        simulated.profile = m_config.profile;
        simulated.rows = m_config.records;
        simulated.out = m_files.csv;
        simulated.decimals = kDecimals;
        if (auto made = simulate(simulated, m_context); !made)
            return fail(made.error());
        say("packing");
        if (auto packed = packStart(m_files, m_context.stop()); !packed)
            return packed;
        return m_config.tool ? writePayload(m_files, schema()) : Status();
    }

    /// Notes text over seconds.
    Status noteRate(const std::string& name, double megabytes, const Result<double>& seconds)
    {
        if (!seconds)
            return fail(seconds.error());
        m_figures[name].push_back(megabytes / *seconds);
        return {};
    }

    void noteRatio(const std::string& name, const std::string& above, const std::string& below)
    {
        m_figures[name].push_back(m_figures[above].back() / m_figures[below].back());
    }

    Status measureFiles()
    {
        say("reading files");
        const std::stop_token& stop = m_context.stop();
        const double whole = static_cast<double>(std::filesystem::file_size(m_files.csv)) / 1e6;
        const double part = m_files.packedMegabytes;
        const auto all = [](std::initializer_list<Status> each) {
            const auto* bad = std::ranges::find_if(each, [](const Status& status) { return !status; });
            return bad == each.end() ? Status() : *bad;
        };
        auto measured =
            all({noteRate("csv_mb_per_second", whole, batchSeconds(m_files.csv, schema(), stop)),
                 noteRate("csv_statistics_mb_per_second", whole, summarySeconds(m_files.csv, schema(), stop)),
                 noteRate("csv_encode_mb_per_second", whole, encodingSeconds(m_files.csv, schema(), stop)),
                 noteRate("gzip_mb_per_second", part, batchSeconds(m_files.gzip, schema(), stop)),
                 noteRate("gzip_unpack_mb_per_second", part, unpackingSeconds(m_files.gzip)),
                 noteRate("zstd_mb_per_second", part, batchSeconds(m_files.zstd, schema(), stop)),
                 noteRate("zstd_unpack_mb_per_second", part, unpackingSeconds(m_files.zstd))});
        if (!measured)
            return measured;
        noteRatio("gzip_over_unpacking", "gzip_mb_per_second", "gzip_unpack_mb_per_second");
        noteRatio("zstd_over_unpacking", "zstd_mb_per_second", "zstd_unpack_mb_per_second");
        return {};
    }

    /// Ours and Kafka's in turn; which goes first changes from round to round.
    Status measureTopics()
    {
        if (!m_config.tool) {
            auto published = measurePublish();
            return published ? measureConsume() : published;
        }
        const bool oursFirst = m_round % 2 == 1;
        const auto both = [&](auto ours, auto tools) -> Status {
            auto first = oursFirst ? (this->*ours)() : (this->*tools)();
            if (!first)
                return first;
            return oursFirst ? (this->*tools)() : (this->*ours)();
        };
        if (auto published = both(&InputBench::measurePublish, &InputBench::measureToolPublish); !published)
            return published;
        if (auto consumed = both(&InputBench::measureConsume, &InputBench::measureToolConsume); !consumed)
            return consumed;
        noteRatio("publish_over_kafka", "publish_records_per_second", "kafka_publish_records_per_second");
        noteRatio("consume_over_kafka", "consume_records_per_second", "kafka_consume_records_per_second");
        return {};
    }

    /// An empty topic of one partition.
    Status makeAnew(const std::string& topic)
    {
        auto admin = Admin::open(m_config.connection);
        if (!admin)
            return fail(admin.error());
        if (admin->topic(topic))
            if (auto deleted = admin->deleteTopic(topic); !deleted)
                return deleted;
        return admin->createTopic(topic, 1, false);
    }

    Status measurePublish()
    {
        say("publishing");
        if (auto made = makeAnew(kInputTopic); !made)
            return made;
        PublishConfig publishing;
        publishing.connection = m_config.connection;
        publishing.home = m_folder;
        publishing.file = m_files.csv;
        publishing.schema = schema();
        publishing.topic = kInputTopic;
        publishing.existing = Existing::Append;
        auto published = publish(publishing, m_context);
        if (!published)
            return fail(published.error());
        m_figures["publish_records_per_second"].push_back((*published)["records_per_second"]);
        m_figures["publish_mb_per_second"].push_back((*published)["bytes"].get<double>() / 1e6 /
                                                     (*published)["seconds"].get<double>());
        return {};
    }

    Status measureConsume()
    {
        say("consuming");
        std::string folder;
        const auto rate = consumeRate(folder);
        (void)RunCatalog(m_folder / "runs").remove(folder);
        if (!rate)
            return fail(rate.error());
        m_figures["consume_records_per_second"].push_back(*rate);
        return {};
    }

    /// Consumes the topic as training does, into shuffled batches; counted from the first batch on.
    Result<double> consumeRate(std::string& folder)
    {
        auto run = RunFolder::create(m_folder / "runs", "input", {{"kind", "bench"}});
        if (!run)
            return fail(run.error());
        folder = run->name();
        IngestConfig reading;
        reading.connection = m_config.connection;
        reading.topic = kInputTopic;
        reading.end = m_config.records;
        auto format = makeRecordFormat(defaultRecordFormat(), schema());
        if (!format)
            return fail(format.error());
        Ingest ingest(std::move(reading), std::move(*format), *run, m_context);
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

    /// The arguments that both tools take, and then these properties and the user's own.
    [[nodiscard]] std::vector<std::string> toolArguments(const std::string& topic,
                                                         std::vector<std::string> properties) const
    {
        for (const auto& [name, value] : m_config.connection.properties)
            properties.push_back(name + "=" + value);
        std::vector<std::string> arguments = {"--bootstrap-server", m_config.connection.brokers,     "--topic", topic,
                                              "--num-records",      std::to_string(m_config.records)};
        for (const std::string& property : properties)
            arguments.insert(arguments.end(), {"--command-property", property});
        return arguments;
    }

    /// With our producer's settings (kafka/ProducerHandle.cpp).
    Status measureToolPublish()
    {
        say("publishing with Kafka's ProducerPerformance");
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

    Status measureToolConsume()
    {
        say("consuming with Kafka's ConsumerPerformance");
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

    /// From the last line that matches.
    template <class RateOf>
    Status noteToolRate(const std::string& figure, const std::string& tool, const std::string& printed,
                        const std::regex& line, RateOf rateOf)
    {
        double rate = 0;
        for (std::sregex_iterator match(printed.begin(), printed.end(), line), end; match != end; ++match)
            rate = rateOf(*match);
        if (rate <= 0)
            return fail(ErrorCode::Failed, "Kafka's " + tool + " did not tell its rate: " + printed);
        m_figures[figure].push_back(rate);
        return {};
    }

    [[nodiscard]] nlohmann::json result() const
    {
        nlohmann::json result = {{"records", m_config.records}, {"rounds", m_config.rounds}};
        for (const auto& [name, values] : m_figures)
            result[name] = median(values);
        return result;
    }

    const InputBenchConfig& m_config;
    JobContext& m_context;
    std::filesystem::path m_folder;
    Files m_files;
    int m_round = 0;
    std::map<std::string, std::vector<double>> m_figures; ///< by name, a value a round
};

} // namespace

Result<nlohmann::json> inputBench(const InputBenchConfig& config, JobContext& context)
{
    const auto& properties = config.connection.properties;
    const auto secret = std::ranges::find_if(properties, [](const auto& each) { return isSecretProperty(each.first); });
    if (config.tool && secret != properties.end())
        return fail(ErrorCode::Usage,
                    "Kafka's tools get their properties as arguments, where everybody on this machine could read " +
                        secret->first,
                    "Measure them on a cluster without a login, the local one for example");
    return InputBench(config, context).run();
}

} // namespace millrace
