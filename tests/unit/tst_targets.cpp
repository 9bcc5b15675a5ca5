// SPDX-License-Identifier: GPL-3.0-or-later
// What a record's label is to a model, and which of a record's columns it takes.
#include "FeatureDecoder.h"
#include "data/Predictions.h"
#include "data/Targets.h"

#include <QTest>
#include <cmath>

using namespace millrace;

namespace
{

const Task kTwo{};
const Task kNamed{TaskKind::Binary, {"<=50K", ">50K"}, {}};
const Task kThree{TaskKind::MultiClass, {"1", "2", "10"}, {}};
const Task kWords{TaskKind::MultiClass, {"a", "b, c", "Ü"}, {}};
const Task kNumber{TaskKind::Regression, {}, {{"price", "EUR", 100, 20}}};

/// x, label, y, place: the label among the columns, and one that no model takes.
Schema recordsOf(const Task& task)
{
    Schema schema;
    schema.columns = {{"x", ColumnType::Number, ColumnRole::Feature},
                      {"label", task.classes.empty() ? ColumnType::Number : ColumnType::Text, ColumnRole::Label},
                      {"y", ColumnType::Number, ColumnRole::Feature},
                      {"place", ColumnType::Text, ColumnRole::Feature}};
    schema.task = task.kind;
    schema.classes = task.classes;
    schema.classesKnown = true;
    schema.labelInKey = false;
    return schema;
}

RecordDecoder decoderFor(const Task& task, const std::vector<std::string>& features)
{
    return std::move(*RecordDecoder::make("csv", recordsOf(task), {features, {}, task}));
}

} // namespace

class TargetsTest : public QObject
{
    Q_OBJECT
private slots:
    void targetsAreRead()
    {
        const TargetReader two(kTwo), named(kNamed), three(kThree), words(kWords), number(kNumber);
        QVERIFY(two.read("0.0") == 0 && two.read(" 1") == 1 && !two.read("2") && !two.read("") && !two.read("no"));
        QVERIFY(named.read(" >50K ") == 1 && named.read("<=50K") == 0 && !named.read("50K") && !named.read("2"));
        QVERIFY(named.read("0.0") == 0 && named.read("1") == 1); // as keys of earlier builds
        const TargetReader large({TaskKind::Binary, {"100000001", "100000002"}, {}});
        QVERIFY(large.read("100000002") == 1 && large.read("100000001") == 0 && !large.read("100000003"));
        QVERIFY(three.read("10.0") == 2 && three.read("1e1") == 2 && three.read("02") == 1 && !three.read("3"));
        QVERIFY(three.read(10.0F) == 2 && !three.read(NAN));
        QVERIFY(words.read("b, c") == 1 && words.read("Ü") == 2 && !words.read("A"));
        QVERIFY(number.read("-1.5e2") == -150 && !number.read("nan") && !number.read("many"));
        QVERIFY(number.read("1,5", ',') == 1.5F);
        QVERIFY(three.read(RawCell{RawCell::Kind::Number, 2, {}}) == 1 && !three.read(RawCell{}));
    }

    void whatIsExpectedIsTold()
    {
        QCOMPARE(TargetReader(kTwo).expected(), std::string("0 or 1"));
        QCOMPARE(TargetReader(kNamed).expected(), std::string("<=50K or >50K"));
        QCOMPARE(TargetReader(kThree).expected(), std::string("one of 3 classes (1, 2, 10)"));
        QCOMPARE(TargetReader(kNumber).expected(), std::string("a number"));
        Task many{TaskKind::MultiClass, {}, {}};
        for (int i = 0; i < 1000; ++i)
            many.classes.push_back("c" + std::to_string(i));
        QCOMPARE(TargetReader(many).expected(),
                 std::string("one of 1,000 classes (c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, …)"));
        QVERIFY(TargetReader(many).read("c999") == 999);
    }

    /// By their names, in the model's order, whether the quick way or the long one is taken.
    void columnsAreFoundByName()
    {
        for (const char* value : {"1,7.5,2,zürich", R"("1",7.5,+2,zürich)"}) {
            RecordDecoder decoder = decoderFor(kNumber, {"y", "x"});
            std::vector<float> numbers(2);
            float target = 0;
            DecodeProblem problem;
            QVERIFY2(decoder.decode({}, value, numbers, target, problem), problem.reason.c_str());
            QCOMPARE(numbers, (std::vector<float>{2, 1}));
            QCOMPARE(target, 7.5F);
            QVERIFY(decoder.decodeFeatures(value, numbers, problem));
        }
        const auto lacking = RecordDecoder::make("csv", recordsOf(kNumber), {{"x", "z"}, {}, kNumber});
        QVERIFY(!lacking && lacking.error().message == "The records have no column z");
    }

    /// Each of several targets is found by its name, in the model's order, wherever its column stands.
    void severalTargets()
    {
        Schema records = recordsOf(kNumber);
        records.columns[1].name = "speed [m/s]";
        records.columns[2] = {"mass", ColumnType::Number, ColumnRole::Label};
        QCOMPARE(records.labelNames(), std::string("speed [m/s], mass"));
        const Task told = taskOf(records);
        QCOMPARE(told.targets.size(), std::size_t{2});
        QCOMPARE(told.targets[0].name + told.targets[0].unit + told.targets[1].name, std::string("speedm/smass"));
        const Task other{TaskKind::Regression, {}, {{"mass", ""}, {"speed", "m/s"}}};
        std::vector<float> numbers(1), targets(2);
        DecodeProblem problem;
        for (const auto& [task, expected] : {std::pair(told, std::vector{7.5F, 2.0F}), {other, {2, 7.5F}}}) {
            auto decoder = RecordDecoder::make("csv", records, {{"x"}, {}, task});
            QVERIFY(decoder);
            QVERIFY2(decoder->decode({}, "1,7.5,2,s", numbers, std::span(targets), problem), problem.reason.c_str());
            QCOMPARE(targets, expected);
            QVERIFY(decoder->decode({}, "1,7.5,\"2\",s", numbers, std::span(targets), problem)); // the long way
            QCOMPARE(targets, expected);
            QVERIFY(!decoder->decode({}, "1,7.5,,s", numbers, std::span(targets), problem));
            QCOMPARE(problem.reason, std::string("column 3 (mass): the label is missing"));
            QVERIFY(!decoder->decode({}, "1,fast,2,s", numbers, std::span(targets), problem));
            QCOMPARE(problem.reason, std::string("column 2 (speed [m/s]): the label 'fast' is not a number"));
        }
        const Task lacking{TaskKind::Regression, {}, {{"mass", ""}, {"force", ""}}};
        auto decoder = RecordDecoder::make("csv", records, {{"x"}, {}, lacking});
        QVERIFY(decoder && !decoder->decode({}, "1,7.5,2,s", numbers, std::span(targets), problem));
        QCOMPARE(problem.reason, std::string("There is no label force, but speed [m/s], mass"));
        QVERIFY(decoder->decodeFeatures("1,7.5,2,s", numbers, problem)); // to predict it need not have one
        auto classes = RecordDecoder::make("csv", records, {{"x"}, {}, kTwo});
        float target = 0;
        QVERIFY(classes && !classes->decode({}, "1,7.5,2,s", numbers, target, problem));
        records.columns[2].name = "speed [km/h]"; // two units of one name
        QCOMPARE(taskOf(records).targets[1].name, std::string("speed [km/h]"));
    }

    void badLabelsAreNamed()
    {
        RecordDecoder decoder = decoderFor(kWords, {"x"});
        std::vector<float> numbers(1);
        float target = 0;
        DecodeProblem problem;
        QVERIFY(decoder.decode({}, "1,\"b, c\",2,s", numbers, target, problem));
        QCOMPARE(target, 1.0F);
        QVERIFY(!decoder.decode({}, "1,d,2,s", numbers, target, problem));
        QCOMPARE(problem.reason, std::string("column 2 (label): the label 'd' is not one of 3 classes (a, b, c, Ü)"));
        QCOMPARE(problem.column, 1);
        QVERIFY(!decoder.decode({}, "1,,2,s", numbers, target, problem));
        QCOMPARE(problem.reason, std::string("column 2 (label): the label is missing"));
        QVERIFY(!decoder.decode({}, "1,a,2", numbers, target, problem));
        QCOMPARE(problem.reason, std::string("the value has 3 columns, 4 expected"));
        QVERIFY(!decoder.decode({}, {}, numbers, target, problem));
        QVERIFY(decoder.decodeFeatures("1,whatever,2,s", numbers, problem)); // to predict it need not have one
    }

    /// What the outputs say, by the names of the classes and in the target's unit.
    void predictionsFollowTheTask()
    {
        const auto text = [](const Task& task, std::vector<float> outputs, PredictionFormat format) {
            return std::string(predictionText(task, outputs, format));
        };
        QCOMPARE(text(kNamed, {1e9F}, PredictionFormat::Json), std::string(R"({"probability":1,"class":">50K"})"));
        QCOMPARE(text(kWords, {0, 100, 0}, PredictionFormat::Csv), std::string("1,\"b, c\""));
        const auto said = nlohmann::json::parse(text(kWords, {1, 1, 0}, PredictionFormat::Json));
        QVERIFY(said["class"] == "a" && said["probabilities"].size() == 3); // the first of equals
        double sum = 0;
        for (const auto& each : said["probabilities"])
            sum += each.get<double>();
        QVERIFY(std::abs(sum - 1) < 1e-6);
        QCOMPARE(text(kNumber, {12.5F}, PredictionFormat::Json), std::string(R"({"value":12.5})"));
        QCOMPARE(text(kNumber, {12.5F}, PredictionFormat::Csv), std::string("12.5"));
        QCOMPARE(text(kNumber, {INFINITY}, PredictionFormat::Json), std::string(R"({"value":null})"));
        Task many{TaskKind::MultiClass, {}, {}};
        std::vector<float> outputs;
        for (int i = 0; i < 1000; ++i) {
            many.classes.push_back("c" + std::to_string(i));
            outputs.push_back(static_cast<float>(i % 500));
        }
        const auto most = nlohmann::json::parse(text(many, outputs, PredictionFormat::Json));
        QVERIFY(most["class"] == "c499" && most["probabilities"].size() == 5);
        QVERIFY(most["probabilities"].contains("c499") && most["probabilities"].contains("c999"));
    }

    void tasksAreWrittenAndRead()
    {
        for (const Task& task : {kTwo, kNamed, kThree, kWords, kNumber}) {
            const auto read = taskFromJson(toJson(task));
            QVERIFY2(read, describe(read).c_str());
            QCOMPARE(toJson(*read).dump(), toJson(task).dump());
            QCOMPARE(outputsOf(*read), outputsOf(task));
        }
        for (const char* bad :
             {R"({"kind":"multi-class"})", R"({"kind":"multi-class","classes":["a","b"]})", R"({"kind":"regression"})",
              R"({"kind":"binary","classes":["a","a"]})", R"({"kind":"multi-class","classes":["a","b",3]})",
              R"({"kind":"regression","targets":[{"name":"x","scale":0}]})", R"({"kind":"ranking"})"})
            QVERIFY2(!taskFromJson(nlohmann::json::parse(bad)), bad);
    }
};

QTEST_GUILESS_MAIN(TargetsTest)
#include "tst_targets.moc"
