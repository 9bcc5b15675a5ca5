// SPDX-License-Identifier: GPL-3.0-or-later
#include "broker/SecureBroker.h"
#include "kafka/ConnectionTest.h"
#include "kafka/Consumer.h"
#include "kafka/Producer.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QMetaType>
#include <QProcess>

using namespace millrace;

Q_DECLARE_METATYPE(millrace::Connection)

/// A broker that asks for TLS and logins and checks rights: each fault is told as what it is.
class TestConnection : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void faultsAreTold_data();
    void faultsAreTold();
    void goodConnectionsAreTold_data();
    void goodConnectionsAreTold();
    void scramLogsIn_data();
    void scramLogsIn();
    void tlsFilesAreChecked_data();
    void tlsFilesAreChecked();
    void missingRightsAreNamed();

private:
    SecureBroker m_broker;
};

void TestConnection::initTestCase()
{
    QVERIFY2(m_broker.start(), m_broker.log().c_str());
    auto admin = Admin::open({m_broker.at(SecureBroker::Plain), {}});
    QVERIFY(admin);
    QVERIFY(admin->createTopic("orders", 1, false));
    if (kafkaClientFaults().empty())
        QVERIFY(m_broker.addScramUser("scram", "scram-secret"));
}

void TestConnection::faultsAreTold_data()
{
    QTest::addColumn<Connection>("connection");
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("step");
    const auto add = [](const char* name, const Connection& connection, const char* words, const char* step) {
        QTest::newRow(name) << connection << words << step;
    };
    add("password", m_broker.login(SecureBroker::Sasl, "alice", "wrong"),
        "refuses the login: Invalid username or password", "login");
    add("password over TLS", m_broker.login(SecureBroker::SaslTls, "alice", "wrong"), "refuses the login", "login");
    Connection mechanism = m_broker.login(SecureBroker::SaslTls, "alice", "alice-secret");
    mechanism.properties["sasl.mechanism"] = "SCRAM-SHA-512";
    add("mechanism", mechanism, "it offers PLAIN", "login");
    add("no CA", m_broker.tls(SecureBroker::Tls, ""), "of a CA that is not known here", "TLS");
    add("another CA", m_broker.tls(SecureBroker::Tls, "good.crt"), "of a CA that is not known here", "TLS");
    add("expired", m_broker.tls(SecureBroker::Expired), "has expired", "TLS");
    add("host name", m_broker.tls(SecureBroker::Elsewhere), "another host name than 127.0.0.1", "TLS");
    add("plain to TLS", {m_broker.at(SecureBroker::Tls), {}}, "expects TLS", "TLS");
    add("TLS to plain", m_broker.tls(SecureBroker::Plain), "speaks no TLS", "TLS");
    add("plain to SASL", {m_broker.at(SecureBroker::Sasl), {}}, "wants a login", "login");
    add("SASL to plain", m_broker.login(SecureBroker::Plain, "alice", "alice-secret"), "takes no login on this port",
        "login");
    add("SASL to TLS only", m_broker.login(SecureBroker::Tls, "alice", "alice-secret"), "takes no login on this port",
        "login");
    add("closed port", {m_broker.at(SecureBroker::Closed), {}}, "the port is closed", "port");
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
    QTest::newRow("plain") << Connection{m_broker.at(SecureBroker::Plain), {}};
    QTest::newRow("SASL") << m_broker.login(SecureBroker::Sasl, "alice", "alice-secret");
    QTest::newRow("TLS") << m_broker.tls(SecureBroker::Tls);
    QTest::newRow("SASL over TLS") << m_broker.login(SecureBroker::SaslTls, "alice", "alice-secret");
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

void TestConnection::scramLogsIn_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::newRow("256") << "SCRAM-SHA-256";
    QTest::newRow("512") << "SCRAM-SHA-512";
}

void TestConnection::scramLogsIn()
{
    if (!kafkaClientFaults().empty())
        QSKIP("this librdkafka cannot");
    QFETCH(QString, mechanism);
    Connection connection = m_broker.login(SecureBroker::Sasl, "scram", "scram-secret");
    connection.properties["sasl.mechanism"] = mechanism.toStdString();
    struct Values : ConsumerEvents {
        std::vector<std::string> values;
        void onMessage(const MessageView& message) override { values.emplace_back(message.value); }
    } read;
    // A user that is made reaches the broker a moment later.
    QVERIFY(QTest::qWaitFor([&] { return isReachable(connection, std::chrono::milliseconds(5000)); }, 60000));
    auto admin = Admin::open(connection);
    const std::string topic = "scram-" + mechanism.toStdString();
    QVERIFY(admin && admin->createTopic(topic, 1, false));
    auto producer = Producer::open(connection, topic, 1);
    QVERIFY2(producer, describe(producer).c_str());
    QVERIFY(producer->send("k", "published and read", 0, {}, {}));
    QVERIFY(producer->flush({}));
    QCOMPARE(producer->counts().delivered, std::int64_t{1});
    auto consumer = Consumer::assign(connection, {}, {{topic, 0, 0}});
    QVERIFY2(consumer, describe(consumer).c_str());
    QElapsedTimer waited;
    for (waited.start(); read.values.empty() && waited.elapsed() < 60000;)
        QVERIFY(consumer->poll(std::chrono::milliseconds(100), 10, read));
    QCOMPARE(read.values, std::vector<std::string>{"published and read"});

    connection.properties["sasl.password"] = "wrong";
    const auto refused = reach(connection, std::chrono::milliseconds(5000));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find("refuses the login: ") != std::string::npos &&
                 refused.error().message.find("invalid credentials") != std::string::npos,
             describe(refused.error()).c_str());
    QVERIFY(!refused.error().retriable);
    for (const ConnectionStep& each : testConnection(connection))
        QCOMPARE(each.verdict == ConnectionStep::Verdict::Failed, each.name == "login");
}

void TestConnection::tlsFilesAreChecked_data()
{
    QTest::addColumn<QStringList>("files"); // property, value, …; a value with a dot is a file of the folder
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("words");
    const auto add = [](const char* name, const QStringList& files, const char* file, const char* words) {
        QTest::newRow(name) << files << file << words;
    };
    const QString key = "ssl.key.location", certificate = "ssl.certificate.location", store = "ssl.keystore.location";
    add("good", {key, "good.key", certificate, "good.crt"}, "", "");
    add("encrypted", {key, "locked.key", certificate, "good.crt", "ssl.key.password", "secret"}, "", "");
    add("store", {store, "good.p12", "ssl.keystore.password", "secret"}, "", "");
    add("another key", {key, "expired.key", certificate, "good.crt"}, "expired.key",
        "its key does not belong to the certificate");
    add("no passphrase", {key, "locked.key", certificate, "good.crt"}, "locked.key",
        "its key is encrypted, and no passphrase is given");
    add("wrong passphrase", {key, "locked.key", certificate, "good.crt", "ssl.key.password", "wrong"}, "locked.key",
        "the passphrase is wrong");
    add("wrong passphrase that fits by chance",
        {key, "locked.key", certificate, "good.crt", "ssl.key.password", "unlucky"}, "locked.key",
        "the passphrase is wrong");
    add("wrong store passphrase", {store, "good.p12", "ssl.keystore.password", "wrong"}, "good.p12",
        "the passphrase is wrong");
    add("no store passphrase", {store, "good.p12"}, "", "ssl.keystore.password");
    add("JKS", {store, "store.jks", "ssl.keystore.password", "secret"}, "store.jks", "it is a Java keystore");
    add("text as store", {store, "ca.pem", "ssl.keystore.password", "secret"}, "ca.pem", "it holds no PKCS#12 store");
    add("certificate as key", {key, "good.crt", certificate, "good.crt"}, "good.crt", "it holds no PEM private key");
    add("key as certificate", {key, "good.key", certificate, "good.key"}, "good.key", "it holds no PEM certificate");
    add("key as CA", {"ssl.ca.location", "good.key"}, "good.key", "it holds no PEM certificate");
    add("old encryption", {store, "old.p12", "ssl.keystore.password", "secret"}, "old.p12",
        "it is encrypted as OpenSSL 3 no longer does");
    add("cut off", {key, "good.key", certificate, "cut.crt"}, "cut.crt", "its PEM text is cut off or damaged");
    add("no key file", {key, "no.key", certificate, "good.crt"}, "no.key", "there is no such file");
    add("no certificate file", {key, "good.key", certificate, "no.crt"}, "no.crt", "there is no such file");
    add("no store file", {store, "no.p12", "ssl.keystore.password", "secret"}, "no.p12", "there is no such file");
    add("no CA file", {"ssl.ca.location", "no.pem"}, "no.pem", "there is no such file");
    add("key alone", {key, "good.key"}, "good.key", "has no certificate beside it");
    add("certificate alone", {certificate, "good.crt"}, "good.crt", "has no key beside it");
}

/// A wrong one under which the padding is right, as one in 256 is.
static QString unluckyPassphrase(const QString& key)
{
    for (int i = 0; i < 5000; ++i) {
        const QString passphrase = QStringLiteral("wrong%1").arg(i);
        QProcess openssl;
        openssl.start("openssl", {"pkey", "-in", key, "-passin", "pass:" + passphrase, "-noout"});
        if (openssl.waitForFinished() && !openssl.readAllStandardError().contains("bad decrypt"))
            return passphrase;
    }
    return {};
}

void TestConnection::tlsFilesAreChecked()
{
    QFETCH(QStringList, files);
    QFETCH(QString, file);
    QFETCH(QString, words);
    if (!QFile::exists(QString::fromStdString(m_broker.path("locked.key")))) {
        QVERIFY(
            m_broker.openssl({"rsa", "-in", "good.key", "-aes256", "-passout", "pass:secret", "-out", "locked.key"}));
        QVERIFY(m_broker.openssl({"pkcs12", "-export", "-in", "good.crt", "-inkey", "good.key", "-out", "good.p12",
                                  "-passout", "pass:secret"}));
        // Where OpenSSL's old algorithms are not installed there is no such file.
        (void)m_broker.openssl({"pkcs12", "-export", "-legacy", "-in", "good.crt", "-inkey", "good.key", "-out",
                                "old.p12", "-passout", "pass:secret"});
        std::ofstream(m_broker.path("cut.crt")) << readFile(m_broker.path("good.crt")).value_or("").substr(0, 700);
        std::ofstream(m_broker.path("store.jks")) << "\xfe\xed\xfe\xed and so on";
    }
    if (file == "old.p12" && QFileInfo(QString::fromStdString(m_broker.path("old.p12"))).size() == 0)
        QSKIP("OpenSSL's old algorithms are not here");
    if (files.last() == "unlucky")
        files.last() = unluckyPassphrase(QString::fromStdString(m_broker.path("locked.key")));
    Connection connection = m_broker.tls(SecureBroker::Tls);
    for (qsizetype i = 0; i + 1 < files.size(); i += 2) {
        const std::string value = files.at(i + 1).toStdString();
        connection.properties[files.at(i).toStdString()] = files.at(i + 1).contains('.') ? m_broker.path(value) : value;
    }
    const auto reached = reach(connection, std::chrono::milliseconds(5000));
    QCOMPARE(reached.has_value(), words.isEmpty());
    if (reached)
        return;
    const std::string text = describe(reached.error());
    QVERIFY2(text.find(words.toStdString()) != std::string::npos, text.c_str());
    QVERIFY2(file.isEmpty() || text.find(m_broker.path(file.toStdString())) != std::string::npos, text.c_str());
    QVERIFY2(text.find("secret") == std::string::npos, text.c_str());
    QVERIFY(!reached.error().advice.empty());
    QCOMPARE(reached.error().code, ErrorCode::Usage);
}

void TestConnection::missingRightsAreNamed()
{
    auto admin = Admin::open(m_broker.login("bob"));
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
