// SPDX-License-Identifier: GPL-3.0-or-later
#include "Waiting.h"
#include "data/simulator/DriftSchedule.h"
#include "kafka/Addresses.h"
#include "kafka/Admin.h"
#include "kafka/ConnectionTest.h"
#include "kafka/Properties.h"
#include "kafka/Trouble.h"
#include "pipeline/reading/StreamBounds.h"
#include "pipeline/writing/TopicTarget.h"
#include "session/ExperimentCluster.h"
#include "session/ExperimentRun.h"
#include "session/Sections.h"
#include "session/Work.h"
#include "unit/LocalHttpServer.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <limits>

using namespace millrace;
using kafka::Trouble;

/// Why a connection fails, out of librdkafka's words, properties that it does not know, and what is refused before.
class TestTrouble : public QObject
{
    Q_OBJECT
private slots:
    void linesOfTheLog_data();
    void linesOfTheLog();
    void strangersAreNamed_data();
    void strangersAreNamed();
    void certificates();
    void readingThatBeganAnew();
    void javaPropertiesAreTranslated_data();
    void javaPropertiesAreTranslated();
    void secretsAreNeverShown();
    void experimentsNameClusters();
    void experimentsDoNotContradictThemselves();
    void experimentsAreRefusedBeforeTheyStart_data();
    void experimentsAreRefusedBeforeTheyStart();
    void aKeyIsThereOnce();
    void exportsHaveAFolderBeforeTheStart();
    void aHomeThatCannotBeWritten();
    void streamsEndSomewhere();
    void addressesHavePortsThatExist();
    void sectionsTakeFiniteNumbersAndObjects();
    void sectionsDoNotContradictThemselves_data();
    void sectionsDoNotContradictThemselves();
    void numbersAsTextsAreRefusedNotThrown();
    void aModelNamesItsFeatures();
    void aJobTakesRatesThatItsSectionTakes();
};

void TestTrouble::linesOfTheLog_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("lasting");
    QTest::addColumn<QString>("sentence");
    const auto add = [](const char* name, const QString& line, bool lasting, const char* sentence) {
        QTest::newRow(name) << line << lasting << sentence;
    };
    add("closed",
        "[thrd:h:1/bootstrap]: h:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after "
        "0ms in state CONNECT)",
        false, "The broker at h:1 does not answer: the port is closed");
    add("name",
        "[thrd:h:1/bootstrap]: h:1/bootstrap: Failed to resolve 'h:1': Name or service not known (after 6ms in "
        "state CONNECT, 1 identical error(s) suppressed)",
        false, "The broker at h:1 does not answer: the name does not resolve (Name or service not known)");
    add("password",
        "[thrd:sasl_ssl://h:1/7]: sasl_ssl://h:1/7: SASL authentication error: Authentication failed: "
        "Invalid username or password (after 302ms in state AUTH_REQ)",
        true, "The broker at h:1 refuses the login: Invalid username or password");
    add("mechanism",
        "[thrd:sasl_plaintext://h:1/bootstrap]: sasl_plaintext://h:1/bootstrap: SASL SCRAM-SHA-512 "
        "mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: "
        "PLAIN,SCRAM-SHA-256 (after 301ms in state AUTH_HANDSHAKE)",
        true, "The broker at h:1 does not know the mechanism of the login: it offers PLAIN,SCRAM-SHA-256");
    add("no SASL there",
        "[thrd:sasl_ssl://h:1/bootstrap]: sasl_ssl://h:1/bootstrap: SASL PLAIN mechanism handshake "
        "failed: Broker: Request not valid in current SASL state: broker's supported mechanisms:  "
        "(after 2ms in state AUTH_HANDSHAKE)",
        true, "The broker at h:1 takes no login on this port");
    add("SASL there",
        "[thrd:h:1/bootstrap]: h:1/bootstrap: Disconnected: verify that security.protocol is correctly "
        "configured, broker might require SASL authentication (after 0ms in state UP)",
        true, "The broker at h:1 closes the connection at the first request: most likely it wants a login");
    add("TLS there",
        "[thrd:h:1/bootstrap]: h:1/bootstrap: Disconnected while requesting ApiVersion: might be caused "
        "by incorrect security.protocol configuration (connecting to a SSL listener?) or broker version "
        "is < 0.10 (see api.version.request) (after 64ms in state APIVERSION_QUERY)",
        true, "The broker at h:1 closes the connection before a word is said: most likely this port expects TLS");
    add("TLS there, reset",
        "[thrd:h:1/bootstrap]: h:1/bootstrap: Receive failed: Connection reset by peer (after 3ms in "
        "state APIVERSION_QUERY)",
        true, "The broker at h:1 closes the connection before a word is said: most likely this port expects TLS");
    add("no TLS there",
        "[thrd:ssl://h:1/bootstrap]: ssl://h:1/bootstrap: SSL handshake failed: error:0A000126:SSL "
        "routines::unexpected eof while reading (after 3ms in state SSL_HANDSHAKE)",
        true, "The broker at h:1 speaks no TLS on this port");
    add("silence",
        "[thrd:h:1/bootstrap]: h:1/bootstrap: ApiVersionRequest failed: Local: Timed out: probably due to broker "
        "version "
        "< 0.10 (see api.version.request configuration) (after 10001ms in state APIVERSION_QUERY)",
        false, "The broker at h:1 does not answer: nothing comes back in time");
    const auto addAnswer = [&](const char* name, const char* size, const char* state, bool lasting, const char* said) {
        add(name,
            QStringLiteral("[thrd:h:1/bootstrap]: h:1/bootstrap: Receive failed: Invalid response size %1 "
                           "(0..100000000): increase receive.message.max.bytes (after 1ms in state %2)")
                .arg(QLatin1String(size), QLatin1String(state)),
            lasting, said);
    };
    addAnswer("HTTP", "1213486160", "APIVERSION_QUERY", true,
              "Something else than a Kafka broker answers at h:1: it speaks HTTP");
    addAnswer("SSH", "1397966893", "APIVERSION_QUERY", true,
              "Something else than a Kafka broker answers at h:1: it speaks SSH");
    addAnswer("MySQL", "1241513984", "APIVERSION_QUERY", true,
              "Something else than a Kafka broker answers at h:1: it speaks a database's protocol (MySQL, PostgreSQL)");
    addAnswer("somebody", "-1412567280", "APIVERSION_QUERY", true,
              "Something else than a Kafka broker answers at h:1: what it says is no Kafka, and begins with the bytes "
              "ab cd ef 10");
    addAnswer("TLS's alert", "352518912", "APIVERSION_QUERY", true,
              "The broker at h:1 closes the connection before a word is said: most likely this port expects TLS");
    addAnswer("a broker's large answer", "200000000", "UP", false,
              "The broker at h:1 does not answer: its answer is larger than receive.message.max.bytes allows");
}

void TestTrouble::linesOfTheLog()
{
    QFETCH(QString, line);
    QFETCH(bool, lasting);
    QFETCH(QString, sentence);
    const auto trouble = kafka::troubleIn(line.toStdString());
    QVERIFY(trouble);
    QCOMPARE(QString::fromStdString(kafka::sentence(*trouble)), sentence);
    QCOMPARE(trouble->isLasting(), lasting);
    QVERIFY(!trouble->advice.empty());
}

void TestTrouble::strangersAreNamed_data()
{
    QTest::addColumn<bool>("atOnce");
    QTest::newRow("answers anything") << true; // as nginx does
    QTest::newRow("waits for a request") << false;
}

/// A web server listens where the broker should.
void TestTrouble::strangersAreNamed()
{
    QFETCH(bool, atOnce);
    LocalHttpServer server;
    server.answer({[](const auto&) { return std::string("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"); }});
    if (atOnce)
        server.answerAnything();
    const Connection connection{server.address(), {}};
    const std::string said = "Something else than a Kafka broker answers at " + server.address() + ": it speaks HTTP";
    const auto steps = testConnection(connection);
    QCOMPARE(steps.size(), connectionStepNames().size());
    for (const ConnectionStep& step : steps)
        QCOMPARE(step.verdict == ConnectionStep::Verdict::Failed, step.name == "port");
    QCOMPARE(steps.at(1).found, said);
    QVERIFY(steps.at(1).advice.find("9092") != std::string::npos);
    if (!atOnce)
        return;
    const auto reached = reach(connection, std::chrono::milliseconds(60000));
    QVERIFY(!reached);
    QCOMPARE(reached.error().message, said);
    QCOMPARE(reached.error().code, ErrorCode::Unreachable);
    QVERIFY(!reached.error().retriable);
}

void TestTrouble::readingThatBeganAnew()
{
    using kafka::resetPartitionIn;
    QCOMPARE(resetPartitionIn("[thrd:main]: a.b-c_d [12]: offset reset (at offset 500 (leader epoch 0), broker 1) to "
                              "offset BEGINNING (leader epoch -1): fetch failed due to requested offset not available "
                              "on the broker: Broker: Offset out of range"),
             std::string("a.b-c_d [12]"));
    QCOMPARE(resetPartitionIn("[thrd:main]: rows [0]: offset reset (at offset 500, broker 1) to cached BEGINNING"),
             std::string("rows [0]")); // 2.0.2
    QCOMPARE(resetPartitionIn("rows [0]: offset reset (at offset 500"), std::string("rows [0]"));
    QCOMPARE(resetPartitionIn("[thrd:main]: rows [0]: stored offset 500"), std::string());
}

void TestTrouble::certificates()
{
    QCOMPARE(kafka::certificateTrouble("h:1", 10).reason, std::string("has a certificate that has expired"));
    QCOMPARE(kafka::certificateTrouble("h:1", 62).reason,
             std::string("has a certificate for another host name than h"));
    QCOMPARE(kafka::certificateTrouble("h:1", 19).reason,
             std::string("has a certificate of a CA that is not known here (self-signed)"));
    QVERIFY(!kafka::troubleIn("[thrd:app]: something else"));
    QCOMPARE(kafka::addressIn("sasl_ssl://h:1/bootstrap"), std::string("h:1"));
}

void TestTrouble::javaPropertiesAreTranslated_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("advice");
    for (const auto& [name, advice] : std::initializer_list<std::pair<const char*, const char*>>{
             {"ssl.truststore.location", "ssl.ca.location"},
             {"sasl.jaas.config", "sasl.username and sasl.password"},
             {"ssl.keystore.type", "ssl.certificate.location"},
             {"key.deserializer", "Leave it out"},
             {"security.protocl", "Did you mean security.protocol?"}})
        QTest::newRow(name) << name << advice;
}

void TestTrouble::javaPropertiesAreTranslated()
{
    QFETCH(QString, name);
    QFETCH(QString, advice);
    std::map<std::string, std::string> properties;
    const auto read = readKafkaProperties("", {name.toStdString() + "=hidden-value"}, properties);
    QVERIFY(!read);
    QVERIFY2(read.error().advice.find(advice.toStdString()) != std::string::npos, describe(read.error()).c_str());
    QVERIFY(describe(read.error()).find(name.toStdString()) != std::string::npos);
    QVERIFY(describe(read.error()).find("hidden-value") == std::string::npos);
}

void TestTrouble::secretsAreNeverShown()
{
    const QTemporaryDir folder;
    const std::string file = folder.filePath("client.properties").toStdString();
    std::ofstream(file) << "# Java's\nsecurity.protocol=SASL_SSL\nsasl.jaas.config=org.apache.Login required \\\n"
                           "  password=\"top-secret\";\n";
    std::map<std::string, std::string> properties;
    const auto java = readKafkaProperties(file, {}, properties);
    QVERIFY(!java);
    QVERIFY(java.error().message.find(file + " line 3") != std::string::npos);
    QVERIFY(describe(java.error()).find("top-secret") == std::string::npos);
    std::ofstream(file) << "top-secret\n";
    const auto broken = readKafkaProperties(file, {}, properties);
    QVERIFY(!broken);
    QVERIFY(describe(broken.error()).find("top-secret") == std::string::npos);
    const auto onLine = readKafkaProperties("", {"sasl.password=top-secret"}, properties);
    QVERIFY(!onLine);
    QVERIFY(describe(onLine.error()).find("top-secret") == std::string::npos);
}

void TestTrouble::experimentsNameClusters()
{
    using nlohmann::json;
    const auto with = [](const json& cluster) { return experimentFromJson({{"millrace", 1}, {"cluster", cluster}}); };
    QVERIFY(with("local"));
    QVERIFY(!with("remote"));
    QVERIFY(!with({{"brokers", 9092}}));
    const auto secret = with({{"brokers", "h:1"}, {"properties", {{"sasl.password", "top-secret"}}}});
    QVERIFY(!secret);
    QVERIFY(secret.error().message.find("cluster.properties.sasl.password") != std::string::npos);
    QVERIFY(describe(secret.error()).find("top-secret") == std::string::npos);
    const auto good =
        with({{"brokers", "h:1"},
              {"properties", {{"sasl.username", "alice"}, {"sasl.password", "env:MILLRACE_TEST_SECRET"}}}});
    QVERIFY(good);
    qunsetenv("MILLRACE_TEST_SECRET");
    const auto unset = clusterOf(good->sections);
    QVERIFY(!unset);
    QVERIFY(unset.error().message.find("MILLRACE_TEST_SECRET") != std::string::npos);
    qputenv("MILLRACE_TEST_SECRET", "top-secret");
    const auto cluster = clusterOf(good->sections);
    QVERIFY(cluster && *cluster);
    QCOMPARE((*cluster)->brokers, std::string("h:1"));
    QCOMPARE((*cluster)->properties.at("sasl.password"), std::string("top-secret"));
    const auto local = clusterOf(with("local")->sections);
    QVERIFY(local && !*local);
}

void TestTrouble::experimentsDoNotContradictThemselves()
{
    using nlohmann::json;
    const auto refused = [](const json& cluster, const char* key) {
        const auto read = experimentFromJson({{"millrace", 1}, {"cluster", cluster}});
        return !read && read.error().code == ErrorCode::Usage && read.error().message.starts_with(key);
    };
    QVERIFY(refused({{"local", false}}, "cluster.local"));
    QVERIFY(refused({{"local", true}, {"brokers", "nowhere:1"}}, "cluster.local"));
    QVERIFY(refused({{"brokers", "h:1"}, {"port", 9092}}, "cluster.port"));
    QVERIFY(refused({{"brokers", ""}}, "cluster.brokers"));
    QVERIFY(refused({{"brokers", "h:99999"}}, "cluster.brokers"));
    QVERIFY(refused({{"local", true}, {"port", "9092"}}, "cluster.port"));
    const auto empty = experimentFromJson({{"millrace", 1}, {"cluster", {{"local", true}, {"port", 9092}}}});
    QVERIFY(empty);
    QVERIFY(!checkHasSteps(*empty));
    const auto full = experimentFromJson({{"millrace", 1}, {"topics", json::array()}});
    QVERIFY(full && checkHasSteps(*full));
}

void TestTrouble::experimentsAreRefusedBeforeTheyStart_data()
{
    QTest::addColumn<std::string>("sections");
    QTest::addColumn<std::string>("says"); // empty: taken
    const auto row = [](const char* name, const char* sections, const char* says) {
        QTest::newRow(name) << std::string(sections) << std::string(says);
    };
    row("a list", "[]", "The experiment must be an object");
    row("another model", R"({"model": {"preset": "small"}, "train": {"topic": "t", "preset": "auto"}})",
        "model is of no use: train.preset is auto");
    row("two models", R"({"model": {"preset": "small", "layers": []}})", "model.layers is of no use");
    row("one model", R"({"model": {"preset": "small"}, "train": {"topic": "t"}})", "");
    row("no such model", R"({"train": {"topic": "t", "preset": "smal"}})", "train.preset: there is no preset");
    row("a model without features", R"({"model": {"features": [], "layers": [{"kind": "dense", "units": 1}]},
                                        "train": {"topic": "t"}})",
        "train.model has no features");
    row("a topic twice", R"({"topics": [{"name": "a"}, {"name": "b"}, {"name": "a", "partitions": 2}]})",
        "topics[2].name is a");
    row("a negative seed", R"({"seed": -1, "train": {"topic": "t"}})", "seed must be from 0 to 9,007,199,254,740,991");
    row("a seed as text", R"({"seed": "x"})", "seed must be a whole number");
    row("an end at once", R"({"train": {"topic": "t", "until": "count:0"}})", "train.until: 'count:0' is no place");
    row("no start", R"({"train": {"topic": "t", "from": "then"}})", "train.from: 'then' is no place to start from");
    row("no optimizer", R"({"train": {"topic": "t", "optimizer": {"kind": "adm"}}})", "train");
    row("no file to read", R"({"data": {"schema": "auto"}})", "data.file is missing");
    row("no file to publish", R"({"publish": {"topic": "t"}})", "publish.file is missing");
    row("the data are published", R"({"data": {"file": "a.csv"}, "publish": {"topic": "t"}})", "");
    row("no run to evaluate", R"({"evaluate": {"topic": "t", "group": "g"}})", "evaluate.run is missing");
    row("no run to predict with", R"({"predict": {"topic": "t", "group": "g", "to": "p"}})",
        "predict.run or predict.model");
    row("a model's file", R"({"predict": {"topic": "t", "group": "g", "to": "p", "model": "m"}})", "");
    row("no run to export", R"({"export": [{"out": "m.pt"}]})", "export[0].run is missing");
    row("no such format", R"({"train": {"topic": "t"}, "export": [{"format": "onnx", "out": "m"}]})",
        "export[0].format cannot be 'onnx'");
    row("exports to one file", R"({"train": {"topic": "t"}, "export": [{"out": "m.pt"}, {"out": "./a/../m.pt"}]})",
        "export[1].out is ./a/../m.pt");
    row("exports", R"({"train": {"topic": "t"}, "export": [{"out": "m.pt"}, {"out": "a/m.pt"}]})", "");
    row("predicted into itself", R"({"predict": {"run": "r", "topic": "t", "group": "g", "to": "t"}})",
        "predict.to and predict.topic are both t");
    row("nothing left for the group", R"({"evaluate": {"run": "r", "topic": "t", "group": "g"},
                                          "predict": {"run": "r", "topic": "t", "group": "g", "to": "p"}})",
        "predict.group is g");
    row("groups of their own", R"({"evaluate": {"run": "r", "topic": "t", "group": "g"},
                                   "predict": {"run": "r", "topic": "t", "group": "h", "to": "p"}})",
        "");
    row("the rest for the group", R"({"evaluate": {"run": "r", "topic": "t", "group": "g", "until": "count:5"},
                                      "predict": {"run": "r", "topic": "t", "group": "g", "to": "p"}})",
        "");
}

/// By the words of the file, before the first step: what a step finds out comes after those before it.
void TestTrouble::experimentsAreRefusedBeforeTheyStart()
{
    QFETCH(const std::string, sections);
    QFETCH(const std::string, says);
    nlohmann::json file = nlohmann::json::parse(sections);
    if (file.is_object())
        file["millrace"] = 1;
    const auto read = experimentFromJson(file);
    if (says.empty()) {
        QVERIFY2(read, describe(read).c_str());
        return;
    }
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Usage);
    QVERIFY2(read.error().message.starts_with(says), read.error().message.c_str());
}

void TestTrouble::aKeyIsThereOnce()
{
    const QTemporaryDir folder;
    const std::string file = folder.filePath("a.millrace").toStdString();
    const auto said = [&](const char* text) {
        std::ofstream(file) << text;
        const auto read = readExperiment(file);
        return read ? std::string() : read.error().message;
    };
    QCOMPARE(said(R"({"millrace": 1, "train": {"topic": "t", "epochs": 1, "batch": 2, "epochs": 3}})"),
             file + ": train.epochs is there twice");
    QCOMPARE(said(R"({"millrace": 1, "topics": [{"name": "a"}, {"name": "b", "name": "c"}]})"),
             file + ": topics[1].name is there twice");
    QCOMPARE(said(R"({"millrace": 1, "topics": [], "topics": []})"), file + ": topics is there twice");
    QCOMPARE(said(R"({"millrace": 1, "topics": [{"name": "a"}, {"name": "b"}]})"), std::string());
    QCOMPARE(said("[]"), file + ": The experiment must be an object");
}

void TestTrouble::exportsHaveAFolderBeforeTheStart()
{
    const QTemporaryDir folder;
    const auto path = [&](const char* name) { return folder.filePath(name).toStdString(); };
    std::ofstream(path("file")) << "x";
    SessionOptions options;
    options.home = path("home");
    Session session(options);
    Experiment experiment;
    experiment.sections = {{"train", {{"topic", "t"}}},
                           {"export", {{{"out", path("made/m.pt")}}, {{"out", path("file/m.pt")}}}}};
    ExperimentRun run(session, experiment);
    run.start();
    QVERIFY(!run.isLive() && !run.succeeded());
    QVERIFY2(run.error().message.starts_with("export[1].out: "), run.error().message.c_str());
    QVERIFY(run.error().message.find(path("file")) != std::string::npos);
    QVERIFY(std::filesystem::is_directory(path("made")));
    QCOMPARE(session.cluster().state(), LocalCluster::State::Stopped);
}

/// A topic that is made for a job which cannot write of it would be left behind.
void TestTrouble::aHomeThatCannotBeWritten()
{
    const QTemporaryDir folder;
    const std::filesystem::path home = folder.path().toStdString();
    QVERIFY(checkHomeWritable(home));
    std::filesystem::remove(home / "members");
    std::ofstream(home / "members") << "x";
    const auto refused = checkHomeWritable(home);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.starts_with("Cannot write " + (home / "members").string()),
             refused.error().message.c_str());
}

void TestTrouble::streamsEndSomewhere()
{
    for (const char* good : {"end", "never", "count:1", "idle:1"})
        QVERIFY2(parseStreamEnd(good), good);
    for (const char* bad : {"count:0", "count:-1", "idle:0", "idle:-5", "count:", ""}) {
        const auto refused = parseStreamEnd(bad);
        QVERIFY2(!refused, bad);
        QCOMPARE(refused.error().code, ErrorCode::Usage);
    }
    QVERIFY(parseStreamStart("last:0")); // what comes from now on
}

void TestTrouble::addressesHavePortsThatExist()
{
    const auto addresses = parseBrokers("a:1, PLAINTEXT://b,[::1]:9093,::1,");
    QVERIFY(addresses);
    QCOMPARE(addresses->size(), std::size_t{4});
    const auto is = [&](std::size_t i, const char* host, int port) {
        return (*addresses)[i].host == host && (*addresses)[i].port == port;
    };
    QVERIFY(is(0, "a", 1));
    QVERIFY(is(1, "b", 9092));
    QVERIFY(is(2, "::1", 9093));
    QVERIFY(is(3, "::1", 9092));
    for (const char* wrong :
         {"", " ", ",", ":9092", "h:", "h:0", "h:65536", "127.0.0.1:99999", "h:kafka", "a:1,b:-2"}) {
        const auto refused = parseBrokers(wrong);
        QVERIFY2(!refused, wrong);
        QCOMPARE(refused.error().code, ErrorCode::Usage);
    }
}

void TestTrouble::sectionsTakeFiniteNumbersAndObjects()
{
    using nlohmann::json;
    const auto refused = [](const json& changes, const std::string& key) {
        json section = {{"topic", "t"}};
        section.update(changes);
        const auto resolved = resolveSection("train", section);
        return !resolved && resolved.error().code == ErrorCode::Usage &&
               resolved.error().message.starts_with("train." + key);
    };
    for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
        for (const char* key : {"max-rate", "keep-mb", "checkpoint-seconds", "learning-rate"})
            QVERIFY2(refused({{key, value}}, key), key);
    for (const json& value : {json("nonsense"), json(42), json::array({1})}) {
        QVERIFY(refused({{"model", value}}, "model"));
        QVERIFY(refused({{"optimizer", value}}, "optimizer"));
    }
    const auto seed = resolveSection("train", {{"topic", "t"}, {"seed", std::numeric_limits<std::uint64_t>::max()}});
    QVERIFY(!seed);
    QVERIFY(seed.error().message.find("from 0 to 9,007,199,254,740,991") != std::string::npos);
    for (const char* turn : {"shift:nan@10", "rotation:inf@10"})
        QVERIFY2(!parseDriftTurn(turn), turn);
}

void TestTrouble::sectionsDoNotContradictThemselves_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<std::string>("changes");
    QTest::addColumn<std::string>("says"); // empty: taken
    const auto row = [](const char* name, const char* kind, const char* changes, const char* says) {
        QTest::newRow(name) << QString(kind) << std::string(changes) << std::string(says);
    };
    row("the label as key without one", "publish", R"({"key": "label", "label": "none"})", "publish.key is label");
    row("no label and the usual key", "publish", R"({"label": "none"})", "");
    row("no label and another key", "publish", R"({"label": "none", "key": "row"})", "");
    row("a share without a test topic", "publish", R"({"test-fraction": 0.3})", "publish.test-fraction is of no use");
    row("partitions without a test topic", "publish", R"({"test-partitions": 3})", "publish.test-partitions");
    row("the last rows without a test topic", "publish", R"({"test-last": 5})", "publish.test-last");
    row("a share of a test topic", "publish", R"({"test-topic": "b", "test-fraction": 0.3})", "");
    row("the usual share without a test topic", "publish", R"({"test-fraction": 0.4})", "publish.test-fraction");
    row("the usual partitions without one", "publish", R"({"test-partitions": 2})", "publish.test-partitions");
    row("two kinds of a test part", "publish", R"({"test-topic": "b", "test-last": 5, "test-fraction": 0.4})",
        "publish.test-last is given, and publish.test-fraction with it");
    row("the last rows", "publish", R"({"test-topic": "b", "test-last": 5})", "");
    row("one topic for both parts", "publish", R"({"test-topic": "t"})", "publish.topic and publish.test-topic");
    row("two models", "train", R"({"preset": "small", "model": {}})", "train.preset is given, and train.model with it");
    row("predictions among the records", "predict", R"({"to": "t"})", "predict.to and predict.topic are both t");
    row("nothing to end at", "train", R"({"until": "idle:0"})", "train.until: 'idle:0' is no place to end at");
    row("going on with what is deleted", "publish", R"({"resume": true, "existing": "replace"})", "publish.existing");
    row("a topic's settings of a file", "simulate", R"({"out": "a.csv", "retention-bytes": 5})",
        "simulate.retention-bytes");
    row("an answer to no detector", "online", R"({"on-drift": "raise-rate"})", "online.on-drift");
    row("an answer to a detector", "online", R"({"on-drift": "raise-rate", "detectors": "ddm"})", "");
    row("a horizon of no labels", "online", R"({"label-horizon": 5})", "online.label-horizon");
    row("a run that goes on as it began", "online", R"({"label-horizon": 5, "resume": "r"})", "");
}

void TestTrouble::sectionsDoNotContradictThemselves()
{
    QFETCH(const QString, kind);
    QFETCH(const std::string, changes);
    QFETCH(const std::string, says);
    const std::map<QString, nlohmann::json> needed = {{"publish", {{"file", "a.csv"}, {"topic", "t"}}},
                                                      {"simulate", nlohmann::json::object()},
                                                      {"train", {{"topic", "t"}}},
                                                      {"predict", {{"topic", "t"}, {"group", "g"}, {"to", "p"}}},
                                                      {"online", {{"topic", "t"}, {"group", "g"}}}};
    nlohmann::json section = needed.at(kind);
    section.update(nlohmann::json::parse(changes));
    const auto resolved = resolveSection(kind.toStdString(), section);
    QCOMPARE(resolved.has_value(), says.empty());
    if (resolved) { // and is taken again with its defaults, as by a window that asks and goes on
        const auto again = resolveSection(kind.toStdString(), *resolved);
        QVERIFY2(again || section.contains("resume"), again ? "" : again.error().message.c_str());
        return;
    }
    QCOMPARE(resolved.error().code, ErrorCode::Usage);
    QVERIFY2(resolved.error().message.starts_with(says), resolved.error().message.c_str());
}

void TestTrouble::numbersAsTextsAreRefusedNotThrown()
{
    const auto refused = resolveSection("publish", {{"file", "a.csv"}, {"topic", "t"}, {"existing", 1}});
    QVERIFY(!refused);
    QCOMPARE(refused.error().message, std::string("publish.existing cannot be '1'"));
    QVERIFY(resolveSection("evaluate", {{"run", "r"}, {"topic", "t"}, {"group", 5}})->at("group") == "5");
    // What the data say of the file is a part of the publication.
    const auto file = [](const nlohmann::json& data) {
        return experimentFromJson({{"millrace", 1}, {"data", data}, {"publish", {{"topic", "t"}, {"key", "label"}}}});
    };
    QVERIFY(file({{"file", "a.csv"}}));
    const auto contradiction = file({{"file", "a.csv"}, {"label", "none"}});
    QVERIFY(!contradiction);
    QVERIFY2(contradiction.error().message.starts_with("publish.key is label"), contradiction.error().message.c_str());
}

void TestTrouble::aModelNamesItsFeatures()
{
    const auto prepared = [](const nlohmann::json& features) {
        const nlohmann::json model = {{"features", features}, {"layers", {{{"kind", "dense"}, {"units", 1}}}}};
        const auto section = resolveSection("train", {{"topic", "t"}, {"model", model}});
        return section ? prepareWork("train", *section, {}, "/nowhere") : fail(section.error());
    };
    const auto named = prepared({"a", "b"});
    QVERIFY2(named, describe(named).c_str());
    const auto none = prepared(nlohmann::json::array());
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::Usage);
    QCOMPARE(none.error().message, std::string("train.model has no features"));
    const auto numbers = prepared({"a", 2});
    QVERIFY(!numbers);
    QVERIFY2(numbers.error().message.find("/features/1") != std::string::npos, numbers.error().message.c_str());
    const auto text = prepared("a");
    QVERIFY(!text);
    QVERIFY2(text.error().message.find("/features") != std::string::npos, text.error().message.c_str());
}

void TestTrouble::aJobTakesRatesThatItsSectionTakes()
{
    const auto untilStopped = [](JobContext& context) -> Result<nlohmann::json> {
        context.waitFor(std::chrono::hours(1));
        return nlohmann::json{{"max", context.maxRate()}, {"rate", context.takeLearningRate().value_or(-1)}};
    };
    Job job("train", "Training", nlohmann::json::object(), untilStopped, nullptr);
    QVERIFY(job.setMaxRate(100) && job.setLearningRate(0.5));
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN(),
                     kInfinity = std::numeric_limits<double>::infinity();
    for (const double bad : {kNaN, kInfinity, -kInfinity, -1.0}) {
        const auto most = job.setMaxRate(bad), learning = job.setLearningRate(bad);
        QVERIFY(!most && !learning);
        QCOMPARE(most.error().code, ErrorCode::Usage);
        QVERIFY2(most.error().message.starts_with("train.max-rate must be"), most.error().message.c_str());
        QVERIFY2(learning.error().message.starts_with("train.learning-rate must be"), learning.error().message.c_str());
    }
    QVERIFY(!job.setLearningRate(0) && !job.setLearningRate(101));
    job.stop();
    TRY_VERIFY(!job.isLive());
    QCOMPARE(job.result()["max"].get<double>(), 100.0);
    QCOMPARE(job.result()["rate"].get<double>(), 0.5);
    Job source("simulate", "Simulating", nlohmann::json::object(), untilStopped, nullptr);
    QVERIFY(source.setMaxRate(0));
    QVERIFY(source.setMaxRate(-1).error().message.starts_with("simulate.rate must be"));
    Job writer("export", "Exporting", nlohmann::json::object(), untilStopped, nullptr);
    QCOMPARE(writer.setMaxRate(5).error().message, std::string("A job of kind export has no max-rate"));
}

QTEST_GUILESS_MAIN(TestTrouble)
#include "tst_trouble.moc"
