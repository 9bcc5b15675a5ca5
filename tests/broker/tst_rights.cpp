// SPDX-License-Identifier: GPL-3.0-or-later
// Users that lack one right each: every job says which right on what is missing, and a job that does not need it works.
#include "broker/SecureBroker.h"
#include "kafka/Producer.h"
#include "pipeline/bench/InputBench.h"
#include "pipeline/writing/TopicTarget.h"
#include "session/Session.h"

#include <QElapsedTimer>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kWait = 60000;

} // namespace

class TestRights : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void missingRightsAreNamed_data();
    void missingRightsAreNamed();
    void nothingElseIsNeeded_data();
    void nothingElseIsNeeded();
    void recordsThatAreTooLarge();
    void recordsThatWait();
    void secretsAreKeptNowhere();

private:
    std::unique_ptr<Session> sessionOf(const std::string& user);
    /// The job after its end.
    Job& run(Session& session, const std::string& kind, const json& section);
    void grantAll(const std::string& user, const std::string& except);
    [[nodiscard]] json publication(const std::string& topic) const
    {
        return {{"file", m_broker.path("rows.csv")}, {"topic", topic}};
    }

    SecureBroker m_broker;
    QTemporaryDir m_home;
};

std::unique_ptr<Session> TestRights::sessionOf(const std::string& user)
{
    SessionOptions options;
    const Connection connection = m_broker.login(user);
    options.home = m_home.path().toStdString();
    options.brokers = connection.brokers;
    options.kafkaProperties = connection.properties;
    return std::make_unique<Session>(options);
}

Job& TestRights::run(Session& session, const std::string& kind, const json& section)
{
    auto job = session.start(kind, section);
    if (!job)
        qFatal("%s", describe(job.error()).c_str());
    if (!QTest::qWaitFor([&] { return !(*job)->isLive(); }, kWait))
        qFatal("%s does not end", kind.c_str());
    return **job;
}

void TestRights::grantAll(const std::string& user, const std::string& except)
{
    struct Named {
        const char* name;
        rd_kafka_ResourceType_t resource;
        rd_kafka_AclOperation_t operation;
    };
    constexpr std::array kAll = {
        Named{"READ topic", RD_KAFKA_RESOURCE_TOPIC, RD_KAFKA_ACL_OPERATION_READ},
        Named{"WRITE topic", RD_KAFKA_RESOURCE_TOPIC, RD_KAFKA_ACL_OPERATION_WRITE},
        Named{"DESCRIBE topic", RD_KAFKA_RESOURCE_TOPIC, RD_KAFKA_ACL_OPERATION_DESCRIBE},
        Named{"CREATE topic", RD_KAFKA_RESOURCE_TOPIC, RD_KAFKA_ACL_OPERATION_CREATE},
        Named{"READ group", RD_KAFKA_RESOURCE_GROUP, RD_KAFKA_ACL_OPERATION_READ},
        Named{"WRITE id", RD_KAFKA_RESOURCE_TRANSACTIONAL_ID, RD_KAFKA_ACL_OPERATION_WRITE},
    };
    std::vector<SecureBroker::Grant> grants;
    for (const Named& each : kAll)
        if (each.name != except)
            grants.push_back({user, each.resource, "*", each.operation});
    QVERIFY(m_broker.allow(grants));
}

void TestRights::initTestCase()
{
    QVERIFY2(m_broker.start(), m_broker.log().c_str());
    grantAll("whole", {});
    grantAll("reader", "READ topic");
    grantAll("writer", "WRITE topic");
    QVERIFY(m_broker.allow({{"writer", RD_KAFKA_RESOURCE_TOPIC, "elsewhere", RD_KAFKA_ACL_OPERATION_WRITE}}));
    grantAll("mute", "WRITE topic"); // and so none at all
    grantAll("finder", "CREATE topic");
    grantAll("loner", "READ group");
    grantAll("sender", "WRITE id"); // the last: a right of it that is there tells that all are
    const Connection asSender = m_broker.login("sender");
    QVERIFY(QTest::qWaitFor(
        [&] {
            auto admin = Admin::open(asSender);
            return admin && admin->createTopic("there", 1, true).has_value();
        },
        kWait));
    std::ofstream file(m_broker.path("rows.csv"));
    file << "label,a,b\n";
    for (int i = 0; i < 400; ++i)
        file << i % 2 << "," << i % 2 + i % 7 << "," << i % 5 << "\n";
    file.close();
    const auto session = sessionOf("alice");
    for (const auto& [kind, section] : {std::pair<std::string, json>{"publish", publication("rows")},
                                        {"train", {{"topic", "rows"}, {"preset", "small"}, {"run", "model"}}}}) {
        const Job& job = run(*session, kind, section);
        QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    }
}

void TestRights::missingRightsAreNamed_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("section");
    QTest::addColumn<QString>("words");
    const auto add = [](const char* user, const char* kind, const json& section, const char* words) {
        QTest::addRow("%s: %s", user, kind) << user << kind << QString::fromStdString(section.dump()) << words;
    };
    const json train = {{"topic", "rows"}, {"preset", "small"}, {"epochs", 1}};
    const json online = {{"topic", "rows"}, {"group", "g"}, {"until", "end"}};
    json evaluate = {{"run", "model"}, {"topic", "rows"}, {"group", "g"}, {"until", "end"}};
    json predict = evaluate, elsewhere = evaluate;
    predict["to"] = "there";
    elsewhere["to"] = "new";
    add("reader", "train", train, "the right READ on topic rows is missing");
    add("reader", "online", online, "the right READ on topic rows is missing");
    add("reader", "evaluate", evaluate, "the right READ on topic");
    add("reader", "predict", predict, "the right READ on topic rows is missing");
    add("loner", "online", online, " on group g is missing");
    add("loner", "evaluate", evaluate, " on group g is missing");
    add("loner", "predict", predict, " on group g is missing");
    add("writer", "publish", publication("there"), "400 of 400 records were not delivered to topic there: ");
    add("writer", "predict", predict, "the right WRITE on topic there is missing");
    add("writer", "simulate", {{"topic", "there"}, {"rows", 1000}, {"rate", 0}}, "the right WRITE on topic there");
    add("mute", "publish", publication("there"), "the right WRITE on topic there is missing");
    add("mute", "predict", predict, "the right WRITE on topic there is missing");
    add("finder", "publish", publication("new"), "the right CREATE on topic new is missing");
    add("finder", "simulate", {{"topic", "new"}, {"rows", 10}}, "the right CREATE on topic new is missing");
    add("finder", "predict", elsewhere, "the right CREATE on topic new is missing");
    evaluate["group"] = "f";
    add("finder", "evaluate", evaluate, "the right CREATE on topic millrace.state.f is missing");
    add("sender", "predict", predict, "the right WRITE on transactional-id ");
}

void TestRights::missingRightsAreNamed()
{
    QFETCH(QString, user);
    QFETCH(QString, kind);
    QFETCH(QString, section);
    QFETCH(QString, words);
    const auto session = sessionOf(user.toStdString());
    QElapsedTimer timer;
    timer.start();
    const Job& job = run(*session, kind.toStdString(), json::parse(section.toStdString()));
    qInfo("%.1f s: %s", static_cast<double>(timer.elapsed()) / 1000, describe(job.error()).c_str());
    QCOMPARE(job.state(), Job::State::Failed);
    const std::string text = describe(job.error());
    QVERIFY2(text.find(words.toStdString()) != std::string::npos, text.c_str());
    QVERIFY2(text.find("the right ") != std::string::npos && text.find("kafka-acls --add") != std::string::npos,
             text.c_str());
    const bool isLoss = text.find("not delivered") != std::string::npos;
    QCOMPARE(job.error().code, isLoss ? ErrorCode::Failed : ErrorCode::Unreachable);
}

void TestRights::nothingElseIsNeeded_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("section");
    const auto add = [](const char* user, const char* kind, const json& section) {
        QTest::addRow("%s: %s", user, kind) << user << kind << QString::fromStdString(section.dump());
    };
    const json model = {{"run", "model"}, {"topic", "rows"}, {"group", "all"}, {"until", "end"}};
    json predict = model;
    predict["to"] = "predicted";
    add("loner", "train", {{"topic", "rows"}, {"preset", "small"}, {"epochs", 1}});
    add("writer", "train", {{"topic", "rows"}, {"preset", "small"}, {"epochs", 1}});
    add("writer", "online", {{"topic", "rows"}, {"group", "w"}, {"until", "end"}});
    add("whole", "publish", publication("whole"));
    add("whole", "evaluate", model);
    add("whole", "predict", predict);
    add("finder", "evaluate", model); // what it would make is there
    add("finder", "predict", predict);
}

void TestRights::nothingElseIsNeeded()
{
    QFETCH(QString, user);
    QFETCH(QString, kind);
    QFETCH(QString, section);
    const auto session = sessionOf(user.toStdString());
    const Job& job = run(*session, kind.toStdString(), json::parse(section.toStdString()));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
}

void TestRights::recordsThatAreTooLarge()
{
    auto admin = Admin::open(m_broker.login("alice"));
    QVERIFY(admin && admin->createTopic("narrow", 1, false, Admin::Timeout(kWait), {{"max.message.bytes", "2000"}}));
    auto producer = Producer::open(m_broker.login("alice"), "narrow", 1);
    QVERIFY(producer);
    for (const std::size_t size : {std::size_t{10}, std::size_t{5000}, std::size_t{10}}) {
        QVERIFY(producer->send("k", std::string(size, 'x'), 0, {}, {}));
        QVERIFY(producer->flush({})); // each in a request of its own
    }
    QCOMPARE(producer->counts().delivered, std::int64_t{2});
    QCOMPARE(producer->counts().failed, std::int64_t{1});
    const std::string text = describe(*producer->counts().firstFailure);
    QVERIFY2(text.find("topic narrow: ") != std::string::npos && text.find("too large") != std::string::npos &&
                 text.find("max.message.bytes") != std::string::npos,
             text.c_str());
}

void TestRights::recordsThatWait()
{
    auto admin = Admin::open(m_broker.login("alice"));
    QVERIFY(admin && admin->createTopic("slow", 1, false));
    Connection connection = m_broker.login("alice");
    connection.properties["message.timeout.ms"] = "15000"; // some times that of a stall
    auto producer = Producer::open(connection, "slow", 1);
    QVERIFY(producer);
    int stalls = 0;
    producer->setOnStall([&] { ++stalls; });
    QVERIFY(producer->send("k", "delivered", 0, {}, {}) && producer->flush({}));
    QCOMPARE(stalls, 0);
    m_broker.setFrozen(true);
    const bool sent = producer->send("k", "lost", 0, {}, {}) && producer->flush({});
    m_broker.setFrozen(false);
    QVERIFY(sent);
    QVERIFY(stalls > 0);
    QCOMPARE(producer->counts().failed, std::int64_t{1});
    const Error error = undelivered(*admin, "slow", producer->counts());
    QCOMPARE(error.code, ErrorCode::Failed);
    QVERIFY2(error.message.starts_with("1 of 2 records were not delivered to topic slow: ") && !error.advice.empty(),
             describe(error).c_str());

    // What is seen of the topic is a better reason than that the time was over.
    QVERIFY(admin->createTopic("starved", 1, false, Admin::Timeout(kWait), {{"min.insync.replicas", "2"}}));
    QVERIFY(undelivered(*admin, "starved", producer->counts()).message.find("1 of 1 replicas in sync") !=
            std::string::npos);
    QVERIFY(undelivered(*admin, "gone", producer->counts()).message.ends_with("it does not exist any more"));
    const std::stop_source stop;
    JobContext context(stop.get_token());
    const auto tell = stallTeller(*admin, "starved", context);
    tell();
    tell(); // once each
    const auto notes = context.drainNotes();
    QCOMPARE(notes.size(), std::size_t{1});
    QVERIFY2(notes.front().text.find("min.insync.replicas is 2") != std::string::npos, notes.front().text.c_str());
}

/// After all of the above: nothing in the home holds a password, and no argument of a process would.
void TestRights::secretsAreKeptNowhere()
{
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(m_home.path().toStdString())) {
        if (!entry.is_regular_file())
            continue;
        ++files;
        QVERIFY2(readFile(entry.path()).value_or("").find("-secret") == std::string::npos, entry.path().c_str());
    }
    QVERIFY(files > 10);
    InputBenchConfig bench;
    bench.connection = m_broker.login("alice");
    bench.tool = [](const std::string&, const std::vector<std::string>&, const std::stop_token&) {
        return Result<std::string>(fail(ErrorCode::Failed, "called"));
    };
    const std::stop_source stop;
    JobContext context(stop.get_token());
    const auto refused = inputBench(bench, context);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QVERIFY2(refused.error().message.find("sasl.password") != std::string::npos, describe(refused.error()).c_str());
}

QTEST_GUILESS_MAIN(TestRights)
#include "tst_rights.moc"
