// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that are not ours agree on what we publish and commit: kcat, and Kafka's own console tools.
#include "Waiting.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Consumer.h"
#include "pipeline/Publish.h"
#include "pipeline/Watch.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <fstream>
#include <map>

using namespace millrace;

namespace
{

/// Kafka's own console tools; packaging/test.sh puts them there.
constexpr auto kTools = MILLRACE_SOURCE_DIR "/build/kafka-tools";
constexpr int kRows = 2000;
constexpr auto kTopic = "console"; ///< the label is the key
constexpr auto kByRow = "by-row";  ///< the row number is the key, and the value holds the label
constexpr auto kGroup = "console-group";
constexpr auto kReader = "transaction-reader";

struct Row {
    QByteArray label, key, value;
};

/// A message as kcat prints it.
struct Message {
    int partition = 0;
    qint64 offset = 0;
    QByteArray key, value, headers;
};

/// The table that is published, and what its messages must be, by row number.
std::vector<Row> writeTable(const std::filesystem::path& file)
{
    std::vector<Row> rows;
    std::ofstream out(file);
    for (int i = 0; i < kRows; ++i) {
        const bool signal = i % 3 == 0;
        const QByteArray value =
            QByteArray::number(i * 1.000000000000000001e-3, 'e', 18) + "," + QByteArray::number(-i) + ".50";
        const QByteArray label = signal ? "1.000000000000000000e+00" : "0.000000000000000000e+00";
        out << label.constData() << ',' << value.constData() << '\n';
        rows.push_back({label, signal ? "1.0" : "0.0", value});
    }
    return rows;
}

Schema tableSchema()
{
    Schema schema;
    schema.name = "console";
    schema.columns = {{"class", ColumnType::Number, ColumnRole::Label},
                      {"x", ColumnType::Number, ColumnRole::Feature},
                      {"y", ColumnType::Number, ColumnRole::Feature}};
    return schema;
}

/// Counts a group's messages and remembers the next offsets.
class Reader : public ConsumerEvents
{
public:
    int messages = 0;
    std::map<int, std::int64_t> next;
    void onMessage(const MessageView& message) override
    {
        ++messages;
        next[message.partition] = message.offset + 1;
    }
    void onEnd(int /*partition*/, std::int64_t /*offset*/) override {}
};

QString shown(std::optional<std::int64_t> number)
{
    return number ? QString::number(*number) : "-";
}

QString shown(const std::string& text)
{
    return text.empty() ? "-" : QString::fromStdString(text);
}

} // namespace

class TestConsole : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable("kcat").isEmpty())
            QSKIP("kcat is missing: apt install kcat");
        if (!QFileInfo::exists(kTools))
            QSKIP("Kafka's console tools are missing: packaging/test.sh fetches them");
        QVERIFY2(m_cluster.start(), m_cluster.error());
        m_brokers = QString::fromStdString(m_cluster.connection().brokers);
        publishTable();
    }

    void kcatReadsWhatWasPublished()
    {
        const std::vector<Message> messages = consumeWithKcat(kTopic);
        QCOMPARE(messages.size(), m_rows.size());
        std::vector<int> seen(m_rows.size(), 0);
        std::map<int, qint64> next;
        for (const Message& message : messages) {
            QVERIFY2(message.headers.startsWith("row="), message.headers);
            const auto row = static_cast<std::size_t>(message.headers.mid(4).toLongLong());
            QVERIFY(row < m_rows.size());
            ++seen[row];
            QCOMPARE(message.key, m_rows[row].key);
            QCOMPARE(message.value, m_rows[row].value);
            QCOMPARE(message.offset, next[message.partition]++);
        }
        QVERIFY(std::ranges::all_of(seen, [](int times) { return times == 1; }));
        for (const auto& part : m_published.at("parts").at(0).at("partitions"))
            QCOMPARE(next[part.at("partition").get<int>()], part.at("records").get<qint64>());
    }

    void kcatReadsWhatIsPublishedUnasked()
    {
        const std::vector<Message> messages = consumeWithKcat(kByRow);
        QCOMPARE(messages.size(), m_rows.size());
        std::vector<int> seen(m_rows.size(), 0);
        for (const Message& message : messages) {
            const auto row = static_cast<std::size_t>(message.key.toLongLong());
            QVERIFY(row < m_rows.size());
            ++seen[row];
            QCOMPARE(message.headers, "row=" + message.key);
            QCOMPARE(message.value, m_rows[row].label + ',' + m_rows[row].value);
        }
        QVERIFY(std::ranges::all_of(seen, [](int times) { return times == 1; }));
    }

    void consoleConsumerReadsAsMany()
    {
        const QString text =
            kafkaTool("consumer.ConsoleConsumer", {"--topic", kTopic, "--from-beginning", "--max-messages",
                                                   QString::number(kRows), "--timeout-ms", "20000"});
        QStringList values = text.split('\n', Qt::SkipEmptyParts);
        QStringList expected;
        for (const Row& row : m_rows)
            expected += row.value;
        values.sort();
        expected.sort();
        QCOMPARE(values, expected);
    }

    void consoleToolsAgreeOnOffsets()
    {
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin);
        const auto topic = admin->topic(kTopic);
        QVERIFY2(topic, describe(topic).c_str());
        QStringList ours;
        for (const PartitionInfo& partition : topic->partitions)
            ours += QStringLiteral("%1:%2:%3").arg(kTopic).arg(partition.partition).arg(partition.high);
        QStringList theirs = kafkaTool("GetOffsetShell", {"--topic", kTopic}).split('\n', Qt::SkipEmptyParts);
        ours.sort();
        theirs.sort();
        QCOMPARE(theirs, ours);
    }

    /// The label as key goes where a Java client would have sent it.
    void javaChoosesTheSamePartition()
    {
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin && admin->createTopic("from-java", 2, false));
        kafkaTool(
            "ConsoleProducer",
            {"--topic", "from-java", "--reader-property", "parse.key=true", "--reader-property", "key.separator=;"},
            "0.0;x\n1.0;x\n0.0;y\n");
        std::map<QByteArray, int> java;
        for (const Message& message : consumeWithKcat("from-java"))
            java[message.key] = message.partition;
        QCOMPARE(java.size(), std::size_t{2});
        QVERIFY(java["0.0"] != java["1.0"]);
        for (const Message& message : consumeWithKcat(kTopic))
            QCOMPARE(message.partition, java[message.key]);
    }

    /// A transaction's marker takes an offset that no reader ever gets.
    void aTransactionMarkerIsNoLag()
    {
        kafkaTool("TopicCommand", {"--create", "--topic", "transactions", "--partitions", "1", "--config",
                                   "message.timestamp.type=LogAppendTime"});
        kafkaTool("ProducerPerformance", {"--topic", "transactions", "--num-records", "100", "--record-size", "20",
                                          "--throughput", "-1", "--transaction-duration-ms", "60000"});
        commit("transactions", 100);
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin);
        const auto bySubtraction = admin->groupLag(kReader);
        QVERIFY(bySubtraction && bySubtraction->size() == 1 && bySubtraction->front().lag() == 1);
        const nlohmann::json read = watch();
        QVERIFY(read["lag"] == 0 && read["age_seconds"] == 0.0 && read["verdict"] == "OK" && read["end"] == 101);
        commit("transactions", 98);
        const nlohmann::json unread = watch();
        QVERIFY(unread["lag"] == 3 && unread["timestamp_type"] == "append");
    }

    void consumerGroupsAgreesOnLag()
    {
        ConsumerOptions options;
        options.groupId = kGroup;
        auto consumer = Consumer::subscribe(m_cluster.connection(), options, kTopic);
        QVERIFY(consumer);
        readSome(*consumer, 700);
        compareLag(true);
        consumer->close(std::chrono::seconds(5));
        compareLag(false);
    }

private:
    void publishTable()
    {
        PublishConfig config;
        config.connection = m_cluster.connection();
        config.home = m_cluster.home();
        config.file = m_cluster.home() / "console.csv";
        config.schema = tableSchema();
        config.partitions = 2;
        m_rows = writeTable(config.file);
        publishTo(kByRow, config);
        config.key = "label";
        m_published = publishTo(kTopic, config);
    }

    static nlohmann::json publishTo(const char* topic, PublishConfig config)
    {
        config.topic = topic;
        JobContext context{std::stop_token()};
        const auto published = publish(config, context);
        if (!published || published->sent != kRows)
            qFatal("%s", describe(published).c_str());
        return toJson(*published);
    }

    void readSome(Consumer& consumer, int count)
    {
        Reader reader;
        const bool enough = QTest::qWaitFor(
            [&] { return !consumer.poll(std::chrono::milliseconds(200), 100, reader) || reader.messages >= count; },
            kPatience);
        QVERIFY(enough && reader.messages >= count && reader.messages < kRows);
        std::vector<PartitionOffset> offsets;
        for (const auto& [partition, offset] : reader.next)
            offsets.push_back({kTopic, partition, offset});
        const Status committed = consumer.commit(offsets);
        QVERIFY2(committed, describe(committed).c_str());
    }

    /// Our table of the group, cell for cell, against kafka-consumer-groups --describe.
    void compareLag(bool withMember)
    {
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin);
        const auto rows = admin->groupLag(kGroup);
        QVERIFY2(rows, describe(rows).c_str());
        std::int64_t left = 0;
        QStringList ours;
        for (const GroupLagRow& row : *rows) {
            left += row.lag().value_or(0);
            QCOMPARE(!row.consumerId.empty(), withMember);
            ours += QStringList{shown(row.group),         shown(row.topic),        QString::number(row.partition),
                                shown(row.currentOffset), shown(row.logEndOffset), shown(row.lag()),
                                shown(row.consumerId),    shown(row.host),         shown(row.clientId)}
                        .join(' ');
        }
        QVERIFY(left > 0 && left < kRows);
        QStringList theirs;
        const QString table = kafkaTool("consumer.group.ConsumerGroupCommand", {"--describe", "--group", kGroup});
        for (const QString& line : table.split('\n', Qt::SkipEmptyParts))
            if (line.startsWith(kGroup))
                theirs += line.simplified();
        ours.sort();
        theirs.sort();
        QCOMPARE(theirs, ours);
    }

    void commit(const std::string& topic, std::int64_t offset)
    {
        ConsumerOptions options;
        options.groupId = kReader;
        auto consumer = Consumer::assign(m_cluster.connection(), options, {{topic, 0, offset}});
        QVERIFY(consumer && consumer->commit({{topic, 0, offset}}));
    }

    /// The only row of the lag monitor's looks at the reader, once the age is known.
    nlohmann::json watch()
    {
        nlohmann::json row;
        (void)QTest::qWaitFor(
            [&] {
                JobContext context{std::stop_token()};
                const auto look = watchGroup({m_cluster.connection(), m_cluster.home(), kReader, "", {}, 1}, context);
                row = look ? toJson(*look).at("rows").at(0) : nlohmann::json();
                return row.is_object() && row["age_seconds"].is_number();
            },
            kPatience);
        return row;
    }

    std::vector<Message> consumeWithKcat(const QString& topic)
    {
        const QByteArray text = run(
            "kcat", {"-C", "-b", m_brokers, "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%p\t%o\t%k\t%s\t%h\n"});
        std::vector<Message> messages;
        for (const QByteArray& line : text.split('\n')) {
            const QList<QByteArray> cells = line.split('\t');
            if (cells.size() == 5)
                messages.push_back({cells[0].toInt(), cells[1].toLongLong(), cells[2], cells[3], cells[4]});
        }
        return messages;
    }

    QString kafkaTool(const QString& tool, const QStringList& arguments, const QByteArray& input = {})
    {
        const auto java = findJava();
        if (!java) {
            QTest::qFail("Java is missing", __FILE__, __LINE__);
            return {};
        }
        const QStringList command = {"-Xmx128m",
                                     "-XX:TieredStopAtLevel=1",
                                     "-cp",
                                     QString(kTools) + "/*",
                                     "org.apache.kafka.tools." + tool,
                                     "--bootstrap-server",
                                     m_brokers};
        return QString::fromUtf8(run(QString::fromStdString(java->string()), command + arguments, input));
    }

    static QByteArray run(const QString& program, const QStringList& arguments, const QByteArray& input = {})
    {
        QProcess process;
        process.start(program, arguments);
        process.write(input);
        process.closeWriteChannel();
        if (!process.waitForFinished(60000) || process.exitCode() != 0)
            QTest::qFail(qPrintable(program + " failed: " + process.readAllStandardError()), __FILE__, __LINE__);
        return process.readAllStandardOutput();
    }

    TestCluster m_cluster;
    QString m_brokers;
    std::vector<Row> m_rows;
    nlohmann::json m_published;
};

QTEST_GUILESS_MAIN(TestConsole)
#include "tst_console.moc"
