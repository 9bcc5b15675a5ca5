// SPDX-License-Identifier: GPL-3.0-or-later
#include "FakeFormat.h"
#include "FeatureDecoder.h"
#include "data/files/RowDecoder.h"
#include "pipeline/reading/LabelReader.h"
#include "session/Sections.h"

#include <QTemporaryDir>
#include <QTest>
#include <clocale>
#include <cmath>

using namespace millrace;

namespace
{

CsvRow rowOf(const std::vector<std::string_view>& fields, std::string_view text)
{
    CsvRow row;
    row.text = text;
    row.fields = fields;
    return row;
}

Schema smallSchema()
{
    Schema schema;
    schema.columns = {{"class", ColumnType::Number, ColumnRole::Label},
                      {"a", ColumnType::Number, ColumnRole::Feature},
                      {"note", ColumnType::Text, ColumnRole::Ignored},
                      {"b", ColumnType::Number, ColumnRole::Feature}};
    return schema;
}

std::unique_ptr<RecordFormat> csv(const Schema& schema)
{
    return std::move(*makeRecordFormat("csv", schema));
}

RecordDecoder decoderOf(const std::vector<std::string>& features)
{
    return std::move(*featureDecoder("csv", features));
}

std::unique_ptr<RecordFormat> csvOf(const std::vector<std::string>& features)
{
    return csv(featureSchema(features));
}

/// The reason, or "" when the row is good.
std::string problemOf(const Schema& schema, const std::vector<std::string_view>& fields)
{
    std::vector<float> features(schema.featureColumns().size());
    float label = -1;
    DecodeProblem problem;
    return RowDecoder(schema).decode(rowOf(fields, ""), features, label, problem) ? "" : problem.reason;
}

} // namespace

class TestRecordFormat : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { FakeFormat::addToTable(); }
    void numbers_data();
    void numbers();
    void rowProblems();
    void textLabels();
    void noLabel();
    void messages();
    void messageProblems_data();
    void messageProblems();
    void encoder();
    void roundTrip();
    void table();
    void aRowOfTheTableIsAFormat();
    void weights();
    void sectionsAndHelpAreMadeFromTheTable();
    void readersTakeTheFormatThatTheyAreGiven();
    void columnsAsText();
    void columnsOfARecord();
    void idsAreWhatWasMeant();
    void quotedLabels();
    void otherLocale();
};

void TestRecordFormat::numbers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<float>("value");
    QTest::newRow("18 digits") << QByteArray("9.728614687919616699e-01") << 9.728614687919616699e-01F;
    QTest::newRow("negative") << QByteArray("-1.739873170852661133e+00") << -1.739873170852661133e+00F;
    QTest::newRow("integer") << QByteArray("42") << 42.0F;
    QTest::newRow("plus") << QByteArray("+0.5") << 0.5F;
    QTest::newRow("spaces") << QByteArray(" \t7.25 ") << 7.25F;
    QTest::newRow("no digit before the point") << QByteArray(".5") << 0.5F;
    QTest::newRow("no digit behind the point") << QByteArray("5.") << 5.0F;
    QTest::newRow("capital exponent") << QByteArray("1E3") << 1000.0F;
    QTest::newRow("too small is 0") << QByteArray("1e-400") << 0.0F;
    QTest::newRow("largest") << QByteArray("3.4028234e38") << 3.4028234e38F;
    QTest::newRow("many digits") << QByteArray("0.1000000000000000055511151231257827021181583404541015625") << 0.1F;
    QTest::newRow("many leading zeros") << QByteArray("0000000000000000000000000000001.5") << 1.5F;
    QTest::newRow("large integer") << QByteArray("123456789012345678901234567890") << 123456789012345678901234567890.0F;
    QTest::newRow("just above half way") << QByteArray("16777217.0000001") << 16777218.0F;
    QTest::newRow("half way goes to even") << QByteArray("16777217") << 16777216.0F;
    QTest::newRow("just below half way") << QByteArray("16777216.9999999") << 16777216.0F;
    QTest::newRow("subnormal") << QByteArray("1.4e-45") << 1.4e-45F;
}

void TestRecordFormat::numbers()
{
    QFETCH(QByteArray, text);
    QFETCH(float, value);
    std::array<float, 1> features{};
    float label = -1;
    DecodeProblem problem;
    const bool good = decoderOf({"x"}).decode("1.0", text.toStdString(), features, label, problem);
    QVERIFY2(good, problem.reason.c_str());
    QVERIFY(features[0] == value);
    QCOMPARE(label, 1.0F);
}

void TestRecordFormat::rowProblems()
{
    const Schema schema = smallSchema();
    QCOMPARE(problemOf(schema, {"1", "2", "x", "3"}), std::string());
    QCOMPARE(problemOf(schema, {"1", "2", "x"}), std::string("has 3 columns, 4 expected"));
    QCOMPARE(problemOf(schema, {"1"}), std::string("has 1 column, 4 expected"));
    QCOMPARE(problemOf(schema, {"1", "abc", "x", "3"}), std::string("column 2 (a): 'abc' is not a number"));
    QCOMPARE(problemOf(schema, {"1", "1,5", "x", "3"}),
             std::string("column 2 (a): '1,5' is not a number: it holds a comma"));
    QCOMPARE(problemOf(schema, {"1", "+-1", "x", "3"}), std::string("column 2 (a): '+-1' is not a number"));
    QCOMPARE(problemOf(schema, {"1", "1 2", "x", "3"}),
             std::string("column 2 (a): '1 2' is not a number: it holds a blank"));
    for (const char* missing : {"", " NA ", "nan"}) // is none of a file: who learns from it decides
        QCOMPARE(problemOf(schema, {"1", "1", "x", missing}), std::string());
    QCOMPARE(problemOf(schema, {"1", "-inf", "x", "1"}), std::string("column 2 (a): '-inf' is not a finite number"));
    QCOMPARE(problemOf(schema, {"1", "1e39", "x", "1"}),
             std::string("column 2 (a): '1e39' is too large for a 32-bit float"));
    QCOMPARE(problemOf(schema, {"1", "1e999", "x", "1"}),
             std::string("column 2 (a): '1e999' is too large for a 32-bit float"));
    QCOMPARE(problemOf(schema, {"2", "1", "x", "1"}),
             std::string("column 1 (class): the label '2' is neither 0 nor 1"));
    QCOMPARE(problemOf(schema, {"0.5", "1", "x", "1"}),
             std::string("column 1 (class): the label '0.5' is neither 0 nor 1"));
    QCOMPARE(problemOf(schema, {"", "1", "x", "1"}), std::string("column 1 (class): the label is missing"));
    const std::string longText(100, 'q');
    QCOMPARE(problemOf(schema, {"1", longText, "x", "3"}),
             "column 2 (a): '" + std::string(40, 'q') + "…' is not a number");
    QCOMPARE(problemOf(schema, {"1", "a\x01\n", "x", "3"}), std::string("column 2 (a): 'a  ' is not a number"));
}

void TestRecordFormat::textLabels()
{
    Schema schema = smallSchema();
    schema.columns[0].type = ColumnType::Text;
    schema.classes = {"no", "yes"};
    std::array<float, 2> features{};
    float label = -1;
    DecodeProblem problem;
    QVERIFY(RowDecoder(schema).decode(rowOf({" yes", "1", "x", "2"}, ""), features, label, problem));
    QCOMPARE(label, 1.0F);
    QCOMPARE(problemOf(schema, {"maybe", "1", "x", "1"}),
             std::string("column 1 (class): the label 'maybe' is neither 'no' nor 'yes'"));
}

void TestRecordFormat::noLabel()
{
    Schema schema = smallSchema();
    schema.columns[0].role = ColumnRole::Ignored;
    std::array<float, 2> features{};
    float label = -1;
    DecodeProblem problem;
    const std::vector<std::string_view> fields = {"?", "1", "x", "2"};
    QVERIFY(RowDecoder(schema).decode(rowOf(fields, ""), features, label, problem));
    QVERIFY(std::isnan(label));
    QVERIFY(csv(schema)->encode(rowOf(fields, "?,1,x,2"), label).key.data() == nullptr);
}

void TestRecordFormat::messages()
{
    auto decoder = decoderOf({"a", "b", "c"});
    std::array<float, 3> features{};
    float label = -1;
    DecodeProblem problem;
    for (const char* key : {"1", "1.0", "1.0000e+00", " 1 ", "1.000000000000000000e+00"}) {
        QVERIFY(decoder.decode(key, "1,2.5,-3e2", features, label, problem));
        QCOMPARE(label, 1.0F);
    }
    QVERIFY(decoder.decode("-0", "1,2.5,-3e2\r\n", features, label, problem));
    QVERIFY(label == 0 && !std::signbit(label));
    QCOMPARE(features, (std::array<float, 3>{1, 2.5F, -300}));
    QVERIFY(decoder.decode("0", "\"4\",5,\"6\"", features, label, problem));
    QCOMPARE(features, (std::array<float, 3>{4, 5, 6}));
}

void TestRecordFormat::messageProblems_data()
{
    QTest::addColumn<QByteArray>("key"); // a null QByteArray is a null key
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("column");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("null key") << QByteArray() << QByteArray("1,2") << -1
                              << QByteArray("the key is null; it should be the label, 0 or 1");
    QTest::newRow("empty key") << QByteArray("") << QByteArray("1,2") << -1
                               << QByteArray("the key '' is no label: it should be 0 or 1");
    QTest::newRow("key 2") << QByteArray("2") << QByteArray("1,2") << -1
                           << QByteArray("the key '2' is no label: it should be 0 or 1");
    QTest::newRow("tombstone") << QByteArray("1") << QByteArray() << -1
                               << QByteArray("the value is null (a tombstone)");
    QTest::newRow("empty value") << QByteArray("1") << QByteArray("") << -1 << QByteArray("the value is empty");
    QTest::newRow("too few") << QByteArray("1") << QByteArray("1") << -1
                             << QByteArray("the value has 1 column, 2 expected");
    QTest::newRow("too many") << QByteArray("1") << QByteArray("x,1,2") << -1
                              << QByteArray("the value has 3 columns, 2 expected");
    QTest::newRow("text") << QByteArray("1") << QByteArray("1,two") << 1
                          << QByteArray("column 2 (b): 'two' is not a number");
    QTest::newRow("missing") << QByteArray("1") << QByteArray(",2") << 0
                             << QByteArray("column 1 (a): the value is missing");
    QTest::newRow("nan") << QByteArray("1") << QByteArray("NaN,2") << 0
                         << QByteArray("column 1 (a): the value is missing");
    QTest::newRow("quoted text") << QByteArray("1") << QByteArray("\"1,2\",3") << 0
                                 << QByteArray("column 1 (a): '1,2' is not a number: it holds a comma");
    QTest::newRow("open quote") << QByteArray("1") << QByteArray("1,\"2") << 1
                                << QByteArray("the quote that opens column 2 is never closed");
}

void TestRecordFormat::messageProblems()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(int, column);
    QFETCH(QByteArray, reason);
    const auto view = [](const QByteArray& bytes) {
        return bytes.isNull() ? std::string_view()
                              : std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    };
    std::array<float, 2> features{};
    float label = -1;
    DecodeProblem problem;
    QVERIFY(!decoderOf({"a", "b"}).decode(view(key), view(value), features, label, problem));
    QCOMPARE(problem.column, column);
    QCOMPARE(QByteArray::fromStdString(problem.reason), reason);
}

void TestRecordFormat::encoder()
{
    const auto format = csv(smallSchema());
    auto message = format->encode(rowOf({"1.0000e+00", "2.50", "x", " 3e+00"}, "1.0000e+00,2.50,x, 3e+00"), 1);
    QCOMPARE(std::string(message.key), std::string("1.0"));
    QCOMPARE(std::string(message.value), std::string("2.50, 3e+00"));
    message = format->encode(rowOf({"0", "", "x", ""}, "0,,x,"), 0);
    QCOMPARE(std::string(message.key), std::string("0.0"));
    QCOMPARE(std::string(message.value), std::string(","));

    Schema other = smallSchema();
    other.separator = ';';
    QCOMPARE(std::string(csv(other)->encode(rowOf({"0", "1", "x", "2,5"}, "0;1;x;2,5"), 0).value),
             std::string("1,\"2,5\""));
    // A row that was never text: what its fields hold is not known.
    QCOMPARE(std::string(csvOf({"a", "b"})->encode(rowOf({"1,5", "2"}, ""), 0).value), std::string("\"1,5\",2"));
}

/// What the encoder writes, the format reads.
void TestRecordFormat::roundTrip()
{
    const Schema schema = smallSchema();
    std::array<float, 2> features{};
    std::array<float, 2> again{};
    float label = -1;
    DecodeProblem problem;
    const std::vector<std::string_view> fields = {"1", "6.538545489311218262e-01", "x", "-8.743090629577636719e-01"};
    QVERIFY(RowDecoder(schema).decode(rowOf(fields, ""), features, label, problem));
    const auto format = csv(schema);
    const auto message = format->encode(rowOf(fields, "\""), label);
    QVERIFY(decoderOf(schema.featureNames()).decode(message.key, message.value, again, label, problem));
    QCOMPARE(again, features);
    QCOMPARE(label, 1.0F);
}

void TestRecordFormat::table()
{
    QVERIFY(!recordFormats().empty());
    for (const RecordFormatKind& kind : recordFormats()) {
        QVERIFY(!kind.help.empty());
        QVERIFY(makeRecordFormat(kind.name, featureSchema({"a"})).has_value());
    }
    QCOMPARE(defaultRecordFormat(), std::string("csv"));
    auto unknown = makeRecordFormat("cvs", featureSchema({"a"}));
    QVERIFY(!unknown);
    QCOMPARE(describe(unknown.error()), std::string("The record format \"cvs\" is not known. Did you mean csv?"));
}

/// What is encoded by the one that was added is decoded by it.
void TestRecordFormat::aRowOfTheTableIsAFormat()
{
    const auto format = makeRecordFormat("slashes", smallSchema());
    QVERIFY(format);
    const auto message = (*format)->encode(rowOf({"1", "2.5", "x", "-3"}, "1,2.5,x,-3"), 1);
    QCOMPARE(std::string(message.key), std::string("1.0"));
    QCOMPARE(std::string(message.value), std::string("2.5/-3"));
    std::array<float, 2> features{};
    float label = -1;
    DecodeProblem problem;
    auto decoder = featureDecoder("slashes", {"a", "b"});
    QVERIFY(decoder && decoder->decode(message.key, message.value, features, label, problem));
    QCOMPARE(features, (std::array<float, 2>{2.5F, -3}));
    QCOMPARE(label, 1.0F);
    QVERIFY((*format)->column(message.value, "b") == "-3");
}

/// Beside the features, in numbers alone and among texts; a record to predict needs none.
void TestRecordFormat::weights()
{
    for (const bool withText : {false, true}) {
        Schema schema;
        schema.columns = {
            {"a"}, {"w", ColumnType::Number, ColumnRole::Weight}, {"label", ColumnType::Number, ColumnRole::Label}};
        if (withText)
            schema.columns.push_back({"note", ColumnType::Text, ColumnRole::Spectator});
        schema.classesKnown = true;
        schema.labelInKey = false;
        auto decoder = RecordDecoder::make("csv", schema, {{"a"}, {}});
        QVERIFY2(decoder, describe(decoder).c_str());
        QVERIFY(decoder->isWeighted());
        const std::string rest = withText ? ",x" : "";
        std::array<float, 1> number{};
        float target = -1;
        DecodeProblem problem;
        QVERIFY(decoder->decode("", "7,-2.5,1" + rest, number, target, problem));
        QVERIFY(number[0] == 7 && target == 1 && decoder->weight() == -2.5F);
        for (const auto& [weight, reason] :
             {std::pair("", "the weight is missing"), {"NA", "the weight is missing"}, {"much", "is not a number"}}) {
            QVERIFY(!decoder->decode("", std::string("7,") + weight + ",1" + rest, number, target, problem));
            QVERIFY2(problem.reason.find(reason) != std::string::npos, problem.reason.c_str());
        }
        QVERIFY(decoder->decodeFeatures("8,NA,1" + rest, number, problem) && number[0] == 8);
        QVERIFY(decoder->decode("", "7,3,0" + rest, number, target, problem) && decoder->weight() == 3);
    }
    auto without = featureDecoder("csv", {"a"});
    QVERIFY(without && !without->isWeighted() && without->weight() == 1);
}

/// Choices, checks and help of every section that reads or writes records.
void TestRecordFormat::sectionsAndHelpAreMadeFromTheTable()
{
    const std::vector<std::pair<std::string, nlohmann::json>> jobs = {
        {"publish", {{"file", "f.csv"}, {"topic", "a"}}},
        {"simulate", {{"topic", "a"}}},
        {"train", {{"topic", "a"}}},
        {"online", {{"topic", "a"}, {"group", "g"}}},
        {"evaluate", {{"run", "r"}, {"topic", "a"}, {"group", "g"}}},
        {"predict", {{"run", "r"}, {"topic", "a"}, {"group", "g"}, {"to", "b"}}}};
    for (const auto& [job, least] : jobs) {
        const std::string name = job == "predict" ? "from-format" : "format";
        const SectionKey& key = sectionKey(job, name);
        QCOMPARE(key.choices, (std::vector<std::string>{"csv", "slashes"}));
        QVERIFY2(key.help.find("slashes") != std::string::npos, key.help.c_str());
        nlohmann::json given = least;
        QVERIFY((*resolveSection(job, given))[name] == "csv");
        given[name] = "slashes";
        QVERIFY((*resolveSection(job, given))[name] == "slashes");
        given[name] = "slash";
        const auto refused = resolveSection(job, given);
        QVERIFY(!refused);
        QCOMPARE(refused.error().advice, std::string("It is one of: csv, slashes"));
    }
}

void TestRecordFormat::readersTakeTheFormatThatTheyAreGiven()
{
    const QTemporaryDir home;
    auto run = RunFolder::create(home.path().toStdString(), "read", {{"kind", "train"}});
    QVERIFY(run);
    JobContext context{std::stop_token()};
    RecordSource source("t", std::move(*featureDecoder("slashes", {"a", "b"})), OnError::Skip, *run, context);
    std::vector<float> got;
    source.onRow = [&got](const RecordSource::Row& row) {
        got.assign(row.features.begin(), row.features.end());
        got.push_back(row.label);
    };
    source.onMessage({.offset = 0, .key = "0", .value = "5/6.5"});
    QCOMPARE(got, (std::vector<float>{5, 6.5F, 0}));
    source.onMessage({.offset = 1, .key = "0", .value = "7,8"});
    QCOMPARE(source.rejected(), 1);
}

/// By which labels find their records: what somebody wrote, not how it was quoted.
void TestRecordFormat::columnsAsText()
{
    const auto format = csvOf({"id", "x"});
    QVERIFY(format->column("a7,1.5\r\n", "id") == "a7" && format->column("a7,1.5\r\n", "x") == "1.5");
    QVERIFY(format->column(R"("a,7",1.5)", "id") == "a,7" && format->column(R"("a,7",1.5)", "x") == "1.5");
    QVERIFY(format->column(R"(1,"say ""a""")", "x") == "say \"a\"");
    QVERIFY(!format->column("a7", "x") && !format->column({}, "x") && !format->column(R"("a7,1)", "id"));
    QVERIFY(!format->column("a7,1.5", "y"));
}

/// A comma within quotes is none between columns.
void TestRecordFormat::columnsOfARecord()
{
    const auto format = csvOf({});
    QCOMPARE(format->columnsOf("1,2,3\r\n"), (std::vector<std::string>{"x1", "x2", "x3"}));
    QCOMPARE(format->columnsOf(R"("a,7",1.5)"), (std::vector<std::string>{"x1", "x2"}));
    QVERIFY(format->columnsOf("").empty() && format->columnsOf({}).empty() && format->columnsOf(R"("a7,1)").empty());
}

void TestRecordFormat::idsAreWhatWasMeant()
{
    const auto format = csvOf({"id", "x"});
    const auto key = parseJoinKey("column:id", format->columns());
    QVERIFY(key);
    const auto idOf = [&](std::string_view value) { return joinIdOf({.key = "k", .value = value}, *key, *format); };
    QVERIFY(idOf("a7,1.5") == "a7" && idOf(R"("a7",1.5)") == "a7" && idOf(R"("a,""7""",1.5)") == R"(a,"7")");
    QVERIFY(!idOf(R"("a,7)") && !idOf({}));
    QVERIFY(joinIdOf({.key = R"("a,7")", .value = "1"}, JoinKey{}, *format) == R"("a,7")"); // a key is as it is
    const auto unknown = parseJoinKey("column:di", format->columns());
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().advice, std::string("Did you mean id?"));
}

void TestRecordFormat::quotedLabels()
{
    const RecordDecoder decoder = decoderOf({});
    DecodeProblem problem;
    float label = -1;
    for (const char* text : {"1", "\"1\"", " \"1.0\" ", "\"1\"\r"}) {
        label = -1;
        QVERIFY2(decoder.parseTarget(text, label, problem), text);
        QCOMPARE(label, 1.0F);
    }
    for (const char* text : {"\"1", "\"1\",2", "\"maybe\"", "\"\""})
        QVERIFY2(!decoder.parseTarget(text, label, problem), text);
}

void TestRecordFormat::otherLocale()
{
    bool found = false;
    for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"})
        found = found || std::setlocale(LC_ALL, name) != nullptr;
    if (!found)
        QSKIP("no locale with a decimal comma is installed");
    std::array<float, 1> features{};
    float label = -1;
    DecodeProblem problem;
    QVERIFY(decoderOf({"x"}).decode("1.0", "2.5", features, label, problem));
    QCOMPARE(features[0], 2.5F);
    std::setlocale(LC_ALL, "C.UTF-8");
}

QTEST_GUILESS_MAIN(TestRecordFormat)
#include "tst_recordformat.moc"
