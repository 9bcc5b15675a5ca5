// SPDX-License-Identifier: GPL-3.0-or-later
// Lag by hand: the numbers, every verdict, and that what is unknown stays unknown.
#include "kafka/MemberAssignment.h"
#include "metrics/Lag.h"
#include "pipeline/reading/PartitionWatch.h"

#include <QTest>

#include <cmath>

using namespace millrace;

namespace
{

using Reader = GroupReaderKind;

LagSample look(double seconds, std::optional<std::int64_t> committed, std::optional<std::int64_t> end)
{
    LagSample sample;
    sample.seconds = seconds;
    sample.committed = committed;
    sample.start = 0;
    sample.end = end;
    return sample;
}

/// One look a second.
LagHistory historyOf(const std::vector<std::pair<std::int64_t, std::int64_t>>& committedAndEnd)
{
    LagHistory history;
    double seconds = 0;
    for (const auto& [committed, end] : committedAndEnd)
        history.add(look(seconds++, committed, end));
    return history;
}

LagReading lagOf(std::optional<std::int64_t> lag)
{
    LagReading reading;
    reading.lag = lag;
    return reading;
}

QString verdictOf(const LagHistory& history, Reader reader = Reader::Foreign)
{
    return QString::fromStdString(toText(history.numbers(reader).verdict));
}

} // namespace

Q_DECLARE_METATYPE(LagOffsets)

class LagTest : public QObject
{
    Q_OBJECT
private slots:
    void countsWhatCanBeRead();
    void namesWhatANumberHides_data();
    void namesWhatANumberHides();
    void beyondTheEndIsNeverOk();
    void behindAnOpenTransactionIsNotOk();
    void agesOfTheFutureAreUnknown();
    void tellsWhatHoldsPartitionsBack();
    void readsAssignmentsOfMembers();
    void unknownStaysUnknown();
    void ratesAndTimeToDrain();
    void ratesSpanTwoCommits();
    void tellsTheRetentionEdge();
    void transactionMarkersAreNoLag();
    void verdicts_data();
    void verdicts();
    void silenceOfASlowTopicIsNoStop();
    void commitsOfTheSameOffsetAreStalled();
    void aTopicMadeAnewBeginsAnew();
    void oneUnknownDoesNotSpoilTheSum();
    void writesJson();
};

void LagTest::countsWhatCanBeRead()
{
    QCOMPARE(historyOf({{40, 100}}).numbers(Reader::Foreign).reading.lag, 60);
    QCOMPARE(historyOf({{100, 100}}).numbers(Reader::Foreign).reading.lag, 0);
    // A group that reads uncommitted records may stand behind the last stable offset.
    QCOMPARE(readLag({105, 0, 100, 110}).lag, 0);
}

void LagTest::namesWhatANumberHides_data()
{
    QTest::addColumn<LagOffsets>("offsets");
    QTest::addColumn<int>("lag"); // −1: unknown
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("note");
    const auto row = [](const char* name, const LagOffsets& offsets, int lag, const char* state, const char* note) {
        QTest::newRow(name) << offsets << lag << state << note;
    };
    const auto none = std::nullopt;
    row("plain", {40, 0, 100, 100}, 60, "known", "");
    row("beyond the end", {500, 0, 120, 120}, -1, "beyond_end", "the committed offset 500 is beyond the end 120");
    row("beyond the end of an empty topic", {7, 0, 0, 0}, -1, "beyond_end",
        "the committed offset 7 is beyond the end 0");
    row("open transaction", {60, 0, 60, 100}, 0, "open_transaction", "40 offsets wait behind an open transaction");
    row("a reader of uncommitted records", {90, 0, 60, 100}, 0, "open_transaction",
        "10 offsets wait behind an open transaction");
    row("such a one at the end", {100, 0, 60, 100}, 0, "known", "");
    row("deleted unread", {100, 1500, 2000, 2000}, 500, "deleted_unread", "1,400 offsets were deleted unread");
    row("deleted unread, and a transaction", {100, 1500, 2000, 2040}, 500, "deleted_unread",
        "1,400 offsets were deleted unread; 40 offsets wait behind an open transaction");
    row("markers only", {252, 0, 253, 253, true}, 0, "known", "");
    row("nothing committed", {none, 0, 100, 100}, -1, "nothing_committed", "");
    row("not readable", {none, 0, 100, 100, false, true}, -1, "unknown", "");
    row("no end", {40, 0, none, none}, -1, "unknown", "");
    row("the high watermark is not told", {40, 0, 100, none}, 60, "known", "");
}

void LagTest::namesWhatANumberHides()
{
    QFETCH(const LagOffsets, offsets);
    QFETCH(const int, lag);
    QFETCH(const QString, state);
    QFETCH(const QString, note);
    const LagReading reading = readLag(offsets);
    QCOMPARE(reading.lag.value_or(-1), lag);
    QCOMPARE(QString::fromStdString(toText(reading.state)), state);
    QCOMPARE(QString::fromStdString(reading.note), note);
}

void LagTest::beyondTheEndIsNeverOk()
{
    const LagHistory beyond = historyOf({{500, 120}, {500, 120}});
    QCOMPARE(verdictOf(beyond), QString("beyond the end"));
    QCOMPARE(verdictOf(beyond, Reader::OursPaused), QString("beyond the end"));
    const LagTotal total = totalOf({beyond.numbers(Reader::Foreign), historyOf({{40, 100}}).numbers(Reader::Foreign)});
    QCOMPARE(total.sum.reading.lag, 60);
    QVERIFY(total.known == 1 && total.partitions == 2);
    QVERIFY(total.sum.verdict == LagVerdict::BeyondEnd && total.sum.reading.state == LagState::BeyondEnd);
    QCOMPARE(total.sum.reading.note, std::string("the committed offset is beyond the end in 1 partition"));
    // Once the end has passed it the offset is one like others.
    LagHistory grown = beyond;
    grown.add(look(2, 500, 720));
    QCOMPARE(grown.numbers(Reader::Foreign).reading.lag, 220);
}

/// 100 records are committed and read, 40 more are of a transaction that is open.
void LagTest::behindAnOpenTransactionIsNotOk()
{
    LagSample held = look(0, 100, 100);
    held.high = 140;
    LagHistory history;
    history.add(held);
    const LagNumbers numbers = history.numbers(Reader::Foreign);
    QVERIFY(numbers.verdict == LagVerdict::HeldBack && numbers.reading.lag == 0 && numbers.reading.waiting == 40);
    QVERIFY(!numbers.drainSeconds);
    QCOMPARE(verdictOf(history), QString("held back"));
    QCOMPARE(verdictOf(history, Reader::OursPaused), QString("paused"));
    const LagTotal total = totalOf({numbers, historyOf({{100, 100}}).numbers(Reader::Foreign)});
    QVERIFY(total.sum.verdict == LagVerdict::HeldBack && !total.sum.drainSeconds);
    QVERIFY(toJson(numbers)["drain_seconds"].is_null() && toJson(numbers)["never_drains"] == false);
    // What can be read has a time to drain, whatever waits behind it.
    held.seconds = 1;
    held.end = 120;
    held.high = 160;
    history.add(held);
    QVERIFY(history.numbers(Reader::Foreign).verdict == LagVerdict::Ok);
    QVERIFY(history.numbers(Reader::Foreign).drainSeconds.has_value());
    // It ends, and its records are read.
    held.seconds = 2;
    held.committed = held.end = held.high = 161;
    history.add(held);
    QCOMPARE(verdictOf(history), QString("OK"));
    QCOMPARE(history.numbers(Reader::Foreign).drainSeconds, 0.0);
}

void LagTest::agesOfTheFutureAreUnknown()
{
    QCOMPARE(ageSeconds(1000, 4500), 3.5);
    QCOMPARE(ageSeconds(5000, 4500), 0.0); // two clocks
    QVERIFY(!ageSeconds(60'000, 4500));
    QVERIFY(!ageSeconds(-1, 4500));
    QVERIFY(!ageSeconds(std::nullopt, 4500));
}

/// Twice in a row, and a transaction only once.
void LagTest::tellsWhatHoldsPartitionsBack()
{
    StandingHistory history("rows");
    const auto look = [&](const PartitionStanding& first, const PartitionStanding& second) {
        std::string said;
        for (const PartitionNews& news : history.add({first, second}))
            said += (said.empty() ? "" : "\n") + news.text;
        return said;
    };
    const PartitionStanding good{0, false, 100, 0}, offline{0, true, -1, 0}, plain{1, false, 50, 0};
    const PartitionStanding held{1, false, 50, 40}, moved{1, false, 95, 3}, later{1, false, 200, 7};
    const std::string none;
    QCOMPARE(look(offline, plain), none); // a leader that moves
    QCOMPARE(look(good, held), none);     // a transaction that is short
    QCOMPARE(look(offline, moved), none);
    QCOMPARE(look(offline, plain), std::string("Topic rows partition 0 is offline: it has no leader, so nothing of it "
                                               "can be read until one of its brokers is back"));
    QCOMPARE(look(offline, held), none);
    const std::string waits = look(good, {1, false, 50, 1040});
    QVERIFY2(
        waits.starts_with("Topic rows partition 0 has a leader again\n1,040 offsets of topic rows partition 1 wait "
                          "behind an open transaction: nobody can read them before it ends"),
        waits.c_str());
    QCOMPARE(look(good, held), none);
    QCOMPARE(look(good, {1, false, -1, 0}), none); // not known
    QCOMPARE(look(good, plain), std::string("The open transaction in topic rows partition 1 has ended"));
    QCOMPARE(look(good, later), none);
    QCOMPARE(look(good, later), none); // said once
}

void LagTest::readsAssignmentsOfMembers()
{
    const auto bytes = [](const char* hex) { return QByteArray::fromHex(hex).toStdString(); };
    using Partitions = std::vector<std::pair<std::string, int>>;
    // Version, one topic "ab" with 0 and 3, one "c" with 1, no user data.
    const std::string whole = bytes("0003"
                                    "00000002"
                                    "00026162"
                                    "00000002"
                                    "00000000"
                                    "00000003"
                                    "000163"
                                    "00000001"
                                    "00000001"
                                    "ffffffff");
    QVERIFY(partitionsOfAssignment(whole) == Partitions({{"ab", 0}, {"ab", 3}, {"c", 1}}));
    QVERIFY(partitionsOfAssignment(bytes("0000"
                                         "00000000"
                                         "00000000")) == Partitions());
    for (std::size_t size = 0; size + 4 < whole.size(); ++size)
        QVERIFY(!partitionsOfAssignment(whole.substr(0, size)));
    QVERIFY(!partitionsOfAssignment(bytes("0001"
                                          "7fffffff"
                                          "0000")));
    QVERIFY(!partitionsOfAssignment(bytes("0001"
                                          "00000001"
                                          "ffff"
                                          "00000000")));
    QVERIFY(!partitionsOfAssignment(bytes("0001"
                                          "00000001"
                                          "000161"
                                          "7fffffff")));
}

void LagTest::unknownStaysUnknown()
{
    LagHistory history;
    QVERIFY(!history.numbers(Reader::Foreign).reading.lag);
    history.add(look(0, std::nullopt, 100));
    history.add(look(1, std::nullopt, 110));
    const LagNumbers numbers = history.numbers(Reader::Ours);
    QVERIFY(!numbers.reading.lag && !numbers.rateOut && !numbers.drainSeconds && !numbers.toRetentionEdge &&
            !numbers.reading.lost);
    QCOMPARE(numbers.rateIn, 10.0); // what is produced is known all the same
    QCOMPARE(toText(numbers.verdict), std::string("–"));
    LagHistory noEnd;
    noEnd.add(look(0, 5, std::nullopt));
    QVERIFY(!noEnd.numbers(Reader::Foreign).reading.lag);
    QCOMPARE(verdictOf(noEnd), QString("–"));
    // What is committed later has a rate from then on.
    history.add(look(2, 0, 120));
    QVERIFY(!history.numbers(Reader::Ours).rateOut);
    history.add(look(4, 50, 130));
    QCOMPARE(history.numbers(Reader::Ours).rateOut, 25.0);
    // Offsets that were deleted are unknown again.
    LagHistory forgotten = historyOf({{10, 20}, {15, 20}});
    forgotten.add(look(2, std::nullopt, 20));
    QVERIFY(!forgotten.numbers(Reader::Foreign).reading.lag);
}

void LagTest::ratesAndTimeToDrain()
{
    const LagNumbers drains = historyOf({{0, 1000}, {30, 1010}, {60, 1020}}).numbers(Reader::Foreign);
    QCOMPARE(drains.rateIn, 10.0);
    QCOMPARE(drains.rateOut, 30.0);
    QCOMPARE(drains.drainSeconds, 960 / 20.0);
    const LagNumbers grows = historyOf({{0, 1000}, {10, 1030}, {20, 1060}}).numbers(Reader::Foreign);
    QVERIFY(std::isinf(grows.drainSeconds.value()));
    QVERIFY(std::isinf(drainSeconds(lagOf(5), 3, 3).value())); // as much in as out: never, too
    QCOMPARE(drainSeconds(lagOf(0), 3, 1), 0.0);
    QVERIFY(!drainSeconds(lagOf(5), std::nullopt, 3));
    QVERIFY(!drainSeconds(lagOf(std::nullopt), 1, 3));
    QVERIFY(!historyOf({{0, 10}}).numbers(Reader::Foreign).drainSeconds); // one look tells no rate
    const LagNumbers back = historyOf({{50, 100}, {20, 100}}).numbers(Reader::Foreign);
    QVERIFY(!back.rateOut); // no negative rates
}

void LagTest::ratesSpanTwoCommits()
{
    // 300 records every fifteen looks: ten looks alone would say 0, or twice as much.
    LagHistory history;
    for (int second = 0; second <= 44; ++second)
        history.add(look(second, 300 * (second / 15), 20 * second + 1000));
    const LagNumbers numbers = history.numbers(Reader::Foreign);
    QCOMPARE(numbers.rateIn, 20.0);
    QVERIFY2(numbers.rateOut > 10 && numbers.rateOut < 25, qPrintable(QString::number(*numbers.rateOut)));
}

void LagTest::tellsTheRetentionEdge()
{
    LagSample sample = look(0, 500, 1000);
    sample.start = 420;
    LagHistory history;
    history.add(sample);
    QCOMPARE(history.numbers(Reader::Foreign).toRetentionEdge, 80);
    QCOMPARE(history.numbers(Reader::Foreign).reading.lost, 0);
    sample.seconds = 1;
    sample.start = 650;
    history.add(sample);
    QCOMPARE(history.numbers(Reader::Foreign).toRetentionEdge, 0);
    QCOMPARE(history.numbers(Reader::Foreign).reading.lost, 150);
    QCOMPARE(history.numbers(Reader::Foreign).reading.lag, 350); // what is gone cannot be read
}

void LagTest::transactionMarkersAreNoLag()
{
    LagHistory history = historyOf({{90, 100}, {95, 100}});
    for (int second = 2; second < 40; ++second) {
        LagSample sample = look(second, 99, 100);
        sample.nothingLeft = true;
        history.add(sample);
    }
    QCOMPARE(history.numbers(Reader::Foreign).reading.lag, 0);
    QCOMPARE(history.numbers(Reader::Foreign).drainSeconds, 0.0);
    QCOMPARE(verdictOf(history), QString("OK"));
}

void LagTest::verdicts_data()
{
    using Looks = std::vector<std::pair<std::int64_t, std::int64_t>>;
    QTest::addColumn<Looks>("looks");
    QTest::addColumn<QString>("foreign");
    QTest::addColumn<QString>("ours");
    const auto row = [](const char* name, const Looks& looks, const char* foreign, const char* ours) {
        QTest::newRow(name) << looks << foreign << ours;
    };
    /// A group that commits `step` a second while `in` records a second come, `first` behind; then silence.
    const auto going = [](int looks, int step, int in, int first, int silent = 0) {
        Looks list;
        for (int i = 0; i < looks + silent; ++i)
            list.emplace_back(step * std::min(i, looks - 1), first + in * i);
        return list;
    };
    row("no lag", going(12, 10, 10, 0), "OK", "OK");
    row("no lag, nothing moves", Looks(30, {50, 50}), "OK", "OK");
    row("the lag falls", going(12, 20, 10, 1000), "OK", "OK");
    row("the lag stays", going(12, 10, 10, 1000), "falling behind", "falling behind");
    row("the lag grows", going(12, 10, 25, 1000), "falling behind", "falling behind");
    row("too early to tell", going(2, 10, 25, 1000), "–", "–");
    row("one look", {{0, 10}}, "–", "–");
    row("was at the end in the window", {{0, 0}, {10, 12}, {20, 25}, {30, 40}, {40, 60}}, "OK", "OK");
    row("the lag fell once", {{0, 100}, {10, 120}, {50, 121}, {60, 140}, {70, 170}}, "OK", "OK");
    row("went back", {{50, 100}, {60, 110}, {20, 120}, {30, 130}}, "went back", "went back");
    row("never moved", Looks(12, {50, 100}), "not moving", "stopped");
    row("no longer moves", going(12, 10, 25, 1000, 13), "not moving", "stopped");
    row("silent for a moment only", going(12, 10, 25, 1000, 5), "falling behind", "falling behind");
    row("was at the end, then stopped", going(12, 10, 10, 0, 25), "not moving", "stopped");
}

void LagTest::verdicts()
{
    using Looks = std::vector<std::pair<std::int64_t, std::int64_t>>;
    QFETCH(const Looks, looks);
    QFETCH(const QString, foreign);
    QFETCH(const QString, ours);
    const LagHistory history = historyOf(looks);
    QCOMPARE(verdictOf(history, Reader::Foreign), foreign);
    QCOMPARE(verdictOf(history, Reader::Ours), ours);
    QCOMPARE(verdictOf(history, Reader::OursPaused), QString("paused"));
}

void LagTest::silenceOfASlowTopicIsNoStop()
{
    // A record every fifty looks, read at once: one is waiting just now.
    LagHistory history;
    for (int second = 0; second < 100; ++second)
        history.add(look(second, 10 + second / 50, 10 + second / 50));
    history.add(look(100, 11, 12));
    QCOMPARE(verdictOf(history), QString("OK"));
    QCOMPARE(verdictOf(history, Reader::Ours), QString("OK"));
}

void LagTest::commitsOfTheSameOffsetAreStalled()
{
    LagHistory history;
    for (int second = 0; second < 12; ++second) {
        LagSample sample = look(second, 50, 100);
        sample.commitMark = "checkpoint " + std::to_string(second);
        history.add(sample);
    }
    QCOMPARE(verdictOf(history, Reader::Ours), QString("stalled"));
    QCOMPARE(verdictOf(history, Reader::Foreign), QString("not moving"));
}

void LagTest::aTopicMadeAnewBeginsAnew()
{
    LagHistory history = historyOf({{50, 100}, {60, 110}, {70, 120}});
    history.add(look(3, 5, 10));
    QCOMPARE(history.numbers(Reader::Foreign).reading.lag, 5);
    QVERIFY(!history.numbers(Reader::Foreign).rateIn);
    QCOMPARE(verdictOf(history), QString("–")); // neither back nor forth
}

void LagTest::oneUnknownDoesNotSpoilTheSum()
{
    LagNumbers first = historyOf({{0, 1000}, {30, 1010}}).numbers(Reader::Foreign);
    first.ageSeconds = 3;
    LagNumbers second = historyOf({{0, 100}, {10, 100}}).numbers(Reader::Foreign);
    second.ageSeconds = 7;
    second.verdict = LagVerdict::FallingBehind;
    LagHistory unread;
    unread.add(look(0, std::nullopt, 5000));
    unread.add(look(1, std::nullopt, 9000));
    const LagTotal total = totalOf({first, unread.numbers(Reader::Foreign), second});
    QCOMPARE(total.partitions, 3);
    QCOMPARE(total.known, 2);
    QCOMPARE(total.sum.reading.lag, 980 + 90);
    QCOMPARE(total.sum.rateIn, 10.0); // of the partitions whose lag it is
    QCOMPARE(total.sum.rateOut, 40.0);
    QCOMPARE(total.sum.drainSeconds, 1070 / 30.0);
    QCOMPARE(total.sum.ageSeconds, 7.0);
    QCOMPARE(total.sum.toRetentionEdge, 10);
    QVERIFY(total.sum.verdict == LagVerdict::FallingBehind);
    const LagTotal nothing = totalOf({unread.numbers(Reader::Foreign)});
    QVERIFY(!nothing.sum.reading.lag && nothing.sum.verdict == LagVerdict::Unknown);
}

void LagTest::writesJson()
{
    const nlohmann::json grows = toJson(historyOf({{0, 1000}, {10, 1030}}).numbers(Reader::Foreign));
    QCOMPARE(grows["lag"].get<int>(), 1020);
    QVERIFY(grows["drain_seconds"].is_null() && grows["never_drains"] == true);
    QVERIFY(grows["age_seconds"].is_null() && grows["verdict"].is_null());
    const nlohmann::json done = toJson(historyOf({{10, 10}}).numbers(Reader::Foreign));
    QVERIFY(done["drain_seconds"] == 0 && done["never_drains"] == false && done["verdict"] == "OK");
}

QTEST_GUILESS_MAIN(LagTest)
#include "tst_lag.moc"
