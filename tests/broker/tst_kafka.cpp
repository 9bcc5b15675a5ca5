// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestCluster.h"
#include "Waiting.h"
#include "kafka/Admin.h"
#include "kafka/Consumer.h"
#include "kafka/Producer.h"
#include "kafka/TransactionalProducer.h"

#include <QElapsedTimer>
#include <map>
#include <set>

using namespace millrace;
using namespace std::chrono_literals;

namespace
{

struct Record {
    std::int64_t offset = 0;
    std::string key, value;
    bool nullKey = false;
};

/// Keeps all that a consumer hands out.
class Collector : public ConsumerEvents
{
public:
    void onMessage(const MessageView& message) override
    {
        records[message.partition].push_back(
            {message.offset, std::string(message.key), std::string(message.value), message.key.data() == nullptr});
    }
    void onEnd(int partition, std::int64_t offset) override { ends[partition] = offset; }
    void onAssigned(std::vector<PartitionOffset>& partitions) override { assigned = partitions; }
    void onRevoked(const std::vector<PartitionOffset>& partitions) override { revoked = partitions; }
    void onBrokersAway(bool now) override { away.push_back(now); }
    void onDeleted(int, std::int64_t from, std::int64_t to) override { deleted.emplace_back(from, to); }
    void onRewound(int, std::int64_t reached, std::int64_t now) override { rewound.emplace_back(reached, now); }

    [[nodiscard]] std::size_t count() const
    {
        std::size_t all = 0;
        for (const auto& [partition, list] : records)
            all += list.size();
        return all;
    }

    std::map<int, std::vector<Record>> records;
    std::map<int, std::int64_t> ends;
    std::vector<PartitionOffset> assigned, revoked;
    std::vector<bool> away;
    std::vector<std::pair<std::int64_t, std::int64_t>> deleted, rewound;
};

/// Polls until the condition holds; the error of the consumer, or a time-out.
template <class Condition>
Status pollUntil(Consumer& consumer, Collector& collector, Condition condition, std::chrono::seconds timeout = 20s)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        if (timer.hasExpired(std::chrono::milliseconds(timeout).count()))
            return fail(ErrorCode::Failed, "the condition did not come true");
        if (auto done = consumer.poll(100ms, 10000, collector); !done)
            return done;
    }
    return {};
}

const char* textOf(const Error& error)
{
    static std::string text;
    text = describe(error);
    return text.c_str();
}

template <class T>
bool good(const Result<T>& result)
{
    if (!result)
        qWarning("%s", textOf(result.error()));
    return result.has_value();
}

ConsumerOptions groupOptions(const std::string& group)
{
    ConsumerOptions options;
    options.groupId = group;
    return options;
}

std::string rowText(int row)
{
    return "9.728614687919616699e-01,6.538545489311218262e-01," + std::to_string(row);
}

} // namespace

class TestKafka : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void publishedCountsAgree();
    void nullKeysAndExplicitPartitions();
    void readsToTheEndAndAgain();
    void pauseLosesNothing();
    void groupCommitsAndLags();
    void secondReadOfAGroupGetsNothing();
    void closesWithUnreadMessages();
    void partitionsMoveWithinAGroup();
    void staticMembersAreBackAtOnce();
    void committedMetadataComesBack();
    void missingThingsAreErrors();
    void offsetOutOfRangeIsAnError();
    void deletedRecordsAreTold();
    void markersAreNotDeletedRecords();
    void timesBecomeOffsets();
    void topicsAreMadeDescribedAndDeleted();
    void unreachableIsToldQuickly();
    void brokersAwayAndBack();
    void frozenBrokerDoesNotHang();

private:
    void publish(const std::string& topic, int rows, int partition = -1);

    TestCluster m_cluster;
    std::optional<Admin> m_admin;
};

void TestKafka::initTestCase()
{
    QVERIFY2(m_cluster.start(), m_cluster.error());
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(good(admin));
    m_admin.emplace(std::move(*admin));
}

void TestKafka::publish(const std::string& topic, int rows, int partition)
{
    auto producer = Producer::open(m_cluster.connection(), topic, 1);
    QVERIFY(good(producer));
    for (int row = 0; row < rows; ++row)
        QVERIFY(good(producer->send(row % 2 == 0 ? "0.0" : "1.0", rowText(row), partition, {}, {})));
    QVERIFY(good(producer->flush({})));
    QCOMPARE(producer->counts().delivered, rows);
    QCOMPARE(producer->counts().failed, 0);
}

void TestKafka::publishedCountsAgree()
{
    constexpr int kRows = 100000;
    QVERIFY(good(m_admin->createTopic("two", 2, false)));
    auto producer = Producer::open(m_cluster.connection(), "two", 2);
    QVERIFY(good(producer));
    std::int64_t bytes = 0;
    std::map<int, std::map<std::uintptr_t, std::int64_t>> tags; // by partition
    producer->setOnDelivered([&](int partition, std::uintptr_t tag) { ++tags[partition][tag]; });
    QElapsedTimer timer;
    timer.start();
    for (int row = 0; row < kRows; ++row) {
        const std::string value = rowText(row);
        const bool zero = row % 3 == 0;
        QVERIFY(producer->send(zero ? "0.0" : "1.0", value, -1, {}, {}, zero ? 7 : 0).has_value());
        bytes += static_cast<std::int64_t>(value.size()) + 3;
    }
    QVERIFY(good(producer->flush({})));
    qInfo("published %d rows in %lld ms", kRows, static_cast<long long>(timer.elapsed()));
    const DeliveryCounts counts = producer->counts();
    QCOMPARE(counts.delivered, kRows);
    QCOMPARE(counts.failed, 0);
    QCOMPARE(counts.bytes, bytes);
    // The Java hash puts "0.0" and "1.0" into different ones of two partitions.
    const auto zeros = (kRows + 2) / 3;
    const std::multiset<std::int64_t> sizes(counts.perPartition.begin(), counts.perPartition.end());
    QVERIFY(sizes == (std::multiset<std::int64_t>{zeros, kRows - zeros}));
    const auto topic = m_admin->topic("two");
    QVERIFY(good(topic));
    for (std::size_t i = 0; i < 2; ++i) {
        QCOMPARE(topic->partitions[i].low, 0);
        QCOMPARE(topic->partitions[i].high, counts.perPartition[i]);
        const std::uintptr_t tag = counts.perPartition[i] == zeros ? 7 : 0;
        QVERIFY(tags[static_cast<int>(i)] == (std::map<std::uintptr_t, std::int64_t>{{tag, counts.perPartition[i]}}));
    }
}

void TestKafka::nullKeysAndExplicitPartitions()
{
    QVERIFY(good(m_admin->createTopic("odd", 3, false)));
    {
        auto producer = Producer::open(m_cluster.connection(), "odd", 3);
        QVERIFY(good(producer));
        QVERIFY(good(producer->send({}, "no key", 1, {}, {})));
        QVERIFY(good(producer->send("", "empty key", 1, {}, {})));
        QVERIFY(!producer->send("k", "nowhere", 7, {}, {}).has_value());
        QVERIFY(good(producer->flush({})));
        QCOMPARE(producer->counts().delivered, 2);
    }
    auto consumer = Consumer::assign(m_cluster.connection(), {}, {{"odd", 1, -2}});
    QVERIFY(good(consumer));
    Collector got;
    QVERIFY(good(pollUntil(*consumer, got, [&] { return got.ends.contains(1); })));
    QCOMPARE(got.records[1].size(), std::size_t(2));
    QVERIFY(got.records[1][0].nullKey);
    QVERIFY(!got.records[1][1].nullKey);
}

void TestKafka::readsToTheEndAndAgain()
{
    QVERIFY(good(m_admin->createTopic("one", 1, false)));
    publish("one", 5000);
    auto consumer = Consumer::assign(m_cluster.connection(), {}, {{"one", 0, 0}});
    QVERIFY(good(consumer));
    for (const std::int64_t from : {0, 0, 4990, 5000}) {
        Collector got;
        QVERIFY(good(consumer->seek({{"one", 0, from}})));
        QVERIFY(good(pollUntil(*consumer, got, [&] { return got.ends.contains(0); })));
        QCOMPARE(got.ends[0], 5000);
        QCOMPARE(got.count(), std::size_t(5000 - from));
        for (std::size_t i = 0; i < got.records[0].size(); ++i)
            QCOMPARE(got.records[0][i].value, rowText(static_cast<int>(from) + static_cast<int>(i)));
    }
    Collector some; // a jump in the middle: nothing of before may follow
    QVERIFY(good(consumer->seek({{"one", 0, 0}})));
    QVERIFY(good(pollUntil(*consumer, some, [&] { return some.count() > 0; })));
    QVERIFY(good(consumer->seek({{"one", 0, 4000}})));
    Collector rest;
    QVERIFY(good(pollUntil(*consumer, rest, [&] { return rest.ends.contains(0); })));
    QCOMPARE(rest.records[0].front().offset, 4000);
    QCOMPARE(rest.count(), std::size_t(1000));
    publish("one", 10); // more after the end: it comes, and a new end
    Collector more;
    QVERIFY(good(pollUntil(*consumer, more, [&] { return more.ends.contains(0) && more.count() == 10; })));
    QCOMPARE(more.ends[0], 5010);
}

void TestKafka::pauseLosesNothing()
{
    auto consumer = Consumer::assign(m_cluster.connection(), {}, {{"two", 0, 0}, {"two", 1, 0}});
    QVERIFY(good(consumer));
    Collector got;
    QVERIFY(good(pollUntil(*consumer, got, [&] { return got.count() > 1000; })));
    for (int i = 0; i < 3; ++i) {
        QVERIFY(good(consumer->pause(true)));
        const std::size_t before = got.count();
        for (int poll = 0; poll < 5; ++poll)
            QVERIFY(good(consumer->poll(20ms, 1000, got)));
        QVERIFY(got.count() <= before + 1000);
        QVERIFY(good(consumer->pause(false)));
        QVERIFY(good(consumer->poll(500ms, 2000, got)));
    }
    QVERIFY(good(pollUntil(*consumer, got, [&] { return got.count() >= 100000; })));
    for (const auto& [partition, records] : got.records)
        for (std::size_t i = 0; i < records.size(); ++i)
            QCOMPARE(records[i].offset, static_cast<std::int64_t>(i));
}

void TestKafka::groupCommitsAndLags()
{
    QVERIFY(good(m_admin->createTopic("grouped", 2, false)));
    publish("grouped", 1000);
    auto consumer = Consumer::subscribe(m_cluster.connection(), groupOptions("readers"), "grouped");
    QVERIFY(good(consumer));
    Collector got;
    QElapsedTimer timer;
    timer.start();
    QVERIFY(good(pollUntil(*consumer, got, [&] { return !got.assigned.empty(); })));
    qInfo("joined in %lld ms", static_cast<long long>(timer.elapsed()));
    QCOMPARE(got.assigned.size(), std::size_t(2));
    QCOMPARE(got.assigned[0].offset, -2);
    QVERIFY(!consumer->memberId().empty());
    QVERIFY(good(pollUntil(*consumer, got, [&] { return got.ends.size() == 2; })));
    QCOMPARE(got.count(), std::size_t(1000));
    QVERIFY(good(consumer->commit({{"grouped", 0, 300}}, R"({"run":"r"})")));
    QVERIFY(!consumer->commit({{"grouped", 0, 300}}, std::string(4097, 'x')).has_value());

    const auto rows = m_admin->groupLag("readers");
    QVERIFY(good(rows));
    QCOMPARE(rows->size(), std::size_t(2));
    const GroupLagRow& first = rows->front();
    QCOMPARE(first.topic, std::string("grouped"));
    QCOMPARE(first.currentOffset.value_or(-1), 300);
    QCOMPARE(first.logEndOffset.value_or(-1), 500);
    QCOMPARE(first.lag().value_or(-1), 200);
    QCOMPARE(first.consumerId, consumer->memberId());
    QCOMPARE(first.clientId, std::string("millrace"));
    QVERIFY(!first.host.empty());
    QVERIFY(!rows->back().currentOffset.has_value());
    QVERIFY(!rows->back().lag().has_value());
    QVERIFY(!m_admin->deleteGroup("readers").has_value()); // it has a member

    const auto groups = m_admin->groups();
    QVERIFY(good(groups));
    QVERIFY(std::ranges::any_of(*groups,
                                [](const GroupInfo& each) { return each.id == "readers" && each.state == "Stable"; }));
    consumer->close(2000ms);
    const auto after = m_admin->groupLag("readers");
    QVERIFY(good(after));
    QCOMPARE(after->size(), std::size_t(1));
    QVERIFY(after->front().consumerId.empty());
    QVERIFY(good(m_admin->deleteGroup("readers")));
    QCOMPARE(m_admin->groupLag("readers")->size(), std::size_t(0));
}

void TestKafka::secondReadOfAGroupGetsNothing()
{
    for (const std::size_t expected : {1000U, 0U}) {
        auto consumer = Consumer::subscribe(m_cluster.connection(), groupOptions("once"), "grouped");
        QVERIFY(good(consumer));
        Collector got;
        QVERIFY(good(pollUntil(*consumer, got, [&] { return got.ends.size() == 2; })));
        QCOMPARE(got.count(), expected);
        QVERIFY(good(consumer->commit({{"grouped", 0, got.ends[0]}, {"grouped", 1, got.ends[1]}})));
        QElapsedTimer timer;
        timer.start();
        consumer->close(2000ms);
        qInfo("left the group in %lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY(timer.elapsed() < 60000);
    }
    const auto rows = m_admin->groupLag("once");
    QVERIFY(good(rows));
    for (const GroupLagRow& row : *rows)
        QCOMPARE(row.lag().value_or(-1), 0);
}

void TestKafka::closesWithUnreadMessages()
{
    QElapsedTimer timer;
    {
        auto consumer = Consumer::subscribe(m_cluster.connection(), groupOptions("hasty"), "two");
        QVERIFY(good(consumer));
        Collector got;
        QVERIFY(good(pollUntil(*consumer, got, [&] { return got.count() > 0; })));
        timer.start();
    }
    QVERIFY2(timer.elapsed() < 60000, qPrintable(QString::number(timer.elapsed())));
    const auto groups = m_admin->groups();
    QVERIFY(good(groups));
    QVERIFY(std::ranges::any_of(*groups,
                                [](const GroupInfo& each) { return each.id == "hasty" && each.state == "Empty"; }));
}

void TestKafka::partitionsMoveWithinAGroup()
{
    auto first = Consumer::subscribe(m_cluster.connection(), groupOptions("moving"), "grouped");
    QVERIFY(good(first));
    Collector one, two;
    QVERIFY(good(pollUntil(*first, one, [&] { return one.ends.size() == 2; })));
    auto second = Consumer::subscribe(m_cluster.connection(), groupOptions("moving"), "grouped");
    QVERIFY(good(second));
    QVERIFY(good(pollUntil(*first, one, [&] {
        return second->poll(10ms, 1000, two).has_value() && two.assigned.size() == 1 && one.assigned.size() == 1;
    })));
    QCOMPARE(one.revoked.size(), std::size_t(2));
    QCOMPARE(one.revoked[0].offset, 500); // what was read of it
    QVERIFY(one.assigned[0].partition != two.assigned[0].partition);
}

void TestKafka::staticMembersAreBackAtOnce()
{
    QVERIFY(m_admin->createTopic("static", 1, false));
    publish("static", 100);
    ConsumerOptions options;
    options.groupId = "static";
    options.sessionTimeout = 60s; // nobody is given up for dead within this test
    const auto joins = [&](const std::string& instance, std::optional<Consumer>& consumer) {
        options.instanceId = instance;
        auto joined = Consumer::subscribe(m_cluster.connection(), options, "static");
        if (!good(joined))
            return false;
        consumer.emplace(std::move(*joined));
        Collector collector;
        return pollUntil(*consumer, collector, [&] { return !collector.assigned.empty(); }).has_value();
    };
    std::optional<Consumer> first, again, other;
    QVERIFY(joins("a", first));
    first->close(0ms); // without a farewell, as a killed process
    QVERIFY2(joins("a", again), "the member's place was not given to itself");
    again->close(5s);
    QVERIFY2(joins("b", other), "the place of a member that left is still taken");
}

void TestKafka::committedMetadataComesBack()
{
    QVERIFY(m_admin->createTopic("noted", 1, false));
    publish("noted", 10);
    ConsumerOptions options;
    options.groupId = "noted";
    {
        auto consumer = Consumer::subscribe(m_cluster.connection(), options, "noted");
        QVERIFY(good(consumer));
        Collector collector;
        QVERIFY(pollUntil(*consumer, collector, [&] { return collector.count() == 10; }));
        QVERIFY(consumer->commit({{"noted", 0, 7}}, "seven"));
    }
    class Mover : public Collector
    {
    public:
        void onAssigned(std::vector<PartitionOffset>& partitions) override
        {
            assigned = partitions;
            partitions[0].offset = 3;
        }
    } mover;
    auto consumer = Consumer::subscribe(m_cluster.connection(), options, "noted");
    QVERIFY(good(consumer));
    QVERIFY(pollUntil(*consumer, mover, [&] { return mover.count() > 0; }));
    QCOMPARE(mover.assigned[0].offset, 7);
    QCOMPARE(mover.assigned[0].metadata, std::string("seven"));
    QCOMPARE(mover.records[0][0].offset, 3);
}

void TestKafka::missingThingsAreErrors()
{
    const auto topic = Consumer::assign(m_cluster.connection(), {}, {{"grouqed", 0, 0}});
    QVERIFY(!topic.has_value());
    QVERIFY(topic.error().code == ErrorCode::Usage);
    QVERIFY2(topic.error().message.find("grouqed") != std::string::npos, textOf(topic.error()));
    QVERIFY2(topic.error().advice.find("grouped") != std::string::npos, textOf(topic.error()));
    const auto partition = Consumer::assign(m_cluster.connection(), {}, {{"grouped", 2, 0}});
    QVERIFY(!partition.has_value());
    QVERIFY2(partition.error().message.find("no partition 2") != std::string::npos, textOf(partition.error()));
    QVERIFY(!Consumer::subscribe(m_cluster.connection(), groupOptions("g"), "nowhere").has_value());
    QVERIFY(!Consumer::subscribe(m_cluster.connection(), {}, "grouped").has_value());
    QVERIFY(!Producer::open(m_cluster.connection(), "nowhere", 1).has_value());
    QVERIFY(!m_admin->topic("nowhere").has_value());
    QVERIFY(!m_admin->deleteTopic("nowhere").has_value());
    QVERIFY(!m_admin->topicConfig("nowhere").has_value());
    QVERIFY(!m_admin->deleteGroup("nobody").has_value());
    QVERIFY(!m_admin->createTopic("a name with spaces", 1, false).has_value());
    Connection wrong = m_cluster.connection();
    wrong.properties["no.such.property"] = "1";
    const auto property = Admin::open(wrong);
    QVERIFY(!property.has_value());
    QVERIFY2(property.error().message.find("no.such.property") != std::string::npos, textOf(property.error()));
    const auto info = m_admin->cluster(); // nothing of all this made a topic
    QVERIFY(good(info));
    for (const TopicInfo& each : info->topics)
        QVERIFY2(each.name != "nowhere" && each.name != "grouqed", each.name.c_str());
}

void TestKafka::offsetOutOfRangeIsAnError()
{
    auto consumer = Consumer::assign(m_cluster.connection(), {}, {{"grouped", 1, 99999}});
    QVERIFY(good(consumer));
    Collector got;
    const auto end = pollUntil(
        *consumer, got, [] { return false; }, 10s);
    QVERIFY(!end.has_value());
    const std::string text = describe(end.error());
    qInfo("%s", text.c_str());
    QVERIFY2(text.find("partition 1") != std::string::npos && text.find("99999") != std::string::npos, text.c_str());
    QVERIFY(!end.error().advice.empty());
}

/// By retention before reading begins, and between two fetches; beyond the end there is nothing to go on with.
void TestKafka::deletedRecordsAreTold()
{
    using Range = std::pair<std::int64_t, std::int64_t>;
    QVERIFY(good(m_admin->createTopic("fading", 1, false)));
    auto producer = Producer::open(m_cluster.connection(), "fading", 1);
    QVERIFY(good(producer));
    for (int i = 0; i < 1000; ++i)
        QVERIFY(good(producer->send("k", rowText(i), 0, {}, {})));
    QVERIFY(good(producer->flush({})));
    QVERIFY(good(m_admin->deleteRecords("fading", 0, 300)));
    ConsumerOptions options;
    options.passesOverDeleted = true;
    auto consumer = Consumer::assign(m_cluster.connection(), options, {{"fading", 0, 100}});
    QVERIFY(good(consumer));
    Collector got;
    while (got.count() == 0)
        QVERIFY(good(consumer->poll(100ms, 1, got)));
    QCOMPARE(got.records[0].front().offset, 300);
    QCOMPARE(got.deleted, (std::vector<Range>{{100, 300}}));
    QVERIFY(good(consumer->pause(true))); // what was fetched is dropped
    QVERIFY(good(m_admin->deleteRecords("fading", 0, 900)));
    QVERIFY(good(consumer->pause(false)));
    QVERIFY(good(pollUntil(*consumer, got, [&] { return got.ends.contains(0); })));
    QCOMPARE(got.deleted.back(), (Range{301, 900}));
    QCOMPARE(got.count(), std::size_t(1 + 100));
    // All of it, and the end is told.
    QVERIFY(good(m_admin->deleteRecords("fading", 0, 1000)));
    Collector none;
    QVERIFY(good(consumer->seek({{"fading", 0, 950}})));
    QVERIFY(good(pollUntil(*consumer, none, [&] { return none.ends.contains(0); })));
    QCOMPARE(none.count(), std::size_t(0));
    QCOMPARE(none.deleted, (std::vector<Range>{{950, 1000}}));
    QVERIFY(none.rewound.empty());
    Collector beyond;
    QVERIFY(good(consumer->seek({{"fading", 0, 5000}})));
    QVERIFY(good(pollUntil(*consumer, beyond, [&] { return beyond.ends.contains(0); })));
    QCOMPARE(beyond.rewound, (std::vector<Range>{{5000, 1000}}));
    QVERIFY(beyond.deleted.empty());
}

void TestKafka::markersAreNotDeletedRecords()
{
    QVERIFY(good(m_admin->createTopic("marked", 1, false)));
    auto producer = TransactionalProducer::open(m_cluster.connection(), "marked", "marker", 20s, {});
    QVERIFY(good(producer));
    for (int transaction = 0; transaction < 3; ++transaction) {
        QVERIFY(good(producer->begin()));
        for (int i = 0; i < 10; ++i)
            QVERIFY(good(producer->send("k", rowText(i), 0, {}, {})));
        QVERIFY(good(producer->commit(60s)));
    }
    QVERIFY(good(m_admin->deleteRecords("marked", 0, 5)));
    ConsumerOptions options;
    options.passesOverDeleted = true;
    auto consumer = Consumer::assign(m_cluster.connection(), options, {{"marked", 0, 0}});
    QVERIFY(good(consumer));
    Collector got;
    QVERIFY(good(pollUntil(*consumer, got, [&] { return got.ends.contains(0); })));
    QCOMPARE(got.count(), std::size_t(25));
    QCOMPARE(got.ends[0], 33);
    QCOMPARE(got.deleted, (std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 5}}));
}

void TestKafka::timesBecomeOffsets()
{
    const auto first = m_admin->offsetForTime("grouped", 0, 0);
    QVERIFY(good(first));
    QCOMPARE(*first, 0);
    const auto future = m_admin->offsetForTime("grouped", 0, 4102444800000);
    QVERIFY(good(future));
    QCOMPARE(*future, 500);
    QVERIFY(!m_admin->offsetForTime("grouped", 9, 0).has_value());
}

void TestKafka::topicsAreMadeDescribedAndDeleted()
{
    QVERIFY(good(m_admin->createTopic("short", 2, false)));
    QVERIFY(!m_admin->createTopic("short", 2, false).has_value());
    QVERIFY(good(m_admin->createTopic("short", 2, true)));
    QVERIFY(!m_admin->createTopic("short", 3, true).has_value());
    const auto topic = m_admin->topic("short");
    QVERIFY(good(topic));
    QCOMPARE(topic->partitions[0].leader, 1);
    QCOMPARE(topic->partitions[0].replicas, std::vector<int>{1});
    QCOMPARE(topic->partitions[0].inSync, std::vector<int>{1});
    const auto config = m_admin->topicConfig("short");
    QVERIFY(good(config));
    QVERIFY(std::ranges::any_of(
        *config, [](const ConfigEntry& each) { return each.name == "cleanup.policy" && each.value == "delete"; }));
    const auto info = m_admin->cluster();
    QVERIFY(std::ranges::any_of(
        info->topics, [](const TopicInfo& each) { return each.name == "__consumer_offsets" && each.internal; }));
    QVERIFY(good(m_admin->deleteTopic("short")));
    QVERIFY(!m_admin->topic("short").has_value());
}

void TestKafka::unreachableIsToldQuickly()
{
    const Connection nobody{"127.0.0.1:" + std::to_string(anyFreePort()), {}};
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!isReachable(nobody, 200ms));
    auto admin = Admin::open(nobody);
    QVERIFY(good(admin));
    const auto info = admin->cluster(500ms);
    QVERIFY(!info.has_value());
    QVERIFY(info.error().code == ErrorCode::Unreachable);
    QVERIFY2(info.error().message.find(nobody.brokers) != std::string::npos, textOf(info.error()));
    QVERIFY(admin->groups(500ms).error().code == ErrorCode::Unreachable);
    QVERIFY(admin->createTopic("t", 1, false, 500ms).error().code == ErrorCode::Unreachable);
    QVERIFY2(timer.elapsed() < 60000, qPrintable(QString::number(timer.elapsed())));
}

void TestKafka::brokersAwayAndBack()
{
    auto consumer = Consumer::assign(m_cluster.connection(), {}, {{"grouped", 0, 0}});
    QVERIFY(good(consumer));
    Collector got;
    QVERIFY(good(pollUntil(*consumer, got, [&] { return got.ends.contains(0); })));
    QVERIFY(m_cluster.stop());
    QVERIFY(good(pollUntil(*consumer, got, [&] { return !got.away.empty(); })));
    QCOMPARE(got.away.back(), true);
    QVERIFY2(m_cluster.start(), m_cluster.error());
    QVERIFY(good(pollUntil(*consumer, got, [&] { return !got.away.back(); })));
    const std::size_t before = got.count();
    publish("grouped", 100, 0);
    QVERIFY(good(pollUntil(*consumer, got, [&] { return got.count() == before + 100; })));
    for (std::size_t i = 0; i < got.records[0].size(); ++i)
        QCOMPARE(got.records[0][i].offset, static_cast<std::int64_t>(i));
}

void TestKafka::frozenBrokerDoesNotHang()
{
    QElapsedTimer timer;
    {
        auto assigned = Consumer::assign(m_cluster.connection(), {}, {{"grouped", 0, 0}});
        auto member = Consumer::subscribe(m_cluster.connection(), groupOptions("frozen"), "grouped");
        auto producer = Producer::open(m_cluster.connection(), "grouped", 2);
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(good(assigned) && good(member) && good(producer) && good(admin));
        QVERIFY(good(admin->cluster()));
        Collector one, two;
        QVERIFY(good(pollUntil(*assigned, one, [&] { return one.ends.contains(0); })));
        QVERIFY(good(pollUntil(*member, two, [&] { return two.ends.size() == 2; })));
        m_cluster.freeze();
        for (int row = 0; row < 100; ++row)
            QVERIFY(good(producer->send("0.0", "frozen", -1, {}, {})));
        std::stop_source stopped;
        stopped.request_stop();
        timer.start();
        QVERIFY(!producer->flush(stopped.get_token()).has_value());
        qInfo("flush gave up after %lld ms", static_cast<long long>(timer.restart()));
        QVERIFY(!member->commit({{"grouped", 0, 1}}, {}, 300ms).has_value());
        QVERIFY(admin->cluster(300ms).error().code == ErrorCode::Unreachable);
        qInfo("calls gave up after %lld ms", static_cast<long long>(timer.restart()));
        member->close(1000ms);
        qInfo("group consumer closed after %lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY(timer.elapsed() < 60000);
        timer.start();
    }
    qInfo("others destroyed after %lld ms", static_cast<long long>(timer.elapsed()));
    QVERIFY(timer.elapsed() < 60000);
    m_cluster.thaw();
    TRY_VERIFY(isReachable(m_cluster.connection(), 5s));
}

QTEST_GUILESS_MAIN(TestKafka)
#include "tst_kafka.moc"
