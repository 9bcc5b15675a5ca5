// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Batch.h"
#include "data/CompactRows.h"

#include <QTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

using namespace millrace;

namespace
{

/// Rows [i, 10·i] with label i through the buffer; the order in which they come out.
Batch shuffled(int rows, int capacity, std::uint64_t seed, std::uint64_t epoch)
{
    ShuffleBuffer buffer(2, capacity, seed, epoch);
    Batch out;
    for (int i = 0; i < rows; ++i) {
        const std::array<float, 2> row = {static_cast<float>(i), static_cast<float>(10 * i)};
        buffer.push(row, static_cast<float>(i), out);
    }
    while (buffer.drain(out)) {
    }
    return out;
}

std::vector<bool> split(std::int64_t total, std::int64_t wanted, std::uint64_t seed)
{
    SplitSelector selector(total, wanted, seed);
    std::vector<bool> result;
    for (std::int64_t i = 0; i < total; ++i)
        result.push_back(selector.isTest());
    return result;
}

} // namespace

class TestBatch : public QObject
{
    Q_OBJECT

private slots:
    /// Several targets of a row stay with it, in a state too.
    void targetsStayTogether()
    {
        Batch out{{}, {}, {}, 2}, rest{{}, {}, {}, 2};
        ShuffleBuffer buffer(1, 16, 3, 0, true, 2);
        for (int i = 0; i < 40; ++i) {
            const auto value = static_cast<float>(i);
            buffer.push(std::array{value}, std::array{value + 100, value + 200}, out, value);
        }
        QCOMPARE(out.rows(), 24);
        QCOMPARE(out.targets.size(), std::size_t{48});
        ShuffleBuffer again(1, 16, 3, 0, true, 2);
        again.restore(buffer.state());
        QCOMPARE(again.size(), 16);
        while (again.drain(rest)) {
        }
        while (buffer.drain(out)) {
        }
        QCOMPARE(out.rows(), 40);
        QCOMPARE(std::vector(out.targets.end() - 32, out.targets.end()), rest.targets);
        for (std::size_t row = 0; row < 40; ++row) {
            QCOMPARE(out.targets[2 * row], out.features[row] + 100);
            QCOMPARE(out.targets[2 * row + 1], out.features[row] + 200);
            QCOMPARE(out.weights[row], out.features[row]);
        }
    }

    void permutation_data();
    void permutation();
    void window();
    void weightsStayWithTheirRows();
    void deterministic();
    void uniform();
    void splitIsExact_data();
    void splitIsExact();
    void splitIsEven();
    void theLastRowsAreSplitOff();
    void largeSplit();
    void compactRowsComeBack();
};

void TestBatch::permutation_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("capacity");
    for (const int rows : {0, 1, 5, 64, 65, 1000})
        for (const int capacity : {0, 1, 2, 64, 2000})
            QTest::addRow("%d rows, buffer of %d", rows, capacity) << rows << capacity;
}

void TestBatch::permutation()
{
    QFETCH(int, rows);
    QFETCH(int, capacity);
    Batch batch = shuffled(rows, capacity, 1, 0);
    QCOMPARE(batch.rows(), rows);
    QCOMPARE(batch.features.size(), static_cast<std::size_t>(2 * rows));
    for (int i = 0; i < rows; ++i) { // features stay with their label
        const auto place = static_cast<std::size_t>(i);
        QCOMPARE(batch.features[2 * place], batch.targets[place]);
        QCOMPARE(batch.features[2 * place + 1], 10 * batch.targets[place]);
    }
    std::vector<float> inOrder(static_cast<std::size_t>(rows));
    std::iota(inOrder.begin(), inOrder.end(), 0.0F);
    if (capacity <= 1)
        QCOMPARE(batch.targets, inOrder);
    std::sort(batch.targets.begin(), batch.targets.end());
    QCOMPARE(batch.targets, inOrder);
}

/// push() gives nothing until the buffer is full, then one row for each: no row comes more than `capacity` early.
void TestBatch::window()
{
    ShuffleBuffer buffer(1, 64, 7, 0);
    Batch out;
    for (int i = 0; i < 500; ++i) {
        const std::array<float, 1> row = {static_cast<float>(i)};
        QCOMPARE(buffer.push(row, row[0], out), i >= 64);
        QCOMPARE(buffer.size(), std::min(i + 1, 64));
    }
    QCOMPARE(out.rows(), 436);
    for (int i = 0; i < out.rows(); ++i)
        QVERIFY(out.targets[static_cast<std::size_t>(i)] < static_cast<float>(i + 64));
    QVERIFY(buffer.drain(out));
    QCOMPARE(buffer.size(), 63);
}

/// Through the buffer, and through a state of it; rows without weights have none.
void TestBatch::weightsStayWithTheirRows()
{
    ShuffleBuffer buffer(1, 16, 3, 0, true);
    Batch out;
    const auto push = [&out](ShuffleBuffer& to, int from, int until) {
        for (int i = from; i < until; ++i)
            to.push(std::array<float, 1>{static_cast<float>(i)}, static_cast<float>(i), out,
                    static_cast<float>(i) - 50);
    };
    push(buffer, 0, 60);
    ShuffleBuffer again(1, 16, 3, 0, true);
    again.restore(buffer.state());
    push(again, 60, 100);
    while (again.drain(out)) {
    }
    QCOMPARE(out.weights.size(), std::size_t{100});
    for (std::size_t row = 0; row < 100; ++row)
        QCOMPARE(out.weights[row], out.targets[row] - 50);
    out.clear();
    QVERIFY(out.weights.empty());
    ShuffleBuffer direct(1, 0, 3, 0, true);
    push(direct, 7, 8);
    QCOMPARE(out.weights, std::vector<float>{-43});
    QVERIFY(shuffled(100, 16, 1, 0).weights.empty());
}

void TestBatch::deterministic()
{
    QCOMPARE(shuffled(1000, 64, 5, 2).targets, shuffled(1000, 64, 5, 2).targets);
    QVERIFY(shuffled(1000, 64, 5, 2).targets != shuffled(1000, 64, 5, 3).targets);
    QVERIFY(shuffled(1000, 64, 5, 2).targets != shuffled(1000, 64, 6, 2).targets);
    QVERIFY(split(1000, 400, 1) == split(1000, 400, 1));
    QVERIFY(split(1000, 400, 1) != split(1000, 400, 2));
}

/// With a buffer for all rows every place is as likely for each row: chi-square of where row 0 goes, 9 degrees.
void TestBatch::uniform()
{
    std::array<int, 10> places{};
    constexpr int kRuns = 5000;
    for (int run = 0; run < kRuns; ++run) {
        const auto labels = shuffled(10, 10, 3, static_cast<std::uint64_t>(run)).targets;
        ++places[static_cast<std::size_t>(std::find(labels.begin(), labels.end(), 0.0F) - labels.begin())];
    }
    double chi = 0;
    for (const int count : places)
        chi += std::pow(count - kRuns / 10.0, 2) / (kRuns / 10.0);
    QVERIFY2(chi < 27.9, std::to_string(chi).c_str()); // the 99.9th percentile
}

void TestBatch::splitIsExact_data()
{
    QTest::addColumn<int>("total");
    QTest::addColumn<int>("wanted");
    QTest::newRow("tutorial") << 100'000 << 40'000;
    QTest::newRow("none") << 1000 << 0;
    QTest::newRow("all") << 1000 << 1000;
    QTest::newRow("one of one") << 1 << 1;
    QTest::newRow("one of many") << 99'999 << 1;
    QTest::newRow("all but one") << 99'999 << 99'998;
    QTest::newRow("more than there are") << 10 << 20;
    QTest::newRow("empty") << 0 << 0;
}

void TestBatch::splitIsExact()
{
    QFETCH(int, total);
    QFETCH(int, wanted);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const auto rows = split(total, wanted, seed);
        QCOMPARE(static_cast<int>(std::count(rows.begin(), rows.end(), true)), std::min(wanted, total));
    }
}

void TestBatch::splitIsEven()
{
    const auto rows = split(100'000, 40'000, 11);
    for (int part = 0; part < 10; ++part) {
        const auto from = rows.begin() + part * 10'000;
        const auto count = static_cast<double>(std::count(from, from + 10'000, true));
        QVERIFY(std::abs(count - 4000) < 5 * std::sqrt(10'000 * 0.4 * 0.6));
    }
}

void TestBatch::theLastRowsAreSplitOff()
{
    const auto lastOf = [](std::int64_t total, std::int64_t wanted) {
        SplitSelector selector = SplitSelector::ofLast(total, wanted);
        std::string rows;
        for (std::int64_t i = 0; i <= total; ++i) // one more than there are
            rows += selector.isTest() ? 'T' : '-';
        return rows;
    };
    QCOMPARE(lastOf(5, 2), std::string("---TT-"));
    QCOMPARE(lastOf(5, 0), std::string("------"));
    QCOMPARE(lastOf(5, 5), std::string("TTTTT-"));
    QCOMPARE(lastOf(5, 9), std::string("TTTTT-")); // no more than there are
    QCOMPARE(lastOf(0, 3), std::string("-"));
}

/// More rows than 32 bits count.
void TestBatch::largeSplit()
{
    SplitSelector selector(std::int64_t{1} << 40, std::int64_t{1} << 39, 1);
    int taken = 0;
    for (int i = 0; i < 10'000; ++i)
        taken += selector.isTest() ? 1 : 0;
    QVERIFY(std::abs(taken - 5000) < 250);
}

/// Dense, half zeros, one level of many, nothing but zeros, a negative zero: bit by bit, over the edge of a block.
void TestBatch::compactRowsComeBack()
{
    constexpr std::size_t kRows = 2 * CompactRows::kBlock + 5, kWidth = 6;
    const std::vector<std::array<float, kWidth>> kinds = {
        {1, 2, 3, 4, 5, 6}, {0, 2, 0, 4, 0, 6}, {0, 0, 0, 7, 0, 0}, {0, 0, 0, 0, 0, 0}, {0, -0.0F, 0, 0, 0, NAN},
    };
    CompactRows rows;
    std::vector<float> all;
    for (std::size_t i = 0; i < kRows; ++i) {
        auto row = kinds[i % kinds.size()];
        row[3] += row[3] == 0 ? 0 : static_cast<float>(i);
        rows.add(row);
        all.insert(all.end(), row.begin(), row.end());
    }
    std::vector<float> back, block;
    for (std::size_t i = 0; i < rows.blocks(); ++i) {
        rows.expand(i, block);
        QCOMPARE(block.size(), (i < 2 ? CompactRows::kBlock : 5) * kWidth);
        back.insert(back.end(), block.begin(), block.end());
    }
    QCOMPARE(back.size(), all.size());
    QCOMPARE(std::memcmp(back.data(), all.data(), all.size() * sizeof(float)), 0);
}

QTEST_GUILESS_MAIN(TestBatch)
#include "tst_batch.moc"
