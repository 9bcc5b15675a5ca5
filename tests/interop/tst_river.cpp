// SPDX-License-Identifier: GPL-3.0-or-later
// On the same sequences the drift detectors fire at the indices where River's do. River is a Python library;
// packaging/lib.sh pins its version and puts it into build/river.
#include "base/Rng.h"
#include "metrics/DriftDetector.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <array>

using namespace millrace;

namespace
{

constexpr const char* kProgram = R"py(
import json, sys
from river import drift
values = json.load(open(sys.argv[1]))
fires = {}
for name, detector in (("adwin", drift.ADWIN()), ("ddm", drift.binary.DDM()), ("page-hinkley", drift.PageHinkley())):
    at = []
    for i, x in enumerate(values):
        detector.update(x)
        if detector.drift_detected:
            at.append(i)
    fires[name] = at
print(json.dumps(fires))
)py";

/// Errors whose rate goes through these levels, each for `length` records.
std::vector<int> errors(std::initializer_list<double> levels, int length, std::uint64_t seed)
{
    Rng rng(seed, Purpose::SimulatedLabel);
    std::vector<int> values;
    for (const double level : levels)
        for (int i = 0; i < length; ++i)
            values.push_back(rng.uniform() < level ? 1 : 0);
    return values;
}

} // namespace

class RiverTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void firesWhereRiverDoes_data();
    void firesWhereRiverDoes();

private:
    [[nodiscard]] QByteArray python(const QStringList& arguments)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("PYTHONPATH", QStringLiteral(MILLRACE_SOURCE_DIR) + "/build/river");
        process.setProcessEnvironment(environment);
        process.start("/usr/bin/python3", arguments);
        process.waitForFinished(60000);
        m_errors = process.readAllStandardError();
        return process.readAllStandardOutput();
    }
    QByteArray m_errors;
};

void RiverTest::initTestCase()
{
    if (python({"-c", "import river; print(river.__version__)"}).trimmed().isEmpty())
        QSKIP(qPrintable("River is not in build/river (packaging/test.sh fetches it): " + m_errors.right(200)));
}

void RiverTest::firesWhereRiverDoes_data()
{
    QTest::addColumn<std::vector<int>>("values");
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        const auto tag = [seed](const char* text) { return text + std::to_string(seed); };
        QTest::newRow(tag("steady ").c_str()) << errors({0.3}, 20000, seed);
        QTest::newRow(tag("abrupt ").c_str()) << errors({0.2, 0.5, 0.1, 0.6}, 5000, seed);
        QTest::newRow(tag("gradual ").c_str()) << errors({0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5}, 3000, seed);
        QTest::newRow(tag("recurring ").c_str()) << errors({0.1, 0.4, 0.1, 0.4, 0.1, 0.4}, 2500, seed);
        QTest::newRow(tag("never wrong, then ").c_str()) << errors({0.0, 1.0, 0.0, 0.02}, 400, seed);
    }
}

void RiverTest::firesWhereRiverDoes()
{
    QFETCH(std::vector<int>, values);
    QTemporaryDir folder;
    QFile file(folder.filePath("values.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(nlohmann::json(values).dump()));
    file.close();
    const QByteArray answer = python({"-c", kProgram, file.fileName()});
    const auto expected = nlohmann::json::parse(answer.toStdString(), nullptr, false);
    QVERIFY2(expected.is_object(), m_errors.constData());
    for (const DetectorKind& kind : detectorKinds()) {
        auto detector = makeDetector(kind.name);
        QVERIFY(detector);
        std::vector<int> indices;
        for (std::size_t i = 0; i < values.size(); ++i)
            if ((*detector)->update(values[i]))
                indices.push_back(static_cast<int>(i));
        QVERIFY2(
            nlohmann::json(indices) == expected[kind.name],
            (kind.name + ": " + nlohmann::json(indices).dump() + " and River " + expected[kind.name].dump()).c_str());
    }
}

QTEST_GUILESS_MAIN(RiverTest)
#include "tst_river.moc"
