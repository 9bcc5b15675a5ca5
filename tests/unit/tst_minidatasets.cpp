// SPDX-License-Identifier: GPL-3.0-or-later
// How a stream is divided into the mini-datasets that online learning takes.
#include "pipeline/online/LearntRecords.h"
#include "pipeline/online/MiniDatasetBuilder.h"

#include <QTest>

using namespace millrace;
using Closed = MiniDataset::Closed;

namespace
{

StreamPosition after(std::int64_t deleted)
{
    StreamPosition position;
    position.deleted = deleted;
    position.rejected.count = deleted * 2;
    return position;
}

/// A builder that a stream goes through, as OnlineIngest hands it on.
struct Stream {
    MiniDatasetBuilder builder;

    explicit Stream(int records, std::chrono::milliseconds linger = std::chrono::hours(1), std::int64_t number = 0,
                    std::map<std::int64_t, int> plan = {})
        : builder({records, linger}, number, std::move(plan), {})
    {
    }
    void add(int rows)
    {
        for (int i = 0; i < rows; ++i, ++m_offset) {
            const std::array features = {static_cast<float>(m_offset), 1.0F};
            builder.add(features, static_cast<float>(m_offset % 2), {0, m_offset});
            if (builder.isFull())
                builder.close(Closed::Full, 1, after(m_offset));
        }
    }
    MiniDataset take()
    {
        MiniDataset taken = std::move(builder.ready());
        builder.popReady();
        return taken;
    }

private:
    std::int64_t m_offset = 0;
};

} // namespace

class MiniDatasetsTest : public QObject
{
    Q_OBJECT
private slots:
    void theyCloseWhenTheyAreFull()
    {
        Stream stream(3);
        stream.add(7);
        QCOMPARE(stream.builder.number(), 2);
        const MiniDataset first = stream.take(), second = stream.take();
        QVERIFY(!stream.builder.hasReady());
        QCOMPARE(first.rows.rows(), 3);
        QCOMPARE(first.rows.features, (std::vector<float>{0, 1, 1, 1, 2, 1}));
        QCOMPARE(first.rows.targets, (std::vector<float>{0, 1, 0}));
        QCOMPARE(second.origins.front().offset, 3);
        QVERIFY(second.closed == Closed::Full && !second.replayed);
        QCOMPARE(second.deletedBefore, first.after.deleted);
        QCOMPARE(second.rejectedBefore.count, first.after.rejected.count);
        QCOMPARE(stream.builder.open().rows.rows(), 1);
    }

    void nothingIsNotClosed()
    {
        Stream stream(3);
        stream.builder.close(Closed::End, 1, {});
        QVERIFY(!stream.builder.hasReady());
        QCOMPARE(stream.builder.number(), 0);
        stream.builder.add(std::vector<ArrivedLabel>{{"7", 1, 0}}); // a label alone is something
        stream.builder.close(Closed::End, 1, {});
        QCOMPARE(stream.take().labels.size(), std::size_t{1});
    }

    void theyCloseAsTheyDidBefore()
    {
        Stream stream(10, std::chrono::hours(1), 5, {{5, 2}, {7, 1}});
        QVERIFY(stream.builder.isPlanned());
        QVERIFY(!stream.builder.hasLingered());
        stream.add(2);
        const MiniDataset planned = stream.take();
        QCOMPARE(planned.rows.rows(), 2);
        QVERIFY(planned.replayed);
        QVERIFY(stream.builder.isPlanned()); // number 7
        stream.builder.forgetPlan();
        QVERIFY(!stream.builder.isPlanned());
        stream.add(9);
        QVERIFY(!stream.builder.hasReady());
    }

    /// Waiting for the learner does not count, and one whose size is planned waits for its records.
    void lingerIsOfTheFirstRecord()
    {
        Stream stream(10, std::chrono::milliseconds(20));
        stream.add(1);
        QTRY_VERIFY(stream.builder.hasLingered());
        stream.builder.excuse(std::chrono::hours(1));
        QVERIFY(!stream.builder.hasLingered());
        Stream planned(10, std::chrono::milliseconds(0), 0, {{0, 5}});
        planned.add(1);
        QVERIFY(!planned.builder.hasLingered());
    }

    void labelsStandBehindWhatCameBeforeThem()
    {
        Stream stream(10);
        stream.add(2);
        stream.builder.add(std::vector<ArrivedLabel>{{"1", 1, 0}, {"0", 0, 0}});
        stream.add(1);
        stream.builder.add(std::vector<ArrivedLabel>{{"2", 1, 0}});
        stream.builder.close(Closed::End, 1, {});
        const MiniDataset dataset = stream.take();
        QCOMPARE(dataset.labels[0].after, 2);
        QCOMPARE(dataset.labels[1].after, 2);
        QCOMPARE(dataset.labels[2].after, 3);
    }

    /// A paused member forgets what it has not begun, but for labels, and the stream counts on from there.
    void whatIsForgottenIsCounted()
    {
        Stream stream(2);
        stream.add(2);
        const MiniDataset begun = stream.take();
        stream.add(2);
        stream.builder.add(std::vector<ArrivedLabel>{{"9", 1, 0}});
        stream.add(2);
        stream.add(1);
        std::vector<MiniDataset> queued;
        queued.push_back(stream.take());
        QCOMPARE(stream.builder.number(), 3);
        const auto forgotten = stream.builder.forget(queued);
        QCOMPARE(forgotten.records, 5);
        QCOMPARE(forgotten.deletedBefore, begun.after.deleted);
        QCOMPARE(forgotten.rejectedBefore.count, begun.after.rejected.count);
        QCOMPARE(stream.builder.number(), 1);
        QVERIFY(!stream.builder.hasReady());
        QCOMPARE(stream.builder.open().rows.rows(), 0);
        QCOMPARE(stream.builder.open().labels.size(), std::size_t{1});
        QCOMPARE(stream.builder.open().labels.front().after, 0);
        QCOMPARE(stream.builder.open().deletedBefore, begun.after.deleted);
    }

    /// What a later pass learns again has the target that it was scored with, however many different ones there are.
    void learntRecordsKeepTheirTargets_data()
    {
        QTest::addColumn<int>("targets");
        for (const int targets : {1, 2, 3, 700})
            QTest::addRow("%d", targets) << targets;
    }

    void learntRecordsKeepTheirTargets()
    {
        QFETCH(const int, targets);
        const auto targetAt = [&](std::int64_t offset) { return static_cast<float>(offset * 31 % targets) / 4 - 1; };
        LearntRecords records;
        for (std::int64_t offset = 0; offset < 10'000; offset += 3)
            records.add(1, offset, targetAt(offset));
        QCOMPARE(records.count(), std::int64_t{3334});
        QCOMPARE(records.ranges().at(1).end, std::int64_t{10'000});
        for (std::int64_t offset = 0; offset < 10'000; ++offset) {
            const auto target = records.targetOf(1, offset);
            QCOMPARE(target.has_value(), offset % 3 == 0);
            if (target)
                QCOMPARE(*target, targetAt(offset));
        }
        QVERIFY(!records.targetOf(0, 0));
    }
};

QTEST_GUILESS_MAIN(MiniDatasetsTest)
#include "tst_minidatasets.moc"
