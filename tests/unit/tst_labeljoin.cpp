// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/LabelJoin.h"

#include <QTest>

using namespace millrace;

namespace
{

PredictedRecord record(std::int64_t offset)
{
    return {{static_cast<float>(offset), 1}, {0.5F}, 0, offset};
}

std::optional<float> comes(LabelJoin& join, const std::string& id, std::int64_t offset)
{
    PredictedRecord predicted = record(offset);
    return join.onRecord(id, predicted);
}

} // namespace

class LabelJoinTest : public QObject
{
    Q_OBJECT
private slots:
    void labelsFindTheirRecord();
    void earlyLabelsWait();
    void lateLabelsAreForgotten();
    void anIdThatComesAgainTakesThePlace();
    void savedAndRestored();
    void rowsOfAnotherWidthAreRefused();
};

void LabelJoinTest::labelsFindTheirRecord()
{
    LabelJoin join(10);
    QVERIFY(!comes(join, "a", 1));
    QVERIFY(!comes(join, "b", 2));
    const auto joined = join.onLabel("a", 1);
    QVERIFY(joined);
    QCOMPARE(joined->offset, 1);
    QCOMPARE(joined->features, (std::vector<float>{1, 1}));
    QVERIFY(!join.onLabel("a", 1)); // once only
    QCOMPARE(join.waiting(), 1);
}

void LabelJoinTest::earlyLabelsWait()
{
    LabelJoin join(10);
    QVERIFY(!join.onLabel("a", 1));
    const auto label = comes(join, "a", 1);
    QVERIFY(label);
    QCOMPARE(*label, 1.0F);
    QCOMPARE(join.waiting(), 0);
}

void LabelJoinTest::lateLabelsAreForgotten()
{
    LabelJoin join(3);
    for (int i = 0; i < 4; ++i)
        QVERIFY(!comes(join, std::to_string(i), i));
    QCOMPARE(join.late(), 1);
    QVERIFY(!join.onLabel("0", 1));
    QVERIFY(join.onLabel("1", 1));
    for (int i = 10; i < 13; ++i)
        QVERIFY(!join.onLabel(std::to_string(i), 0));
    QCOMPARE(join.unmatched(), 1); // the label of "0" waited for a record that was gone
}

void LabelJoinTest::anIdThatComesAgainTakesThePlace()
{
    LabelJoin join(10);
    QVERIFY(!comes(join, "a", 1));
    QVERIFY(!comes(join, "a", 2));
    QCOMPARE(join.late(), 1);
    QCOMPARE(join.onLabel("a", 0)->offset, 2);
}

void LabelJoinTest::savedAndRestored()
{
    LabelJoin join(3);
    for (int i = 0; i < 5; ++i)
        QVERIFY(!comes(join, std::to_string(i), i));
    QVERIFY(join.onLabel("3", 1));
    QVERIFY(!join.onLabel("x", 1));
    Checkpoint checkpoint;
    join.save(checkpoint);
    LabelJoin again(3);
    QVERIFY(again.restore(checkpoint, 2));
    QCOMPARE(again.waiting(), join.waiting());
    QCOMPARE(again.late(), join.late());
    auto outputs = checkpoint.tensors.extract("waiting.outputs");
    outputs.key() = "waiting.logits"; // as earlier builds wrote it
    checkpoint.tensors.insert(std::move(outputs));
    LabelJoin earlier(3);
    QVERIFY(earlier.restore(checkpoint, 2));
    for (LabelJoin* each : {&join, &again, &earlier}) {
        QVERIFY(!each->onLabel("1", 1));
        QCOMPARE(each->onLabel("4", 1)->features, (std::vector<float>{4, 1}));
        QVERIFY(comes(*each, "x", 9));
        QVERIFY(!comes(*each, "y", 10));
        QCOMPARE(each->late(), join.late());
    }
}

void LabelJoinTest::rowsOfAnotherWidthAreRefused()
{
    LabelJoin join(3);
    QVERIFY(!comes(join, "a", 1));
    Checkpoint checkpoint;
    join.save(checkpoint);
    LabelJoin again(3);
    const auto refused = again.restore(checkpoint, 5);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::BadData);
}

QTEST_APPLESS_MAIN(LabelJoinTest)
#include "tst_labeljoin.moc"
