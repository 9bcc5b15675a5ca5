// SPDX-License-Identifier: GPL-3.0-or-later
// On the same sequences the drift detectors fire at the indices where River's do. River is a Python library;
// packaging/lib.sh pins its version and puts it into build/river.
#include "base/Rng.h"
#include "broker/JobHarness.h"
#include "metrics/BinaryPrequential.h"
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

/// Scores and labels of the rows of a file, and River's AUC of the last 1,000 after every hundredth.
constexpr auto kRollingAuc = R"(
import json, sys
from river import metrics
metric, answer = metrics.RollingROCAUC(1000), []
for i, (score, label) in enumerate(json.load(open(sys.argv[1]))):
    metric.update(bool(label), score)
    if i % 100 == 99:
        answer.append(metric.get())
print(json.dumps(answer))
)";

/// Test-then-train over a CSV whose last column is the label.
constexpr auto kPrequential = R"(
import csv, sys
from river import linear_model, optim, preprocessing
model = preprocessing.StandardScaler() | linear_model.LogisticRegression(optim.SGD(0.01))
right = count = 0
for row in csv.DictReader(open(sys.argv[1])):
    label = row.pop('class') == '1'
    x = {name: float(value) for name, value in row.items()}
    right += (model.predict_proba_one(x)[True] > 0.5) == label
    count += 1
    model.learn_one(x, label)
print(right / count)
)";

} // namespace

class RiverTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void firesWhereRiverDoes_data();
    void firesWhereRiverDoes();
    void windowedAucIsRivers();
    void learnsElectricityAsRiverDoes();

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

void RiverTest::windowedAucIsRivers()
{
    Rng rng(3, Purpose::ShuffleOrder);
    nlohmann::json rows = nlohmann::json::array();
    std::vector<float> logits, labels;
    for (int i = 0; i < 4000; ++i) {
        labels.push_back(rng.uniform() < 0.3 + 0.1 * (i / 1000) ? 1.0F : 0.0F);
        // No two are equal: River gives nothing for such a pair, we give half (tst_prequential has ties).
        logits.push_back(static_cast<float>(rng.normal() + labels.back()));
        rows.push_back({logits.back(), labels.back()});
    }
    QTemporaryDir folder;
    QFile file(folder.filePath("scores.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(rows.dump()));
    file.close();
    const auto expected =
        nlohmann::json::parse(python({"-c", kRollingAuc, file.fileName()}).toStdString(), nullptr, false);
    QVERIFY2(expected.is_array() && expected.size() == 40, m_errors.constData());
    BinaryPrequential scores;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        scores.add(std::span(logits).subspan(i, 1), std::span(labels).subspan(i, 1));
        if (i % 100 == 99)
            QVERIFY2(std::abs(scores.recent().auc - expected[i / 100].get<double>()) < 1e-9,
                     qPrintable(QString("after %1 records: %2 and River %3")
                                    .arg(i + 1)
                                    .arg(scores.recent().auc)
                                    .arg(expected[i / 100].get<double>())));
    }
}

/// The labels are autocorrelated: saying the last one again is hard to beat, and the result says so.
void RiverTest::learnsElectricityAsRiverDoes()
{
    const QString data = QStringLiteral(MILLRACE_SOURCE_DIR) + "/../shared/data/elec.csv";
    if (!QFile::exists(data))
        QSKIP("the Electricity stream is not here");
    JobHarness harness;
    QVERIFY2(harness.start(), harness.cluster().error());
    QVERIFY(
        harness.done(harness.start("publish", {{"file", data.toStdString()}, {"topic", "elec"}, {"order", "file"}})));
    Job& job = harness.start("online", {{"topic", "elec"},
                                        {"group", "elec"},
                                        {"preset", "logistic"},
                                        {"optimizer", {{"kind", "sgd"}, {"learning-rate", 0.01}}},
                                        {"normalise", "running"},
                                        {"records", 1},
                                        {"batch", 1},
                                        {"shuffle", 0},
                                        {"epochs", 1}});
    QVERIFY(harness.done(job));
    const double river = python({"-c", kPrequential, data}).trimmed().toDouble();
    const nlohmann::json& result = job.result();
    qInfo("accuracy %.4f, River %.4f, no change %.4f, %.0f records/s", result["accuracy"].get<double>(), river,
          result["no_change"].get<double>(), result["records_per_second"].get<double>());
    QCOMPARE(result["records"].get<int>(), 45312);
    QVERIFY(std::abs(result["accuracy"].get<double>() - river) < 0.01);
    QVERIFY(std::abs(result["no_change"].get<double>() - 0.853) < 0.001);
    QVERIFY(result["temporal_kappa"].get<double>() < 0);
}

QTEST_GUILESS_MAIN(RiverTest)
#include "tst_river.moc"
