// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"
#include "kafka/Admin.h"
#include "kafka/ConnectionTest.h"
#include "kafka/Consumer.h"
#include "session/BrokerSetup.h"
#include "session/Ports.h"
#include "session/Processes.h"

#include <QElapsedTimer>
#include <QMetaType>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <csignal>
#include <fstream>

using namespace millrace;

Q_DECLARE_METATYPE(millrace::Connection)

/// A broker that asks for TLS and logins and checks rights: each fault is told as what it is.
class TestConnection : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase() { m_broker.signal(SIGKILL); }
    void faultsAreTold_data();
    void faultsAreTold();
    void goodConnectionsAreTold_data();
    void goodConnectionsAreTold();
    void missingRightsAreNamed();

private:
    enum Port { Plain, Sasl, Tls, SaslTls, Expired, Elsewhere, Controller, Closed, Count };
    [[nodiscard]] std::string path(const char* name) const
    {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }
    [[nodiscard]] std::string at(Port port) const { return "127.0.0.1:" + std::to_string(m_ports[port]); }
    void run(const QStringList& arguments);
    void makeCertificate(const QString& name, const QString& names, const QString& days);
    [[nodiscard]] std::string properties() const;
    [[nodiscard]] Connection login(Port port, const std::string& user, const std::string& password) const;
    [[nodiscard]] Connection tls(Port port, const std::string& ca = "ca.pem") const;

    QTemporaryDir m_folder;
    std::array<int, Count> m_ports{};
    ProcessHandle m_broker;
};

void TestConnection::run(const QStringList& arguments)
{
    QProcess openssl;
    openssl.setWorkingDirectory(m_folder.path());
    openssl.start("openssl", arguments);
    QVERIFY(openssl.waitForFinished(60000));
    QVERIFY2(openssl.exitCode() == 0, openssl.readAllStandardError());
}

void TestConnection::makeCertificate(const QString& name, const QString& names, const QString& days)
{
    run({"req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj",
         "/CN=" + name});
    std::ofstream(path((name + ".ext").toUtf8())) << "subjectAltName=" << names.toStdString() << "\n";
    run({"x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", days,
         "-extfile", name + ".ext", "-out", name + ".crt"});
    std::ofstream store(path((name + ".pem").toUtf8()));
    for (const char* part : {".key", ".crt"})
        store << readFile(path((name + part).toUtf8())).value_or("");
    store << readFile(path("ca.pem")).value_or("");
}

std::string TestConnection::properties() const
{
    const std::vector<std::pair<std::string, Port>> names = {{"PLAIN", Plain},     {"SASL", Sasl},
                                                             {"TLS", Tls},         {"SASLTLS", SaslTls},
                                                             {"EXPIRED", Expired}, {"ELSEWHERE", Elsewhere}};
    std::string listeners;
    for (const auto& [name, port] : names)
        listeners += (listeners.empty() ? "" : ",") + name + "://" + at(port);
    std::string text =
        "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@" + at(Controller) +
        "\nlisteners=" + listeners + ",CONTROLLER://" + at(Controller) + "\nadvertised.listeners=" + listeners +
        "\ninter.broker.listener.name=PLAIN\ncontroller.listener.names=CONTROLLER\n"
        "listener.security.protocol.map=PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL,EXPIRED:SSL,"
        "ELSEWHERE:SSL,CONTROLLER:PLAINTEXT\nsasl.enabled.mechanisms=PLAIN\n"
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
        "super.users=User:ANONYMOUS;User:alice\nssl.keystore.type=PEM\nssl.keystore.location=good.pem\n"
        "log.dirs=data\noffsets.topic.replication.factor=1\noffsets.topic.num.partitions=1\n"
        "group.initial.rebalance.delay.ms=0\n";
    for (const char* name : {"sasl", "sasltls"})
        text += std::string("listener.name.") + name +
                ".plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
                "user_alice=\"alice-secret\" user_bob=\"bob-secret\";\n";
    for (const std::string name : {"expired", "elsewhere"})
        text += "listener.name." + name + ".ssl.keystore.type=PEM\nlistener.name." + name +
                ".ssl.keystore.location=" + name + ".pem\n";
    return text;
}

void TestConnection::initTestCase()
{
    for (int& port : m_ports)
        port = anyFreePort();
    run({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj",
         "/CN=Test CA"});
    makeCertificate("good", "IP:127.0.0.1", "30");
    makeCertificate("expired", "IP:127.0.0.1", "-1");
    makeCertificate("elsewhere", "DNS:kafka.example", "30");
    const auto setup = BrokerSetup::find({}, m_folder.path().toStdString());
    QVERIFY(setup);
    const std::stop_source stop;
    const auto formatted = setup->formatData(m_folder.path().toStdString(), stop.get_token());
    QVERIFY2(formatted, formatted ? "" : describe(formatted.error()).c_str());
    std::ofstream(path("broker.properties")) << properties();
    std::vector<std::string> command = setup->brokerCommand();
    std::erase_if(command, [](const std::string& each) { return each.starts_with("-Dlog4j2.configurationFile"); });
    const auto pid = spawnProcess({command, m_folder.path().toStdString(), path("broker.log")});
    QVERIFY(pid);
    m_broker = ProcessHandle(*pid);
    bool ready = false;
    QElapsedTimer waited;
    for (waited.start(); !ready && waited.elapsed() < 60000;)
        ready = isReachable({at(Plain), {}}, std::chrono::milliseconds(1000));
    QVERIFY2(ready, readFile(path("broker.log")).value_or("").c_str());
    auto admin = Admin::open({at(Plain), {}});
    QVERIFY(admin);
    QVERIFY(admin->createTopic("orders", 1, false));
}

Connection TestConnection::login(Port port, const std::string& user, const std::string& password) const
{
    Connection connection = port == SaslTls ? tls(port) : Connection{at(port), {}};
    connection.properties["security.protocol"] = port == SaslTls || port == Tls ? "SASL_SSL" : "SASL_PLAINTEXT";
    if (port == Tls)
        connection.properties["ssl.ca.location"] = path("ca.pem");
    connection.properties["sasl.mechanism"] = "PLAIN";
    connection.properties["sasl.username"] = user;
    connection.properties["sasl.password"] = password;
    return connection;
}

Connection TestConnection::tls(Port port, const std::string& ca) const
{
    Connection connection{at(port), {{"security.protocol", "SSL"}}};
    if (!ca.empty())
        connection.properties["ssl.ca.location"] = path(ca.c_str());
    return connection;
}

void TestConnection::faultsAreTold_data()
{
    QTest::addColumn<Connection>("connection");
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("step");
    const auto add = [](const char* name, const Connection& connection, const char* words, const char* step) {
        QTest::newRow(name) << connection << words << step;
    };
    add("password", login(Sasl, "alice", "wrong"), "refuses the login: Invalid username or password", "login");
    add("password over TLS", login(SaslTls, "alice", "wrong"), "refuses the login", "login");
    Connection mechanism = login(Sasl, "alice", "alice-secret");
    mechanism.properties["sasl.mechanism"] = "SCRAM-SHA-512";
    add("mechanism", mechanism, "it offers PLAIN", "login");
    add("no CA", tls(Tls, ""), "of a CA that is not known here", "TLS");
    add("another CA", tls(Tls, "good.crt"), "of a CA that is not known here", "TLS");
    add("expired", tls(Expired), "has expired", "TLS");
    add("host name", tls(Elsewhere), "another host name than 127.0.0.1", "TLS");
    add("plain to TLS", {at(Tls), {}}, "expects TLS", "TLS");
    add("TLS to plain", tls(Plain), "speaks no TLS", "TLS");
    add("plain to SASL", {at(Sasl), {}}, "wants a login", "login");
    add("SASL to plain", login(Plain, "alice", "alice-secret"), "takes no login on this port", "login");
    add("SASL to TLS only", login(Tls, "alice", "alice-secret"), "takes no login on this port", "login");
    add("closed port", {at(Closed), {}}, "the port is closed", "port");
    add("name", {"no-such-host.invalid:9092", {}}, "the name does not resolve", "name");
}

void TestConnection::faultsAreTold()
{
    QFETCH(Connection, connection);
    QFETCH(QString, words);
    QFETCH(QString, step);
    QElapsedTimer timer;
    timer.start();
    auto admin = Admin::open(connection);
    QVERIFY(admin);
    const auto cluster = admin->cluster();
    QVERIFY(!cluster);
    const qint64 adminTook = timer.restart();
    const auto consumer = Consumer::assign(connection, {}, {{"orders", 0, -2}});
    QVERIFY(!consumer);
    qInfo("%s: admin %.1f s, consumer %.1f s", QTest::currentDataTag(), static_cast<double>(adminTook) / 1000,
          static_cast<double>(timer.elapsed()) / 1000);
    QVERIFY(adminTook < 60000); // against hanging
    for (const Error& error : {cluster.error(), consumer.error()}) {
        QVERIFY2(error.message.find(words.toStdString()) != std::string::npos, describe(error).c_str());
        QCOMPARE(error.code, ErrorCode::Unreachable);
        QVERIFY(!error.advice.empty());
        QVERIFY(describe(error).find("alice-secret") == std::string::npos);
        QCOMPARE(error.retriable, step == "name" || step == "port"); // a broker that starts is waited for
    }
    for (const ConnectionStep& each : testConnection(connection)) {
        const bool isBroken = each.name == step.toStdString();
        QCOMPARE(each.verdict == ConnectionStep::Verdict::Failed, isBroken);
        if (isBroken)
            QVERIFY2(each.found.find(words.toStdString()) != std::string::npos, each.found.c_str());
    }
}

void TestConnection::goodConnectionsAreTold_data()
{
    QTest::addColumn<Connection>("connection");
    QTest::newRow("plain") << Connection{at(Plain), {}};
    QTest::newRow("SASL") << login(Sasl, "alice", "alice-secret");
    QTest::newRow("TLS") << tls(Tls);
    QTest::newRow("SASL over TLS") << login(SaslTls, "alice", "alice-secret");
}

void TestConnection::goodConnectionsAreTold()
{
    QFETCH(Connection, connection);
    const auto steps = testConnection(connection);
    QCOMPARE(steps.size(), std::size_t{7});
    for (const ConnectionStep& each : steps)
        QVERIFY2(each.verdict != ConnectionStep::Verdict::Failed, (each.name + ": " + each.found).c_str());
    QVERIFY2(steps.back().found.starts_with("Kafka 4"), steps.back().found.c_str());
}

void TestConnection::missingRightsAreNamed()
{
    auto admin = Admin::open(login(Sasl, "bob", "bob-secret"));
    QVERIFY(admin);
    const auto topic = admin->topic("orders");
    QVERIFY(!topic);
    QVERIFY2(topic.error().message.find("the right DESCRIBE on topic orders is missing") != std::string::npos,
             describe(topic.error()).c_str());
    const auto made = admin->createTopic("mine", 1, false);
    QVERIFY(!made);
    QVERIFY2(made.error().message.find("the right CREATE on topic mine is missing") != std::string::npos,
             describe(made.error()).c_str());
}

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
