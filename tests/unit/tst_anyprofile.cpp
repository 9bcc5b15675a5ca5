// SPDX-License-Identifier: GPL-3.0-or-later
// The simulator of any table: texts, missing values, several classes, a regression; and how near it tells that it is.
#include "base/Rng.h"
#include "base/Text.h"
#include "data/simulator/Nearness.h"
#include "data/simulator/Simulator.h"

#include <QTest>
#include <cmath>

using namespace millrace;

namespace
{

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

Schema mixedSchema(TaskKind task)
{
    Schema schema;
    schema.columns = {
        {"x", ColumnType::Number, ColumnRole::Feature},
        {"place", ColumnType::Text, ColumnRole::Feature},
        {"count", ColumnType::Number, ColumnRole::Feature},
        {"label", task == TaskKind::Regression ? ColumnType::Number : ColumnType::Text, ColumnRole::Label}};
    schema.task = task;
    if (task == TaskKind::MultiClass)
        schema.classes = {"a", "b", "c"};
    if (task == TaskKind::Binary)
        schema.classes = {"a", "b"};
    schema.classesKnown = true;
    schema.labelInKey = false;
    return schema;
}

/// x is normal, with gaps; the place follows it; the count is whole.
std::vector<double> mixedRows(int count)
{
    Rng rng(4, Purpose::SimulatedFeature);
    std::vector<double> rows;
    for (int i = 0; i < count; ++i) {
        const double x = rng.normal(), y = x + rng.normal();
        rows.insert(rows.end(), {rng.uniform() < 0.1 ? kGap : x,
                                 y < -0.5 ? 0.0
                                 : y < 1  ? 1.0
                                          : 2.0,
                                 std::floor(20 * rng.uniform())});
    }
    return rows;
}

const std::vector<std::vector<std::string>> kLevels = {{}, {"north", "mid", "south"}, {}};

/// One hidden unit, and outputs of it.
SimulatorProfile mixedProfile(TaskKind task)
{
    SimulatorProfile profile = fitCopula(mixedSchema(task), mixedRows(20'000), 201, kLevels).value();
    profile.hiddenWeights = {1, 0.5, 0, -1.5, 0};
    profile.hiddenBias = {0.1};
    profile.outputWeights = task == TaskKind::MultiClass ? std::vector<double>{2, 0, -2} : std::vector<double>{3};
    profile.outputBias = task == TaskKind::MultiClass ? std::vector<double>{0, 0.5, 0} : std::vector<double>{10};
    if (task == TaskKind::Regression)
        profile.residuals = {-2, -1, 0, 1, 2};
    return profile;
}

struct Drawn {
    std::vector<double> rows;
    std::vector<Simulator::Event> events;
};

Drawn drawMany(const Simulator& simulator, int count, const DriftKnobs& knobs)
{
    Drawn drawn;
    std::vector<double> event(3);
    for (int i = 0; i < count; ++i) {
        drawn.events.push_back(simulator.draw(static_cast<std::uint64_t>(i), knobs, event));
        drawn.rows.insert(drawn.rows.end(), event.begin(), event.end());
    }
    return drawn;
}

Drawn drawMany(const Simulator& simulator, int count)
{
    return drawMany(simulator, count, simulator.restingKnobs());
}

const std::vector<ComparedColumn> kColumns = {{"x", false}, {"place", true}, {"count", false}};

} // namespace

class TestAnyProfile : public QObject
{
    Q_OBJECT
private slots:
    void drawsWhatItWasFittedOn()
    {
        const Simulator simulator = Simulator::make(mixedProfile(TaskKind::MultiClass), 5).value();
        const Drawn drawn = drawMany(simulator, 20'000);
        const Nearness nearness = nearnessOf(kColumns, mixedRows(20'000), drawn.rows);
        for (const Nearness::Column& column : nearness.columns)
            QVERIFY2(column.distance < 0.03, column.name.c_str());
        QVERIFY2(nearness.largestCorrelationError < 0.12, toJson(nearness).dump().c_str());
        int gaps = 0;
        for (std::size_t i = 0; i < drawn.rows.size(); i += 3) {
            gaps += std::isnan(drawn.rows[i]) ? 1 : 0;
            QVERIFY(drawn.rows[i + 1] == 0 || drawn.rows[i + 1] == 1 || drawn.rows[i + 1] == 2);
            QCOMPARE(drawn.rows[i + 2], std::round(drawn.rows[i + 2]));
        }
        QVERIFY(std::abs(gaps - 2000) < 200);
    }

    /// The classes come as often as the network says, and a perfect model is as good as it says.
    void severalClasses()
    {
        const Simulator simulator = Simulator::make(mixedProfile(TaskKind::MultiClass), 5).value();
        const Drawn drawn = drawMany(simulator, 30'000);
        std::vector<double> expected(3), found(3), outputs(3);
        double right = 0, promised = 0, entropy = 0, loss = 0;
        for (std::size_t i = 0; i < drawn.events.size(); ++i) {
            simulator.outputs(std::span(drawn.rows).subspan(3 * i, 3), outputs);
            double sum = 0;
            for (double& output : outputs)
                sum += output = std::exp(output);
            const auto label = static_cast<std::size_t>(drawn.events[i].label);
            for (std::size_t k = 0; k < 3; ++k)
                expected[k] += outputs[k] / sum;
            found[label] += 1;
            const auto likeliest = std::ranges::max_element(outputs) - outputs.begin();
            right += likeliest == static_cast<std::ptrdiff_t>(label) ? 1 : 0;
            promised += drawn.events[i].probability;
            loss -= std::log(outputs[label] / sum);
            entropy += drawn.events[i].loss;
        }
        for (std::size_t k = 0; k < 3; ++k)
            QVERIFY(std::abs(expected[k] - found[k]) < 300);
        QVERIFY(std::abs(right - promised) < 300);
        QVERIFY(std::abs(loss - entropy) < 400);
        // Noise takes its share of what can be right.
        DriftKnobs noisy = simulator.restingKnobs();
        noisy.labelNoise = 0.3;
        double left = 0;
        for (const auto& event : drawMany(simulator, 30'000, noisy).events)
            left += event.probability;
        QVERIFY(left < 0.85 * promised && left > 0.6 * promised);
    }

    void aRegression()
    {
        const Simulator simulator = Simulator::make(mixedProfile(TaskKind::Regression), 5).value();
        const Drawn drawn = drawMany(simulator, 20'000);
        double sum = 0, squares = 0, output = 0;
        for (std::size_t i = 0; i < drawn.events.size(); ++i) {
            simulator.outputs(std::span(drawn.rows).subspan(3 * i, 3), {&output, 1});
            QCOMPARE(drawn.events[i].expected, output);
            const double residual = static_cast<double>(drawn.events[i].label) - output;
            QVERIFY(std::abs(residual) <= 2.001);
            sum += residual;
            squares += residual * residual;
        }
        QVERIFY(std::abs(sum / 20'000) < 0.05);
        QVERIFY(std::abs(squares / 20'000 - 4.0 / 3) < 0.05); // uniform from −2 to 2
    }

    void knobsMoveNumbersAlone()
    {
        const Simulator simulator = Simulator::make(mixedProfile(TaskKind::MultiClass), 5).value();
        DriftKnobs shifted = simulator.restingKnobs();
        shifted.featureShift = 2;
        const Drawn before = drawMany(simulator, 500), after = drawMany(simulator, 500, shifted);
        for (std::size_t i = 0; i < before.rows.size(); i += 3) {
            QCOMPARE(std::isnan(after.rows[i]), std::isnan(before.rows[i]));
            QVERIFY(std::isnan(before.rows[i]) || after.rows[i] > before.rows[i] + 1);
            QCOMPARE(after.rows[i + 1], before.rows[i + 1]);
            QCOMPARE(after.events[i / 3].label, before.events[i / 3].label);
        }
        DriftKnobs turned = simulator.restingKnobs();
        turned.conceptRotation = 90;
        const Drawn other = drawMany(simulator, 2000, turned);
        const Nearness same = nearnessOf(kColumns, drawMany(simulator, 2000).rows, other.rows);
        for (const Nearness::Column& column : same.columns)
            QCOMPARE(column.distance, 0.0);
        int differ = 0;
        for (std::size_t i = 0; i < 500; ++i)
            differ += other.events[i].label != before.events[i].label ? 1 : 0;
        QVERIFY(differ > 100);
    }

    void knobsThatMakeNoSense_data()
    {
        QTest::addColumn<int>("task");
        QTest::addColumn<QString>("refused");
        QTest::newRow("binary") << static_cast<int>(TaskKind::Binary) << "";
        QTest::newRow("multi-class") << static_cast<int>(TaskKind::MultiClass) << "prior";
        QTest::newRow("regression") << static_cast<int>(TaskKind::Regression) << "prior noise";
    }

    void knobsThatMakeNoSense()
    {
        QFETCH(int, task);
        QFETCH(QString, refused);
        const Simulator simulator = Simulator::make(mixedProfile(static_cast<TaskKind>(task)), 5).value();
        QStringList found;
        for (const DriftKnob& knob : driftKnobs())
            if (!simulator.whyNot(knob).empty())
                found << QString::fromStdString(knob.name);
        QCOMPARE(found.join(' '), refused);
    }

    void textsAloneCannotDrift()
    {
        Schema schema = mixedSchema(TaskKind::Binary);
        schema.columns.erase(schema.columns.begin() + 2);
        schema.columns.erase(schema.columns.begin());
        std::vector<double> rows;
        for (int i = 0; i < 300; ++i)
            rows.push_back(i % 3);
        SimulatorProfile profile = fitCopula(schema, rows, 201, {{"x", "y", "z"}}).value();
        profile.hiddenWeights = {1, 0, -1};
        profile.hiddenBias = {0};
        profile.outputWeights = {1};
        profile.outputBias = {0};
        const Simulator simulator = Simulator::make(profile, 1).value();
        for (const char* name : {"rotation", "shift"})
            QVERIFY(!simulator.whyNot(*std::ranges::find(driftKnobs(), std::string(name), &DriftKnob::name)).empty());
    }

    void profilesAreKept()
    {
        for (const TaskKind task : {TaskKind::Binary, TaskKind::MultiClass, TaskKind::Regression}) {
            const nlohmann::json json = toJson(mixedProfile(task));
            const auto back = profileFromJson(nlohmann::json::parse(json.dump()));
            QVERIFY2(back, back ? "" : back.error().message.c_str());
            QCOMPARE(toJson(*back).dump(), json.dump());
            QVERIFY(Simulator::make(*back, 1));
        }
    }

    void profilesThatAreWrong()
    {
        const auto refused = [](void (*spoil)(SimulatorProfile&)) {
            SimulatorProfile profile = mixedProfile(TaskKind::Regression);
            spoil(profile);
            return !Simulator::make(std::move(profile), 1);
        };
        QVERIFY(!refused([](SimulatorProfile&) {}));
        QVERIFY(refused([](SimulatorProfile& p) { p.levels[1].shares.pop_back(); }));
        QVERIFY(refused([](SimulatorProfile& p) { p.levels[1].shares[0] = 0.9; }));
        QVERIFY(refused([](SimulatorProfile& p) { p.levels.pop_back(); }));
        QVERIFY(refused([](SimulatorProfile& p) { p.missing[0] = 2; }));
        QVERIFY(refused([](SimulatorProfile& p) { p.residuals.clear(); }));
        QVERIFY(refused([](SimulatorProfile& p) { p.outputBias.push_back(1); }));
        QVERIFY(refused([](SimulatorProfile& p) { p.hiddenWeights.pop_back(); }));
    }

    void nearnessOfKnownRows()
    {
        std::vector<double> real, drawn;
        for (int i = 0; i < 100; ++i) {
            real.insert(real.end(), {i * 1.0, i % 2 * 1.0, i * 1.0});
            drawn.insert(drawn.end(), {i + 25.0, i % 4 == 0 ? 1.0 : 0.0, i < 30 ? kGap : i * 1.0});
        }
        const Nearness same = nearnessOf(kColumns, real, real);
        QCOMPARE(same.columns[0].distance + same.columns[1].distance + same.largestCorrelationError, 0.0);
        const Nearness other = nearnessOf(kColumns, real, drawn);
        QVERIFY(std::abs(other.columns[0].distance - 0.25) < 1e-9);
        QVERIFY(std::abs(other.columns[1].distance - 0.25) < 1e-9);
        QVERIFY(std::abs(other.columns[2].distance - 0.3) < 1e-9);
        QVERIFY(other.largestCorrelationError > 0.2 && other.meanCorrelationError <= other.largestCorrelationError);
    }
};

QTEST_GUILESS_MAIN(TestAnyProfile)
#include "tst_anyprofile.moc"
