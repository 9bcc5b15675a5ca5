// SPDX-License-Identifier: GPL-3.0-or-later
// Publications that are stopped or killed and go on: every row of the file stands in the topics exactly once, and where
// it would have stood had nobody disturbed them.
#include "base/CrashPoint.h"
#include "broker/JobProcess.h"
#include "broker/TestCluster.h"
#include "broker/TopicRows.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/writing/Publication.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <fstream>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kWait = 60000;
constexpr int kRows = 20000, kEveryBad = 1000;
constexpr int kGood = kRows - kRows / kEveryBad;

} // namespace

class PublishTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void killedAtACrashPoint_data();
    void killedAtACrashPoint();
    void killedAtRandom();
    void cancelledAndGoneOn();
    void aFinishedOneSendsNothing();
    void otherSettingsAreRefused();
    void anUnknownPublicationIsRefused();
    void deletedRecordsAreSaid();
    void twiceIsSaid();
    void oneAtATime();
    void aTopicWithRecords();
    void classesOfTheWholeFile();
    void nothingIsMadeOfABadFile_data();
    void nothingIsMadeOfABadFile();
    void withoutALabel();
    void withoutAPlaceForRejectedRows();
    void targetsThatTakeNothing();
    void aTopicDeletedMeanwhile();
    void aFileChangedMeanwhile_data();
    void aFileChangedMeanwhile();
    void withoutClasses();
    void mostlyRejected();

private:
    [[nodiscard]] std::string home() const { return m_home.path().toStdString(); }
    [[nodiscard]] json section(const std::string& name) const
    {
        return {{"file", m_file},
                {"topic", name + "-train"},
                {"partitions", 2},
                {"schema", m_schema},
                {"test-topic", name + "-test"},
                {"test-partitions", 2},
                {"test-fraction", 0.3},
                {"key", "row"},
                {"seed", 5}};
    }
    /// A job that must start.
    Job& start(json section, bool resume, Job::State first = Job::State::Running)
    {
        section["resume"] = resume;
        auto job = m_session->start("publish", section, first);
        if (!job)
            qFatal("%s", describe(job.error()).c_str());
        return **job;
    }
    Job& ended(json section, bool resume = true)
    {
        Job& job = start(std::move(section), resume);
        if (!QTest::qWaitFor([&] { return !job.isLive(); }, kWait))
            qFatal("publishing does not end");
        return job;
    }
    bool publishToDeath(json section, const QString& crashAt)
    {
        section["resume"] = true; // where nothing was begun it begins
        return JobProcess(home(), m_cluster.connection().brokers, "publish", section, crashAt).wasKilled();
    }
    /// A file of its own, published by what is found in it.
    [[nodiscard]] json sectionOf(const std::string& topic, const QByteArray& text)
    {
        const QString name = m_home.filePath(QString::fromStdString(topic) + ".csv");
        if (QFile file(name); !file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            qFatal("cannot write %s", qPrintable(name));
        return {{"file", name.toStdString()}, {"topic", topic}};
    }
    void compareRefusal(const json& section, ErrorCode code, const char* message)
    {
        const Job& job = ended(section, false);
        QVERIFY2(job.error().code == code, describe(job.error()).c_str());
        QVERIFY2(job.error().message.find(message) != std::string::npos, job.error().message.c_str());
    }
    [[nodiscard]] std::int64_t recordsOf(const std::string& topic)
    {
        std::int64_t records = 0;
        if (const auto info = m_admin->topic(topic))
            for (const PartitionInfo& partition : info->partitions)
                records += std::max<std::int64_t>(0, partition.high);
        return records;
    }
    /// The topics are as those of a publication that nobody disturbed.
    void compareWithUndisturbed(const std::string& name, const Job& job)
    {
        QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
        const json& result = job.result();
        QCOMPARE(result["records"].get<int>(), kGood);
        QCOMPARE(result["already_there"].get<int>() + result["sent"].get<int>(), kGood);
        QCOMPARE(result["rejected"].get<int>(), kRows / kEveryBad);
        for (std::size_t i = 0; i < 2; ++i)
            QVERIFY(result["parts"][i]["partitions"] == m_undisturbed["parts"][i]["partitions"]);
        QVERIFY2(result["warnings"] == m_undisturbed["warnings"], result["warnings"].dump().c_str());
        for (const std::string part : {"-train", "-test"}) {
            TopicRows topic;
            const Status read = topic.read(m_cluster.connection(), name + part, 2);
            QVERIFY2(read, describe(read).c_str());
            QCOMPARE(topic.rows, m_rows[part]);
        }
    }

    TestCluster m_cluster;
    QTemporaryDir m_home;
    std::optional<Admin> m_admin;
    std::unique_ptr<Session> m_session;
    std::string m_file;
    json m_schema = {
        {"columns", {{{"name", "y"}, {"role", "label"}}, {{"name", "a"}, {"role", "feature"}}, {{"name", "b"}}}}};
    json m_undisturbed;
    std::map<std::string, std::vector<std::vector<std::int64_t>>> m_rows;
};

void PublishTest::initTestCase()
{
    QVERIFY2(m_cluster.start(), m_cluster.error());
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin);
    m_admin = std::move(*admin);
    m_file = (m_home.filePath("rows.csv")).toStdString();
    std::ofstream file(m_file);
    for (int i = 0; i < kRows; ++i)
        file << i % 2 << ',' << i << ',' << (i % kEveryBad == 7 ? "bad" : "0.5") << '\n';
    file.close();
    init();
    const Job& job = ended(section("none"), false);
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    m_undisturbed = job.result();
    QCOMPARE(m_undisturbed["sent"].get<int>(), kGood);
    std::vector<int> seen(kRows, 0);
    for (const std::string part : {"-train", "-test"}) {
        TopicRows topic;
        QVERIFY(topic.read(m_cluster.connection(), "none" + part, 2));
        m_rows[part] = topic.rows;
        for (const auto& partition : topic.rows)
            for (const std::int64_t row : partition)
                ++seen[static_cast<std::size_t>(row)];
    }
    for (int i = 0; i < kRows; ++i)
        QCOMPARE(seen[static_cast<std::size_t>(i)], i % kEveryBad == 7 ? 0 : 1);
}

void PublishTest::init()
{
    SessionOptions options;
    options.home = home();
    options.brokers = m_cluster.connection().brokers;
    m_session = std::make_unique<Session>(options);
}

void PublishTest::killedAtACrashPoint_data()
{
    QTest::addColumn<QString>("point");
    for (const std::string_view name : kCrashPoints)
        if (name.starts_with("file.") || name.starts_with("publish."))
            QTest::newRow(std::string(name).c_str()) << QString::fromStdString(std::string(name));
    QTest::newRow("publish.sent late") << "publish.sent:15000";
    QTest::newRow("publish.acknowledged late") << "publish.acknowledged:7777";
}

void PublishTest::killedAtACrashPoint()
{
    QFETCH(QString, point);
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    std::string name = "at-" + point.toStdString();
    std::ranges::replace(name, ':', '-');
    QVERIFY(publishToDeath(section(name), point));
    compareWithUndisturbed(name, ended(section(name)));
}

void PublishTest::killedAtRandom()
{
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    QRandomGenerator random(23);
    int kills = 0;
    for (int i = 0; kills < 5 && i < 30; ++i) {
        const std::string name = "some-" + std::to_string(i);
        for (int leg = 0; leg < 3; ++leg) {
            const int records = 1 + static_cast<int>(random.bounded(kGood * 2 / 3));
            json again = section(name);
            again["resume"] = true;
            JobProcess process(home(), m_cluster.connection().brokers, "publish", again);
            process.killWhen([&] { return recordsOf(name + "-train") + recordsOf(name + "-test") >= records; });
            if (!process.wasKilled())
                break;
            ++kills;
        }
        compareWithUndisturbed(name, ended(section(name)));
        if (QTest::currentTestFailed())
            return;
    }
    QVERIFY(kills >= 5);
}

void PublishTest::cancelledAndGoneOn()
{
    Job& job = start(section("stop"), false, Job::State::Paused);
    QTRY_VERIFY_WITH_TIMEOUT(isHalfPublished(home(), "stop-train", m_file), kWait);
    job.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!job.isLive(), kWait);
    QCOMPARE(job.state(), Job::State::Cancelled);
    QVERIFY2(job.error().advice.find("--resume") != std::string::npos, job.error().advice.c_str());
    compareWithUndisturbed("stop", ended(section("stop")));
}

void PublishTest::aFinishedOneSendsNothing()
{
    const Job& again = ended(section("none"));
    QCOMPARE(again.result()["sent"].get<int>(), 0);
    QCOMPARE(again.result()["already_there"].get<int>(), kGood);
    compareWithUndisturbed("none", again);
}

void PublishTest::otherSettingsAreRefused()
{
    QVERIFY(publishToDeath(section("else"), "publish.sent:9000"));
    json other = section("else");
    other["key"] = "none";
    other["seed"] = 6;
    const Job& job = ended(other);
    QCOMPARE(job.error().code, ErrorCode::Usage);
    QVERIFY2(job.error().message.find("key was row, is none; seed was 5, is 6") != std::string::npos,
             job.error().message.c_str());
    // The same path, another file.
    const auto content = readFile(m_file);
    QVERIFY(content && writeFileAtomically(m_file, *content + "1,2,3\n"));
    const Job& longer = ended(section("else"));
    QVERIFY(writeFileAtomically(m_file, *content));
    QVERIFY2(longer.error().message.find("file size was") != std::string::npos, longer.error().message.c_str());
    compareWithUndisturbed("else", ended(section("else")));
}

void PublishTest::anUnknownPublicationIsRefused()
{
    QVERIFY(m_admin->createTopic("theirs-train", 2, true));
    auto producer = Producer::open(m_cluster.connection(), "theirs-train", 2);
    QVERIFY(producer && producer->send("k", "v", 0, {}, {}) && producer->flush({}));
    const Job& job = ended(section("theirs"));
    QCOMPARE(job.error().code, ErrorCode::Usage);
    QVERIFY2(job.error().message.find("theirs-train holds records") != std::string::npos, job.error().message.c_str());
}

void PublishTest::deletedRecordsAreSaid()
{
    QVERIFY(publishToDeath(section("gone"), "publish.acknowledged:9000"));
    QVERIFY(m_admin->deleteRecords("gone-train", 0, 10));
    const Job& job = ended(section("gone"));
    QCOMPARE(job.error().code, ErrorCode::BadData);
    QVERIFY2(job.error().message.find("10 records of topic gone-train partition 0 were deleted") != std::string::npos,
             job.error().message.c_str());
}

void PublishTest::twiceIsSaid()
{
    QVERIFY(publishToDeath(section("twice"), "publish.acknowledged:9000")); // so that the topic holds some
    QVERIFY(isHalfPublished(home(), "twice-train", m_file));
    const Job& refused = ended(section("twice"), false);
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QVERIFY2(refused.error().advice.find("send the rest with --resume") != std::string::npos,
             refused.error().advice.c_str());
    json again = section("twice");
    again["existing"] = "append";
    Job& job = ended(again, false);
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    QVERIFY(!isHalfPublished(home(), "twice-train", m_file));
    bool said = false;
    for (const Note& note : job.drainNotes())
        said = said || note.text.find("--resume") != std::string::npos;
    QVERIFY(said);
}

void PublishTest::oneAtATime()
{
    Job& first = start(section("one"), false, Job::State::Paused);
    QTRY_VERIFY_WITH_TIMEOUT(isHalfPublished(home(), "one-train", m_file), kWait);
    const Job& second = ended(section("one"));
    const std::string pid = std::to_string(QCoreApplication::applicationPid());
    QVERIFY2(second.error().message.find("Process " + pid) != std::string::npos, second.error().message.c_str());
    first.setPaused(false);
    QTRY_VERIFY_WITH_TIMEOUT(!first.isLive(), kWait);
    compareWithUndisturbed("one", first);
}

/// Refused unless it is said what becomes of the records; the answers are those of the window's banner.
void PublishTest::aTopicWithRecords()
{
    json section = sectionOf("full", "x,label\n1,0\n2,1\n3,0\n");
    QCOMPARE(ended(section, false).result()["records"].get<int>(), 3);
    const Job& refused = ended(section, false);
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QCOMPARE(refused.error().message, std::string("Topic full holds records already: 3 offsets in 1 partition"));
    QCOMPARE(refused.error().answers.size(), std::size_t{2});
    QCOMPARE(recordsOf("full"), std::int64_t{3});
    section["existing"] = "append";
    QCOMPARE(ended(section, false).result()["records"].get<int>(), 3);
    QCOMPARE(recordsOf("full"), std::int64_t{6});
    json wider = section; // another table is not added to it
    wider["file"] = sectionOf("wide", "x,y,label\n1,2,0\n2,3,1\n")["file"];
    const Job& other = ended(wider, false);
    QCOMPARE(other.error().code, ErrorCode::Usage);
    QVERIFY2(other.error().message.find("Topic full holds records of another table") != std::string::npos,
             other.error().message.c_str());
    const auto drawn = m_session->start("simulate", {{"topic", "full"}, {"rows", 10}});
    QVERIFY(drawn);
    QTRY_VERIFY_WITH_TIMEOUT(!(*drawn)->isLive(), kWait);
    QCOMPARE((*drawn)->error().code, ErrorCode::Usage);
    QCOMPARE(recordsOf("full"), std::int64_t{6});
    section["existing"] = "replace";
    Job& replaced = ended(section, false);
    QCOMPARE(replaced.result()["records"].get<int>(), 3);
    QCOMPARE(recordsOf("full"), std::int64_t{3});
    bool said = false;
    for (const Note& note : replaced.drainNotes())
        said = said || note.text.find("deleted with its 6 offsets") != std::string::npos;
    QVERIFY(said);
    section["existing"] = "replace"; // with a file that cannot be used nothing is deleted
    section["file"] = sectionOf("odd", "x,label\n1,NA\n2,NA\n3,NA\n")["file"];
    QCOMPARE(ended(section, false).error().code, ErrorCode::BadData);
    QCOMPARE(recordsOf("full"), std::int64_t{3});
}

/// The first thousand rows hold one class.
void PublishTest::classesOfTheWholeFile()
{
    QByteArray text = "x,label\n";
    for (int i = 0; i < 2200; ++i)
        text += QByteArray::number(i) + (i < 1500 ? ",1\n" : ",2\n");
    const Job& job = ended(sectionOf("sorted", text), false);
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    QCOMPARE(job.result()["records"].get<int>(), 2200);
    QCOMPARE(job.result()["rejected"].get<int>(), 0);
    QCOMPARE(job.result()["parts"][0]["partitions"][0]["class_counts"].dump(), std::string("[1500,700]"));
}

void PublishTest::nothingIsMadeOfABadFile_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    QTest::newRow("no row")
        << QByteArray("x,label\na,0\nb,1\nc,0\n")
        << "holds no row that can be used: 3 of 3 rows (100.0 %) were rejected: x is not a number in 3";
    QTest::newRow("too wide") << "x,label\n1,0\n" + QByteArray(1'200'000, '1') + ",0\n"
                              << "line 3: column 1 (x)";
}

void PublishTest::nothingIsMadeOfABadFile()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, message);
    json section = sectionOf("nothing", text);
    section["schema"] = {{"header", true}, {"columns", {{{"name", "x"}}, {{"name", "label"}, {"role", "label"}}}}};
    section["on-error"] = message.startsWith("line") ? "stop" : "skip";
    compareRefusal(section, ErrorCode::BadData, message.toUtf8().constData());
    QVERIFY(!m_admin->topic("nothing"));
}

void PublishTest::withoutALabel()
{
    json section = sectionOf("bare", "a,b\n1,5\n2,6\n3,7\n");
    compareRefusal(section, ErrorCode::BadData, "has no label column");
    section["label"] = "none";
    QCOMPARE(ended(section, false).result()["records"].get<int>(), 3);
}

/// Told before anything is made.
void PublishTest::withoutAPlaceForRejectedRows()
{
    namespace fs = std::filesystem;
    const fs::path folder = home() + "/rejected", kept = home() + "/rejected-kept";
    const bool wasThere = fs::exists(folder);
    if (wasThere)
        fs::rename(folder, kept);
    std::ofstream(folder) << "a file in its place";
    compareRefusal(sectionOf("placeless", "x,label\n1,0\n2,1\n"), ErrorCode::Failed,
                   ("Cannot write " + folder.string()).c_str());
    fs::remove(folder);
    if (wasThere)
        fs::rename(kept, folder);
    QVERIFY(!m_admin->topic("placeless"));
}

/// Told before anything is sent.
void PublishTest::targetsThatTakeNothing()
{
    const QByteArray table = "x,label\n1,0\n2,1\n3,0\n";
    const Admin::Timeout timeout(10000);
    QVERIFY(m_admin->createTopic("compact", 1, false, timeout, {{"cleanup.policy", "compact"}}));
    json section = sectionOf("compact", table);
    section["key"] = "label";
    compareRefusal(section, ErrorCode::Usage, "compaction would leave 2 records");
    section["key"] = "none";
    compareRefusal(section, ErrorCode::Usage, "Kafka takes no records without a key");
    section["key"] = "row";
    QCOMPARE(ended(section, false).result()["records"].get<int>(), 3);

    QVERIFY(m_admin->createTopic("insync", 1, false, timeout, {{"min.insync.replicas", "2"}}));
    // Kafka asks for no more replicas than there are.
    QCOMPARE(ended(sectionOf("insync", table), false).result()["records"].get<int>(), 3);

    QVERIFY(m_admin->createTopic("narrow", 1, false, timeout, {{"max.message.bytes", "1000"}}));
    QByteArray wide = "label";
    for (int i = 0; i < 600; ++i)
        wide += ",x" + QByteArray::number(i);
    wide += "\n0" + QByteArray(",1").repeated(600) + "\n1" + QByteArray(",2").repeated(600) + "\n";
    compareRefusal(
        sectionOf("narrow", wide), ErrorCode::BadData,
        "line 2 makes a message of 1,201 bytes, and at most 1,000 are taken (max.message.bytes of topic narrow)");

    json pair = sectionOf("my.data", table);
    pair["test-topic"] = "my_data";
    compareRefusal(pair, ErrorCode::Usage, "Topics my.data and my_data differ in '.' and '_' only");
    QVERIFY(!m_admin->topic("my.data") && !m_admin->topic("my_data"));
}

void PublishTest::aTopicDeletedMeanwhile()
{
    Job& job = start(section("deleted"), false, Job::State::Paused);
    QTRY_VERIFY_WITH_TIMEOUT(isHalfPublished(home(), "deleted-train", m_file), kWait);
    QVERIFY(m_admin->deleteTopic("deleted-train"));
    job.setPaused(false);
    QTRY_VERIFY_WITH_TIMEOUT(!job.isLive(), 2 * kWait);
    QVERIFY2(job.error().message.find("Topic deleted-train was deleted") != std::string::npos,
             describe(job.error()).c_str());
}

void PublishTest::aFileChangedMeanwhile_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("told");
    QTest::newRow("shorter") << "shorter"
                             << "it had 26 bytes, and has 14; ";
    QTest::newRow("longer") << "longer"
                            << "it had 26 bytes, and has 30; ";
    QTest::newRow("replaced") << "replaced"
                              << "another file took its place; ";
    QTest::newRow("gone") << "gone"
                          << "it is gone; ";
}

/// Between the look through it and the end of sending.
void PublishTest::aFileChangedMeanwhile()
{
    QFETCH(QString, how);
    QFETCH(QString, told);
    const std::string topic = "changed-" + how.toStdString();
    const std::string text = "x,label\n1,0\n2,1\n3,0\n4,1\n"
                             "\n\n"; // 26 bytes
    const json section = sectionOf(topic, QByteArray::fromStdString(text));
    const std::filesystem::path file = section["file"].get<std::string>();
    Job& job = start(section, false, Job::State::Paused);
    QTRY_VERIFY_WITH_TIMEOUT(isHalfPublished(home(), topic, file), kWait);
    if (how == "shorter")
        std::filesystem::resize_file(file, 14);
    else if (how == "longer")
        std::ofstream(file, std::ios::app) << "5,1\n";
    else if (how == "replaced")
        QVERIFY(writeFileAtomically(file, text));
    else
        std::filesystem::remove(file);
    job.setPaused(false);
    QTRY_VERIFY_WITH_TIMEOUT(!job.isLive(), kWait);
    QCOMPARE(job.state(), Job::State::Failed);
    QCOMPARE(job.error().code, ErrorCode::Failed);
    const std::string message = job.error().message;
    QVERIFY2(message.find("changed while it was read: " + told.toStdString()) != std::string::npos, message.c_str());
    // How many, the pause decides: one or several.
    static const QRegularExpression kDelivered("[0-9] (record was|records were) delivered$");
    QVERIFY2(kDelivered.match(QString::fromStdString(message)).hasMatch(), message.c_str());
}

/// Records without a label have no classes, numbers that are foretold have none either, and nobody is warned that one
/// is missing. A label is learnt wherever it stands.
void PublishTest::withoutClasses()
{
    json bare = sectionOf("no-classes", "a,b\n1,5\n2,6\n3,7\n");
    bare["label"] = "none";
    const json numbers = sectionOf("numbers", "x,label\n1,0.5\n2,7\n3,9\n");
    const json keyed = sectionOf("by-row", "x,label\n1,0\n2,0\n3,1\n");
    for (const json& section : {bare, numbers, keyed}) {
        const Job& job = ended(section, false);
        QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
        const json& partition = job.result()["parts"][0]["partitions"][0];
        QCOMPARE(partition["class_counts"].dump(), std::string(section == keyed ? "[2,1]" : "null"));
        QCOMPARE(partition["records"].get<int>(), 3);
        QVERIFY2(job.result()["warnings"].empty(), job.result()["warnings"].dump().c_str());
    }
}

void PublishTest::mostlyRejected()
{
    json section = sectionOf("few", "x,label\n1,0\n2,1\nbad,0\nbad,0\nbad,1\n");
    section["schema"] = {{"header", true}, {"columns", {{{"name", "x"}}, {{"name", "label"}, {"role", "label"}}}}};
    Job& job = ended(section, false);
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    bool said = false;
    for (const Note& note : job.drainNotes())
        said = said || note.text.find("3 of 5 rows (60.0 %) were rejected") != std::string::npos;
    QVERIFY(said);
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    if (const auto code = JobProcess::runHere())
        return *code;
    PublishTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_publish.moc"
