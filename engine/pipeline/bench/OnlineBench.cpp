// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/bench/OnlineBench.h"

#include "base/Clock.h"
#include "data/files/FileRows.h"
#include "kafka/Admin.h"
#include "pipeline/Online.h"
#include "pipeline/Simulate.h"
#include "pipeline/Train.h"
#include "pipeline/bench/BenchFigures.h"
#include "pipeline/runs/RunCatalog.h"
#include "pipeline/training/TrainedModel.h"

#include <algorithm>

namespace millrace
{
namespace
{

const std::string kOnlineTopic = "millrace-bench-online";
constexpr std::int64_t kSmallerShare = 20; ///< of the records, for the network

class OnlineBench
{
public:
    OnlineBench(const OnlineBenchConfig& config, JobContext& context)
        : m_config(config), m_context(context), m_home(config.home / "bench"), m_file(m_home / "online.csv")
    {
    }
    ~OnlineBench()
    {
        std::error_code ignored;
        std::filesystem::remove(m_file, ignored);
        std::filesystem::remove(m_file.string() + ".json", ignored);
        auto admin = Admin::open(m_config.connection);
        if (!admin)
            return;
        (void)admin->deleteTopic(kOnlineTopic);
        for (const std::string& group : m_groups)
            (void)admin->deleteGroup(group);
    }

    Result<OnlineBenchResult> run()
    {
        if (auto prepared = prepare(); !prepared)
            return fail(prepared.error());
        const std::int64_t fewer = std::max<std::int64_t>(m_config.records / kSmallerShare, 1);
        for (int round = 1; round <= m_config.rounds; ++round) {
            say(round);
            Status measured = measurePair("logistic", m_config.records);
            if (measured)
                measured = measurePair("tutorial", fewer);
            if (measured)
                measured = measure("tutorial_train", trainingRate(fewer));
            if (!measured)
                return fail(measured.error());
            m_figures.noteRatio("tutorial_over_train", rateName("tutorial"), rateName("tutorial_train"));
            if (m_context.stopRequested())
                return fail(ErrorCode::Cancelled, "The bench was cancelled");
        }
        return OnlineBenchResult{m_config.records, m_config.rounds, m_figures.medians()};
    }

private:
    static std::string rateName(const std::string& what) { return what + "_records_per_second"; }

    void say(int round) const
    {
        Progress progress;
        progress.text = "round " + std::to_string(round) + " of " + std::to_string(m_config.rounds);
        progress.fraction = static_cast<double>(round - 1) / m_config.rounds;
        m_context.report(progress);
    }

    /// The same events in a topic and in memory.
    Status prepare()
    {
        auto admin = Admin::open(m_config.connection);
        if (!admin)
            return fail(admin.error());
        if (admin->topic(kOnlineTopic))
            if (auto deleted = admin->deleteTopic(kOnlineTopic); !deleted)
                return deleted;
        SimulateConfig simulated;
        simulated.home = m_home;
        simulated.profile = m_config.profile;
        simulated.rows = m_config.records;
        simulated.out = m_file;
        if (auto made = simulate(simulated, m_context); !made)
            return fail(made.error());
        simulated.out.clear();
        simulated.connection = m_config.connection;
        simulated.topic = kOnlineTopic;
        if (auto made = simulate(simulated, m_context); !made)
            return fail(made.error());
        const RowPass keep{[this](const FileRow& row) -> Status {
            if (row.good) {
                m_features.insert(m_features.end(), row.features.begin(), row.features.end());
                m_targets.push_back(row.label);
            }
            return {};
        }};
        auto read = readRows(m_file, m_config.profile.schema, keep);
        return read ? Status{} : fail(read.error());
    }

    Status measure(const std::string& what, const Result<double>& rate)
    {
        if (!rate)
            return fail(rate.error());
        m_figures.note(rateName(what), *rate);
        return {};
    }

    Status measurePair(const std::string& preset, std::int64_t records)
    {
        if (auto measured = measure(preset, onlineRate(preset, records)); !measured)
            return measured;
        if (auto measured = measure(preset + "_memory", memoryRate(preset, records)); !measured)
            return measured;
        m_figures.noteRatio(preset + "_over_memory", rateName(preset), rateName(preset + "_memory"));
        return {};
    }

    Result<double> onlineRate(const std::string& preset, std::int64_t records)
    {
        OnlineConfig online;
        online.connection = m_config.connection;
        online.home = m_home;
        online.preset = preset;
        online.topic = kOnlineTopic;
        online.group = "millrace-bench-online-" + std::to_string(m_groups.size());
        online.until = {StreamEnd::Kind::Count, records};
        online.records = online.batch = online.epochs = 1;
        online.shuffle = 0;
        m_groups.push_back(online.group);
        auto learnt = learnOnline(online, m_context);
        if (!learnt)
            return fail(learnt.error());
        (void)RunCatalog(m_home / "runs").remove(learnt->run);
        return learnt->learningRate;
    }

    Result<double> memoryRate(const std::string& preset, std::int64_t records)
    {
        auto model = presetModel(preset, m_config.profile.schema.featureNames());
        if (!model)
            return fail(model.error());
        auto learner = makeLearner(*model, {}, 1);
        if (!learner)
            return fail(learner.error());
        const std::size_t width = m_features.size() / m_targets.size();
        const auto count = std::min(static_cast<std::size_t>(records), m_targets.size());
        float output = 0;
        const auto began = Clock::now();
        for (std::size_t i = 0; i < count; ++i) {
            const auto row = std::span(m_features).subspan(i * width, width);
            if (auto predicted = (*learner)->predict(row, {&output, 1}); !predicted)
                return fail(predicted.error());
            if (auto stepped = (*learner)->step(row, std::span(m_targets).subspan(i, 1)); !stepped)
                return fail(stepped.error());
        }
        return static_cast<double>(count) / secondsSince(began);
    }

    Result<double> trainingRate(std::int64_t records)
    {
        TrainConfig train;
        train.connection = m_config.connection;
        train.home = m_home;
        train.run = "bench";
        train.topic = kOnlineTopic;
        train.preset = "tutorial";
        train.prepares = false;
        train.until = {StreamEnd::Kind::Count, records};
        train.wish.batch = train.wish.epochs = 1;
        train.threads = 1;
        auto trained = millrace::train(train, m_context);
        if (!trained)
            return fail(trained.error());
        (void)RunCatalog(m_home / "runs").remove(trained->run);
        const EpochResult& epoch = trained->epochs.back();
        return static_cast<double>(epoch.records) / epoch.seconds;
    }

    const OnlineBenchConfig& m_config;
    JobContext& m_context;
    std::filesystem::path m_home, m_file;
    std::vector<float> m_features, m_targets;
    std::vector<std::string> m_groups;
    BenchFigures m_figures;
};

} // namespace

nlohmann::json toJson(const OnlineBenchResult& result)
{
    nlohmann::json json = {{"records", result.records}, {"rounds", result.rounds}};
    json.update(result.medians);
    return json;
}

Result<OnlineBenchResult> onlineBench(const OnlineBenchConfig& config, JobContext& context)
{
    return OnlineBench(config, context).run();
}

} // namespace millrace
