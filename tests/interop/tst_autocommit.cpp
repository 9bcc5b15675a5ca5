// SPDX-License-Identifier: GPL-3.0-or-later
// The negative control of tst_resume and of chaos/: the same count of records, by a consumer that commits by itself.
// What librdkafka's auto-commit commits is what was handed over, not what was done with it, so a kill loses records or
// does them twice. Were nothing lost here, the tests that find nothing lost in Millrace would prove little.
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"

#include <QProcess>
#include <QSet>

using namespace millrace;

namespace
{

constexpr int kRows = 2000, kHanded = 1000, kDone = 300;
constexpr auto kTopic = "auto";

/// Takes kHanded records, does kDone of them (a line with the row for each), and dies: with "early" once the automatic
/// commit has come. With "rest" it does all that it gets. Its static membership spares the second process the wait
/// until the first one's session is over.
constexpr const char* kProgram = R"py(
import os, signal, sys
from confluent_kafka import Consumer, KafkaError
brokers, topic, group, mode, handed, done = sys.argv[1:]
committed = 0

def on_commit(error, partitions):
    global committed
    committed = max([committed] + [p.offset for p in partitions])

def do(message):
    print(dict(message.headers())["row"].decode())

consumer = Consumer({
    "bootstrap.servers": brokers, "group.id": group, "group.instance.id": "one", "auto.offset.reset": "earliest",
    "enable.auto.commit": True, "auto.commit.interval.ms": 100 if mode == "early" else 3600000,
    "enable.partition.eof": True, "on_commit": on_commit})
consumer.subscribe([topic])
if mode == "rest":
    while True:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            if message.error().code() == KafkaError._PARTITION_EOF:
                break
            sys.exit(str(message.error()))
        do(message)
    sys.stdout.flush()
else:
    batch = []
    while len(batch) < int(handed):
        batch += [m for m in consumer.consume(int(handed) - len(batch), 1.0) if not m.error()]
    for message in batch[:int(done)]:
        do(message)
    sys.stdout.flush()
    while mode == "early" and committed < int(handed):
        consumer.poll(0.1)
    os.kill(os.getpid(), signal.SIGKILL)
)py";

} // namespace

class AutoCommitTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void losesOrRepeats_data();
    void losesOrRepeats();

private:
    /// The rows that the program says it did.
    QList<int> rowsDone(const QString& mode, QProcess::ExitStatus expected)
    {
        QProcess process;
        process.start("/usr/bin/python3", {"-c", kProgram, QString::fromStdString(m_cluster.connection().brokers),
                                           kTopic, m_group, mode, QString::number(kHanded), QString::number(kDone)});
        QList<int> rows;
        if (!process.waitForFinished(60000) || process.exitStatus() != expected ||
            (expected == QProcess::NormalExit && process.exitCode() != 0)) {
            QTest::qFail(process.readAllStandardError().constData(), __FILE__, __LINE__);
            return rows;
        }
        for (const QByteArray& line : process.readAllStandardOutput().split('\n'))
            if (!line.isEmpty())
                rows += line.toInt();
        return rows;
    }

    TestCluster m_cluster;
    QString m_group;
};

void AutoCommitTest::initTestCase()
{
    if (QProcess::execute("/usr/bin/python3", {"-c", "import confluent_kafka"}) != 0)
        QSKIP("confluent_kafka is missing: apt install python3-confluent-kafka");
    QVERIFY2(m_cluster.start(), m_cluster.error());
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->createTopic(kTopic, 1, true));
    auto producer = Producer::open(m_cluster.connection(), kTopic, 1);
    QVERIFY(producer);
    for (int i = 0; i < kRows; ++i)
        QVERIFY(producer->send("0.0", "1.5,2.5", 0, std::vector<MessageHeader>{{"row", std::to_string(i)}}, {}));
    QVERIFY(producer->flush({}));
}

void AutoCommitTest::losesOrRepeats_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<bool>("loses");
    QTest::newRow("committed before it was done") << "early" << true;
    QTest::newRow("done before it was committed") << "late" << false;
}

void AutoCommitTest::losesOrRepeats()
{
    QFETCH(const QString, mode);
    QFETCH(const bool, loses);
    m_group = mode;
    QList<int> rows = rowsDone(mode, QProcess::CrashExit);
    QCOMPARE(rows.size(), kDone);
    rows += rowsDone("rest", QProcess::NormalExit);
    const auto different = QSet<int>(rows.begin(), rows.end()).size();
    const auto lost = kRows - different, repeated = rows.size() - different;
    qInfo("%s: %lld of %d lost, %lld repeated", qPrintable(mode), static_cast<long long>(lost), kRows,
          static_cast<long long>(repeated));
    QVERIFY(lost + repeated > 0);
    if (loses)
        QVERIFY(lost >= kHanded - kDone);
    else
        QCOMPARE(repeated, kDone);
}

QTEST_GUILESS_MAIN(AutoCommitTest)
#include "tst_autocommit.moc"
