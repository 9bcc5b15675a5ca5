// SPDX-License-Identifier: GPL-3.0-or-later
#include "FakeEncoder.h"
#include "FakeFormat.h"
#include "data/RecordDecoder.h"
#include "model/Graph.h"

#include <QtTest>

using namespace millrace;

namespace
{

constexpr float kNothing = -1;

RecordDecoder decoderOf(const EncoderSpecs& encoders, const std::string& format = "csv")
{
    return std::move(*RecordDecoder::make(format, {"x", "city"}, encoders));
}

const EncoderSpecs kCityByLetters = {{"city", {"letters", {{"letter", "e"}}}}};

} // namespace

/// From the cells of a record to the row of numbers that a model takes.
class EncodersTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        FakeEncoder::addToTable();
        FakeFormat::addToTable();
    }

    void theTableIsWhole()
    {
        for (const EncoderKind& kind : encoderKinds())
            QVERIFY2(!kind.name.empty() && !kind.help.empty() && kind.make != nullptr, kind.name.c_str());
        QCOMPARE(encoderKinds().front().name, std::string("number"));
    }

    void columnsAreNumbersUnlessSaid()
    {
        auto decoder = decoderOf({});
        QCOMPARE(decoder.names(), (std::vector<std::string>{"x", "city"}));
        std::vector<float> row(2);
        float label = kNothing;
        DecodeProblem problem;
        QVERIFY(decoder.decode("1", "2.5, +3", row, label, problem));
        QCOMPARE(row, (std::vector<float>{2.5F, 3}));
        QVERIFY(!decoder.decode("1", "2.5,Bern", row, label, problem));
        QCOMPARE(problem.reason, std::string("column 2 (city): 'Bern' is not a number"));
        QCOMPARE(problem.kind, std::string("is not a number"));
        QVERIFY(problem.column == 1 && problem.name == "city");
    }

    void anEncoderTakesTheCellAsItIs_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QList<float>>("row"); // empty: rejected
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("text") << QByteArray("2.5,Geneve") << QList<float>{2.5F, 6, 3} << QByteArray();
        QTest::newRow("quoted") << QByteArray(R"(2.5,"Bern, West")") << QList<float>{2.5F, 10, 2} << QByteArray();
        QTest::newRow("digits are letters, too") << QByteArray("1,3012") << QList<float>{1, 4, 0} << QByteArray();
        QTest::newRow("refused") << QByteArray("1,") << QList<float>{} << QByteArray("column 2 (city): is no text");
        QTest::newRow("the column before")
            << QByteArray("one,Bern") << QList<float>{} << QByteArray("column 1 (x): 'one' is not a number");
        QTest::newRow("too few") << QByteArray("1") << QList<float>{}
                                 << QByteArray("the value has 1 column, 2 expected");
    }

    void anEncoderTakesTheCellAsItIs()
    {
        QFETCH(QByteArray, value);
        QFETCH(QList<float>, row);
        QFETCH(QByteArray, reason);
        auto decoder = decoderOf(kCityByLetters);
        QCOMPARE(decoder.names(), (std::vector<std::string>{"x", "city.length", "city.letters"}));
        std::vector<float> numbers(decoder.width());
        DecodeProblem problem;
        QCOMPARE(decoder.decodeFeatures(value.toStdString(), numbers, problem), !row.isEmpty());
        if (row.isEmpty())
            QCOMPARE(QByteArray::fromStdString(problem.reason), reason);
        else
            QCOMPARE(numbers, std::vector<float>(row.begin(), row.end()));
    }

    void everyFormatGivesCells()
    {
        auto decoder = decoderOf(kCityByLetters, "slashes");
        std::vector<float> numbers(decoder.width());
        float label = kNothing;
        DecodeProblem problem;
        QVERIFY(decoder.decode({}, "1/7/Weesen", numbers, label, problem));
        QCOMPARE(numbers, (std::vector<float>{7, 6, 3}));
        QCOMPARE(label, 1.0F);
    }

    void whatIsWrongIsNamed_data()
    {
        QTest::addColumn<QByteArray>("encoders");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("no encoder") << QByteArray(R"({"city": {"kind": "leters"}})")
                                    << QByteArray(
                                           "/encoders: city: there is no encoder \"leters\". Did you mean letters?");
        QTest::newRow("no column") << QByteArray(R"({"citi": {"kind": "letters"}})")
                                   << QByteArray("/encoders: citi is none of the features. Did you mean city?");
        QTest::newRow("no choice") << QByteArray(R"({"city": {"kind": "letters", "letter": "vowels"}})")
                                   << QByteArray("/encoders: city: letter cannot be \"vowels\", only one of: a, e. "
                                                 "Known are: a, e");
        QTest::newRow("no parameter") << QByteArray(R"({"city": {"kind": "number", "letter": "a"}})")
                                      << QByteArray("/encoders: city: unknown parameter \"letter\". number has no "
                                                    "parameters");
        QTest::newRow("no kind") << QByteArray(R"({"city": {}})")
                                 << QByteArray("/encoders/city: must be an object with the kind of the encoder");
        QTest::newRow("no object") << QByteArray("[]")
                                   << QByteArray("/encoders: must be an object of encoders by column");
    }

    void whatIsWrongIsNamed()
    {
        QFETCH(QByteArray, encoders);
        QFETCH(QByteArray, said);
        auto model = toJson(*presetModel("logistic", {"x", "city"}));
        model["encoders"] = nlohmann::json::parse(encoders.toStdString());
        const auto refused = modelFromJson(model);
        QVERIFY(!refused);
        QCOMPARE(QByteArray::fromStdString(describe(refused.error())), said);
    }

    void withoutFeaturesThatIsWhatIsWrong()
    {
        auto model = toJson(*presetModel("logistic", {}));
        model["encoders"] = {{"city", {{"kind", "letters"}}}};
        const auto read = modelFromJson(model);
        QVERIFY(read && lower(*read).error().message == "the model has no features");
    }

    /// They travel with the model, and make its inputs.
    void aModelHasThem()
    {
        ModelSpec model = *presetModel("logistic", {"x", "city"});
        QVERIFY(!toJson(model).contains("encoders"));
        QCOMPARE(lower(model)->inputs, 2);
        model.encoders = kCityByLetters;
        const auto again = modelFromJson(toJson(model));
        QVERIFY2(again.has_value(), again ? "" : describe(again.error()).c_str());
        QCOMPARE(inputNames(*again), (std::vector<std::string>{"x", "city.length", "city.letters"}));
        QCOMPARE(lower(*again)->inputs, 3);
        QCOMPARE(toJson(*again)["encoders"]["city"]["letter"].get<std::string>(), std::string("e"));
        model.encoders = {{"city", {"leters"}}};
        QVERIFY(!lower(model));
    }
};

QTEST_GUILESS_MAIN(EncodersTest)
#include "tst_encoders.moc"
