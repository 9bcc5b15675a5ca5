// SPDX-License-Identifier: GPL-3.0-or-later
#include "FakeEncoder.h"
#include "FakeFormat.h"
#include "FeatureDecoder.h"
#include "data/RecordDecoder.h"
#include "data/encoders/DateSpelling.h"
#include "model/Graph.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <ctime>

using namespace millrace;

namespace
{

constexpr float kNothing = -1;

RawCell textCell(std::string_view text)
{
    return {RawCell::Kind::Text, 0, text};
}

RawCell numberCell(float number)
{
    return {RawCell::Kind::Number, number, {}};
}

/// Of one column, "x".
RowEncoder encoderOf(const EncoderSpec& spec)
{
    auto encoder = RowEncoder::make({"x"}, {{"x", spec}});
    if (!encoder)
        qFatal("%s", describe(encoder.error()).c_str());
    return std::move(*encoder);
}

/// The numbers of a cell; none where it is refused, for the reason.
std::vector<float> encoded(const RowEncoder& encoder, const RawCell& cell, std::string* reason = nullptr)
{
    RawRow row;
    row.cells = {cell};
    std::vector<float> numbers(encoder.names().size(), kNothing);
    DecodeProblem problem;
    if (encoder.encode(row, numbers, problem))
        return numbers;
    if (reason != nullptr)
        *reason = problem.reason + "|" + problem.kind;
    return {};
}

using Floats = std::vector<float>;
using Names = std::vector<std::string>;

RecordDecoder decoderOf(const EncoderSpecs& encoders, const std::string& format = "csv")
{
    return std::move(*featureDecoder(format, {"x", "city"}, encoders));
}

const EncoderSpecs kCityByLetters = {{"city", {"letters", {{"letter", "e"}}}}};

} // namespace

/// From the cells of a record to the row of numbers that a model takes.
class EncodersTest : public QObject
{
    Q_OBJECT

private slots:
    void anOffsetIsTakenOffWithAllDigits()
    {
        const RowEncoder encoder = encoderOf(
            {"number", {{"offset", 1e9}, {"fill", 1e9 + 2}, {"missing", {1e9 + 99}}, {"levels", {1e9 + 1, 1e9 + 2}}}});
        QCOMPARE(encoder.names(), (Names{"x", "x.1000000001", "x.1000000002"}));
        QVERIFY(!encoder.onlyNumbers());
        QCOMPARE(encoded(encoder, textCell("1000000001")), (Floats{1, 1, 0}));
        QCOMPARE(encoded(encoder, textCell("999999996.25")), (Floats{-3.75F, 0, 0}));
        for (const char* missing : {"1000000099", ""})
            QCOMPARE(encoded(encoder, textCell(missing)), (Floats{2, 0, 1}));
        QCOMPARE(encoded(encoder, textCell("1000000098")), (Floats{98, 0, 0}));
    }

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
        QVERIFY(decoder.decode("1", "7/Weesen", numbers, label, problem));
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
        const auto row = [](const char* name, const char* encoder, const char* what) {
            QTest::newRow(name) << R"({"city": )" + QByteArray(encoder) + "}"
                                << "/encoders: city: " + QByteArray(what);
        };
        row("no parameter", R"({"kind": "number", "fil": 1})", "unknown parameter \"fil\". Did you mean fill?");
        row("no flag", R"({"kind": "number", "indicator": 1})",
            "indicator must be true or false. One more number, 1 where the value was missing");
        row("no fill", R"({"kind": "number", "indicator": true})",
            "indicator needs fill: without it a record with a missing value is rejected");
        row("no float", R"({"kind": "number", "missing": [1e39]})",
            "missing must be at most 3.4028234663852886e+38. Numbers that mean a missing value: -999");
        row("no object", R"({"kind": "number", "squash": 3})",
            "squash must be an object. One more number, asinh((x − center) / width): beside values far outside it "
            "still tells the others apart");
        row("no member", R"({"kind": "number", "squash": {"center": 3}})",
            "squash: width must be given. How far from it values stay in proportion");
        row("no width", R"({"kind": "number", "squash": {"center": 3, "width": 0}})", "squash: width must be above 0");
        row("one number twice", R"({"kind": "number", "levels": [3, 2, 3.0]})", "levels name 3 twice");
        row("no levels", R"({"kind": "category"})",
            "levels must be given. The values that get a number of their own each, in this order");
        row("no texts", R"({"kind": "category", "levels": ["a", 1]})",
            "levels must be a list of texts. The values that get a number of their own each, in this order");
        row("one level twice", R"({"kind": "category", "levels": ["a", " a "]})", "levels name 'a' twice");
        row("one value twice", R"({"kind": "category", "levels": ["1.0", "1"]})", "levels name '1' twice");
        row("a level of nothing", R"({"kind": "category", "levels": [" "]})",
            "levels hold an empty text, which is a missing value");
        row("no spelling", R"({"kind": "date", "format": "D/M/Z"})",
            "format cannot be \"D/M/Z\", only one of: ISO 8601, D/M/Y, M/D/Y, D.M.Y, Y/M/D, unix seconds, unix "
            "milliseconds. Did you mean D/M/Y?");
        row("no part", R"({"kind": "date", "parts": ["year"]})",
            "parts cannot be \"year\", only one of: elapsed, month, weekday, hour. Did you mean hour?");
        row("no parts", R"({"kind": "date", "parts": []})", "parts name nothing that is to be made of the date");
        row("no origin", R"({"kind": "date", "origin": "31.1.2026"})",
            "origin is no date as ISO 8601. Give it as 2026-01-31");
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

    // ---- number

    void aBareNumberStaysAsItIs()
    {
        const RowEncoder encoder = encoderOf({"number"});
        QVERIFY(encoder.onlyNumbers());
        QCOMPARE(encoder.names(), Names{"x"});
        QCOMPARE(encoded(encoder, textCell(" +2.50 ")), Floats{2.5F});
        QCOMPARE(encoded(encoder, numberCell(0.1F)), Floats{0.1F});
        std::string reason;
        QCOMPARE(encoded(encoder, textCell("n/a"), &reason), Floats{});
        QCOMPARE(reason, std::string("column 1 (x): the value is missing|is missing"));
        QCOMPARE(encoded(encoder, {}, &reason), Floats{});
        QCOMPARE(reason, std::string("column 1 (x): the value is missing|is missing"));
        QCOMPARE(encoded(encoder, numberCell(NAN), &reason), Floats{});
        QCOMPARE(reason, std::string("column 1 (x): the value is missing|is missing"));
        QCOMPARE(encoded(encoder, textCell("1e400"), &reason), Floats{});
        QCOMPARE(reason, std::string("column 1 (x): '1e400' is too large for a 32-bit float|is too large for a 32-bit "
                                     "float"));
    }

    /// A format may go on reading plain numbers at once: what is missing is none.
    void aFillKeepsTheShortcut()
    {
        QVERIFY(encoderOf({"number", {{"fill", 3}}}).onlyNumbers());
        QVERIFY(!encoderOf({"number", {{"fill", 3}, {"indicator", true}}}).onlyNumbers());
        QVERIFY(!encoderOf({"number", {{"missing", {-999}}}}).onlyNumbers());
        QVERIFY(!encoderOf({"number", {{"squash", {{"center", 0}, {"width", 1}}}}}).onlyNumbers());
        QVERIFY(!encoderOf({"number", {{"levels", {1, 2}}}}).onlyNumbers());
        QVERIFY(!encoderOf({"category", {{"levels", {"a"}}}}).onlyNumbers());
        auto decoder = decoderOf({{"x", {"number", {{"fill", 3}}}}, {"city", {"number", {{"fill", -1}}}}});
        Floats numbers(2);
        DecodeProblem problem;
        QVERIFY(decoder.decodeFeatures("1,2", numbers, problem));
        QCOMPARE(numbers, (Floats{1, 2}));
        QVERIFY(decoder.decodeFeatures(",NA", numbers, problem));
        QCOMPARE(numbers, (Floats{3, -1}));
        QVERIFY(!decoder.decodeFeatures("1,Bern", numbers, problem));
        QCOMPARE(problem.reason, std::string("column 2 (city): 'Bern' is not a number"));
    }

    void aNumberHasParts()
    {
        const RowEncoder encoder = encoderOf({"number",
                                              {{"fill", 2},
                                               {"indicator", true},
                                               {"missing", {-999}},
                                               {"levels", {3, 2, 0.5}},
                                               {"squash", {{"center", 2}, {"width", 0.5}}}}});
        QCOMPARE(encoder.names(), (Names{"x", "x.squashed", "x.missing", "x.3", "x.2", "x.0.5"}));
        const float squashed = std::asinh(2.0F);
        QCOMPARE(encoded(encoder, textCell("3")), (Floats{3, squashed, 0, 1, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("0.50")), (Floats{0.5F, -std::asinh(3.0F), 0, 0, 0, 1}));
        QCOMPARE(encoded(encoder, textCell("")), (Floats{2, 0, 1, 0, 1, 0})); // as the fill, whose level is there
        QCOMPARE(encoded(encoder, textCell("-999.0")), (Floats{2, 0, 1, 0, 1, 0}));
        QCOMPARE(encoded(encoder, numberCell(-999)), (Floats{2, 0, 1, 0, 1, 0}));
        QCOMPARE(encoded(encoder, textCell("seven")), Floats{});
        std::string reason;
        QCOMPARE(encoded(encoderOf({"number", {{"missing", {-999}}}}), numberCell(-999), &reason), Floats{});
        QCOMPARE(reason, std::string("column 1 (x): '-999' stands for a missing value|is missing"));
    }

    void aTextMayCountAsMissing()
    {
        const RowEncoder encoder = encoderOf({"number", {{"fill", 2}, {"indicator", true}, {"others", "missing"}}});
        QCOMPARE(encoded(encoder, textCell("7")), (Floats{7, 0}));
        for (const char* text : {"unknown", "1e400", "-", ""})
            QCOMPARE(encoded(encoder, textCell(text)), (Floats{2, 1}));
        QCOMPARE(encoded(encoder, numberCell(INFINITY)), (Floats{2, 1}));
        const auto unfilled = RowEncoder::make({"x"}, {{"x", {"number", {{"others", "missing"}}}}});
        QVERIFY(!unfilled && unfilled.error().message.find("others needs fill") != std::string::npos);
    }

    // ---- category

    void aLevelHasItsNumber()
    {
        const RowEncoder encoder = encoderOf({"category", {{"levels", {"red", " sea green ", "1"}}}});
        QCOMPARE(encoder.names(), (Names{"x.red", "x.sea green", "x.1", "x.other", "x.missing"}));
        QCOMPARE(encoded(encoder, textCell(" red\t")), (Floats{1, 0, 0, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("sea green")), (Floats{0, 1, 0, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("1")), (Floats{0, 0, 1, 0, 0}));
        QCOMPARE(encoded(encoder, numberCell(1)), (Floats{0, 0, 1, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("1.0")), (Floats{0, 0, 0, 1, 0})); // not all levels are numbers
        QCOMPARE(encoded(encoder, textCell("Red")), (Floats{0, 0, 0, 1, 0}));
        QCOMPARE(encoded(encoder, textCell("?")), (Floats{0, 0, 0, 0, 1}));
        QCOMPARE(encoded(encoder, {}), (Floats{0, 0, 0, 0, 1}));
    }

    void levelsThatAreNumbersGoByValue()
    {
        const RowEncoder encoder = encoderOf({"category", {{"levels", {"1", "2.50", "100000"}}}});
        QCOMPARE(encoded(encoder, textCell("1.0")), (Floats{1, 0, 0, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("+1")), (Floats{1, 0, 0, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("2.5")), (Floats{0, 1, 0, 0, 0}));
        QCOMPARE(encoded(encoder, numberCell(2.5F)), (Floats{0, 1, 0, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("1e5")), (Floats{0, 0, 1, 0, 0}));
        QCOMPARE(encoded(encoder, numberCell(1e5F)), (Floats{0, 0, 1, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("3")), (Floats{0, 0, 0, 1, 0}));
        QCOMPARE(encoded(encoder, textCell("one")), (Floats{0, 0, 0, 1, 0}));
    }

    void levelsMayBeCalledOther()
    {
        const RowEncoder encoder = encoderOf({"category", {{"levels", {"other", "missing", "None"}}}});
        QCOMPARE(encoder.names(), (Names{"x.other", "x.missing", "x.None", "x.other_", "x.missing_"}));
        QCOMPARE(encoded(encoder, textCell("None")), (Floats{0, 0, 1, 0, 0}));
        QCOMPARE(encoded(encoder, textCell("none")), (Floats{0, 0, 0, 0, 1}));
    }

    /// Ten times the levels cost about ten times as much, not a hundred.
    void levelsCostAlike()
    {
        const auto levelsOf = [](std::size_t count) {
            nlohmann::json levels = nlohmann::json::array();
            for (std::size_t i = 0; i < count; ++i)
                levels.push_back("level " + std::to_string(i));
            return levels;
        };
        const auto ticks = [](const nlohmann::json& levels) {
            const std::clock_t start = std::clock();
            (void)encoderOf({"category", {{"levels", levels}}});
            return std::max<std::clock_t>(std::clock() - start, 1);
        };
        const nlohmann::json few = levelsOf(kMostLevels / 10);
        nlohmann::json levels = levelsOf(kMostLevels);
        const auto once = std::min({ticks(few), ticks(few), ticks(few)});
        QVERIFY2(ticks(levels) < 50 * once, qPrintable(QString::number(once)));
        const RowEncoder encoder = encoderOf({"category", {{"levels", levels}}});
        QCOMPARE(encoded(encoder, textCell("level 77777"))[77777], 1.0F);
        levels.push_back("one more");
        const auto refused = RowEncoder::make({"x"}, {{"x", {"category", {{"levels", levels}}}}});
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, std::string("x: levels are 100,001 texts; at most 100,000 are taken"));
    }

    // ---- date

    void datesAreRead_data()
    {
        QTest::addColumn<QByteArray>("spelling");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("time"); // ISO; empty: refused
        const auto row = [](const char* spelling, const char* text, const char* time) {
            QTest::addRow("%s: %s", spelling, text) << QByteArray(spelling) << QByteArray(text) << QByteArray(time);
        };
        row("ISO 8601", "2024-02-29", "2024-02-29T00:00:00.000");
        row("ISO 8601", "2023-02-29", "");
        row("ISO 8601", "2024-2-9", "");
        row("ISO 8601", "2024-02-29T23:59", "2024-02-29T23:59:00.000");
        row("ISO 8601", "2024-02-29 23:59:58.1234", "2024-02-29T23:59:58.123");
        row("ISO 8601", "2024-02-29T23:59:58Z", "2024-02-29T23:59:58.000");
        row("ISO 8601", "2024-02-29T23:59:58+02:00", "2024-02-29T21:59:58.000");
        row("ISO 8601", "2024-02-29 23:59:58 -0130", "2024-03-01T01:29:58.000");
        row("ISO 8601", "2024-02-29T23:59:58+02", "2024-02-29T21:59:58.000");
        row("ISO 8601", "2024-02-29T23:59:58+2", "");
        row("ISO 8601", "2024-02-29T24:00", "");
        row("ISO 8601", "2024-02-29T", "");
        row("ISO 8601", "2024-02-29T12", "");
        row("ISO 8601", "2024-02-29T12:00:00.", "");
        row("ISO 8601", "2024-02-29T12:00 noon", "");
        row("ISO 8601", "1969-12-31T23:59:59.999", "1969-12-31T23:59:59.999");
        row("ISO 8601", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000");
        row("D/M/Y", "3/12/2011", "2011-12-03T00:00:00.000");
        row("D/M/Y", "03/12/2011 7:05", "2011-12-03T07:05:00.000");
        row("D/M/Y", "3/13/2011", "");
        row("D/M/Y", "3/12/11", "");
        row("D/M/Y", "3/12/2011 07:05:06.5", "2011-12-03T07:05:06.500");
        row("D/M/Y", "3/12/2011 07:05Z", "");
        row("M/D/Y", "3/13/2011", "2011-03-13T00:00:00.000");
        row("M/D/Y", "13/3/2011", "");
        row("D.M.Y", "13.3.2011 10:20", "2011-03-13T10:20:00.000");
        row("D.M.Y", "13.3", "");
        row("Y/M/D", "2011/3/13", "2011-03-13T00:00:00.000");
        row("Y/M/D", "2011/13/3", "");
        row("unix seconds", "1700000000.25", "2023-11-14T22:13:20.250");
        row("unix seconds", "-1", "1969-12-31T23:59:59.000");
        row("unix seconds", "1e30", "");
        row("unix milliseconds", "1700000000250", "2023-11-14T22:13:20.250");
        row("unix milliseconds", "soon", "");
    }

    void datesAreRead()
    {
        QFETCH(QByteArray, spelling);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, time);
        const auto read = dateSpelling(spelling.toStdString())->parse(text.toStdString());
        QCOMPARE(read.has_value(), !time.isEmpty());
        if (read)
            QCOMPARE(QDateTime::fromMSecsSinceEpoch(*read, Qt::UTC).toString("yyyy-MM-ddTHH:mm:ss.zzz"), QString(time));
    }

    void aDateHasParts()
    {
        const RowEncoder encoder =
            encoderOf({"date",
                       {{"format", "D.M.Y"},
                        {"parts", {"hour", "elapsed", "weekday", "month"}}, // in the table's order
                        {"origin", "2024-01-01"},
                        {"indicator", true}}});
        QCOMPARE(encoder.names(), (Names{"x.elapsed", "x.month_sin", "x.month_cos", "x.weekday_sin", "x.weekday_cos",
                                         "x.hour_sin", "x.hour_cos", "x.missing"}));
        // 1 April 2024 was a Monday, 91 days after New Year.
        const Floats numbers = encoded(encoder, textCell(" 1.4.2024 18:00 "));
        const Floats expected = {91.75F, 1, 0, 0, 1, -1, 0, 0};
        QCOMPARE(numbers.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(std::abs(numbers[i] - expected[i]) < 1e-6F, encoder.names()[i].c_str());
        QCOMPARE(encoded(encoder, textCell("NA")), (Floats{0, 0, 0, 0, 0, 0, 0, 1}));
        std::string reason;
        QCOMPARE(encoded(encoder, textCell("2024-04-01"), &reason), Floats{});
        QCOMPARE(reason, std::string("column 1 (x): '2024-04-01' is no date as D.M.Y|is no date as D.M.Y"));
        const RowEncoder kind = encoderOf(
            {"date", {{"format", "D.M.Y"}, {"parts", {"elapsed"}}, {"indicator", true}, {"others", "missing"}}});
        QCOMPARE(encoded(kind, textCell("2024-04-01")), (Floats{0, 1}));
        QCOMPARE(encoded(kind, textCell("2.1.1970")), (Floats{1, 0}));
        const RowEncoder plain = encoderOf({"date", {{"format", "unix seconds"}, {"parts", {"elapsed"}}}});
        QCOMPARE(plain.names(), Names{"x.elapsed"});
        QCOMPARE(encoded(plain, numberCell(864000)), Floats{10});
        QCOMPARE(encoded(plain, {}), Floats{0});
    }

    // ---- all of them

    /// Whatever a cell holds, every number that an encoder makes is finite and the others say why there is none.
    void oddCellsEndWell()
    {
        const std::vector<RowEncoder> encoders = [] {
            std::vector<RowEncoder> made;
            made.push_back(
                encoderOf({"number", {{"fill", 1}, {"indicator", true}, {"missing", {0}}, {"levels", {1}}}}));
            made.push_back(encoderOf({"number", {{"squash", {{"center", 0}, {"width", 1e-3}}}}}));
            made.push_back(encoderOf({"category", {{"levels", {"a", "1"}}}}));
            made.push_back(encoderOf({"category", {{"levels", {"2", "1"}}}}));
            for (const std::string& spelling : dateSpellingNames())
                made.push_back(encoderOf({"date", {{"format", spelling}}}));
            return made;
        }();
        const std::string longText(1'000'000, '7');
        std::vector<RawCell> cells = {{}, numberCell(NAN), numberCell(INFINITY), numberCell(-0.0F), numberCell(3e38F)};
        const std::string withNull("1\0002", 3);
        const std::vector<std::string> texts = {"",       " ",        "nan",        "-inf",
                                                "1e400",  "1e-400",   "0x10",       "１２",
                                                "Zürich", "\xff\xfe", "🚂",          "--1",
                                                "+-1",    "1,5",      "1_000",      "9999-99-99",
                                                "0/0/0",  "1/1/0000", "0000-01-01", "....",
                                                "-",      ":",        "T",          "9999-12-31T23:59:60+23:59",
                                                withNull, "1e",       "31.2.2024",  "99999999999999999999999"};
        for (const std::string& text : texts)
            cells.push_back(textCell(text));
        cells.push_back(textCell(longText));
        for (const RowEncoder& encoder : encoders)
            for (const RawCell& cell : cells) {
                std::string reason;
                const Floats numbers = encoded(encoder, cell, &reason);
                QVERIFY2(std::ranges::all_of(numbers, [](float number) { return std::isfinite(number); }),
                         std::string(cell.text.substr(0, 40)).c_str());
                QVERIFY(numbers.empty() != reason.empty());
                QVERIFY(reason.size() < 300);
            }
    }
};

QTEST_GUILESS_MAIN(EncodersTest)
#include "tst_encoders.moc"
