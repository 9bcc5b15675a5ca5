// SPDX-License-Identifier: GPL-3.0-or-later
// Drift detectors: what they find, what they leave alone, and going on from a saved state. That they fire where River's
// do is tests/interop/tst_river.cpp.
#include "base/Rng.h"
#include "metrics/Adwin.h"
#include "metrics/DriftDetector.h"

#include <QTest>

using namespace millrace;
using nlohmann::json;

namespace
{

/// 0/1 errors: rate `before` for the first `change`, then `after`.
std::vector<double> errors(int count, int change, double before, double after, std::uint64_t seed = 3)
{
    Rng rng(seed, Purpose::SimulatedLabel);
    std::vector<double> values;
    for (int i = 0; i < count; ++i)
        values.push_back(rng.uniform() < (i < change ? before : after) ? 1 : 0);
    return values;
}

std::vector<int> firesAt(DriftDetector& detector, const std::vector<double>& values)
{
    std::vector<int> indices;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (detector.update(values[i]))
            indices.push_back(static_cast<int>(i));
    return indices;
}

} // namespace

class DriftTest : public QObject
{
    Q_OBJECT
private slots:
    void findsAWorseError_data() { kinds(); }
    void findsAWorseError();
    void goesOnFromASavedState_data() { kinds(); }
    void goesOnFromASavedState();
    void tellsWorseFromBetter();
    void leavesASteadyErrorAlone();
    void keepsAShortWindowOfALongStream();
    void refusesWhatItDoesNotKnow();

private:
    static void kinds()
    {
        QTest::addColumn<QString>("kind");
        for (const DetectorKind& kind : detectorKinds())
            QTest::newRow(kind.name.c_str()) << QString::fromStdString(kind.name);
    }
};

void DriftTest::findsAWorseError()
{
    QFETCH(QString, kind);
    const auto detector = makeDetector(kind.toStdString());
    QVERIFY(detector);
    const auto indices = firesAt(**detector, errors(6000, 3000, 0.2, 0.6));
    QVERIFY(!indices.empty());
    QVERIFY2(indices.front() >= 3000 && indices.front() < 3600, std::to_string(indices.front()).c_str());
}

void DriftTest::goesOnFromASavedState()
{
    QFETCH(QString, kind);
    const auto values = errors(9000, 4000, 0.3, 0.6);
    auto whole = makeDetector(kind.toStdString());
    QVERIFY(whole);
    const auto expected = firesAt(**whole, values);
    for (const std::size_t cut : {std::size_t{0}, std::size_t{10}, std::size_t{3999}, std::size_t{4321}}) {
        auto first = makeDetector(kind.toStdString()), second = makeDetector(kind.toStdString());
        auto indices = firesAt(**first, {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(cut)});
        (*second)->restore(json::parse((*first)->state().dump()));
        for (const int i : firesAt(**second, {values.begin() + static_cast<std::ptrdiff_t>(cut), values.end()}))
            indices.push_back(i + static_cast<int>(cut));
        QCOMPARE(indices, expected);
    }
}

void DriftTest::tellsWorseFromBetter()
{
    for (const bool worse : {true, false}) {
        auto detector = makeDetector("adwin");
        const auto values = worse ? errors(4000, 2000, 0.2, 0.7) : errors(4000, 2000, 0.7, 0.2);
        bool fired = false;
        for (const double value : values)
            if (!fired && (*detector)->update(value)) {
                fired = true;
                QCOMPARE((*detector)->rose(), worse);
            }
        QVERIFY(fired);
    }
}

void DriftTest::leavesASteadyErrorAlone()
{
    int alarms = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        alarms += static_cast<int>(firesAt(**makeDetector("adwin"), errors(5000, 5000, 0.25, 0.25, seed)).size());
    QVERIFY2(alarms <= 1, std::to_string(alarms).c_str()); // of 20 streams; delta is 0.002 a look
}

void DriftTest::keepsAShortWindowOfALongStream()
{
    Adwin adwin({});
    firesAt(adwin, errors(100000, 100000, 0.25, 0.25));
    QVERIFY(adwin.state().dump().size() < 8000); // some buckets of each power of two
}

void DriftTest::refusesWhatItDoesNotKnow()
{
    QCOMPARE(makeDetector("adwim").error().code, ErrorCode::Usage);
    const auto unknown = makeDetector({{"kind", "adwin"}, {"dleta", 0.1}});
    QVERIFY(!unknown);
    QVERIFY2(unknown.error().advice.find("delta") != std::string::npos, unknown.error().advice.c_str());
    QVERIFY(!makeDetector({{"kind", "adwin"}, {"delta", 7}}));
    QVERIFY(makeDetector({{"kind", "ddm"}, {"drift", 2.5}}));
}

QTEST_GUILESS_MAIN(DriftTest)
#include "tst_drift.moc"
