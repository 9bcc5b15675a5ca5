// SPDX-License-Identifier: GPL-3.0-or-later
// Members of a group that are not ours, and share partitions in another way: what a reader of ours is told then, and
// what is known of who reads.
#include "Waiting.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Consumer.h"
#include "kafka/Producer.h"

#include <QFileInfo>
#include <QProcess>

using namespace millrace;

namespace
{

constexpr auto kNeighbourTopic = "shared";
constexpr auto kNeighbourTools = MILLRACE_SOURCE_DIR "/build/kafka-tools";

/// Joins and says so.
constexpr const char* kCooperative = R"py(
import sys
from confluent_kafka import Consumer
consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": sys.argv[3],
                     "partition.assignment.strategy": "cooperative-sticky"})
consumer.subscribe([sys.argv[2]], on_assign=lambda c, p: print("joined", flush=True))
while True:
    consumer.poll(0.1)
)py";

} // namespace

class NeighboursTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QVERIFY2(m_cluster.start(), m_cluster.error());
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin && admin->createTopic(kNeighbourTopic, 1, true));
        auto producer = Producer::open(m_cluster.connection(), kNeighbourTopic, 1);
        QVERIFY(producer);
        for (int i = 0; i < 100; ++i)
            QVERIFY(producer->send("0.0", "1.5,2.5", 0, {}, {}));
        QVERIFY(producer->flush({}));
    }

    void cooperativeNeighboursGetAdvice()
    {
        if (QProcess::execute("/usr/bin/python3", {"-c", "import confluent_kafka"}) != 0)
            QSKIP("confluent_kafka is missing: apt install python3-confluent-kafka");
        QProcess neighbour;
        neighbour.start("/usr/bin/python3", {"-c", kCooperative, QString::fromStdString(m_cluster.connection().brokers),
                                             kNeighbourTopic, "cooperative"});
        QVERIFY(QTest::qWaitFor([&] { return neighbour.readAllStandardOutput().contains("joined"); }, 60000));
        const Error error = joinAs("cooperative");
        neighbour.kill();
        QVERIFY(neighbour.waitForFinished());
        QCOMPARE(error.code, ErrorCode::Usage); // nothing that is tried again
        QVERIFY2(error.advice.find("cooperative-sticky") != std::string::npos, describe(error).c_str());
        QVERIFY2(error.message.find("group cooperative") != std::string::npos, describe(error).c_str());
    }

    /// Who reads in a group of the newer protocol (KIP-848) is not known, which is not "nobody".
    void membersOfTheNewerProtocolAreUnknown()
    {
        const auto java = findJava();
        if (!java || !QFileInfo::exists(kNeighbourTools))
            QSKIP("Java or Kafka's console tools are missing: packaging/test.sh brings them");
        QProcess neighbour;
        neighbour.start(QString::fromStdString(java->string()),
                        {"-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", QString(kNeighbourTools) + "/*",
                         "org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server",
                         QString::fromStdString(m_cluster.connection().brokers), "--topic", kNeighbourTopic, "--group",
                         "newer", "--from-beginning", "--consumer-property", "group.protocol=consumer",
                         "--consumer-property", "auto.commit.interval.ms=100"});
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin);
        std::vector<GroupLagRow> rows;
        const auto hasCommitted = [&] {
            if (const auto found = admin->groupLag("newer"))
                rows = *found;
            return rows.size() == 1 && rows[0].currentOffset == 100;
        };
        QVERIFY2(QTest::qWaitFor(hasCommitted, 60000), neighbour.readAllStandardError().constData());
        QVERIFY(!rows[0].membersKnown && rows[0].consumerId.empty());
        neighbour.kill();
        QVERIFY(neighbour.waitForFinished());
    }

private:
    /// What a reader of ours is told that joins the group.
    Error joinAs(const std::string& group)
    {
        struct : ConsumerEvents {
            void onMessage(const MessageView&) override {}
        } nothing;
        ConsumerOptions options;
        options.groupId = group;
        auto consumer = Consumer::subscribe(m_cluster.connection(), options, kNeighbourTopic);
        std::optional<Error> error;
        (void)QTest::qWaitFor(
            [&] {
                if (const auto polled = consumer->poll(std::chrono::milliseconds(100), 10, nothing); !polled)
                    error = polled.error();
                return error.has_value();
            },
            kPatience);
        return error.value_or(Error{});
    }

    TestCluster m_cluster;
};

QTEST_GUILESS_MAIN(NeighboursTest)
#include "tst_neighbours.moc"
