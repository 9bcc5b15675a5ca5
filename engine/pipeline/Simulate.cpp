// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Simulate.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Text.h"
#include "data/Binary.h"
#include "data/encoders/NumberSketch.h"
#include "data/files/CsvFields.h"
#include "data/files/WholeFile.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/reading/Throttle.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/writing/Digits.h"
#include "pipeline/writing/PublishedRows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

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

/// The label as a file has it.
std::string labelText(const Schema& schema, float label, int decimals)
{
    const bool isText = schema.columns[static_cast<std::size_t>(schema.labelColumn())].type == ColumnType::Text;
    if (schema.task != TaskKind::Regression && isText)
        return schema.className(static_cast<int>(label));
    std::string text;
    if (schema.task == TaskKind::Regression || decimals > 0)
        appendFloat(text, static_cast<double>(label), decimals);
    else
        text = isPositive(label) ? "1.0" : "0.0";
    return text;
}

/// Events as rows of the profile's columns, as a file or a record format takes them.
class EventRow
{
public:
    EventRow(const SimulatorProfile& profile, int decimals)
        : m_profile(profile), m_columns(profile.schema.featureColumns()), m_label(profile.schema.labelColumn()),
          m_decimals(decimals), m_ends(m_columns.size()), m_fields(profile.schema.columns.size())
    {
        m_row.fields = m_fields;
    }
    EventRow(const EventRow&) = delete;
    EventRow& operator=(const EventRow&) = delete;

    /// Lives until the next call.
    const CsvRow& of(std::span<const double> features, float label)
    {
        m_numbers.clear();
        for (std::size_t i = 0; i < features.size(); ++i) {
            if (!std::isnan(features[i]) && !m_profile.isText(i))
                appendFloat(m_numbers, features[i], m_decimals);
            m_ends[i] = m_numbers.size();
        }
        for (std::size_t i = 0, begin = 0; i < features.size(); begin = m_ends[i++])
            m_fields[static_cast<std::size_t>(m_columns[i])] =
                m_profile.isText(i) ? textOf(i, features[i])
                                    : std::string_view(m_numbers).substr(begin, m_ends[i] - begin);
        m_labelText = labelText(m_profile.schema, label, m_decimals);
        m_fields[static_cast<std::size_t>(m_label)] = m_labelText;
        if (m_profile.schema.labelInKey && m_profile.levels.empty()) // else what needs quotes must be looked for
            m_row.text = m_numbers;
        return m_row;
    }

private:
    [[nodiscard]] std::string_view textOf(std::size_t feature, double level) const
    {
        return std::isnan(level) ? std::string_view()
                                 : m_profile.levels[feature].texts[static_cast<std::size_t>(level)];
    }

    const SimulatorProfile& m_profile;
    std::vector<int> m_columns; ///< of the features
    int m_label;
    std::string m_labelText;
    int m_decimals;
    std::string m_numbers;
    std::vector<std::size_t> m_ends; ///< of each number in that
    std::vector<std::string_view> m_fields;
    CsvRow m_row;
};

constexpr int kBurst = 64;               ///< events between two looks at what was asked for
constexpr std::size_t kTurnsTold = 1000; ///< in the result
constexpr std::chrono::milliseconds kTellEvery{100}, kFlushAfterStop{1000}, kServe{10};
/// Records on the way to the broker: half a second's, but at least and at most so many.
constexpr double kSecondsOnTheWay = 0.5, kLeastOnTheWay = 64, kMostOnTheWay = 50'000;

/// What nobody can do better than, of all events that were drawn.
class BestOfEvents
{
public:
    explicit BestOfEvents(TaskKind task) : m_task(task) {}

    void add(const Simulator::Event& event)
    {
        switch (m_task) {
        case TaskKind::Binary:
            return m_two.add(event.probability);
        case TaskKind::MultiClass:
            ++m_sums.records;
            m_sums.accuracy += event.probability;
            m_sums.loss += event.loss;
            return;
        case TaskKind::Regression:
            m_values.add(static_cast<double>(event.label));
            m_errors += std::pow(static_cast<double>(event.label) - event.expected, 2);
            return;
        }
    }
    /// Of classes, over all events: what came between two moments is their difference.
    [[nodiscard]] const BestTally::Sums& sums() const { return m_task == TaskKind::Binary ? m_two.sums() : m_sums; }
    [[nodiscard]] nlohmann::json best() const
    {
        const auto count = static_cast<double>(m_task == TaskKind::Regression ? m_values.count : m_sums.records);
        switch (m_task) {
        case TaskKind::Binary:
            break;
        case TaskKind::MultiClass:
            return {{"accuracy", orNull(m_sums.accuracy / count)}, {"loss", orNull(m_sums.loss / count)}};
        case TaskKind::Regression:
            return {{"rmse", orNull(std::sqrt(m_errors / count))}, {"r2", orNull(1 - m_errors / m_values.squares)}};
        }
        return toJson(m_two.best());
    }

private:
    TaskKind m_task;
    BestTally m_two;
    BestTally::Sums m_sums;
    NumberMoments m_values;
    double m_errors = 0;
};

/// Draws the events one by one, keeps what the result needs, and hands each to `take`.
class EventLoop
{
public:
    EventLoop(const SimulateConfig& config, const Simulator& simulator, JobContext& context)
        : best(config.profile.schema.task), m_config(config), m_simulator(simulator), m_context(context),
          m_schedule(simulator.restingKnobs()), m_features(static_cast<std::size_t>(simulator.featureCount()))
    {
        const Schema& schema = config.profile.schema;
        classCounts.resize(schema.task == TaskKind::Binary ? 2 : static_cast<std::size_t>(classCount(taskOf(schema))));
        m_schedule.onTurn = [this](const DriftTurn& turn) { onTurn(turn); };
        for (const DriftTurn& turn : config.drift)
            m_schedule.add(turn);
    }

    /// Until all are drawn, or a stop is requested.
    template <class Take>
    Status run(Take take)
    {
        Throttle throttle(m_context);
        while (!isOver() && !m_context.stopRequested()) {
            m_context.waitWhilePaused();
            for (const DriftTurn& turn : m_context.takeTurns())
                addTurn(turn);
            const auto held = isHeld();
            if (!held)
                return fail(held.error());
            const int burst = *held ? 0 : throttle.allow(wanted());
            for (int i = 0; i < burst; ++i, ++m_done) {
                const auto event = draw();
                if (auto taken = take(m_done, event.label, std::span<const double>(m_features)); !taken)
                    return taken;
            }
            throttle.spend(burst);
            if (Clock::now() - m_told >= kTellEvery)
                tell();
        }
        tell();
        return {};
    }

    /// Nothing can be taken now; it has waited a moment then.
    std::function<Result<bool>()> isHeld = [] { return false; };
    BestOfEvents best;
    std::vector<std::int64_t> classCounts; ///< none of a regression
    std::deque<DriftTurn> turns;           ///< the last ones
    Clock::time_point began = Clock::now();

private:
    [[nodiscard]] bool isOver() const
    {
        return (m_config.rows > 0 && m_done >= m_config.rows) ||
               (m_config.seconds > 0 && secondsSince(began) >= m_config.seconds);
    }
    [[nodiscard]] int wanted() const
    {
        return m_config.rows > 0 ? static_cast<int>(std::min<std::int64_t>(kBurst, m_config.rows - m_done)) : kBurst;
    }
    Simulator::Event draw()
    {
        const auto event = m_simulator.draw(static_cast<std::uint64_t>(m_done), m_schedule.at(m_done), m_features);
        best.add(event);
        if (!classCounts.empty())
            ++classCounts.at(static_cast<std::size_t>(event.label));
        return event;
    }
    /// By a person; what makes no sense is told.
    void addTurn(const DriftTurn& turn)
    {
        const std::string why = m_simulator.whyNot(*turn.knob);
        if (why.empty())
            m_schedule.add(turn);
        else
            m_context.note(Note::Severity::Warning, "The " + turn.knob->title + " stays: " + why);
    }
    void onTurn(const DriftTurn& turn)
    {
        if (turns.size() >= kTurnsTold)
            turns.pop_front();
        turns.push_back(turn);
        m_context.note(Note::Severity::Info, describe(turn), turn.at);
    }
    void tell()
    {
        m_told = Clock::now();
        if (!m_config.topic.empty())
            addPoint();
        report();
    }
    void addPoint();
    void report();
    void measureRate();

    const SimulateConfig& m_config;
    const Simulator& m_simulator;
    JobContext& m_context;
    DriftSchedule m_schedule;
    std::vector<double> m_features;
    std::int64_t m_done = 0;
    BestTally::Sums m_pointed; ///< at the last point
    Clock::time_point m_told = Clock::now(), m_rateFrom = Clock::now();
    std::int64_t m_rateEvents = 0;
    double m_rate = kUnknown;
};

void EventLoop::addPoint()
{
    const BestTally::Sums& now = best.sums();
    if (const auto since = static_cast<double>(now.records - m_pointed.records); since > 0) {
        MetricPoint point;
        point.step = point.records = m_done;
        point.epoch = 1;
        point.seconds = secondsSince(began);
        point.loss = point.lossMinimum = point.lossMaximum = (now.loss - m_pointed.loss) / since;
        point.score = (now.accuracy - m_pointed.accuracy) / since;
        point.steps = static_cast<int>(now.records - m_pointed.records);
        m_context.metrics.add(point);
        m_pointed = now;
    }
    const DriftKnobs& knobs = m_schedule.at(m_done);
    nlohmann::json standing = nlohmann::json::object();
    for (const DriftKnob& knob : driftKnobs())
        standing[knob.name] = knobs.*knob.value;
    m_context.show({{"records", m_done}, {"seconds", secondsSince(began)}, {"knobs", standing}});
}

void EventLoop::report()
{
    measureRate();
    Progress progress;
    progress.records = m_done;
    progress.text = "simulated " + countOf(m_done, "event");
    progress.rate = m_rate;
    const double elapsed = secondsSince(began);
    if (m_config.rows > 0) {
        progress.fraction = static_cast<double>(m_done) / static_cast<double>(m_config.rows);
        progress.secondsLeft = static_cast<double>(m_config.rows - m_done) / std::max(m_rate, 1.0);
    }
    if (m_config.seconds > 0 && !(progress.fraction > elapsed / m_config.seconds)) {
        progress.fraction = std::min(1.0, elapsed / m_config.seconds);
        progress.secondsLeft = std::max(0.0, m_config.seconds - elapsed);
    }
    m_context.report(progress);
}

/// Of the last half second.
void EventLoop::measureRate()
{
    const double since = secondsSince(m_rateFrom);
    if (since < (std::isfinite(m_rate) ? 0.5 : kRateAfterSeconds))
        return;
    m_rate = static_cast<double>(m_done - m_rateEvents) / since;
    m_rateFrom = Clock::now();
    m_rateEvents = m_done;
}

/// With the separator behind it.
void addField(std::string& line, std::string_view field, char separator)
{
    if (field.find_first_of("\",;\t|\r\n ") == std::string_view::npos)
        line += field;
    else
        line += quotedField(field);
    line += separator;
}

Status writeCsv(const SimulateConfig& config, const JobContext& context, EventLoop& events)
{
    auto file = WholeFile::create(config.out);
    if (!file)
        return fail(file.error());
    std::string line;
    const Schema& schema = config.profile.schema;
    if (schema.header) {
        for (const Column& column : schema.columns)
            addField(line, column.name, schema.separator);
        line.back() = '\n';
        if (auto written = file->write(line); !written)
            return written;
    }
    EventRow row(config.profile, config.decimals);
    const auto drawn = events.run([&](std::int64_t, float label, std::span<const double> features) {
        line.clear();
        for (const std::string_view field : row.of(features, label).fields)
            addField(line, field, schema.separator);
        line.back() = '\n';
        return file->write(line);
    });
    if (drawn && context.stopRequested())
        return fail(ErrorCode::Cancelled, "Simulating was cancelled");
    return drawn ? file->finish() : drawn;
}

/// The topic, made where it is missing: with a retention its log is cut into pieces of an eighth of it, and what is
/// deleted leaves the disk at once.
Result<TopicTarget> openTopic(Admin& admin, const SimulateConfig& config, JobContext& context)
{
    auto targets = lookAtTargets(admin, {{config.topic, config.partitions}}, context.stop());
    if (!targets)
        return fail(targets.error());
    TopicTarget& target = targets->front();
    if (auto empty = checkEmpty(target, config.existing); !empty)
        return fail(empty.error());
    if (config.existing == Existing::Append && target.offsets() > 0)
        if (auto fits =
                checkAppendFits(config.connection, config.home, *target.there, config.format, config.profile.schema);
            !fits)
            return fail(fits.error());
    if (target.isCompacted() && config.profile.schema.labelInKey)
        context.note(Note::Severity::Warning,
                     "Topic " + config.topic +
                         " is compacted (cleanup.policy), and the key is the label: compaction "
                         "will leave 2 records");
    std::map<std::string, std::string> settings;
    if (config.retentionBytes >= 0)
        settings = {
            {"retention.bytes", std::to_string(config.retentionBytes)},
            {"segment.bytes", std::to_string(std::clamp<std::int64_t>(config.retentionBytes / 8, 1 << 20, 1 << 30))},
            {"file.delete.delay.ms", "1000"}};
    if (auto made = makeTarget(admin, target, config.existing, config.home, context, settings); !made)
        return fail(made.error());
    return std::move(target);
}

/// A stream's record waits for its broker however long that is away, as its readers do, where the user has not said
/// otherwise.
Connection patient(Connection connection)
{
    if (!connection.properties.contains("delivery.timeout.ms"))
        connection.properties.try_emplace("message.timeout.ms", "0");
    return connection;
}

/// Holds the simulation while the broker does not take its records: nothing is drawn that would only wait.
Result<bool> waitsForBroker(Producer& producer, JobContext& context, bool& saidAway)
{
    const double rate = context.maxRate();
    const double most = rate > 0 ? std::clamp(rate * kSecondsOnTheWay, kLeastOnTheWay, kMostOnTheWay) : kMostOnTheWay;
    const bool holds = static_cast<double>(producer.onTheWay()) >= most;
    if (holds)
        if (auto served = producer.serve(kServe); !served)
            return fail(served.error());
    if (producer.brokersAway() != saidAway && (holds || saidAway)) {
        saidAway = !saidAway;
        context.noteBroker(saidAway);
    }
    return holds;
}

Status publishEvents(const SimulateConfig& config, JobContext& context, EventLoop& events, std::int64_t& delivered,
                     TopicNotes& notes)
{
    auto format = makeRecordFormat(config.format, config.profile.schema);
    if (!format)
        return fail(format.error());
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    const auto target = openTopic(*admin, config, context);
    if (!target)
        return fail(target.error());
    auto producer =
        Producer::open(patient(config.connection), config.topic, static_cast<int>(target->there->partitions.size()));
    if (!producer)
        return fail(producer.error());
    notes = {config.profile.schema, true, {}};
    if (target->offsets() > 0) {
        const auto there = readTopicNotes(config.home, config.topic);
        if (!there)
            return fail(there.error());
        notes = notesWithAdded(*there, notes);
    }
    if (auto noted = writeTopicNotes(config.home, config.topic, notes); !noted)
        return noted;
    producer->setOnStall(stallTeller(*admin, config.topic, context));
    EventRow row(config.profile, config.decimals);
    Digits number;
    bool saidAway = false;
    events.isHeld = [&]() -> Result<bool> {
        if (producer->counts().failed > 0) // an endless stream has no end to tell it at
            return fail(undelivered(*admin, config.topic, producer->counts()));
        return waitsForBroker(*producer, context, saidAway);
    };
    events.began = Clock::now();
    auto status = events.run([&](std::int64_t i, float label, std::span<const double> features) -> Status {
        const auto message = (*format)->encode(row.of(features, label), label);
        const std::string_view rowNumber = number.of(i);
        const MessageHeader header{kRowHeader, rowNumber};
        const std::string_view key = config.profile.schema.labelInKey ? message.key : rowNumber;
        return producer->send(key, message.value, -1, std::span(&header, 1), context.stop());
    });
    auto flushed = producer->flush(context.stop(), kFlushAfterStop);
    delivered = producer->counts().delivered;
    if (context.stopRequested())
        return {};
    if (producer->counts().failed > 0)
        return fail(undelivered(*admin, config.topic, producer->counts()));
    return status ? flushed : status;
}

/// What is noted beside the file; the result tells the time, too.
nlohmann::json notesJson(const SimulateResult& result)
{
    nlohmann::json drift = nlohmann::json::array();
    for (const DriftTurn& turn : result.drift)
        drift.push_back(toText(turn));
    nlohmann::json json = {{"records", result.records}, {"class_counts", result.classCounts},
                           {"best", result.best},       {"drift", std::move(drift)},
                           {"simulated", true},         {"attribution", result.attribution},
                           {"seed", result.seed}};
    if (result.file.empty())
        json.update({{"topic", result.topic}, {"stopped", result.stopped}});
    else
        json["file"] = result.file.string();
    return json;
}

} // namespace

nlohmann::json toJson(const SimulateResult& result)
{
    nlohmann::json json = notesJson(result);
    json["seconds"] = result.seconds;
    return json;
}

Result<SimulatorProfile> readProfile(const std::filesystem::path& file)
{
    auto json = readJson(file);
    if (!json)
        return fail(json.error());
    auto profile = profileFromJson(*json);
    if (profile)
        return profile;
    Error error = profile.error();
    error.message = file.string() + ": " + error.message;
    return fail(std::move(error));
}

Result<SimulateResult> simulate(const SimulateConfig& config, JobContext& context)
{
    auto simulator = Simulator::make(config.profile, config.seed);
    if (!simulator)
        return fail(simulator.error());
    if (config.profile.schema.labelColumn() < 0)
        return fail(ErrorCode::BadData, "The simulator profile has no label column",
                    "Fit it again with millrace simulate --fit FILE --label COLUMN");
    for (const DriftTurn& turn : config.drift)
        if (const std::string why = simulator->whyNot(*turn.knob); !why.empty())
            return fail(ErrorCode::Usage, "The drift " + toText(turn) + " makes no sense: " + why,
                        "Leave it out, or take another profile");
    EventLoop events(config, *simulator, context);
    if (!config.topic.empty())
        context.setMaxRate(config.rate);
    SimulateResult result{.records = config.rows,
                          .attribution = config.profile.attribution,
                          .seed = config.seed,
                          .file = config.out,
                          .topic = config.topic};
    TopicNotes notes;
    auto status = config.out.empty() ? publishEvents(config, context, events, result.records, notes)
                                     : writeCsv(config, context, events);
    if (!status)
        return fail(status.error());
    result.classCounts = events.classCounts;
    result.best = events.best.best();
    result.drift = events.turns;
    result.stopped = config.out.empty() && context.stopRequested();
    if (notes.simulated)
        notes.best = result.best;
    if (auto noted = config.out.empty() ? writeTopicNotes(config.home, config.topic, notes)
                                        : writeFileNotes(config.out, notesJson(result));
        !noted)
        return fail(noted.error());
    result.seconds = secondsSince(events.began);
    return result;
}

} // namespace millrace
