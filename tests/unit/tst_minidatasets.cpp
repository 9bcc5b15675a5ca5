// SPDX-License-Identifier: GPL-3.0-or-later
// How a stream is divided into the mini-datasets that online learning takes.
#include "pipeline/online/CurveSum.h"
#include "pipeline/online/LearntRecords.h"
#include "pipeline/online/MiniDatasetBuilder.h"
#include "pipeline/online/MiniDatasetFit.h"
#include "pipeline/online/MiniDatasetQueue.h"

#include <QTest>
#include <algorithm>
#include <thread>

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
    /// All that is ready, cut.
    std::vector<MiniDataset> take()
    {
        std::vector<MiniDataset> taken;
        RecordBlock block = builder.takeReady();
        for (MiniDataset dataset; block.take(dataset);)
            taken.push_back(dataset);
        return taken;
    }

private:
    std::int64_t m_offset = 0;
};

/// A stream of which every record is a mini-dataset, from several partitions in turn.
struct SingleStream {
    MiniDatasetBuilder builder{{1, std::chrono::hours(1)}, 0, {}, {}};
    Positions positions; ///< as they are behind what was added

    /// apart: a record of partition 7 is rejected before.
    void add(int partition, std::int64_t offset, bool apart = false)
    {
        if (apart)
            ++positions[7].next;
        const PartitionPosition after{offset + 1, RecordIdentity{offset, static_cast<std::uint64_t>(offset * 3)}};
        positions[partition] = after;
        builder.add(std::array{static_cast<float>(offset)}, 1, {partition, offset});
        if (builder.isSingle() && !apart) {
            builder.closeSingle(1, after);
        } else {
            StreamPosition whole;
            whole.positions = positions;
            whole.deleted = ++m_wholes;
            builder.close(Closed::Full, 1, whole);
        }
    }
    [[nodiscard]] std::int64_t wholes() const { return m_wholes; }

private:
    std::int64_t m_wholes = 0;
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
        const std::vector<MiniDataset> taken = stream.take();
        QCOMPARE(taken.size(), std::size_t{2});
        const MiniDataset &first = taken[0], &second = taken[1];
        QVERIFY(!stream.builder.hasReady());
        QCOMPARE(first.rows.rows(), 3);
        QCOMPARE(first.rows.features, (std::vector<float>{0, 1, 1, 1, 2, 1}));
        QCOMPARE(first.rows.targets, (std::vector<float>{0, 1, 0}));
        QCOMPARE(second.origins.front().offset, 3);
        QVERIFY(second.closed == Closed::Full && !second.replayed);
        QCOMPARE(stream.builder.before().deleted, second.after.deleted);
        QCOMPARE(stream.builder.before().rejected.count, second.after.rejected.count);
        stream.add(2); // behind the one that was open when the block was taken
        const std::vector<MiniDataset> third = stream.take();
        QCOMPARE(third.size(), std::size_t{1});
        QCOMPARE(third.front().rows.features, (std::vector<float>{6, 1, 7, 1, 8, 1}));
        QCOMPARE(third.front().origins.front().offset, 6);
        QVERIFY(stream.builder.isOpenEmpty());
    }

    void nothingIsNotClosed()
    {
        Stream stream(3);
        stream.builder.close(Closed::End, 1, {});
        QVERIFY(!stream.builder.hasReady());
        QCOMPARE(stream.builder.number(), 0);
        stream.builder.add(std::vector<ArrivedLabel>{{"7", 1, 0}}); // a label alone is something
        stream.builder.close(Closed::End, 1, {});
        QCOMPARE(stream.take().front().labels.size(), std::size_t{1});
    }

    void theyCloseAsTheyDidBefore()
    {
        Stream stream(10, std::chrono::hours(1), 5, {{5, 2}, {7, 1}});
        QVERIFY(stream.builder.isPlanned());
        QVERIFY(!stream.builder.hasLingered());
        stream.add(2);
        const MiniDataset planned = stream.take().front();
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
        const MiniDataset dataset = stream.take().front();
        QCOMPARE(dataset.labels[0].after, 2);
        QCOMPARE(dataset.labels[1].after, 2);
        QCOMPARE(dataset.labels[2].after, 3);
    }

    /// Record by record only what has moved is noted, and taken one after the other all positions are there each time.
    void singlesMoveTheirPartitionAlone()
    {
        SingleStream stream;
        MiniDatasetQueue queue(4);
        std::vector<Positions> expected;
        for (int i = 0; i < 30; ++i) {
            stream.add(i * i % 3, i, i % 10 == 9);
            expected.push_back(stream.positions);
            if (i % 12 == 11)
                QVERIFY(queue.push(stream.builder.takeReady()));
        }
        QVERIFY(queue.push(stream.builder.takeReady()));
        queue.close();
        QVERIFY2(stream.wholes() < 10, "each one has all positions");
        MiniDataset dataset;
        for (int i = 0; i < 30; ++i) {
            QVERIFY(queue.takeWithin(std::chrono::seconds(1), dataset));
            QCOMPARE(dataset.rows.features, std::vector<float>{static_cast<float>(i)});
            QCOMPARE(dataset.origins.size(), std::size_t{1});
            QVERIFY(dataset.closed == Closed::Full);
            QVERIFY2(dataset.after.positions == expected[static_cast<std::size_t>(i)], qPrintable(QString::number(i)));
        }
        QVERIFY(queue.isOver());
        QVERIFY(!queue.takeWithin(std::chrono::seconds(1), dataset));
    }

    /// A paused member forgets what it has not begun, but for labels, and the stream counts on from there; in the
    /// middle of a block too.
    void whatIsForgottenIsCounted()
    {
        Stream stream(2);
        MiniDatasetQueue queue(4);
        stream.add(4);
        stream.builder.add(std::vector<ArrivedLabel>{{"9", 1, 0}});
        stream.add(2);
        QVERIFY(queue.push(stream.builder.takeReady()));
        MiniDataset begun;
        QVERIFY(queue.takeWithin(std::chrono::seconds(1), begun));
        stream.add(2);
        QVERIFY(queue.push(stream.builder.takeReady()));
        stream.add(3);
        QCOMPARE(stream.builder.number(), 5);
        const auto forgotten = stream.builder.forget(queue.drain());
        QCOMPARE(forgotten.records, 9);
        QCOMPARE(forgotten.miniDatasets, 3);
        QCOMPARE(forgotten.before.deleted, begun.after.deleted);
        QCOMPARE(forgotten.before.rejected.count, begun.after.rejected.count);
        QCOMPARE(stream.builder.number(), 1);
        QVERIFY(!stream.builder.hasReady());
        QVERIFY(!stream.builder.isOpenEmpty()); // the label
        QCOMPARE(stream.builder.before().deleted, begun.after.deleted);
        QVERIFY(!queue.takeWithin(std::chrono::milliseconds(0), begun));
        stream.add(2);
        const MiniDataset next = stream.take().front();
        QCOMPARE(next.labels.size(), std::size_t{1});
        QCOMPARE(next.labels.front().after, 0);
        QCOMPARE(next.rows.rows(), 2);
    }

    /// Between two threads nothing is lost or comes twice, and what is drained in between is what was not taken.
    void whatIsDrainedWasNotTaken()
    {
        constexpr int kRecords = 20'000;
        MiniDatasetQueue queue(2);
        std::vector<std::int64_t> taken, drained;
        std::thread learner([&] {
            for (MiniDataset dataset; !queue.isOver();)
                if (queue.takeWithin(std::chrono::milliseconds(5), dataset))
                    taken.push_back(dataset.origins.front().offset);
        });
        SingleStream stream;
        for (int i = 0; i < kRecords; ++i) {
            stream.add(i % 2, i);
            if (i % 97 == 0)
                queue.push(stream.builder.takeReady());
            if (i % 1001 == 0)
                for (RecordBlock& block : queue.drain())
                    for (MiniDataset dataset; block.take(dataset);)
                        drained.push_back(dataset.origins.front().offset);
        }
        queue.push(stream.builder.takeReady());
        queue.close();
        learner.join();
        QVERIFY(std::ranges::is_sorted(taken));
        QVERIFY(std::ranges::is_sorted(drained));
        std::vector<std::int64_t> all;
        std::ranges::merge(taken, drained, std::back_inserter(all));
        QCOMPARE(all.size(), std::size_t{kRecords});
        for (int i = 0; i < kRecords; ++i)
            QCOMPARE(all[static_cast<std::size_t>(i)], i);
    }

    /// The room is used again, and nothing else of the one before.
    void fitsBeginAnew()
    {
        const auto rows = [](int from) {
            Batch batch;
            for (int i = from; i < from + 5; ++i) {
                batch.features.push_back(static_cast<float>(i));
                batch.targets.push_back(static_cast<float>(i % 2));
            }
            return batch;
        };
        const auto order = [](MiniDatasetFit& fit) {
            std::vector<float> features;
            while (const Batch* batch = fit.next()) {
                features.insert(features.end(), batch->features.begin(), batch->features.end());
                fit.learnt(1);
            }
            return features;
        };
        const MiniDatasetFit::Settings settings{1, 2, 2, 3, 7};
        MiniDatasetFit kept(settings), alone(settings);
        Batch first = rows(0), second = rows(10), same = rows(10);
        kept.begin(first, 4);
        (void)order(kept);
        kept.begin(second, 5);
        alone.begin(same, 5);
        const std::vector<float> orders = order(kept);
        QCOMPARE(orders, order(alone));
        QCOMPARE(orders.size(), std::size_t{10});
        QCOMPARE(kept.lastEpochLoss(), 1.0);
        kept.end();
        QCOMPARE(kept.rows().rows(), 0);
    }

    void pointsAreMeans()
    {
        CurveSum sum;
        QVERIFY(sum.isEmpty());
        sum.add(0.25, 1);
        sum.add(std::nan(""), std::nan("")); // nothing of it was scored
        sum.add(0.75, 0);
        const MetricPoint point = sum.take();
        QCOMPARE(point.steps, 3);
        QCOMPARE(point.loss, 0.5);
        QCOMPARE(point.score, 0.5);
        QCOMPARE(point.lossMinimum, 0.25);
        QCOMPARE(point.lossMaximum, 0.75);
        QVERIFY(sum.isEmpty());
        sum.add(std::nan(""), std::nan(""));
        QVERIFY(std::isnan(sum.take().loss));
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
