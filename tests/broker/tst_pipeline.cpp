// SPDX-License-Identifier: GPL-3.0-or-later
// What the loops do when things go wrong or take their time: broken messages, an empty topic, a broker that goes away
// and comes back, one that freezes, a full disk; pause, learning rate, stop and keep.
#include "FakeEncoder.h"
#include "FakeFormat.h"
#include "base/Files.h"
#include "broker/SmallDisk.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/Predict.h"
#include "session/Session.h"

#include <QElapsedTimer>
#include <QTest>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kWait = 60000;

bool ended(Job& job)
{
    return QTest::qWaitFor([&] { return !job.isLive(); }, kWait);
}

} // namespace

class PipelineTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void everyJobTakesTheFormatThatItIsGiven();
    void everyJobEncodesWhatItsModelSays();
    void setsBrokenMessagesAside();
    void stopsAtABrokenMessageWhenAsked();
    void refusesAnEmptyTopic();
    void asksWhichPartition();
    void oneBadFirstRecordDecidesNothing();
    void countsRejectedRecordsOnce();
    void refusesATopicThatDoesNotFit();
    void commitsNothingWhereNothingIsUsable();
    void stopsWhereTheLossExplodes();
    void waitsForRecordsUntilIdle();
    void startsWhereAsked_data();
    void startsWhereAsked();
    void goesOnWhenTheBrokerComesBack();
    void pausesChangesTheRateAndStops();
    void closesOnLinger();
    void tellsDriftsAndBaselines();
    void endsWithAFrozenBroker();
    void saysThatTheDiskIsFull();

private:
    /// A job that must start.
    /// Unless the section says otherwise, a training takes the columns as they are and learns every record.
    Job& start(const std::string& kind, json section)
    {
        if (kind == "train" && !section.contains("preset") && !section.contains("model"))
            section["preset"] = "tutorial";
        if (kind == "train" && !section.contains("preparation"))
            section["preparation"] = "none";
        auto job = m_session->start(kind, section);
        if (!job)
            qFatal("%s", describe(job.error()).c_str());
        return **job;
    }
    /// These values, with a label as key, to a new topic or behind what it holds.
    void send(const std::string& topic, const std::vector<std::string>& values, int partitions = 1)
    {
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin && admin->createTopic(topic, partitions, true));
        auto producer = Producer::open(m_cluster.connection(), topic, partitions);
        QVERIFY(producer);
        int row = 0;
        for (const std::string& value : values) {
            QVERIFY(producer->send(row % 2 == 0 ? "1.0" : "0.0", value, row % partitions, {}, {}));
            ++row;
        }
        QVERIFY(producer->flush({}));
    }
    /// Its error, and that it has one.
    Error failing(const std::string& kind, const json& section)
    {
        Job& job = start(kind, section);
        if (!ended(job) || job.state() != Job::State::Failed)
            qFatal("the job did not fail");
        return job.error();
    }
    [[nodiscard]] std::int64_t committed(const std::string& group) const
    {
        const auto admin = m_session->admin();
        const auto rows = admin ? (*admin)->groupLag(group) : fail(admin.error());
        return rows && !rows->empty() ? rows->front().currentOffset.value_or(-1) : -1;
    }
    /// Rows "x,x" with the class as key, to a new topic.
    void fill(const std::string& topic, int rows)
    {
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin && admin->createTopic(topic, 1, true));
        auto producer = Producer::open(m_cluster.connection(), topic, 1);
        QVERIFY(producer);
        for (int i = 0; i < rows; ++i) {
            const int label = i % 3 == 0 ? 1 : 0;
            const std::string value = std::to_string(label + i % 7) + "," + std::to_string(i % 5);
            QVERIFY(producer->send(label == 1 ? "1.0" : "0.0", value, 0, {}, {}));
        }
        QVERIFY(producer->flush({}));
        QCOMPARE(producer->counts().delivered, rows);
    }
    json runFile(const json& result) const
    {
        return *readJson(m_session->home() / "runs" / result["run"].get<std::string>() / "run.json");
    }

    TestCluster m_cluster;
    QTemporaryDir m_home;
    std::unique_ptr<Session> m_session;
};

void PipelineTest::initTestCase()
{
    FakeFormat::addToTable();
    FakeEncoder::addToTable();
    QVERIFY2(m_cluster.start(), m_cluster.error());
    fill("plain", 3000);
}

void PipelineTest::init()
{
    SessionOptions options;
    options.home = m_home.path().toStdString();
    options.brokers = m_cluster.connection().brokers;
    m_session = std::make_unique<Session>(options);
}

/// From a file to predictions, by a format that no line of a job names.
void PipelineTest::everyJobTakesTheFormatThatItIsGiven()
{
    constexpr int kRows = 600;
    const auto file = std::filesystem::path(m_home.path().toStdString()) / "rows.csv";
    std::string text = "class,a,b\n";
    for (int i = 0; i < kRows; ++i)
        text += std::to_string(i % 3 == 0) + "," + std::to_string((i % 3 == 0) + i % 7) + "," + std::to_string(i % 5) +
                "\n";
    QVERIFY(writeFileAtomically(file, text));
    const auto recordsOf = [&](const std::string& kind, const json& section) {
        Job& job = start(kind, section);
        if (!ended(job) || job.state() != Job::State::Done)
            qWarning("%s: %s", kind.c_str(), describe(job.error()).c_str());
        return job.result().value("records", 0);
    };
    QCOMPARE(recordsOf("publish",
                       {{"file", file.string()}, {"label", "class"}, {"topic", "slashed"}, {"format", "slashes"}}),
             kRows);
    QCOMPARE(recordsOf("simulate", {{"topic", "drawn"}, {"rows", 50}, {"format", "slashes"}}), 50);
    QCOMPARE(recordsOf("train", {{"topic", "drawn"}, {"epochs", 1}, {"format", "slashes"}}), 50);
    const json training = {{"topic", "slashed"}, {"epochs", 2}, {"run", "slashed"}, {"format", "slashes"}};
    QCOMPARE(recordsOf("train", training), 2 * kRows);
    QCOMPARE(recordsOf("evaluate", {{"run", "slashed"}, {"topic", "slashed"}, {"group", "e"}, {"format", "slashes"}}),
             kRows);
    QCOMPARE(recordsOf("online", {{"topic", "slashed"}, {"group", "o"}, {"format", "slashes"}}), kRows);
    QCOMPARE(
        recordsOf(
            "predict",
            {{"run", "slashed"}, {"topic", "slashed"}, {"group", "p"}, {"to", "said"}, {"from-format", "slashes"}}),
        kRows);
    const auto byHand = predictByHand(m_home.path().toStdString(), "slashed", "3/4"); // as what it has learnt
    QVERIFY2(byHand.has_value(), byHand ? "" : describe(byHand.error()).c_str());
    QCOMPARE(predictByHand(m_home.path().toStdString(), "slashed", "3,4").error().advice,
             std::string("Put slashes between them"));
    QVERIFY(failing("evaluate", {{"run", "slashed"}, {"topic", "slashed"}, {"group", "f"}}).code == ErrorCode::BadData);
    auto again = m_session->sectionAgain("resume", "slashed");
    QVERIFY(again && (*again)["format"] == "slashes");
    (*again)["format"] = "csv";
    const Error other = failing("train", *again);
    QVERIFY2(other.message.find("train.format was \"slashes\"") != std::string::npos, other.message.c_str());
}

/// A column of texts, of which an encoder of the model makes two numbers: it tells the classes apart, the other does
/// not.
void PipelineTest::everyJobEncodesWhatItsModelSays()
{
    constexpr int kRows = 600;
    std::vector<std::string> values;
    for (int i = 0; i < kRows; ++i) // send() gives every other row the class 1
        values.push_back(std::to_string(i % 7) + (i % 2 == 0 ? ",Geneve" : R"(,"Bo, n")"));
    values.emplace_back("3,");
    send("cities", values);
    ModelSpec model = *presetModel("small", {"x", "city"});
    model.encoders = {{"city", {"letters", {{"letter", "e"}}}}};
    const auto resultOf = [&](const std::string& kind, const json& section) {
        Job& job = start(kind, section);
        if (!ended(job) || job.state() != Job::State::Done)
            qFatal("%s: %s", kind.c_str(), describe(job.error()).c_str());
        return job.result();
    };
    const json trained =
        resultOf("train", {{"topic", "cities"}, {"epochs", 5}, {"run", "cities"}, {"model", toJson(model)}});
    QCOMPARE(trained["records"], 5 * kRows);
    QCOMPARE(trained["rejected"], 1);
    const json scored = resultOf("evaluate", {{"run", "cities"}, {"topic", "cities"}, {"group", "ce"}});
    QCOMPARE(scored["records"], kRows);
    QCOMPARE(scored["auc"], 1.0);
    QCOMPARE(resultOf("predict", {{"run", "cities"}, {"topic", "cities"}, {"group", "cp"}, {"to", "told"}})["records"],
             kRows);
    QCOMPARE(resultOf("online",
                      {{"run", "cities"}, {"topic", "cities"}, {"group", "co"}, {"normalise", "running"}})["records"],
             kRows);
    const auto byHand = predictByHand(m_home.path().toStdString(), "cities", "4,Geneve");
    QVERIFY(byHand && byHand->outputs.front() > 0);
    const Error refused = failing("evaluate", {{"run", "cities"}, {"topic", "slashed"}, {"group", "cf"}});
    QVERIFY2(refused.message.find("does not fit topic slashed") != std::string::npos, refused.message.c_str());
}

void PipelineTest::setsBrokenMessagesAside()
{
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->createTopic("broken", 1, true));
    auto producer = Producer::open(m_cluster.connection(), "broken", 1);
    QVERIFY(producer);
    const auto send = [&](std::string_view key, std::string_view value) {
        QVERIFY(producer->send(key, value, 0, {}, {}));
    };
    send("1.0", "1.5,2.5");
    send("1.0", "1.5");
    send({}, "1.5,2.5");
    send("0.0", "1.5,abc");
    send("7", "1.5,2.5");
    send("0.0", {});
    send("0.0", "0.5,0.5");
    QVERIFY(producer->flush({}));
    Job& job = start("train", {{"topic", "broken"}, {"epochs", 1}, {"preset", "small"}});
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    QCOMPARE(job.result()["records"].get<int>(), 2);
    QCOMPARE(job.result()["rejected"].get<int>(), 5);
    const auto rejected =
        readFile(m_session->home() / "runs" / job.result()["run"].get<std::string>() / "rejected.csv");
    QVERIFY(rejected);
    for (int offset = 1; offset <= 5; ++offset)
        QVERIFY2(rejected->find("broken partition 0 offset " + std::to_string(offset)) != std::string::npos,
                 rejected->c_str());
}

void PipelineTest::stopsAtABrokenMessageWhenAsked()
{
    Job& job = start("train", {{"topic", "broken"}, {"epochs", 1}, {"preset", "small"}, {"on-error", "stop"}});
    QVERIFY(ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    QCOMPARE(job.error().code, ErrorCode::BadData);
    QVERIFY2(job.error().message.find("offset 1") != std::string::npos, job.error().message.c_str());
}

void PipelineTest::refusesAnEmptyTopic()
{
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->createTopic("empty", 1, true));
    Job& job = start("train", {{"topic", "empty"}, {"preset", "small"}});
    QVERIFY(ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    QCOMPARE(job.error().code, ErrorCode::BadData);
}

void PipelineTest::asksWhichPartition()
{
    send("several", std::vector<std::string>(90, "1,2"), 3);
    const Error error = failing("train", {{"topic", "several"}, {"preset", "small"}, {"epochs", 1}});
    QCOMPARE(error.code, ErrorCode::Usage);
    QVERIFY2(error.message.find("has 3 partitions") != std::string::npos, error.message.c_str());
    QVERIFY2(error.advice.find("--partition N") != std::string::npos, error.advice.c_str());
    Job& job = start("train", {{"topic", "several"}, {"preset", "small"}, {"epochs", 1}, {"partition", 1}});
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    QCOMPARE(job.result()["partition"].get<int>(), 1);
    QCOMPARE(job.result()["records"].get<int>(), 30);
}

void PipelineTest::oneBadFirstRecordDecidesNothing()
{
    std::vector<std::string> values(301, "1,2");
    values.front() = "id,name,age,city";
    send("header", values);
    for (const json& section :
         {json{{"kind", "train"}, {"epochs", 1}}, json{{"kind", "online"}, {"group", "header"}}}) {
        json asked = section;
        const std::string kind = asked["kind"];
        asked.erase("kind");
        asked.update({{"topic", "header"}, {"preset", "small"}});
        Job& job = start(kind, asked);
        QVERIFY(ended(job));
        QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
        QCOMPARE(job.result()["records"].get<int>(), 300);
        QCOMPARE(job.result()["rejected"].get<int>(), 1);
        QCOMPARE(job.result()["rejected_of"].get<int>(), 301);
        QVERIFY2(job.result()["rejections"][0]["reason"].get<std::string>().find("columns than 2") != std::string::npos,
                 job.result()["rejections"].dump().c_str());
    }
}

void PipelineTest::countsRejectedRecordsOnce()
{
    send("useless", std::vector<std::string>(20, "1,abc"));
    const Error error = failing("train", {{"topic", "useless"}, {"preset", "small"}, {"epochs", 10}});
    QCOMPARE(error.code, ErrorCode::BadData);
    QVERIFY2(error.message.find("20 of 20 records") != std::string::npos &&
                 error.advice.find("useless partition 0 offset 0") != std::string::npos,
             describe(error).c_str());
    const Error online = failing("online", {{"topic", "useless"}, {"preset", "small"}, {"group", "useless"}});
    QCOMPARE(online.code, ErrorCode::BadData);
    QCOMPARE(committed("useless"), -1);
}

void PipelineTest::refusesATopicThatDoesNotFit()
{
    Job& job = start("train", {{"topic", "plain"}, {"preset", "small"}, {"epochs", 1}, {"run", "fits"}});
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    send("wide", std::vector<std::string>(30, "1,2,3,4,5"));
    const std::size_t runs = m_session->runs().list().size();
    for (const std::string kind : {"evaluate", "predict", "online"}) {
        json section = {{"run", "fits"}, {"topic", "wide"}, {"group", "misfit"}};
        if (kind == "predict")
            section["to"] = "wide-out";
        const Error error = failing(kind, section);
        QCOMPARE(error.code, ErrorCode::BadData);
        for (const char* word : {"2 features (x1, x2)", "5 columns, 2 expected", "wide"})
            QVERIFY2(error.message.find(word) != std::string::npos, error.message.c_str());
    }
    QCOMPARE(committed("misfit"), -1);
    QCOMPARE(m_session->runs().list().size(), runs);
    const auto admin = m_session->admin();
    QVERIFY(admin && !(*admin)->topic("wide-out"));
}

void PipelineTest::commitsNothingWhereNothingIsUsable()
{
    send("turned", std::vector<std::string>(30, "1,2"));
    for (const std::string kind : {"evaluate", "predict"}) {
        json section = {{"run", "fits"}, {"topic", "turned"}, {"group", kind + "-turned"}};
        if (kind == "predict")
            section["to"] = "turned-out";
        const std::int64_t end = kind == "evaluate" ? 30 : 35;
        Job& first = start(kind, section);
        QVERIFY(ended(first));
        QVERIFY2(first.state() == Job::State::Done, describe(first.error()).c_str());
        QCOMPARE(first.result()["records"].get<int>(), 30);
        QCOMPARE(committed(kind + "-turned"), end);
        Job& again = start(kind, section);
        QVERIFY(ended(again));
        QVERIFY2(again.state() == Job::State::Done, describe(again.error()).c_str());
        QVERIFY(again.result()["nothing_new"].get<bool>());
        send("turned", std::vector<std::string>(5, "broken"));
        const Error error = failing(kind, section);
        QCOMPARE(error.code, ErrorCode::BadData);
        QVERIFY2(error.message.find("5 of 5 records") != std::string::npos, error.message.c_str());
        QCOMPARE(committed(kind + "-turned"), end);
    }
}

void PipelineTest::stopsWhereTheLossExplodes()
{
    send("huge", std::vector<std::string>(64, "0.5,-1e33"));
    for (const std::string kind : {"train", "online"}) {
        json section = {{"topic", "huge"}, {"preset", "small"}};
        if (kind == "online")
            section["group"] = "huge";
        const Error error = failing(kind, section);
        QCOMPARE(error.code, ErrorCode::BadData);
        QVERIFY2(error.message.find("diverged at ") != std::string::npos &&
                     error.message.find("step 1") != std::string::npos &&
                     error.message.find("holds values up to 1e+33") != std::string::npos,
                 describe(error).c_str());
        QCOMPARE(committed("huge"), -1);
        const auto notes = m_session->latest(QString::fromStdString(kind))->drainNotes();
        QVERIFY(std::ranges::any_of(notes, [](const Note& note) { // a mark on the charts
            return note.severity == Note::Severity::Error && note.records >= 0 &&
                   note.text.starts_with("diverged here");
        }));
    }
}

void PipelineTest::waitsForRecordsUntilIdle()
{
    fill("late", 10);
    Job& job = start(
        "train", {{"topic", "late"}, {"from", "latest"}, {"until", "idle:4000"}, {"epochs", 1}, {"preset", "small"}});
    QTRY_VERIFY_WITH_TIMEOUT(!m_session->runs().list().empty() && m_session->runs().list().front().status == "running",
                             kWait);
    fill("late", 50);
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    QCOMPARE(job.result()["records"].get<int>(), 50);
    Job& slow = start("train", {{"topic", "late"}, {"until", "idle:50"}, {"max-rate", 20}, {"epochs", 1}});
    QVERIFY(ended(slow)); // waiting for its turn is not the stream's silence
    QCOMPARE(slow.result()["records"].get<int>(), 60);
    QCOMPARE(slow.result()["limited_by"].get<std::string>(), std::string("the rate limit"));
}

void PipelineTest::startsWhereAsked_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("until");
    QTest::addColumn<int>("records");
    QTest::newRow("earliest to the end") << "earliest"
                                         << "end" << 3000;
    QTest::newRow("an offset") << "2500"
                               << "end" << 500;
    QTest::newRow("the last") << "last:40"
                              << "end" << 40;
    QTest::newRow("a count") << "10"
                             << "count:33" << 33;
    QTest::newRow("a time before all") << "time:2020-01-01"
                                       << "end" << 3000;
    QTest::newRow("one message") << "last:1"
                                 << "end" << 1;
    QTest::newRow("1025 messages") << "last:1025"
                                   << "end" << 1025;
}

void PipelineTest::startsWhereAsked()
{
    QFETCH(const QString, from);
    QFETCH(const QString, until);
    QFETCH(const int, records);
    Job& job = start("train", {{"topic", "plain"},
                               {"from", from.toStdString()},
                               {"until", until.toStdString()},
                               {"epochs", 2},
                               {"preset", "small"}});
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    QCOMPARE(job.result()["records"].get<int>(), 2 * records);
}

void PipelineTest::goesOnWhenTheBrokerComesBack()
{
    constexpr int kEpochs = 400;
    Job& job = start("train", {{"topic", "plain"}, {"epochs", kEpochs}, {"batch", 16}});
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > 6000, kWait);
    QVERIFY(m_cluster.stop());
    QTRY_COMPARE_WITH_TIMEOUT(job.progress().limitedBy, std::string("no broker"), kWait);
    QVERIFY(job.isLive() && job.brokerAway());
    QVERIFY2(m_cluster.start(), m_cluster.error());
    const std::int64_t before = job.progress().records;
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > before + 6000 || !job.isLive(), kWait);
    QVERIFY2(job.isLive() || job.state() == Job::State::Done, describe(job.error()).c_str());
    QVERIFY(!job.brokerAway());
    job.stop();
    QVERIFY(ended(job));
    // Whole epochs hold every record, also the one in which the broker was away.
    for (const json& epoch : job.result()["per_epoch"])
        QCOMPARE(epoch["records"].get<int>(), 3000);
}

void PipelineTest::pausesChangesTheRateAndStops()
{
    Job& job = start("train", {{"topic", "plain"}, {"epochs", 10000}, {"batch", 8}});
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > 1000, kWait);
    job.setPaused(true);
    QTRY_COMPARE_WITH_TIMEOUT(job.progress().limitedBy, std::string("paused"), kWait);
    const std::int64_t held = job.progress().records;
    QVERIFY(job.setLearningRate(0.0005));
    QTest::qWait(200); // long enough for thousands of records, were it not paused
    QCOMPARE(job.progress().records, held);
    job.setPaused(false);
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > held + 1000, kWait);
    job.stop();
    QVERIFY(ended(job));
    QCOMPARE(job.state(), Job::State::Cancelled);
    const std::string run = job.result()["run"];
    const auto journal = readFile(m_session->home() / "runs" / run / "journal.jsonl");
    QVERIFY(journal && journal->find("learning-rate") != std::string::npos &&
            journal->find("pause") != std::string::npos);
    // The last state is kept and can be used.
    auto kept = m_session->runs().find(run);
    QVERIFY(kept && kept->hasModel);
    const auto checkpoint = RunCatalog::loadCheckpoint(*kept);
    QVERIFY(checkpoint);
    QCOMPARE(checkpoint->learner.step, job.result()["steps"].get<std::int64_t>());
    QVERIFY(std::abs(checkpoint->learner.learningRate - 0.0005) < 1e-9);
}

void PipelineTest::closesOnLinger()
{
    fill("trickle", 300);
    Job& job = start("online", {{"topic", "trickle"},
                                {"group", "linger"},
                                {"records", 10000},
                                {"linger", 100},
                                {"until", "idle:3000"},
                                {"preset", "small"}});
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records == 300, kWait);
    fill("trickle", 200);
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    QCOMPARE(job.result()["records"].get<int>(), 500);
    QVERIFY(job.result()["mini_datasets"].size() >= 2);
    const auto admin = m_session->admin();
    QVERIFY(admin);
    const auto lag = (*admin)->groupLag("linger");
    QVERIFY(lag && lag->size() == 1);
    QCOMPARE(lag->front().lag().value_or(-1), 0);
}

void PipelineTest::tellsDriftsAndBaselines()
{
    constexpr int kHalf = 4000;
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->createTopic("turning", 1, true));
    auto producer = Producer::open(m_cluster.connection(), "turning", 1);
    QVERIFY(producer);
    for (int i = 0; i < 2 * kHalf; ++i) { // what meant 1 means 0 in the second half
        const int side = i * 7 % 5 > 1 ? 1 : 0;
        const bool one = (side == 1) == (i < kHalf);
        QVERIFY(
            producer->send(one ? "1.0" : "0.0", std::to_string(side * 2 - 1) + "," + std::to_string(i % 3), 0, {}, {}));
    }
    QVERIFY(producer->flush({}));
    const auto unknown = m_session->start("online", {{"topic", "turning"}, {"group", "t"}, {"detectors", "adwim"}});
    QVERIFY(!unknown && unknown.error().code == ErrorCode::Usage);
    Job& job = start("online", {{"topic", "turning"},
                                {"group", "turning"},
                                {"preset", "small"},
                                {"records", 200},
                                {"learning-rate", 0.01},
                                {"detectors", "adwin, ddm"}});
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    const json& result = job.result();
    QCOMPARE(result["records"].get<int>(), 2 * kHalf);
    QVERIFY(result["accuracy"].get<double>() > result["majority"].get<double>());
    QVERIFY(result["windowed"]["records"].get<int>() == 1000);
    QVERIFY(result["windowed"]["kappa"].get<double>() > 0.9);
    for (const std::string kind : {"adwin", "ddm"}) {
        bool found = false;
        for (const json& drift : result["drifts"])
            found = found || (drift["detector"] == kind && drift["error_rose"] == true && drift["record"] > kHalf &&
                              drift["record"] < kHalf + 400);
        QVERIFY2(found, result["drifts"].dump().c_str());
    }
}

void PipelineTest::endsWithAFrozenBroker()
{
    Job& training = start("train", {{"topic", "plain"}, {"epochs", 10000}});
    Job& waiting = start("online", {{"topic", "plain"}, {"group", "frozen"}, {"until", "never"}, {"preset", "small"}});
    QTRY_VERIFY_WITH_TIMEOUT(training.progress().records > 1000 && waiting.progress().records > 1000, kWait);
    m_cluster.freeze();
    QElapsedTimer timer;
    timer.start();
    m_session.reset();
    const qint64 milliseconds = timer.elapsed();
    m_cluster.thaw();
    qInfo("ended in %lld ms", milliseconds);
    QVERIFY(milliseconds < 60000); // the budget is 2 s; this only tells an end from a hang
    QTRY_VERIFY_WITH_TIMEOUT(m_cluster.isWhole(), kWait);
}

void PipelineTest::saysThatTheDiskIsFull()
{
    const SmallDisk disk(m_home.filePath("small"), "1m");
    if (!disk.isMounted())
        QSKIP("a small file system cannot be mounted here");
    SessionOptions options;
    options.home = disk.folder();
    options.brokers = m_cluster.connection().brokers;
    m_session = std::make_unique<Session>(options);
    Job& job = start("train", {{"topic", "plain"}, {"epochs", 10000}});
    const bool over = ended(job);
    const Error error = over ? job.error() : Error{};
    m_session.reset();
    QVERIFY(over);
    QVERIFY2(error.message.find("No space left") != std::string::npos, error.message.c_str());
}

QTEST_GUILESS_MAIN(PipelineTest)
#include "tst_pipeline.moc"
