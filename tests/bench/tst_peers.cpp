// SPDX-License-Identifier: GPL-3.0-or-later
// An epoch of the tutorial's network from Kafka beside what people use instead: the same topic, the same broker, round
// after round in turns. Prints the ratio of the medians and never fails on a time.
//
// tensorflow-io needs a broker older than Kafka 4: MILLRACE_OLD_BROKER names one (HOST:PORT), whose topic
// "millrace-peers" is made anew, and MILLRACE_TENSORFLOW_PYTHON the Python that has tensorflow-io.
#include "Figures.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "session/Session.h"

#include <QProcess>
#include <QTest>

using namespace millrace;

namespace
{

constexpr int kRecords = 60'000, kRounds = 5, kEpochs = 3, kWait = 300'000; ///< milliseconds
constexpr int kCopies = 40;                                                 ///< of the Electricity stream in one topic
constexpr const char* kTopic = "millrace-peers";
const QString kDebiansPython = QStringLiteral("/usr/bin/python3");

/// The quickest epoch but the first, which starts up.
double quickest(const std::vector<double>& epochs)
{
    return epochs.size() == kEpochs ? std::min(epochs[1], epochs[2]) : NAN;
}

/// What a peer prints, a number a line; none when it failed.
std::vector<double> peerFigures(const QString& python, const QString& script, const QStringList& arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("PYTHONPATH", QStringLiteral(MILLRACE_SOURCE_DIR) + "/build/river");
    process.setProcessEnvironment(environment);
    process.start(python, QStringList{QStringLiteral(MILLRACE_SOURCE_DIR "/tests/bench/peers/") + script} + arguments);
    if (!process.waitForFinished(kWait) || process.exitCode() != 0)
        qWarning("%s", process.readAllStandardError().constData());
    std::vector<double> figures;
    for (const QByteArray& line : process.readAllStandardOutput().trimmed().split('\n'))
        if (!line.isEmpty())
            figures.push_back(line.toDouble());
    return figures;
}

/// NaN when it failed.
double peerEpoch(const QString& python, const QString& script, const std::string& brokers)
{
    return quickest(
        peerFigures(python, script,
                    {QString::fromStdString(brokers), kTopic, QString::number(kRecords), QString::number(kEpochs)}));
}

nlohmann::json resultOf(Session& session, const std::string& kind, const nlohmann::json& section)
{
    const auto job = session.start(kind, section);
    if (!job || !QTest::qWaitFor([&] { return !(*job)->isLive(); }, kWait) || (*job)->state() != Job::State::Done) {
        qWarning("%s", describe(job ? (*job)->error() : job.error()).c_str());
        return {};
    }
    return (*job)->result();
}

/// NaN when it failed.
double ownEpoch(Session& session)
{
    std::vector<double> epochs;
    const nlohmann::json result = resultOf(session, "train", {{"topic", kTopic}, {"epochs", kEpochs}});
    for (const auto& epoch : result.value("per_epoch", nlohmann::json::array()))
        epochs.push_back(epoch["seconds"].get<double>());
    return quickest(epochs);
}

bool canImport(const QString& python, const QString& modules)
{
    QProcess process;
    process.start(python, {"-c", "import " + modules});
    return process.waitForFinished(kWait) && process.exitCode() == 0;
}

} // namespace

class PeersBench : public QObject
{
    Q_OBJECT
private slots:
    void besideTheCarefulPythonLoop();
    void besideTensorflowIo();
    void besideRiverRecordByRecord();

private:
    void compare(const Connection& connection, const QString& python, const QString& script);
};

void PeersBench::compare(const Connection& connection, const QString& python, const QString& script)
{
    auto admin = Admin::open(connection);
    QVERIFY(admin && admin->createTopic(kTopic, 1, true));
    QTemporaryDir home;
    SessionOptions options;
    options.home = home.path().toStdString();
    options.brokers = connection.brokers;
    Session session(options);
    QVERIFY(!resultOf(session, "simulate", {{"topic", kTopic}, {"rows", kRecords}}).empty());
    std::vector<double> own, peer, ratios;
    for (int round = 0; round < kRounds; ++round) {
        const bool ownFirst = round % 2 == 0;
        if (ownFirst)
            own.push_back(ownEpoch(session));
        peer.push_back(peerEpoch(python, script, connection.brokers));
        if (!ownFirst)
            own.push_back(ownEpoch(session));
        ratios.push_back(peer.back() / own.back());
        QVERIFY2(ratios.back() > 0, "one of the two failed");
    }
    printFigures({{"peer", script.toStdString()},
                  {"peer_epoch_seconds", quantile(peer, 0.5)},
                  {"millrace_epoch_seconds", quantile(own, 0.5)},
                  {"peer_over_millrace", quantile(peer, 0.5) / quantile(own, 0.5)},
                  {"peer_over_millrace_least", quantile(ratios, 0)},
                  {"peer_over_millrace_most", quantile(ratios, 1)},
                  {"rounds", kRounds}});
}

void PeersBench::besideTheCarefulPythonLoop()
{
    if (!canImport(kDebiansPython, "numpy, torch, confluent_kafka"))
        QSKIP("python3-torch and python3-confluent-kafka are not installed");
    TestCluster cluster;
    QVERIFY2(cluster.start(), cluster.error());
    compare(cluster.connection(), kDebiansPython, "careful.py");
}

void PeersBench::besideTensorflowIo()
{
    const QByteArray broker = qgetenv("MILLRACE_OLD_BROKER");
    const QString python = qEnvironmentVariable("MILLRACE_TENSORFLOW_PYTHON");
    if (broker.isEmpty() || python.isEmpty())
        QSKIP("MILLRACE_OLD_BROKER and MILLRACE_TENSORFLOW_PYTHON are not set");
    if (!canImport(python, "tensorflow_io"))
        QSKIP("The Python of MILLRACE_TENSORFLOW_PYTHON has no tensorflow_io");
    compare({broker.toStdString(), {}}, python, "tfio_tutorial.py");
}

/// Everything that an online run keeps is on; River has its rows in memory and keeps nothing.
void PeersBench::besideRiverRecordByRecord()
{
    const QString data = QStringLiteral(MILLRACE_SOURCE_DIR) + "/../shared/data/elec.csv";
    if (!QFile::exists(data))
        QSKIP("the Electricity stream is not here");
    if (peerFigures(kDebiansPython, "river_logistic.py", {data, "1"}).empty())
        QSKIP("River is not in build/river (packaging/test.sh fetches it)");
    TestCluster cluster;
    QVERIFY2(cluster.start(), cluster.error());
    QTemporaryDir home;
    SessionOptions options;
    options.home = home.path().toStdString();
    options.brokers = cluster.connection().brokers;
    Session session(options);
    for (int copy = 0; copy < kCopies; ++copy)
        QVERIFY(!resultOf(session, "publish",
                          {{"file", data.toStdString()}, {"topic", kTopic}, {"order", "file"}, {"existing", "append"}})
                     .empty());
    std::vector<double> own, peer, ratios;
    for (int round = 0; round < kRounds; ++round) {
        const nlohmann::json result = resultOf(session, "online",
                                               {{"topic", kTopic},
                                                {"group", "peers-" + std::to_string(round)},
                                                {"preset", "logistic"},
                                                {"optimizer", {{"kind", "sgd"}, {"learning-rate", 0.01}}},
                                                {"records", 1},
                                                {"batch", 1},
                                                {"shuffle", 0},
                                                {"epochs", 1}});
        QVERIFY(!result.empty());
        own.push_back(result["learning_records_per_second"].get<double>());
        peer.push_back(peerFigures(kDebiansPython, "river_logistic.py", {data, "10"}).front());
        ratios.push_back(own.back() / peer.back());
    }
    printFigures({{"river_records_per_second", quantile(peer, 0.5)},
                  {"millrace_records_per_second", quantile(own, 0.5)},
                  {"millrace_over_river", quantile(ratios, 0.5)},
                  {"millrace_over_river_least", quantile(ratios, 0)},
                  {"millrace_over_river_most", quantile(ratios, 1)},
                  {"rounds", kRounds}});
}

QTEST_GUILESS_MAIN(PeersBench)
#include "tst_peers.moc"
