// SPDX-License-Identifier: GPL-3.0-or-later
// On the same outputs every score of every task is scikit-learn's (Debian's python3-sklearn).
#include "base/Rng.h"
#include "metrics/Scores.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace millrace;

namespace
{

/// Reads task, outputs by record, targets, weights (or none) and the target's scale; prints its scores by our names.
constexpr auto kScoring = R"py(
import json, sys
import numpy as np
from sklearn import metrics as m
from sklearn.dummy import DummyClassifier
data = json.load(open(sys.argv[1]))
z, y = np.array(data["outputs"]), np.array(data["targets"])
w = {"sample_weight": np.array(data["weights"])} if data["weights"] else {}

def majority(label):
    most = DummyClassifier(strategy="most_frequent").fit(label.reshape(-1, 1), label, **w)
    return m.accuracy_score(label, most.predict(label.reshape(-1, 1)), **w)

def binary():
    z1, label = z[:, 0], y.astype(int)
    p, said = 1 / (1 + np.exp(-z1)), (z1 > 0).astype(int)
    return {"loss": m.log_loss(label, p, **w), "accuracy": m.accuracy_score(label, said, **w), "auc": m.roc_auc_score(label, z1, **w),
            "balanced_accuracy": m.balanced_accuracy_score(label, said, **w), "precision": m.precision_score(label, said, **w),
            "recall": m.recall_score(label, said, **w), "f1": m.f1_score(label, said, **w),
            "average_precision": m.average_precision_score(label, z1, **w), "brier": m.brier_score_loss(label, p, **w),
            "majority": majority(label)}

def multi_class():
    label, said, classes = y.astype(int), z.argmax(axis=1), list(range(z.shape[1]))
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    scores = {"loss": m.log_loss(label, p, labels=classes, **w), "accuracy": m.accuracy_score(label, said, **w),
              "auc": m.roc_auc_score(label, p, multi_class="ovr", average="macro", labels=classes, **w),
              "balanced_accuracy": m.balanced_accuracy_score(label, said, **w),
              "macro_f1": m.f1_score(label, said, average="macro", **w),
              "weighted_f1": m.f1_score(label, said, average="weighted", **w),
              "kappa": m.cohen_kappa_score(label, said, **w), "majority": majority(label)}
    if len(classes) > 10:
        scores["top3_accuracy"] = m.top_k_accuracy_score(label, z, k=3, labels=classes, **w)
    return scores

def regression():
    scale, t = np.array(data["scale"]), y.reshape(z.shape)
    own = dict(w, multioutput="raw_values") # each target's, in its scale, then the mean over them
    squared = m.mean_squared_error(t, z, **own)
    return {"loss": (squared / scale ** 2).mean(), "rmse": (squared ** 0.5 / scale).mean() * data["unit"],
            "mae": (m.mean_absolute_error(t, z, **own) / scale).mean() * data["unit"],
            "r2": m.r2_score(t, z, multioutput="uniform_average", **w),
            "median_error": (m.median_absolute_error(t, z, **own) / scale).mean() * data["unit"]}

print(json.dumps({"binary": binary, "multi-class": multi_class, "regression": regression}[data["task"]]()))
)py";

Task taskOf(const QString& kind, int classes)
{
    if (kind == "regression")
        return {TaskKind::Regression, {}, {{"speed", "m/s", 350, 12}}};
    if (kind == "two targets")
        return {TaskKind::Regression, {}, {{"speed", "m/s", 350, 12}, {"force", "", -0.5, 0.01}}};
    Task task{kind == "binary" ? TaskKind::Binary : TaskKind::MultiClass};
    for (int i = 0; task.kind == TaskKind::MultiClass && i < classes; ++i)
        task.classes.push_back("c" + std::to_string(i));
    return task;
}

} // namespace

class SklearnTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void scoresAreScikitLearns_data();
    void scoresAreScikitLearns();

private:
    QByteArray python(const QStringList& arguments)
    {
        QProcess process;
        process.start("/usr/bin/python3", arguments);
        process.waitForFinished(120'000);
        m_errors = process.readAllStandardError();
        return process.readAllStandardOutput();
    }
    QByteArray m_errors;
};

void SklearnTest::initTestCase()
{
    if (python({"-c", "import sklearn; print(sklearn.__version__)"}).trimmed().isEmpty())
        QSKIP(qPrintable("scikit-learn is not here (Debian's python3-sklearn): " + m_errors.right(200)));
}

void SklearnTest::scoresAreScikitLearns_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("classes");
    QTest::addColumn<int>("rows");
    QTest::addColumn<bool>("weighted");
    const auto row = [](const char* name, const char* kind, int classes, int rows) {
        QTest::newRow(name) << kind << classes << rows << false;
        QTest::addRow("%s, weighted", name) << kind << classes << rows << true;
    };
    row("binary", "binary", 2, 5000);
    row("binary, few", "binary", 2, 20);
    row("3 classes", "multi-class", 3, 4000);
    row("12 classes", "multi-class", 12, 4000);
    row("100 classes", "multi-class", 100, 5000);
    row("regression", "regression", 0, 5001);
    row("two targets", "two targets", 0, 3001);
    row("regression, even", "regression", 0, 30);
}

void SklearnTest::scoresAreScikitLearns()
{
    QFETCH(QString, kind);
    QFETCH(int, classes);
    QFETCH(int, rows);
    QFETCH(bool, weighted);
    const Task task = taskOf(kind, classes);
    const int width = outputsOf(task);
    Rng rng(17, Purpose::SimulatedFeature);
    std::vector<float> outputs, targets, weights;
    nlohmann::json data = {{"task", infoOf(task).name}, {"outputs", nlohmann::json::array()}};
    for (const Target& target : task.targets)
        data["scale"].push_back(target.scale);
    data["unit"] = width == 1 && classes == 0 ? task.targets.front().scale : 1; // of one target scores are in its unit
    for (int i = 0; i < rows; ++i) {
        // Each class occurs; the rest is drawn, the lower ones more often.
        const int actual = i < classes ? i : static_cast<int>(classes * rng.uniform() * rng.uniform());
        if (classes > 0)
            targets.push_back(static_cast<float>(actual));
        if (weighted)
            weights.push_back(static_cast<float>(0.01 + 3 * rng.uniform() * rng.uniform()));
        nlohmann::json row = nlohmann::json::array();
        for (int k = 0; k < width; ++k) {
            const double known = width == 1 ? 2 * actual - 1 : 2 * (k == actual ? 1 : 0);
            const Target target = classes > 0 ? Target{} : task.targets[static_cast<std::size_t>(k)];
            const double value = target.mean + target.scale * rng.normal();
            if (classes == 0)
                targets.push_back(static_cast<float>(value));
            outputs.push_back(
                static_cast<float>(classes > 0 ? known + rng.normal() : value + 0.4 * target.scale * rng.normal()));
            row.push_back(outputs.back());
        }
        data["outputs"].push_back(std::move(row));
    }
    data["targets"] = targets;
    data["weights"] = weights;
    QTemporaryDir folder;
    QFile file(folder.filePath("outputs.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(data.dump()));
    file.close();
    const auto expected =
        nlohmann::json::parse(python({"-c", kScoring, file.fileName()}).toStdString(), nullptr, false);
    QVERIFY2(expected.is_object(), m_errors.constData());

    const auto scores = makeScores(task, KeepOutputs::All);
    scores->add(outputs, targets, weights);
    const ScoreTable table = scores->table();
    QCOMPARE(table.size(), expected.size());
    for (const ScoreRow& row : table) {
        const double theirs = expected.at(row.kind->name).get<double>();
        QVERIFY2(std::abs(row.value - theirs) < 1e-6 * std::max(1.0, std::abs(theirs)),
                 qPrintable(QString("%1: %2 and scikit-learn %3")
                                .arg(QString::fromStdString(row.kind->name))
                                .arg(row.value, 0, 'g', 12)
                                .arg(theirs, 0, 'g', 12)));
    }
}

QTEST_GUILESS_MAIN(SklearnTest)
#include "tst_sklearn.moc"
