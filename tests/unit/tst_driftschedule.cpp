// SPDX-License-Identifier: GPL-3.0-or-later
// What each knob of a drifting stream does to its events, measured on many of them, and when it does so.
#include "data/simulator/Simulator.h"
#include "metrics/BestPossible.h"

#include <QTest>
#include <cmath>

using namespace millrace;

namespace
{

constexpr int kEvents = 60'000;

const DriftKnob& knob(const char* name)
{
    for (const DriftKnob& each : driftKnobs())
        if (each.name == name)
            return each;
    qFatal("no knob %s", name);
}

/// Four features, two of them correlated, and a label network of two units.
Simulator someSimulator()
{
    Schema schema;
    schema.columns = {{"class", ColumnType::Number, ColumnRole::Label}};
    std::vector<double> rows;
    for (const char* name : {"a", "b", "c", "d"})
        schema.columns.push_back({name, ColumnType::Number, ColumnRole::Feature});
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        Rng rng(99, Purpose::SimulatedFeature, i);
        const double a = rng.normal(), b = rng.normal();
        rows.insert(rows.end(), {std::exp(a / 2), 0.6 * a + 0.8 * b, 3 * rng.normal(), rng.uniform()});
    }
    SimulatorProfile profile = fitCopula(schema, rows).value();
    profile.hiddenWeights = {1, -0.5, 0.2, 0.3, 0.2, 1, -0.4, 0.1};
    profile.hiddenBias = {0.1, -0.3};
    profile.outputWeights = {2.5, -1.5};
    profile.outputBias = {-0.4};
    double sum = 0;
    const Simulator plain = Simulator::make(profile, 1).value();
    std::vector<double> features(4);
    for (std::uint64_t i = 0; i < kEvents; ++i)
        sum += plain.draw(i, features).probability;
    profile.prior = sum / kEvents;
    return Simulator::make(profile, 7).value();
}

struct Events {
    std::vector<double> probabilities, labels;
    std::array<std::vector<double>, 4> features;
    [[nodiscard]] double positives() const { return mean(labels); }
    [[nodiscard]] double best() const
    {
        BestTally tally;
        for (const double p : probabilities)
            tally.add(p);
        return tally.best().accuracy;
    }
    static double mean(const std::vector<double>& values)
    {
        double sum = 0;
        for (const double value : values)
            sum += value;
        return sum / static_cast<double>(values.size());
    }
    /// Of the events of a class.
    [[nodiscard]] double meanOf(std::size_t feature, double label) const
    {
        std::vector<double> own;
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (labels[i] == label)
                own.push_back(features[feature][i]);
        return mean(own);
    }
};

Events draw(const Simulator& simulator, const DriftKnobs& knobs)
{
    Events events;
    std::vector<double> row(4);
    for (std::uint64_t i = 0; i < kEvents; ++i) {
        const auto event = simulator.draw(i, knobs, row);
        events.probabilities.push_back(event.probability);
        events.labels.push_back(event.label);
        for (std::size_t column = 0; column < 4; ++column)
            events.features[column].push_back(row[column]);
    }
    return events;
}

/// Standard errors of a share over the events: what a test allows.
constexpr double kNear = 0.01;

/// Labels are right as often as their own probabilities say, in each tenth of the probabilities.
void compareWithLabels(const Events& events)
{
    std::array<double, 10> said{}, seen{}, count{};
    double accuracy = 0;
    for (std::size_t i = 0; i < events.labels.size(); ++i) {
        const double p = events.probabilities[i];
        const auto tenth = std::min(static_cast<std::size_t>(p * 10), std::size_t{9});
        said[tenth] += p;
        seen[tenth] += events.labels[i];
        ++count[tenth];
        accuracy += (p > 0.5) == (events.labels[i] > 0.5) ? 1 : 0;
    }
    for (std::size_t tenth = 0; tenth < 10; ++tenth)
        if (count[tenth] > 500)
            QVERIFY2(std::abs(said[tenth] - seen[tenth]) / count[tenth] < 4 * 0.5 / std::sqrt(count[tenth]),
                     qPrintable(QString("tenth %1: %2 of %3, %4 said")
                                    .arg(tenth)
                                    .arg(seen[tenth])
                                    .arg(count[tenth])
                                    .arg(said[tenth])));
    QVERIFY(std::abs(accuracy / kEvents - events.best()) < kNear);
}

} // namespace

class DriftScheduleTest : public QObject
{
    Q_OBJECT
private slots:
    void restingKnobsChangeNothing();
    void featureShift();
    void classPrior_data();
    void classPrior();
    void labelNoise();
    void conceptRotation();
    void bestPossibleIsThatOfTheLabels_data();
    void bestPossibleIsThatOfTheLabels();
    void abrupt();
    void gradual();
    void recurring();
    void turnsFollowEachOther();
    void sameScheduleSameEvents();
    void texts();
    void badTexts_data();
    void badTexts();
};

void DriftScheduleTest::restingKnobsChangeNothing()
{
    const Simulator simulator = someSimulator();
    std::vector<double> one(4), other(4);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const auto event = simulator.draw(i, one), same = simulator.draw(i, simulator.restingKnobs(), other);
        QCOMPARE(one, other);
        QCOMPARE(event.label, same.label);
        QCOMPARE(event.probability, simulator.probability(one));
    }
}

void DriftScheduleTest::featureShift()
{
    const Simulator simulator = someSimulator();
    DriftKnobs knobs = simulator.restingKnobs();
    const Events before = draw(simulator, knobs);
    knobs.featureShift = 1.5;
    const Events after = draw(simulator, knobs);
    for (std::size_t i = 0; i < 4; ++i) // the same events, moved
        QVERIFY(std::abs(Events::mean(after.features[i]) - Events::mean(before.features[i]) -
                         1.5 * simulator.profile().scale[i]) < 1e-9);
    QCOMPARE(after.labels, before.labels);
    QCOMPARE(after.probabilities, before.probabilities);
}

void DriftScheduleTest::classPrior_data()
{
    QTest::addColumn<double>("prior");
    for (const double prior : {0.05, 0.3, 0.9})
        QTest::addRow("%g", prior) << prior;
}

void DriftScheduleTest::classPrior()
{
    QFETCH(double, prior);
    const Simulator simulator = someSimulator();
    DriftKnobs knobs = simulator.restingKnobs();
    const Events before = draw(simulator, knobs);
    knobs.classPrior = prior;
    const Events after = draw(simulator, knobs);
    QVERIFY(std::abs(after.positives() - prior) < kNear);
    for (std::size_t i = 0; i < 4; ++i) // p(x|y) stays
        for (const double label : {0.0, 1.0})
            QVERIFY(std::abs(after.meanOf(i, label) - before.meanOf(i, label)) <
                    0.08 * simulator.profile().scale[i]); // 5 % of the events: 3,000
}

void DriftScheduleTest::labelNoise()
{
    const Simulator simulator = someSimulator();
    DriftKnobs knobs = simulator.restingKnobs();
    const Events before = draw(simulator, knobs);
    knobs.labelNoise = 0.2;
    const Events after = draw(simulator, knobs);
    QCOMPARE(after.features, before.features);
    double flipped = 0;
    for (std::size_t i = 0; i < kEvents; ++i)
        flipped += after.labels[i] != before.labels[i] ? 1 : 0;
    QVERIFY(std::abs(flipped / kEvents - 0.2) < kNear);
    QVERIFY(std::abs(after.best() - (0.8 * before.best() + 0.2 * (1 - before.best()))) < 1e-9);
    knobs.labelNoise = 0.5;
    QVERIFY(std::abs(draw(simulator, knobs).best() - 0.5) < 1e-9);
}

void DriftScheduleTest::conceptRotation()
{
    const Simulator simulator = someSimulator();
    DriftKnobs knobs = simulator.restingKnobs();
    const Events before = draw(simulator, knobs);
    double last = before.best();
    for (const double degrees : {45.0, 90.0, 180.0}) {
        knobs.conceptRotation = degrees;
        const Events after = draw(simulator, knobs);
        QCOMPARE(after.features, before.features); // p(x) stays
        double old = 0;                            // what the concept before is worth now
        for (std::size_t i = 0; i < kEvents; ++i)
            old += before.probabilities[i] > 0.5 ? after.probabilities[i] : 1 - after.probabilities[i];
        QVERIFY2(old / kEvents < last - 0.03, qPrintable(QString::number(old / kEvents)));
        last = old / kEvents;
    }
    std::vector<double> one(4), other(4); // half a turn is the same either way
    DriftKnobs back = knobs;
    back.conceptRotation = -180;
    QVERIFY(std::abs(simulator.draw(5, knobs, one).probability - simulator.draw(5, back, other).probability) < 1e-9);
}

void DriftScheduleTest::bestPossibleIsThatOfTheLabels_data()
{
    QTest::addColumn<double>("shift");
    QTest::addColumn<double>("prior");
    QTest::addColumn<double>("noise");
    QTest::addColumn<double>("rotation");
    QTest::newRow("rest") << 0.0 << -1.0 << 0.0 << 0.0;
    QTest::newRow("prior") << 0.0 << 0.8 << 0.0 << 0.0;
    QTest::newRow("noise") << 0.0 << -1.0 << 0.15 << 0.0;
    QTest::newRow("rotation") << 0.0 << -1.0 << 0.0 << 70.0;
    QTest::newRow("all") << 1.0 << 0.25 << 0.1 << -110.0;
}

void DriftScheduleTest::bestPossibleIsThatOfTheLabels()
{
    QFETCH(double, shift);
    QFETCH(double, prior);
    QFETCH(double, noise);
    QFETCH(double, rotation);
    const Simulator simulator = someSimulator();
    compareWithLabels(draw(simulator, {shift, prior < 0 ? simulator.profile().prior : prior, noise, rotation}));
}

void DriftScheduleTest::abrupt()
{
    DriftSchedule schedule({.classPrior = 0.4});
    schedule.add({&knob("rotation"), 60, 100});
    QCOMPARE(schedule.at(0).conceptRotation, 0.0);
    QCOMPARE(schedule.at(99).conceptRotation, 0.0);
    QCOMPARE(schedule.at(100).conceptRotation, 60.0);
    QCOMPARE(schedule.at(100'000).conceptRotation, 60.0);
    QCOMPARE(schedule.at(100'000).classPrior, 0.4);
    QCOMPARE(schedule.target(knob("rotation")), 60.0);
}

void DriftScheduleTest::gradual()
{
    DriftSchedule schedule({.classPrior = 0.4});
    schedule.add({&knob("prior"), 0.8, 100, DriftTurn::Shape::Gradual, 200});
    QCOMPARE(schedule.at(100).classPrior, 0.4);
    QCOMPARE(schedule.at(150).classPrior, 0.5);
    QCOMPARE(schedule.at(200).classPrior, 0.6);
    QCOMPARE(schedule.at(300).classPrior, 0.8);
    QCOMPARE(schedule.at(9'000).classPrior, 0.8);
}

void DriftScheduleTest::recurring()
{
    DriftSchedule schedule({.classPrior = 0.4, .labelNoise = 0.1});
    schedule.add({&knob("noise"), 0.3, 10, DriftTurn::Shape::Recurring, 100});
    for (std::int64_t record = 0; record < 1000; ++record)
        QCOMPARE(schedule.at(record).labelNoise, record >= 10 && (record - 10) % 100 < 50 ? 0.3 : 0.1);
}

void DriftScheduleTest::turnsFollowEachOther()
{
    DriftSchedule schedule({.classPrior = 0.4});
    schedule.add({&knob("shift"), 4, 500});
    schedule.add({&knob("shift"), 2, 0, DriftTurn::Shape::Gradual, 100});
    schedule.add({&knob("shift"), 0, 50, DriftTurn::Shape::Gradual, 100}); // goes back from where it is
    QCOMPARE(schedule.at(50).featureShift, 1.0);
    QCOMPARE(schedule.at(100).featureShift, 0.5);
    QCOMPARE(schedule.at(200).featureShift, 0.0);
    QCOMPARE(schedule.at(500).featureShift, 4.0);
    schedule.add({&knob("noise"), 0.2, 20}); // that was long ago: from the next record on
    QCOMPARE(schedule.at(501).labelNoise, 0.2);
}

void DriftScheduleTest::sameScheduleSameEvents()
{
    const auto drawn = [](std::uint64_t seed) {
        const Simulator simulator = Simulator::make(someSimulator().profile(), seed).value();
        DriftSchedule schedule(simulator.restingKnobs());
        for (const char* turn : {"rotation:90@100~400", "prior:0.7@200", "noise:0.2@300/50", "shift:-1@450"})
            schedule.add(parseDriftTurn(turn).value());
        std::vector<double> rows(4 * 1000), labels;
        for (std::size_t i = 0; i < 1000; ++i)
            labels.push_back(
                simulator.draw(i, schedule.at(static_cast<std::int64_t>(i)), std::span(rows).subspan(4 * i, 4)).label);
        rows.insert(rows.end(), labels.begin(), labels.end());
        return rows;
    };
    QCOMPARE(drawn(3), drawn(3));
    QVERIFY(drawn(3) != drawn(4));
}

void DriftScheduleTest::texts()
{
    for (const char* text : {"rotation:90.0@100000", "prior:0.8@0~500", "noise:0.2@7/2000", "shift:-1.5@1"})
        QCOMPARE(toText(parseDriftTurn(text).value()), std::string(text));
    QCOMPARE(describe(parseDriftTurn("rotation:90@5").value()), std::string("concept rotation 90°"));
    QCOMPARE(describe(parseDriftTurn("noise:0.2@5~20000").value()),
             std::string("label noise 20 % over 20,000 records"));
    QCOMPARE(describe(parseDriftTurn("shift:1@5/2000").value()),
             std::string("feature shift 1.0 σ every 2,000 records"));
}

void DriftScheduleTest::badTexts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << ""
                           << "cannot be read";
    QTest::newRow("knob") << "spin:1@5"
                          << "there are rotation, shift, prior, noise";
    QTest::newRow("value") << "noise:0.7@5"
                           << "from 0.0 to 0.5";
    QTest::newRow("no number") << "noise:much@5"
                               << "from 0.0 to 0.5";
    QTest::newRow("record") << "noise:0.1@-5"
                            << "the record at which";
    QTest::newRow("no record") << "noise:0.1"
                               << "cannot be read";
    QTest::newRow("over") << "noise:0.1@5~1"
                          << "2 records or more";
    QTest::newRow("rest") << "noise:0.1@5~10x"
                          << "2 records or more";
}

void DriftScheduleTest::badTexts()
{
    QFETCH(QString, text);
    QFETCH(QString, says);
    const auto turn = parseDriftTurn(text.toStdString());
    QVERIFY(!turn);
    QVERIFY2(turn.error().message.find(says.toStdString()) != std::string::npos, turn.error().message.c_str());
    QCOMPARE(turn.error().code, ErrorCode::Usage);
}

QTEST_GUILESS_MAIN(DriftScheduleTest)
#include "tst_driftschedule.moc"
