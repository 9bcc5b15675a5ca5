// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"
#include "session/BrokerFiles.h"
#include "session/LocalCluster.h"
#include "session/Ports.h"
#include "session/Processes.h"
#include "session/Session.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <unistd.h>

using namespace millrace;

class TestClusterFiles : public QObject
{
    Q_OBJECT

private slots:
    void recordSurvivesTheFile();
    void recordRefusesNonsense_data();
    void recordRefusesNonsense();
    void recycledPidIsNotAlive();
    void choosesPorts();
    void namesThePortsHolder();
    void findsJars();
    void findsTheCauseInALog();
    void identitiesDiffer();
    void aFileIsNoHome();
};

void TestClusterFiles::aFileIsNoHome()
{
    const QTemporaryDir folder;
    const std::filesystem::path there = folder.path().toStdString();
    SessionOptions options;
    options.home = there;
    QVERIFY(checkHome(options));
    options.home = there / "not yet";
    QVERIFY(checkHome(options));
    options.home = there / "some.csv";
    QVERIFY(writeFileAtomically(options.home, "1,2\n"));
    const Status refused = checkHome(options);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find(options.home.string() + " is a file") != std::string::npos,
             refused.error().message.c_str());
}

void TestClusterFiles::recordSurvivesTheFile()
{
    const BrokerRecord record{4711, 123456789, 9092, 20001, "4.4.0", true, 4700, 4712, false};
    const auto read = parseBrokerRecord(toText(record));
    QVERIFY(read.has_value());
    QVERIFY(*read == record);
}

void TestClusterFiles::recordRefusesNonsense_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("torn") << QByteArray(R"({"pid": 12, "star)");
    QTest::newRow("other type") << QByteArray(R"({"pid": "twelve"})");
    QTest::newRow("list") << QByteArray("[]");
    QTest::newRow("no process") << QByteArray::fromStdString(toText({0, 0, 9092, 1, "4.4.0"}));
    QTest::newRow("no port") << QByteArray::fromStdString(toText({1, 0, 0, 1, "4.4.0"}));
}

void TestClusterFiles::recordRefusesNonsense()
{
    QFETCH(QByteArray, text);
    const auto read = parseBrokerRecord(text.toStdString());
    QVERIFY(!read.has_value());
    QVERIFY(read.error().code == ErrorCode::BadData);
    QVERIFY(!read.error().message.empty());
}

void TestClusterFiles::recycledPidIsNotAlive()
{
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("state.json").toStdString();
    QVERIFY(!livingBroker(file));
    BrokerRecord record{::getpid(), *processStartTime(::getpid()), 9092, 20001, "4.4.0"};
    QVERIFY(writeFileAtomically(file, toText(record)).has_value());
    QVERIFY(livingBroker(file).has_value());
    ++record.startTime;
    QVERIFY(writeFileAtomically(file, toText(record)).has_value());
    QVERIFY(!livingBroker(file));
}

void TestClusterFiles::choosesPorts()
{
    QCOMPARE(choosePort(12345), 12345);
    QCOMPARE(choosePort(12345, 12346), 12345);
    const int before = anyFreePort();
    QCOMPARE(choosePort(0, before), before);
    const int usual = choosePort(0);
    QVERIFY(usual == 9092 || !isPortFree(9092));
    int firstEphemeral = 32768;
    std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> firstEphemeral;
    for (int i = 0; i < 50; ++i) {
        const int port = anyFreePort();
        QVERIFY(port >= 1024 && port < firstEphemeral);
        QVERIFY(isPortFree(port));
        QVERIFY(!isListening(::getpid(), port));
    }
}

void TestClusterFiles::namesThePortsHolder()
{
    QVERIFY(!portHolder(anyFreePort()));
}

void TestClusterFiles::findsJars()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    QVERIFY(!findKafkaJars(root).has_value());
    QVERIFY(findKafkaJars(root).error().message.find(root.string()) != std::string::npos);
    std::filesystem::create_directories(root / "libs");
    for (const char* name : {"kafka-clients-4.4.0.jar", "kafka_2.13-4.4.0-scaladoc.jar"})
        QVERIFY(writeFileAtomically(root / "libs" / name, "").has_value());
    QVERIFY(!findKafkaJars(root).has_value());
    QVERIFY(writeFileAtomically(root / "libs" / "kafka_2.13-4.4.0.jar", "").has_value());
    QCOMPARE(QString::fromStdString(findKafkaJars(root)->string()), folder.filePath("libs"));
    QCOMPARE(QString::fromStdString(findKafkaJars(root / "libs")->string()), folder.filePath("libs"));
    QCOMPARE(kafkaVersionOf(root / "libs"), std::string("4.4.0"));
    QCOMPARE(kafkaVersionOf(root), std::string());

    const QByteArray before = qgetenv("MILLRACE_KAFKA_HOME");
    qputenv("MILLRACE_KAFKA_HOME", folder.path().toUtf8());
    QCOMPARE(QString::fromStdString(findKafkaJars({})->string()), folder.filePath("libs"));
    qputenv("MILLRACE_KAFKA_HOME", before);
}

void TestClusterFiles::findsTheCauseInALog()
{
    QCOMPARE(causeIn(""), std::string());
    QCOMPARE(causeIn("one\ntwo"), std::string("two"));
    QCOMPARE(causeIn("2026-01-01 INFO  all well (Server)"), std::string()); // killed from outside
    const std::string cause = causeIn("2026-01-01 INFO  all well (Server)\n"
                                      "2026-01-01 ERROR Exiting Kafka due to fatal exception (Kafka$)\n"
                                      "java.lang.RuntimeException: outer\n\tat a.b\n"
                                      "Caused by: java.io.IOException: No space left on device\n\t... 3 more\n"
                                      "2026-01-01 INFO  shutting down (Server)\n");
    QCOMPARE(cause, std::string("2026-01-01 ERROR Exiting Kafka due to fatal exception (Kafka$) | "
                                "Caused by: java.io.IOException: No space left on device"));
}

void TestClusterFiles::identitiesDiffer()
{
    QVERIFY(metaProperties() != metaProperties());
    QVERIFY(metaProperties().find("cluster.id=") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestClusterFiles)
#include "tst_clusterfiles.moc"
