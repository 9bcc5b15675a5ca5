// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Simulate.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Text.h"
#include "data/WholeFile.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "metrics/Metrics.h"
#include "pipeline/TopicNotes.h"

#include <charconv>

namespace millrace
{
namespace
{

void appendFloat(std::string& text, double value, int decimals)
{
    std::array<char, 32> buffer{};
    char* const end = buffer.data() + buffer.size();
    const auto number = static_cast<float>(value);
    const auto result = decimals > 0
                            ? std::to_chars(buffer.data(), end, number, std::chars_format::scientific, decimals)
                            : std::to_chars(buffer.data(), end, number);
    text.append(buffer.data(), result.ptr);
}

void appendFeatures(std::string& text, std::span<const double> features, int decimals)
{
    for (std::size_t i = 0; i < features.size(); ++i) {
        if (i > 0)
            text += ',';
        appendFloat(text, features[i], decimals);
    }
}

/// Draws the events one by one, keeps what the result needs, and hands each to `take`.
class EventLoop
{
public:
    EventLoop(const SimulateConfig& config, const Simulator& simulator, JobContext& context)
        : m_config(config), m_simulator(simulator), m_context(context),
          m_features(static_cast<std::size_t>(simulator.featureCount()))
    {
    }

    template <class Take>
    Status run(Take take)
    {
        for (std::int64_t i = 0; i < m_config.rows; ++i) {
            if (m_context.stopRequested())
                return fail(ErrorCode::Cancelled, "Simulating was cancelled after " + formatCount(i) + " events");
            const auto event = m_simulator.draw(static_cast<std::uint64_t>(i), m_features);
            best.add(event.probability);
            ++classCounts.at(event.label > 0.5F ? 1 : 0);
            if (auto taken = take(i, event.label, std::span<const double>(m_features)); !taken)
                return taken;
            if ((i & 1023) == 0)
                report(i);
        }
        return {};
    }

    BestTally best;
    std::array<std::int64_t, 2> classCounts{};
    Clock::time_point began = Clock::now();

private:
    void report(std::int64_t done)
    {
        const double seconds = secondsSince(began);
        Progress progress;
        progress.records = done;
        progress.text = "simulated " + formatCount(done) + " events";
        progress.fraction = static_cast<double>(done) / static_cast<double>(m_config.rows);
        progress.rate = static_cast<double>(done) / std::max(seconds, 1e-9);
        progress.secondsLeft = static_cast<double>(m_config.rows - done) / std::max(progress.rate, 1.0);
        m_context.report(progress);
    }

    const SimulateConfig& m_config;
    const Simulator& m_simulator;
    JobContext& m_context;
    std::vector<double> m_features;
};

Status writeCsv(const SimulateConfig& config, EventLoop& events)
{
    auto file = WholeFile::create(config.out);
    if (!file)
        return fail(file.error());
    std::string line;
    auto drawn = events.run([&](std::int64_t, float label, std::span<const double> features) {
        line.clear();
        if (config.decimals > 0)
            appendFloat(line, static_cast<double>(label), config.decimals);
        else
            line += label > 0.5F ? "1.0" : "0.0";
        line += ',';
        appendFeatures(line, features, config.decimals);
        line += '\n';
        return file->write(line);
    });
    return drawn ? file->finish() : drawn;
}

/// Waits until event number i is due at the asked rate; serves the stop request.
void waitForTurn(const SimulateConfig& config, Clock::time_point began, std::int64_t i, const std::stop_token& stop)
{
    if (config.rate <= 0)
        return;
    const auto due = began + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(static_cast<double>(i) / config.rate));
    if (due <= Clock::now() + std::chrono::milliseconds(1))
        return;
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_until(lock, stop, due, [] { return false; });
}

Status publishEvents(const SimulateConfig& config, JobContext& context, EventLoop& events, std::int64_t& delivered)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto topic = admin->topic(config.topic);
    if (!topic && topic.error().code == ErrorCode::Usage) {
        if (auto made = admin->createTopic(config.topic, config.partitions, true); !made)
            return made;
        topic = admin->topic(config.topic);
    }
    if (!topic)
        return fail(topic.error());
    auto producer = Producer::open(config.connection, config.topic, static_cast<int>(topic->partitions.size()));
    if (!producer)
        return fail(producer.error());
    if (auto noted = writeTopicNotes(config.home, config.topic, {config.profile.schema, true, {}}); !noted)
        return noted;
    std::string value;
    auto status = events.run([&](std::int64_t i, float label, std::span<const double> features) -> Status {
        waitForTurn(config, events.began, i, context.stop());
        value.clear();
        appendFeatures(value, features, config.decimals);
        return producer->send(label > 0.5F ? "1.0" : "0.0", value, -1, i, label > 0.5F ? 1 : 0, context.stop());
    });
    if (auto flushed = producer->flush(context.stop()); !flushed)
        return flushed;
    delivered = producer->counts().delivered;
    return status;
}

} // namespace

Result<SimulatorProfile> readProfile(const std::filesystem::path& file)
{
    auto json = readJson(file);
    if (!json)
        return fail(json.error());
    return profileFromJson(*json);
}

Result<nlohmann::json> simulate(const SimulateConfig& config, JobContext& context)
{
    auto simulator = Simulator::make(config.profile, config.seed);
    if (!simulator)
        return fail(simulator.error());
    EventLoop events(config, *simulator, context);
    std::int64_t records = config.rows;
    auto status = config.out.empty() ? publishEvents(config, context, events, records) : writeCsv(config, events);
    if (!status)
        return fail(status.error());
    nlohmann::json result = {
        {"records", records}, {"class_counts", events.classCounts},        {"best", toJson(events.best.best())},
        {"simulated", true},  {"attribution", config.profile.attribution}, {"seed", config.seed}};
    if (config.out.empty()) {
        result["topic"] = config.topic;
        if (auto noted = writeTopicNotes(config.home, config.topic, {config.profile.schema, true, result["best"]});
            !noted)
            return fail(noted.error());
    } else {
        result["file"] = config.out.string();
        if (auto noted = writeFileNotes(config.out, result); !noted)
            return fail(noted.error());
    }
    result["seconds"] = std::chrono::duration<double>(Clock::now() - events.began).count();
    return result;
}

} // namespace millrace
