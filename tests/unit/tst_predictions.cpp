// SPDX-License-Identifier: GPL-3.0-or-later
// What predictions and shared evaluations are made of: tallies that add up exactly, the state of a partition as a
// message, the text of a prediction, and a batch whose records do not depend on each other.
#include "base/Names.h"
#include "base/Rng.h"
#include "data/Binary.h"
#include "data/Predictions.h"
#include "metrics/BinaryMetrics.h"
#include "metrics/BinaryTally.h"
#include "metrics/Scores.h"
#include "pipeline/Predict.h"
#include "pipeline/reading/MemberSlot.h"
#include "pipeline/runs/PartitionState.h"
#include "pipeline/runs/StateTopic.h"
#include "pipeline/training/PredictBatch.h"
#include "pipeline/training/TrainedModel.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <set>

using namespace millrace;

namespace
{

struct Drawn {
    std::vector<float> logits, labels;
};

Drawn draw(int count)
{
    Drawn scores;
    Rng rng(5, Purpose::SimulatedFeature);
    for (int i = 0; i < count; ++i) {
        const bool one = rng.below(5) < 2;
        scores.logits.push_back(static_cast<float>(rng.below(20000)) / 2500.0F - 4.0F + (one ? 1.0F : -1.0F));
        scores.labels.push_back(one ? 1.0F : 0.0F);
    }
    return scores;
}

} // namespace

class PredictionsTest : public QObject
{
    Q_OBJECT
private slots:
    void aTallyAgreesWithTheScores()
    {
        const Drawn scores = draw(20000);
        BinaryTally tally;
        tally.add(scores.logits, scores.labels);
        BinaryMetrics metrics;
        metrics.add(scores.logits, scores.labels);
        QCOMPARE(tally.records(), metrics.records());
        for (std::size_t actual : {0U, 1U})
            for (std::size_t predicted : {0U, 1U})
                QCOMPARE(tally.confusion()[actual][predicted],
                         static_cast<double>(metrics.confusion()[actual][predicted]));
        QVERIFY(std::abs(tally.loss() - metrics.loss()) < 1e-8);
        QCOMPARE(tally.accuracy(), metrics.accuracy());
        QVERIFY(std::abs(tally.auc() - metrics.auc()) < 1e-4);
        const auto roc = tally.roc(50);
        QVERIFY(roc.size() <= 50 && roc.size() > 20);
        QVERIFY(roc.front()[0] == 0 && roc.back()[1] == 1);
        const auto folded = tally.histogram(50);
        double counted = 0;
        for (const auto& counts : folded)
            for (const double count : counts)
                counted += count;
        QCOMPARE(counted, tally.total());
    }

    void partsAddUpToTheWholeInAnyOrder()
    {
        const Drawn scores = draw(5000);
        BinaryTally whole;
        whole.add(scores.logits, scores.labels);
        std::vector<BinaryTally> parts(7);
        for (std::size_t i = 0; i < scores.logits.size(); ++i)
            parts[i * i % 7].add(std::span(scores.logits).subspan(i, 1), std::span(scores.labels).subspan(i, 1));
        BinaryTally forward, backward;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            forward.merge(parts[i]);
            backward.merge(parts[parts.size() - 1 - i]);
        }
        QVERIFY(forward == whole && backward == whole);
    }

    void anEmptyTallyKnowsNothing()
    {
        const BinaryTally empty;
        QVERIFY(std::isnan(empty.loss()) && std::isnan(empty.accuracy()) && std::isnan(empty.auc()));
        BinaryTally infinite;
        infinite.add(std::vector<float>{std::numeric_limits<float>::infinity(), NAN}, std::vector<float>{0, 1});
        QCOMPARE(infinite.records(), 2);
        QVERIFY(std::isnan(infinite.loss()));
    }

    void aStateIsReadAsItWasWritten()
    {
        const Drawn scores = draw(500);
        const auto tally = makeScores({}, KeepOutputs::Bins);
        tally->add(scores.logits, scores.labels);
        const PartitionState state{
            "susy-test",   3, -2, 500, "20260131T123456Z-susy", 9380, "20260131T123500Z-susy-evaluate", 7, 41,
            tally->state()};
        const auto read = partitionStateFrom(toText(state));
        QVERIFY(read);
        QVERIFY(*read == state);
        const auto again = makeScores({}, KeepOutputs::Bins);
        QVERIFY(again->restore(read->scores));
        QVERIFY(again->state() == tally->state());
        QCOMPARE(keyOf(state.topic, state.partition), std::string("susy-test-3"));
        for (const char* text : {"", "{}", "[1]", "{\"version\":1,\"topic\":5}", "{\"version\":2}"})
            QCOMPARE(partitionStateFrom(text).error().code, ErrorCode::BadData);
        nlohmann::json torn = read->scores;
        torn["histogrun"] = torn["histogram"];
        torn.erase("histogram");
        QVERIFY(!again->restore(torn));
    }

    void everyGroupHasItsStateTopic()
    {
        QCOMPARE(stateTopicOf("testcg"), std::string("millrace.state.testcg"));
        QCOMPARE(stateTopicOf("exp.1"), std::string("millrace.state.exp.1"));
        QVERIFY2(stateTopicOf("a group").starts_with("millrace.state.a-group-"), stateTopicOf("a group").c_str());
    }

    /// Topics, transactional ids, instance ids and files that are made of a group's name: none is another group's, also
    /// as Kafka compares topics, to which a dot is an underscore.
    void namesOfGroupsNeverCollide()
    {
        const std::string readable = "a-b";
        std::vector<std::string> groups = {"a.b",
                                           "a_b",
                                           "a b",
                                           "a/b",
                                           "a#b",
                                           "a:b",
                                           "a@b",
                                           readable,
                                           "A.b",
                                           "exp.1",
                                           "exp_1",
                                           "exp 1",
                                           "a group/é",
                                           "a group?é",
                                           "Größe & Co",
                                           "Grösse & Co",
                                           "名前",
                                           "顧客",
                                           "../../x",
                                           "..",
                                           ".",
                                           "",
                                           " ",
                                           "team/alice:v2#1",
                                           std::string(230, 'g'),
                                           std::string(400, 'g'),
                                           std::string(401, 'g'),
                                           "a\nb",
                                           std::string("a\0b", 3)};
        groups.push_back(uniqueName("a b", 200)); // a group that is called as another's name
        groups.push_back(uniqueName("名前", 200));
        std::set<std::string> topics, members, files;
        for (const std::string& group : groups) {
            const std::string topic = stateTopicOf(group), member = memberName("/home", group) + "-0";
            QVERIFY2(topic.size() <= 249 && member.size() <= 249, topic.c_str());
            for (const std::string& name : {topic, member})
                QVERIFY2(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
                             std::string::npos,
                         name.c_str());
            topics.insert(topic);
            members.insert(member);
            files.insert(uniqueName(group, 150));
        }
        QCOMPARE(topics.size(), groups.size());
        QCOMPARE(members.size(), groups.size());
        QCOMPARE(files.size(), groups.size());
        QVERIFY(memberName("/home", "g") != memberName("/home2", "g"));
    }

    void predictionsAreWritten_data()
    {
        QTest::addColumn<float>("logit");
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("csv");
        const auto row = [](const char* name, float logit, const QByteArray& probability, const QByteArray& decided) {
            QTest::newRow(name) << logit << "{\"probability\":" + probability + ",\"class\":" + decided + "}"
                                << probability + "," + decided;
        };
        row("half", 0.0F, "0.5", "0");
        row("just class 1, though the number says one half", 1e-9F, "0.5", "1"); // as the scores count it
        row("sure", 100.0F, "1", "1");
        row("sure of zero", -100.0F, "0", "0");
    }

    void predictionsAreWritten()
    {
        QFETCH(const float, logit);
        QFETCH(const QByteArray, json);
        QFETCH(const QByteArray, csv);
        const auto written = [&](PredictionFormat format) {
            const std::string_view text = predictionText({}, std::span(&logit, 1), format);
            return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
        };
        QCOMPARE(written(PredictionFormat::Json), json);
        QCOMPARE(written(PredictionFormat::Csv), csv);
        for (float each = -60; each < 60; each += 0.37F) {
            const auto read = nlohmann::json::parse(predictionText({}, std::span(&each, 1), PredictionFormat::Json));
            QVERIFY(read["probability"].get<float>() == sigmoid(each));
            QVERIFY(read["class"] == (each > 0 ? 1 : 0));
        }
    }

    void aRecordsLogitDependsOnTheRecordAlone()
    {
        std::vector<std::string> names;
        for (int i = 0; i < 18; ++i)
            names.push_back("x" + std::to_string(i));
        const auto learner = makeLearner(*presetModel("tutorial", names), {}, 3);
        QVERIFY(learner);
        constexpr std::size_t kRows = 700;
        std::vector<float> features(kRows * 18);
        Rng rng(9, Purpose::SimulatedFeature);
        for (float& value : features)
            value = static_cast<float>(rng.below(10000)) / 2500.0F - 2.0F;
        PredictBatch batch(**learner, 300); // 512 of it
        std::vector<float> logits(kRows), again(kRows);
        // In batches of all sizes, so that each row comes at many places and in many companies.
        const auto predict = [&](std::vector<float>& out, std::uint32_t mostRows, std::uint64_t seed) {
            Rng sizes(seed, Purpose::Split);
            for (std::size_t row = 0; row < kRows;) {
                const std::size_t size = std::min<std::size_t>(kRows - row, 1 + sizes.below(mostRows));
                for (std::size_t i = 0; i < size; ++i)
                    batch.add({std::span(features).subspan((row + i) * 18, 18), 0, 0, 0, {}});
                const auto predicted = batch.predict();
                QVERIFY(predicted && predicted->size() == size);
                std::ranges::copy(*predicted, out.begin() + static_cast<std::ptrdiff_t>(row));
                batch.clear();
                row += size;
            }
        };
        // OpenBLAS's kernel for AVX2 without AVX-512 rounds a row by its place in a group of twelve: there a logit
        // depends on the record but for its last bits. Whether it does, equal rows tell.
        const std::vector<float> kept = features;
        for (std::size_t row = 1; row < kRows; ++row)
            std::copy_n(features.begin(), 18, features.begin() + static_cast<std::ptrdiff_t>(row * 18));
        predict(again, 500, 1);
        const bool roundsByPlace = std::ranges::count(again, again.front()) < static_cast<std::ptrdiff_t>(kRows);
        features = kept;
        if (roundsByPlace)
            qInfo("this processor's BLAS rounds a row by its place: compared within 1e-5");
        predict(logits, 500, 1);
        for (std::uint64_t seed = 2; seed < 12; ++seed) {
            predict(again, seed % 2 == 0 ? 500 : 7, seed);
            for (std::size_t row = 0; row < kRows; ++row)
                QVERIFY(std::abs(again[row] - logits[row]) <= (roundsByPlace ? 1e-5F : 0.0F));
        }
    }

    /// Weights that no step has changed are refused by the run's name, with why there are no others.
    void aModelThatHasLearntNothingIsRefused()
    {
        const QTemporaryDir home;
        const std::filesystem::path runs = home.filePath("runs").toStdString();
        const ModelSpec model = *presetModel("logistic", {"a", "b"});
        const auto learner = makeLearner(model, {}, 1);
        QVERIFY(learner);
        Checkpoint checkpoint{(*learner)->state(), {{"model", toJson(model)}}, {}};
        auto run = RunFolder::create(runs, "idle", {{"kind", "train"}});
        QVERIFY(run && run->saveCheckpoint(checkpoint) && run->finish("failed", {{"error", "the topic was empty"}}));
        const auto load = [&] {
            JobContext context{std::stop_token()};
            return TrainedModel::load(RunCatalog(runs), run->name(), context);
        };
        const auto refused = load();
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::BadData);
        QCOMPARE(refused.error().message, "The model of " + run->name() +
                                              " has learnt nothing: its checkpoint is of step 0, and the run is failed "
                                              "(the topic was empty)");
        const std::filesystem::path file = home.filePath("start.safetensors").toStdString();
        QVERIFY(writeCheckpoint(file, checkpoint));
        const auto ofFile = TrainedModel::loadFile(file);
        QVERIFY(!ofFile);
        QCOMPARE(ofFile.error().message,
                 std::string("The model of start has learnt nothing: its checkpoint is of step 0"));
        checkpoint.learner.step = 1;
        QVERIFY(run->saveCheckpoint(checkpoint) && writeCheckpoint(file, checkpoint));
        const auto loaded = load();
        QVERIFY2(loaded, describe(loaded).c_str());
        QVERIFY(loaded->model.features == model.features);
        QVERIFY(TrainedModel::loadFile(file));
        QVERIFY((*recordFormatOf(RunCatalog(runs), run->name()))->columns() == model.features);
    }

    void aBatchKeepsKeysAndIsFullInTime()
    {
        const auto learner = makeLearner(*presetModel("logistic", {"a"}), {}, 1);
        QVERIFY(learner);
        PredictBatch batch(**learner, 1);
        const std::vector<float> feature = {1};
        for (int i = 0; i < 256; ++i)
            QCOMPARE(batch.add({feature, 0, 1, i, i == 3 ? std::string_view() : std::string_view("", 0)}), i == 255);
        QVERIFY(batch.key(batch.entries()[3]).data() == nullptr);
        QVERIFY(batch.key(batch.entries()[4]).data() != nullptr);
        QCOMPARE(batch.entries()[255].offset, 255);
    }

    void aPlaceIsTakenOnceAndAgainWhenFree()
    {
        const QTemporaryDir home;
        const std::filesystem::path path = home.path().toStdString();
        auto first = MemberSlot::take(path, "g");
        QVERIFY(first);
        const std::string id = first->id();
        {
            const auto second = MemberSlot::take(path, "g");
            QVERIFY(second && second->id() != id);
            const auto other = MemberSlot::take(path, "another/group");
            QVERIFY(other && other->id() != id);
        }
        {
            const MemberSlot gone = std::move(*first);
        }
        const auto again = MemberSlot::take(path, "g");
        QVERIFY(again);
        QCOMPARE(again->id(), id);
    }
};

QTEST_GUILESS_MAIN(PredictionsTest)
#include "tst_predictions.moc"
