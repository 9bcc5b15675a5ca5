// SPDX-License-Identifier: GPL-3.0-or-later
// An epoch of the tutorial's network from Kafka beside what people use instead: the same topic, the same broker, in
// turns, the quicker of two epochs each, medians of the ratios of the rounds. Never fails on a time.
//
// MILLRACE_TENSORFLOW_PYTHON names a Python that has tensorflow-io, MILLRACE_KAFKA_OLD a folder with the jars of a
// broker older than Kafka 4, which it needs; without them that peer is left out.
#include "broker/TestCluster.h"
#include "session/Session.h"

#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace millrace;

namespace
{

constexpr int kRecords = 60000, kRounds = 3;
constexpr auto kTopic = "peers";
const QString kPeers = QStringLiteral(MILLRACE_SOURCE_DIR "/tests/bench/peers/");

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// The quickest epoch but the first, of a peer's output of seconds by line; −1 when it failed.
double peerEpoch(const QString& python, const QString& script, const std::string& broker, int epochs)
{
    QProcess process;
    process.start(python, {kPeers + script, QString::fromStdString(broker), kTopic, QString::number(kRecords),
                           QString::number(epochs)});
    if (!process.waitForFinished(300'000) || process.exitCode() != 0) {
        qWarning("%s", process.readAllStandardError().constData());
        return -1;
    }
    double best = -1;
    const QList<QByteArray> lines = process.readAllStandardOutput().split('\n');
    for (int epoch = epochs > 1 ? 1 : 0; epoch < epochs; ++epoch)
        if (const double seconds = lines.value(epoch).toDouble(); best < 0 || seconds < best)
            best = seconds;
    return best;
}

double ownEpoch(Session& session)
{
    auto job = session.start("train", {{"topic", kTopic}, {"epochs", 3}});
    if (!job || !QTest::qWaitFor([&] { return !(*job)->isLive(); }, 120'000) || (*job)->state() != Job::State::Done)
        return -1;
    const nlohmann::json epochs = (*job)->result()["per_epoch"];
    return std::min(epochs[1]["seconds"].get<double>(), epochs[2]["seconds"].get<double>());
}

} // namespace

class PeersBench : public QObject
{
    Q_OBJECT
private slots:
    void besideTheCarefulPythonLoop();
    void besideTensorflowIo();

private:
    void compare(const std::string& kafkaHome, const QString& python, const QString& script, int rounds, int epochs);
};

void PeersBench::compare(const std::string& kafkaHome, const QString& python, const QString& script, int rounds,
                         int epochs)
{
    QTemporaryDir home;
    SessionOptions options;
    options.home = home.path().toStdString();
    options.kafkaHome = kafkaHome;
    Session session(options);
    auto simulated = session.start("simulate", {{"profile", "susy"}, {"topic", kTopic}, {"rows", kRecords}});
    QVERIFY2(simulated, simulated ? "" : describe(simulated.error()).c_str());
    QVERIFY(QTest::qWaitFor([&] { return !(*simulated)->isLive(); }, 120'000));
    QVERIFY2((*simulated)->state() == Job::State::Done, describe((*simulated)->error()).c_str());
    const std::string broker = session.connection().brokers;
    std::vector<double> own, peer, ratios;
    for (int round = 0; round < rounds; ++round) {
        own.push_back(ownEpoch(session));
        peer.push_back(peerEpoch(python, script, broker, epochs));
        QVERIFY(own.back() > 0 && peer.back() > 0);
        ratios.push_back(peer.back() / own.back());
    }
    std::printf("%s: an epoch takes %.3f s, Millrace's %.3f s; ratio %.1f (%.1f to %.1f in %d rounds)\n",
                qPrintable(script), median(peer), median(own), median(ratios), std::ranges::min(ratios),
                std::ranges::max(ratios), rounds);
}

void PeersBench::besideTheCarefulPythonLoop()
{
    QProcess python;
    python.start("/usr/bin/python3", {"-c", "import torch, numpy, confluent_kafka"});
    if (!python.waitForFinished(60'000) || python.exitCode() != 0)
        QSKIP("python3-torch or python3-confluent-kafka is not installed");
    compare({}, "/usr/bin/python3", "careful.py", kRounds, 3);
}

void PeersBench::besideTensorflowIo()
{
    const QString python = qEnvironmentVariable("MILLRACE_TENSORFLOW_PYTHON");
    const QString kafka = qEnvironmentVariable("MILLRACE_KAFKA_OLD");
    if (python.isEmpty() || kafka.isEmpty())
        QSKIP("MILLRACE_TENSORFLOW_PYTHON and MILLRACE_KAFKA_OLD are not set: see tests/bench/README.md");
    compare(kafka.toStdString(), python, "tensorflow_io.py", 2, 2);
}

QTEST_GUILESS_MAIN(PeersBench)
#include "tst_peers.moc"
