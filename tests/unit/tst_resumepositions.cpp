// SPDX-License-Identifier: GPL-3.0-or-later
// Where a job reads on in a partition that its group assigns to it, and the phases of an online run's reading.
#include "pipeline/online/OnlinePhase.h"
#include "pipeline/online/ResumePositions.h"
#include "pipeline/reading/LastCommit.h"

#include <QTest>

using namespace millrace;
using Reason = ResumePositions::Reason;

namespace
{

constexpr std::int64_t kNothing = -1001; ///< as the consumer has it where a group has committed nothing

PartitionOffset at(std::int64_t offset, const std::string& run = {}, int partition = 0)
{
    PartitionOffset committed{"rows", partition, offset};
    if (!run.empty())
        committed.metadata = R"({"run":")" + run + R"(","step":3})";
    return committed;
}

/// A run "mine" that has reached offset 100 of partition 0.
OnlineStart resumed()
{
    OnlineStart start;
    start.resumed = true;
    start.positions[0] = {100, {}};
    return start;
}

ResumePositions::Start startOf(const OnlineStart& start, const PartitionOffset& committed,
                               ForeignOffset foreign = ForeignOffset::Refuse)
{
    return ResumePositions(start, "mine", foreign).assigned({committed}).front();
}

} // namespace

class ResumePositionsTest : public QObject
{
    Q_OBJECT
private slots:
    void newRunsFollowTheGroup()
    {
        OnlineStart start;
        start.first[0] = 7;
        QCOMPARE(startOf(start, at(kNothing)).offset, 7);
        QVERIFY(startOf(start, at(kNothing)).reason == Reason::AskedStart);
        const auto behindOthers = startOf(start, at(40, "other"));
        QCOMPARE(behindOthers.offset, 40);
        QVERIFY(behindOthers.reason == Reason::GroupCommitted);
        QCOMPARE(behindOthers.writer, std::string("other"));
        QVERIFY(!behindOthers.isMoved());
    }

    /// The broker came back between, and knew nothing of it.
    void aCommitThatWasNoneIsSeen()
    {
        const LastCommit commit{.before = {{0, 100}, {1, kNothing}}};
        QVERIFY(commit.isUndoneBy({at(100)}));
        QVERIFY(!commit.isUndoneBy({at(150)}));
        QVERIFY(commit.isUndoneBy({at(150), at(kNothing, {}, 1)}));
        QVERIFY(!commit.isUndoneBy({at(100, {}, 2)})); // a partition that it had not moved
        QVERIFY(!commit.isUndoneBy({}));
    }

    /// Its first checkpoint was not there yet when it was killed.
    void whatTheRunCommittedWithoutACheckpointIsReadAgain()
    {
        OnlineStart start;
        start.resumed = true;
        start.first[0] = 7;
        const auto again = startOf(start, at(40, "mine"));
        QCOMPARE(again.offset, 7);
        QVERIFY(again.reason == Reason::AskedStart);
    }

    void offsetsBeyondTheEndMeanNothing()
    {
        OnlineStart start;
        start.beyondEnd[0] = 500;
        QVERIFY(startOf(start, at(500, "other")).offset < 0);
        start.first[0] = 7;
        QCOMPARE(startOf(start, at(500, "other")).offset, 7);
        QCOMPARE(startOf(start, at(400, "other")).offset, 400); // another one since: it means something
    }

    void resumedRunsStandWhereTheirCheckpointStands()
    {
        for (const PartitionOffset& committed : {at(kNothing), at(90, "mine"), at(110, "mine")}) {
            const auto start = startOf(resumed(), committed);
            QCOMPARE(start.offset, 100);
            QVERIFY(start.reason == Reason::RunReached);
            QVERIFY(!start.isMoved());
        }
    }

    void whatWasThereFirstIsNotForeign()
    {
        OnlineStart start = resumed();
        start.committed[0] = 20;
        QCOMPARE(startOf(start, at(20)).offset, 100);
        QVERIFY(startOf(start, at(20)).reason == Reason::RunReached);
        QVERIFY(startOf(start, at(21)).reason == Reason::Refused);
        ResumePositions positions(start, "mine", ForeignOffset::Refuse);
        QVERIFY(positions.committed(0)); // the run has committed since: whoever put 20 there did so afterwards
        QVERIFY(!positions.committed(0));
        QVERIFY(positions.assigned({at(20)}).front().reason == Reason::Refused);
    }

    void foreignOffsetsAreFollowedAsAsked()
    {
        const auto refused = startOf(resumed(), at(60));
        QVERIFY(refused.reason == Reason::Refused);
        QCOMPARE(refused.reached, 100);
        const auto byRun = startOf(resumed(), at(60), ForeignOffset::Checkpoint);
        QVERIFY(byRun.reason == Reason::FollowedRun);
        QCOMPARE(byRun.offset, 100);
        QVERIFY(!byRun.isMoved());
        ResumePositions positions(resumed(), "mine", ForeignOffset::Group);
        const auto byGroup = positions.assigned({at(60)}).front();
        QVERIFY(byGroup.reason == Reason::FollowedGroup);
        QCOMPARE(byGroup.offset, 60);
        QVERIFY(byGroup.isMoved());
        QCOMPARE(positions.positions().at(0).next, 60);
    }

    /// While the run lives, another offset is a member's that had the partition for a while.
    void livingRunsFollowOtherMembers()
    {
        ResumePositions positions(resumed(), "mine", ForeignOffset::Refuse);
        QVERIFY(positions.assigned({at(90, "mine")}).front().reason == Reason::RunReached);
        positions.note(at(90, "mine"));
        QVERIFY(positions.committed(0));
        positions.reached({{0, {150, {}}}});
        const auto back = positions.assigned({at(180, "other")}).front();
        QVERIFY(back.reason == Reason::MemberRead);
        QCOMPARE(back.offset, 180);
        QCOMPARE(back.reached, 150);
        QCOMPARE(positions.positions().at(0).next, 180);
    }

    void partitionsThatTheGroupTookAwayAreTheGroups()
    {
        OnlineStart start = resumed();
        start.lost = {0};
        const auto back = startOf(start, at(60));
        QVERIFY(back.reason == Reason::MemberRead);
        QCOMPARE(back.offset, 60);
    }

    /// Partitions that come together are judged alike, in whatever order they stand.
    void partitionsThatComeTogetherComeFirstTogether()
    {
        OnlineStart start = resumed();
        start.positions[1] = {100, {}};
        ResumePositions positions(start, "mine", ForeignOffset::Refuse);
        const auto starts = positions.assigned({at(60, "other"), at(60, "other", 1)});
        QVERIFY(starts[0].reason == Reason::Refused);
        QVERIFY(starts[1].reason == Reason::Refused);
    }

    void reproductionsIgnoreTheGroup()
    {
        OnlineStart start = resumed();
        start.reproduces = true;
        QCOMPARE(startOf(start, at(60, "other")).offset, 100);
    }

    void phasesFollowTheirTable()
    {
        using enum OnlinePhase;
        QVERIFY(mayFollow(Joining, Reading) && mayFollow(Reading, Revoking) && mayFollow(Revoking, Reading));
        QVERIFY(mayFollow(Reading, Draining) && mayFollow(Draining, Repeating) && mayFollow(Repeating, Over));
        QVERIFY(mayFollow(Reading, Finishing) && mayFollow(Finishing, Revoking) && mayFollow(Finishing, Over));
        QVERIFY(!mayFollow(Lost, Reading) && !mayFollow(Repeating, Reading) && !mayFollow(Reading, Repeating));
        QVERIFY(!mayFollow(Finishing, Draining) && !mayFollow(Revoking, Repeating) && !mayFollow(Revoking, Over));
        for (const OnlinePhase phase : {Joining, Reading, Revoking, Draining, Repeating, Finishing, Lost, Over})
            QVERIFY(!mayFollow(Over, phase));
    }
};

QTEST_GUILESS_MAIN(ResumePositionsTest)
#include "tst_resumepositions.moc"
