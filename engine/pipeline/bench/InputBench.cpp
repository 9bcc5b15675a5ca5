// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/bench/InputBench.h"

#include "kafka/Properties.h"
#include "pipeline/Simulate.h"
#include "pipeline/bench/BenchFigures.h"
#include "pipeline/bench/InputFiles.h"
#include "pipeline/bench/InputTopics.h"

#include <algorithm>
#include <string>

namespace millrace
{
namespace
{

constexpr int kDecimals = 18; ///< as the file has them whose profile is drawn from

class InputBench
{
public:
    InputBench(const InputBenchConfig& config, JobContext& context)
        : m_config(config), m_context(context),
          m_folder(config.home / "bench"), m_files{m_folder / "input.csv", m_folder / "input.jsonl",
                                                   m_folder / "input.csv.gz", m_folder / "input.csv.zst",
                                                   m_folder / "values.txt"},
          m_topics(config, m_files, m_folder, context, [this](const std::string& what) { say(what); })
    {
    }
    ~InputBench()
    {
        std::error_code ignored;
        for (const auto& file : {m_files.csv, m_files.json, m_files.gzip, m_files.zstd, m_files.payload})
            std::filesystem::remove(file, ignored);
        std::filesystem::remove(m_files.csv.string() + ".json", ignored);
    }

    Result<InputBenchResult> run()
    {
        if (auto prepared = prepare(); !prepared)
            return fail(prepared.error());
        for (int round = 1; round <= m_config.rounds; ++round) {
            m_round = round;
            if (auto measured = measureFiles(); !measured)
                return fail(measured.error());
            if (auto measured = m_topics.measure(round); !measured)
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
        if (auto written = writeJsonLines(m_files, schema()); !written)
            return written;
        return m_config.tool ? writePayload(m_files, schema()) : Status();
    }

    Status measureFiles()
    {
        say("reading files");
        const std::stop_token& stop = m_context.stop();
        const double whole = static_cast<double>(std::filesystem::file_size(m_files.csv)) / 1e6;
        const double part = m_files.packedMegabytes;
        const double json = static_cast<double>(std::filesystem::file_size(m_files.json)) / 1e6;
        const auto all = [](std::initializer_list<Status> each) {
            const auto* bad = std::ranges::find_if(each, [](const Status& status) { return !status; });
            return bad == each.end() ? Status() : *bad;
        };
        auto measured =
            all({m_figures.noteRate("csv_mb_per_second", whole, batchSeconds(m_files.csv, schema(), stop)),
                 m_figures.noteRate("csv_statistics_mb_per_second", whole, summarySeconds(m_files.csv, schema(), stop)),
                 m_figures.noteRate("csv_encode_mb_per_second", whole, encodingSeconds(m_files.csv, schema(), stop)),
                 m_figures.noteRate("json_mb_per_second", json, batchSeconds(m_files.json, jsonSchema(schema()), stop)),
                 m_figures.noteRate("gzip_mb_per_second", part, batchSeconds(m_files.gzip, schema(), stop)),
                 m_figures.noteRate("gzip_unpack_mb_per_second", part, unpackingSeconds(m_files.gzip)),
                 m_figures.noteRate("zstd_mb_per_second", part, batchSeconds(m_files.zstd, schema(), stop)),
                 m_figures.noteRate("zstd_unpack_mb_per_second", part, unpackingSeconds(m_files.zstd))});
        if (!measured)
            return measured;
        m_figures.noteRatio("gzip_over_unpacking", "gzip_mb_per_second", "gzip_unpack_mb_per_second");
        m_figures.noteRatio("zstd_over_unpacking", "zstd_mb_per_second", "zstd_unpack_mb_per_second");
        return {};
    }

    [[nodiscard]] InputBenchResult result() const
    {
        InputBenchResult result{m_config.records, m_config.rounds, m_figures.medians()};
        result.medians.merge(m_topics.figures().medians());
        return result;
    }

    const InputBenchConfig& m_config;
    JobContext& m_context;
    std::filesystem::path m_folder;
    InputFiles m_files;
    int m_round = 0;
    BenchFigures m_figures; ///< of files
    InputTopics m_topics;
};

} // namespace

nlohmann::json toJson(const InputBenchResult& result)
{
    nlohmann::json json = {{"records", result.records}, {"rounds", result.rounds}};
    json.update(result.medians);
    return json;
}

Result<InputBenchResult> inputBench(const InputBenchConfig& config, JobContext& context)
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
