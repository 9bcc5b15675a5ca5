// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/ColumnStats.h"
#include "data/Targets.h"
#include "data/files/Classes.h"
#include "data/files/CsvReader.h"
#include "data/files/RowDecoder.h"
#include "session/Resources.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace millrace;

namespace
{

QString sharedFile(const QString& name)
{
    const QString folder = qEnvironmentVariable("MILLRACE_SHARED", QStringLiteral(MILLRACE_SOURCE_DIR "/../shared"));
    return QDir(folder).filePath("data/" + name);
}

} // namespace

class TestSchema : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::filesystem::path write(const QByteArray& text, const QString& name = "table.csv")
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName().toStdString();
    }

    Schema infer(const std::string& text)
    {
        auto schema = inferSchema(write(QByteArray::fromStdString(text)), {}, builtInSchemas());
        if (!schema)
            qFatal("%s", describe(schema.error()).c_str());
        return *schema;
    }

    /// A table of a feature and a label with these values, "v*N" N times.
    std::filesystem::path labelled(const QByteArray& values)
    {
        QByteArray text = "x,label\n";
        for (const QByteArray& value : values.split(' ')) {
            const auto parts = value.split('*');
            for (int i = 0; i < (parts.size() > 1 ? parts[1].toInt() : 1); ++i)
                text += QByteArray::number(i % 7) + ".5," + parts[0] + "\n";
        }
        return write(text);
    }

private slots:
    void susy();
    void jsonRoundTrip();
    void roles();
    void severalLabels();
    void jsonErrors_data();
    void jsonErrors();
    void separators_data();
    void separators();
    void header();
    void labelByName();
    void labelByValues();
    void textLabel();
    void columnTypes();
    void names();
    void decimalCommas();
    void realSusy();
    void realElectricity();
    void classes_data();
    void classes();
    void tasks_data();
    void tasks();
    void theTaskIsDecided();
    void noLabelToLearn_data();
    void noLabelToLearn();
    void badRowsAreNoClasses();
    void givenClasses();
    void aPositiveClassIsChosen();
    void labelIsChosen();
};

void TestSchema::susy()
{
    const Schema schema = example().schema;
    QCOMPARE(schema.columns.size(), std::size_t{19});
    QCOMPARE(schema.labelColumn(), 0);
    QCOMPARE(schema.featureColumns().size(), std::size_t{18});
    QCOMPARE(schema.featureNames().front(), std::string("lepton_1_pT"));
    QCOMPARE(schema.featureNames().back(), std::string("cos(theta_r1)"));
    QCOMPARE(schema.className(0), std::string("background"));
    QCOMPARE(schema.className(1), std::string("signal"));
    QCOMPARE(Schema().className(1), std::string("class 1"));
    QCOMPARE(Schema().labelColumn(), -1);
}

void TestSchema::jsonRoundTrip()
{
    Schema schema = example().schema;
    schema.separator = '\t';
    schema.header = true;
    schema.columns[3].role = ColumnRole::Ignored;
    schema.columns[0].type = ColumnType::Text;
    auto back = schemaFromJson(nlohmann::json::parse(toJson(schema).dump()));
    QVERIFY(back.has_value());
    QCOMPARE(toJson(*back).dump(), toJson(schema).dump());
    QCOMPARE(back->separator, '\t');
    QCOMPARE(back->featureColumns(), schema.featureColumns());
    QVERIFY(back->columns[0].type == ColumnType::Text);
}

void TestSchema::roles()
{
    Schema schema;
    for (const ColumnRoleInfo& role : columnRoles())
        schema.columns.push_back({role.name, ColumnType::Number, role.role, role.role == ColumnRole::Spectator});
    const auto json = toJson(schema);
    QVERIFY(!json["columns"][0].contains("private")); // what is usual is left out
    auto back = schemaFromJson(json);
    QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
    QCOMPARE(toJson(*back).dump(), json.dump());
    QCOMPARE(back->weightColumn(), 2);
    QCOMPARE(back->keyColumn(), 3);
    QCOMPARE(back->columnsOf(ColumnRole::Spectator), std::vector<int>{4});
    QVERIFY(back->columns[4].isPrivate && !back->columns[1].isPrivate);
    QCOMPARE(back->featureColumns(), std::vector<int>{1});
    QCOMPARE(back->valueColumns(), (std::vector<int>{1, 2, 3, 4})); // the label is the key
    back->labelInKey = false;
    QCOMPARE(back->valueColumns(), (std::vector<int>{0, 1, 2, 3, 4}));
}

/// Several labels are numbers, each a target.
void TestSchema::severalLabels()
{
    const auto schema = schemaFromJson(nlohmann::json::parse(
        R"({"task":"regression","label_in":"value",
            "columns":[{"name":"a","role":"label"},{"name":"x"},{"name":"b [kg]","role":"label"}]})"));
    QVERIFY2(schema, schema ? "" : schema.error().message.c_str());
    QCOMPARE(schema->labelColumns(), (std::vector<int>{0, 2}));
    QCOMPARE(schema->labelColumn(), 0);
    QCOMPARE(schema->labelNames(), std::string("a, b [kg]"));
    QVERIFY(schema->classesKnown);
    const Task task = taskOf(*schema);
    QCOMPARE(task.targets.size(), std::size_t{2});
    QCOMPARE(task.targets[1].name + "|" + task.targets[1].unit, std::string("b|kg"));
    QCOMPARE(*targetColumns(*schema, task), (std::vector<int>{0, 2}));
    const auto back = schemaFromJson(toJson(*schema));
    QVERIFY(back && toJson(*back) == toJson(*schema));
    QCOMPARE(back->valueColumns(), (std::vector<int>{0, 1, 2}));
}

void TestSchema::jsonErrors_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("message");
    QTest::newRow("no object") << "[]"
                               << "schema must be an object";
    QTest::newRow("unknown key") << R"({"colums": []})"
                                 << R"(schema.colums is not known. Did you mean columns?)";
    QTest::newRow("no columns") << "{}"
                                << "schema.columns must be an array with at least one column";
    QTest::newRow("role") << R"({"columns":[{"role":"lable"}]})"
                          << R"(schema.columns[0].role is "lable")";
    QTest::newRow("type") << R"({"columns":[{"type":7}]})"
                          << "schema.columns[0].type must be a text";
    QTest::newRow("two labels") << R"({"columns":[{"role":"label"},{"role":"label"}]})"
                                << "schema.columns[1].role is a second label";
    QTest::newRow("two labels of texts")
        << R"({"task":"regression","columns":[{"role":"label"},{"name":"b","role":"label","type":"text"}]})"
        << "schema.columns[1].role is a second label: column b holds texts";
    QTest::newRow("two labels of classes")
        << R"({"task":"regression","classes":["x","y"],"columns":[{"role":"label"},{"role":"label"}]})"
        << "schema.task is regression, and schema.classes has 2";
    QTest::newRow("two weights") << R"({"columns":[{"role":"weight"},{"role":"weight"}]})"
                                 << "schema.columns[1].role is a second weight";
    QTest::newRow("two keys") << R"({"columns":[{"role":"key"},{"role":"key"}]})"
                              << "schema.columns[1].role is a second key";
    QTest::newRow("weight of texts") << R"({"columns":[{"role":"weight","type":"text"}]})"
                                     << "A weight is a number";
    QTest::newRow("private label") << R"({"columns":[{"role":"label","private":true}]})"
                                   << "schema.columns[0].private is true of the label, which cannot be";
    QTest::newRow("private text") << R"({"columns":[{"private":"yes"}]})"
                                  << "schema.columns[0].private must be true or false";
    QTest::newRow("separator") << R"({"separator":"ab","columns":[{}]})"
                               << "schema.separator must be one character";
    QTest::newRow("header") << R"({"header":1,"columns":[{}]})"
                            << "schema.header must be true or false";
    QTest::newRow("classes") << R"({"classes":["a"],"columns":[{}]})"
                             << "schema.classes must be an array of at least two";
}

void TestSchema::jsonErrors()
{
    QFETCH(QString, json);
    QFETCH(QString, message);
    auto schema = schemaFromJson(nlohmann::json::parse(json.toStdString()));
    QVERIFY(!schema);
    QVERIFY(schema.error().code == ErrorCode::Usage);
    const std::string text = describe(schema.error());
    QVERIFY2(text.find(message.toStdString()) != std::string::npos, text.c_str());
}

void TestSchema::separators_data()
{
    QTest::addColumn<char>("separator");
    for (const char separator : {',', ';', '\t', '|'})
        QTest::addRow("%d", separator) << separator;
}

void TestSchema::separators()
{
    QFETCH(char, separator);
    std::string text = "class,a b,c\n0,1.5,2\n1,2.5,3\n0,1e-3,4\n";
    std::replace(text.begin(), text.end(), ',', separator);
    const Schema schema = infer(text);
    QCOMPARE(schema.separator, separator);
    QCOMPARE(schema.columns.size(), std::size_t{3});
    QVERIFY(schema.header);
    QCOMPARE(schema.labelColumn(), 0);
    QCOMPARE(schema.name, std::string("table"));
}

void TestSchema::header()
{
    QVERIFY(infer("a,b\n1,2\n3,4\n").header);
    QVERIFY(!infer("1,2\n3,4\n5,6\n").header);
    QVERIFY(infer("\xEF\xBB\xBF"
                  "name,size,class\nx,1,yes\ny,2,no\n")
                .header);
    QVERIFY(!infer("x,1,yes\ny,2,no\nz,3,no\n").header);
    QVERIFY(!infer(",2\n3,4\n5,6\n").header); // a missing value is no name
    QVERIFY(infer("a,b\n").header);
    QVERIFY(!infer("5,n\n6,y\n7,y\n").header);
    QVERIFY(!infer("5,y\n6,n\n7,n\n").header);
    QVERIFY(!infer("y,n,y\nn,y,y\ny,y,n\nn,n,n\n").header); // votes: no value is its column's name
    QCOMPARE(infer("a,b,c\n1,2,3\nnan,5,6\n,8,9\n").columns[0].name, std::string("a"));
}

void TestSchema::labelByName()
{
    QCOMPARE(infer("a,CLASS,b\n1,0,0\n2,1,1\n3,1,0\n").labelColumn(), 1);
    QCOMPARE(infer("a,b,Target\n1,0,0\n2,1,1\n3,1,0\n").labelColumn(), 2);
    QCOMPARE(infer("y,b,c\n0,0,0\n0,1,1\n0,1,0\n").labelColumn(), 0); // one class so far
}

void TestSchema::labelByValues()
{
    QCOMPARE(infer("0,5,1\n1,6,2\n0,7,3\n").labelColumn(), 0);
    QCOMPARE(infer("5,1,0\n6,2,1\n7,3,1\n").labelColumn(), 2);
    QCOMPARE(infer("1,5,0\n0,6,1\n1,7,1.0\n").labelColumn(), 2);
    QCOMPARE(infer("5,1,4\n6,2,5\n7,3,6\n").labelColumn(), -1);
    const Schema signs = infer("-1,5,1\n1,6,2\n-1,7,3\n");
    QCOMPARE(signs.labelColumn(), 0);
    QVERIFY(signs.columns[0].type == ColumnType::Text);
    QCOMPARE(signs.classes, (std::vector<std::string>{"-1", "1"}));
}

void TestSchema::textLabel()
{
    const Schema schema = infer("a,b,class\n1,2,UP\n3,4,DOWN\n5,6,UP\n");
    QCOMPARE(schema.labelColumn(), 2);
    QVERIFY(schema.columns[2].type == ColumnType::Text);
    QCOMPARE(schema.classes, (std::vector<std::string>{"DOWN", "UP"}));
}

void TestSchema::columnTypes()
{
    const Schema schema = infer("class,a,b,c\n0,1,red,\n1,oops,green,\n0,3,blue,\n1,4,red,\n");
    QVERIFY(schema.columns[1].type == ColumnType::Number); // one wrong cell is a rejected row, not another type
    QVERIFY(schema.columns[2].type == ColumnType::Text);
    QVERIFY(schema.columns[2].role == ColumnRole::Feature);
    QVERIFY(schema.columns[3].role == ColumnRole::Ignored); // never a value
    QCOMPARE(schema.featureColumns(), (std::vector<int>{1, 2}));
}

void TestSchema::names()
{
    const Schema schema = infer("x, x ,,\"a,b\"\n1,2,3,4\n5,6,7,8\n5,6,7,9\n");
    QCOMPARE(schema.columns[0].name, std::string("x"));
    QCOMPARE(schema.columns[1].name, std::string("x_2"));
    QCOMPARE(schema.columns[2].name, std::string("column 3"));
    QCOMPARE(schema.columns[3].name, std::string("a,b"));
    QCOMPARE(infer("1,2,3\n4,5,6\n").columns[2].name, std::string("column 3"));
}

void TestSchema::decimalCommas()
{
    const Schema schema = infer("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n7,5;8,5;9,5\n1,5;2,5;3,5\n");
    QCOMPARE(schema.separator, ';');
    QCOMPARE(schema.columns.size(), std::size_t{3});
}

void TestSchema::realSusy()
{
    const QString file = sharedFile("susy.csv");
    if (!QFile::exists(file))
        QSKIP("susy.csv is not here; set MILLRACE_SHARED to the folder that has data/susy.csv");
    auto schema = inferSchema(file.toStdString(), {}, builtInSchemas());
    QVERIFY(schema.has_value());
    QVERIFY(countClasses(file.toStdString(), *schema, {}));
    QCOMPARE(toJson(*schema).dump(), toJson(example().schema).dump());
    auto summary = summarizeFile(file.toStdString(), *schema, -1, {}, {});
    QVERIFY(summary.has_value());
    QCOMPARE(summary->rows, std::int64_t{6000});
    QCOMPARE(summary->rejections.count(), std::int64_t{0});
    QCOMPARE(summary->classCounts, (std::vector<std::int64_t>{3053, 2947}));
    QVERIFY(!summary->sortedByClass);
    auto first = summarizeFile(file.toStdString(), *schema, 1000, {}, {});
    QCOMPARE(first->classCounts, (std::vector<std::int64_t>{553, 447}));

    auto reader = CsvReader::open(file.toStdString(), CsvLayout{',', false});
    CsvRow row;
    QVERIFY(reader->next(row).value());
    std::vector<float> features(18);
    float label = -1;
    DecodeProblem problem;
    QVERIFY(RowDecoder(*schema).decode(row, features, label, problem));
    QCOMPARE(label, 0.0F);
    QCOMPARE(features[0], 9.728614687919616699e-01F);
    QCOMPARE(features[17], 4.071449860930442810e-02F);
}

void TestSchema::realElectricity()
{
    const QString file = sharedFile("elec.csv");
    if (!QFile::exists(file))
        QSKIP("elec.csv is not here; set MILLRACE_SHARED to the folder that has data/elec.csv");
    auto schema = inferSchema(file.toStdString());
    QVERIFY(schema.has_value());
    QVERIFY(schema->header);
    QCOMPARE(schema->name, std::string("elec"));
    QCOMPARE(schema->labelColumn(), 6);
    QCOMPARE(schema->featureNames(),
             (std::vector<std::string>{"period", "nswprice", "nswdemand", "vicprice", "vicdemand", "transfer"}));
    auto summary = summarizeFile(file.toStdString(), *schema, -1, {}, {});
    QCOMPARE(summary->rows, std::int64_t{45'312});
    QCOMPARE(summary->classCounts, (std::vector<std::int64_t>{26'075, 19'237}));
    QVERIFY(std::abs(summary->columns[2].mean - 0.4254178952595339) < 1e-7);
    QVERIFY(std::abs(summary->columns[2].standardDeviation - 0.16332271417820476) < 1e-7);
}

void TestSchema::classes_data()
{
    QTest::addColumn<QByteArray>("values");
    QTest::addColumn<QByteArray>("classes");
    QTest::addColumn<qint64>("zeros");
    QTest::addColumn<qint64>("ones");
    QTest::addColumn<qint64>("rejected");
    const auto row = [](const char* name, const char* values, const char* classes, int zeros, int ones,
                        int rejected = 0) {
        QTest::newRow(name) << QByteArray(values) << QByteArray(classes) << qint64(zeros) << qint64(ones)
                            << qint64(rejected);
    };
    row("0 and 1", "0 1 1", "[]", 1, 2);
    row("0 and 1 in other spellings", "0.0 1.00 1 +1e0 -0", "[]", 2, 3);
    row("sorted: 1, then 2", "1*1500 2*700", R"(["1","2"])", 1500, 700);
    row("sorted: 1, then -1", "1*1500 -1*700", R"(["-1","1"])", 700, 1500);
    row("sorted: words", "legit*1500 fraud*700", R"(["fraud","legit"])", 700, 1500);
    row("numbers by value", "10 9 10", R"(["9","10"])", 1, 2);
    row("one number in many spellings", "2.0 1 2 1.0 2.00", R"(["1","2"])", 2, 3);
    row("true and false", "true false true", R"(["false","true"])", 1, 2);
    row("a number and a word", "1 one 1", R"(["1","one"])", 2, 1);
    row("only ones", "1*150", "[]", 0, 150);
    row("only zeros", "0*150", "[]", 150, 0);
    row("only twos", "2*5", R"(["2",""])", 5, 0);
    row("one word", "B*5", R"(["B",""])", 5, 0);
    row("missing ones are rejected", "B M NA B", R"(["B","M"])", 2, 1, 1);
    row("plus and minus", "+ - - + -", R"(["+","-"])", 2, 3); // as in UCI's crx.data
    row("a dash among numbers", "0 1 - 1 --", "[]", 1, 2, 2);
}

/// The classes are those of the whole file, whatever its first rows show; from the role as from the name.
void TestSchema::classes()
{
    QFETCH(QByteArray, values);
    QFETCH(QByteArray, classes);
    const auto file = labelled(values);
    for (const bool asked : {false, true}) {
        Schema schema = inferSchema(file).value();
        if (asked) {
            chooseLabel(schema, 0);
            chooseLabel(schema, 1);
        }
        Schema counted = schema;
        QVERIFY(countClasses(file, counted, {}));
        const auto summary = summarizeWithClasses(file, schema, -1, {}, {});
        QVERIFY(summary && !summary->problem);
        QCOMPARE(toJson(counted).dump(), toJson(schema).dump());
        QCOMPARE(QByteArray::fromStdString(toJson(schema)["classes"].dump()), classes);
        QTEST(qint64(summary->classCounts[0]), "zeros");
        QTEST(qint64(summary->classCounts[1]), "ones");
        QTEST(qint64(summary->rejections.count()), "rejected");
    }
}

void TestSchema::tasks_data()
{
    QTest::addColumn<QByteArray>("values");
    QTest::addColumn<QByteArray>("task");
    QTest::addColumn<QByteArray>("classes");
    const auto row = [](const char* name, const QByteArray& values, const char* task, const char* classes) {
        QTest::newRow(name) << values << QByteArray(task) << QByteArray(classes);
    };
    row("from 0", "2 0 1 2", "multi-class", R"(["0","1","2"])");
    row("from 1", "2 3 1 2", "multi-class", R"(["1","2","3"])");
    row("by value", "10.0 2 1 3 4 5 6 7 8 9 010", "multi-class", R"(["1","2","3","4","5","6","7","8","9","010"])");
    row("late", "0*2000 1*2000 2", "multi-class", R"(["0","1","2"])");
    row("spellings", "No no Yes YES", "multi-class", R"(["No","YES","Yes","no"])");
    row("words", "setosa versicolor virginica", "multi-class", R"(["setosa","versicolor","virginica"])");
    row("words and numbers", "1 2 3 none_ 1", "multi-class", R"(["1","2","3","none_"])");
    row("not from 0 or 1", "3 4 5 6 7 8", "regression", "[]");
    row("with a gap", "0 1 3", "regression", "[]");
    row("codes with a gap", "1*90 2*30 3*60 4*60 5*60 7*300", "multi-class", R"(["1","2","3","4","5","7"])");
    row("codes with a gap from 0", "2*30 0*30 3*30", "multi-class", R"(["0","2","3"])");
    row("codes with two gaps", "1*50 3*50 5*50", "regression", "[]");
    row("a gap of two", "1*50 2*50 5*50", "regression", "[]");
    row("a gap, not from 0 or 1", "3*50 4*50 6*50 7*50", "regression", "[]");
    row("a gap before fractions", "0*50 2*50 2.5*50", "regression", "[]");
    row("counts with a thin tail", "0*400 1*300 2*150 3*50 5*39", "regression", "[]");
    row("a rare code", "1*50 2*50 3*50 5*29", "regression", "[]");
    row("fractions", "0.5 1 2", "regression", "[]");
    row("negative", "-1 0 1", "regression", "[]");
    row("beyond a float's digits", "100000001 100000002 100000001", "binary", R"(["100000001","100000002"])");
    row("what no float holds is no value", "1e60 0.5 -inf 7 9", "regression", "[]");
    QByteArray many, all;
    for (int i = 0; i < 12'000; ++i)
        (i < 21 ? many : all) += QByteArray::number(i) + " ";
    row("more than a few", many.trimmed(), "regression", "[]");
    row("a number to foretell", (many + all).trimmed(), "regression", "[]");
}

/// What a label asks for, from the whole file.
void TestSchema::tasks()
{
    QFETCH(QByteArray, values);
    QFETCH(QByteArray, task);
    QFETCH(QByteArray, classes);
    const auto file = labelled(values);
    Schema schema = inferSchema(file).value();
    const Status counted = countClasses(file, schema, {});
    QVERIFY2(counted.has_value(), describe(counted).c_str());
    QCOMPARE(QByteArray::fromStdString(infoOf(taskOf(schema)).name), task);
    QCOMPARE(QByteArray::fromStdString(toJson(schema)["classes"].dump()), classes);
    const Schema read = schemaFromJson(toJson(schema)).value();
    QVERIFY(read.task == schema.task && read.classes == schema.classes && read.classesKnown);
    Schema summarized = inferSchema(file).value();
    const auto summary = summarizeWithClasses(file, summarized, -1, {}, {});
    QVERIFY(summary && !summary->problem);
    QCOMPARE(toJson(summarized).dump(), toJson(schema).dump());
    QCOMPARE(summary->rejections.count(), std::int64_t{values.count("1e60") + values.count("inf")});
    QCOMPARE(summary->classCounts.size(), schema.classes.size());
    QVERIFY(summary->classCounts.empty() || std::ranges::all_of(summary->classCounts, [](auto n) { return n > 0; }));
}

/// Somebody knows better.
void TestSchema::theTaskIsDecided()
{
    const auto decided = [this](const QByteArray& values, LabelUse use) {
        const auto file = labelled(values);
        Schema schema = inferSchema(file).value();
        schema.labelUse = use;
        const Status counted = countClasses(file, schema, {});
        return counted ? infoOf(taskOf(schema)).name : counted.error().message + "|" + counted.error().advice;
    };
    QCOMPARE(decided("0 1 2 2", LabelUse::Numbers), std::string("regression"));
    QCOMPARE(decided("0 1 0", LabelUse::Numbers), std::string("regression"));
    QCOMPARE(decided("3 5 8", LabelUse::Classes), std::string("multi-class"));
    QVERIFY(decided("3 five 8", LabelUse::Numbers).find("'five', which is no number|") != std::string::npos);
    QByteArray many;
    for (int i = 0; i < 1234; ++i)
        many += QByteArray::number(i) + " ";
    QCOMPARE(decided(many.trimmed(), LabelUse::Classes),
             std::string("The label has 1,234 values: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …; at most 1,000 classes can be "
                         "learnt|Foretell the number instead: --task regression"));
}

void TestSchema::noLabelToLearn_data()
{
    QTest::addColumn<QByteArray>("values");
    QTest::addColumn<QString>("message");
    QByteArray names;
    for (int i = 0; i < 1234; ++i)
        names += "n" + QByteArray::number(i) + " ";
    QTest::newRow("many names") << names.trimmed() << "The label has 1,234 values: n0, n1, n10, ";
    QTest::newRow("empty") << QByteArray("NA NA NA") << "The label holds no value in any row";
}

/// Told before anything is sent; the file is shown all the same.
void TestSchema::noLabelToLearn()
{
    QFETCH(QByteArray, values);
    QFETCH(QString, message);
    const auto file = labelled(values);
    Schema schema = inferSchema(file).value();
    const Status counted = countClasses(file, schema, {});
    QVERIFY(!counted);
    QCOMPARE(counted.error().code, ErrorCode::BadData);
    QVERIFY2(counted.error().message.starts_with(message.toStdString()), counted.error().message.c_str());
    const auto summary = summarizeWithClasses(file, schema, -1, {}, {});
    QVERIFY(summary && summary->problem);
    QCOMPARE(summary->problem->message, counted.error().message);
    QVERIFY(summary->rows > 0 && summary->columns.size() == 2);
    QVERIFY(!schema.classesKnown);
}

/// A heading in the middle, or a line that is broken otherwise, has no say in what the classes are.
void TestSchema::badRowsAreNoClasses()
{
    const auto file = write("x,label\n1,0\n2,1\nx,label\n3,0\nend of file\n");
    Schema schema = inferSchema(file).value();
    const auto summary = summarizeWithClasses(file, schema, -1, {}, {});
    QVERIFY(summary && !summary->problem);
    QCOMPARE(summary->rows, std::int64_t{3});
    QCOMPARE(summary->rejections.count(), std::int64_t{2});
}

/// What somebody has decided is not counted: other labels are rejected rows.
void TestSchema::givenClasses()
{
    const auto file = write("x,label\n1,a\n2,b\n3,c\n4,a\n");
    auto schema = schemaFromJson(nlohmann::json::parse(
        R"({"header":true,"columns":[{"name":"x"},{"name":"label","type":"text","role":"label"}],"classes":["b","a"]})"));
    QVERIFY(schema && schema->classesKnown);
    const auto summary = summarizeWithClasses(file, *schema, -1, {}, {});
    QVERIFY(summary && !summary->problem);
    QCOMPARE(summary->classCounts, (std::vector<std::int64_t>{1, 2}));
    QCOMPARE(summary->rejections.count(), std::int64_t{1});
}

/// Of two classes either may be the one that is looked for, before and after they are counted.
void TestSchema::aPositiveClassIsChosen()
{
    const auto file = write("x,label\n1,1\n2,0\n3,0.0\n4,0\n"), words = write("x,label\n1,a\n2,b\n3,b\n", "words.csv");
    const auto counted = [](const std::filesystem::path& table, const std::string& positive) -> Result<Schema> {
        auto schema = inferSchema(table, {});
        if (!schema)
            return schema;
        if (auto chosen = choosePositive(*schema, positive); !chosen)
            return fail(chosen.error());
        schema->classesKnown = false;
        if (auto known = countClasses(table, *schema, {}); !known)
            return fail(known.error());
        return schema;
    };
    const auto zero = counted(file, "0");
    QVERIFY2(zero, describe(zero).c_str());
    QCOMPARE(zero->classes, (std::vector<std::string>{"1", "0"}));
    QVERIFY(*TargetReader(taskOf(*zero)).read("0.0") == 1 && *TargetReader(taskOf(*zero)).read("1") == 0);
    const auto again = schemaFromJson(toJson(*zero));
    QVERIFY(again && again->classes == zero->classes && again->positive == "0");
    QVERIFY(counted(file, "1")->classes.empty()); // as ever: the class itself
    QCOMPARE(counted(words, "a")->classes, (std::vector<std::string>{"b", "a"}));
    QCOMPARE(counted(words, "b")->classes, (std::vector<std::string>{"a", "b"}));
    auto known = *counted(words, "b");
    QVERIFY(choosePositive(known, "a") && known.classes.back() == "a");
    const auto none = counted(words, "c");
    QVERIFY(!none && none.error().message == "The label has no class 'c'");
    const auto numbers = counted(write("x,label\n1,1.5\n2,2.5\n3,7\n"), "7");
    QVERIFY(!numbers && numbers.error().message.find("the task regression") != std::string::npos);
}

void TestSchema::labelIsChosen()
{
    Schema schema = infer("id,status,x,label\n8,1,2.5,B\n9,2,3.5,M\n7,1,4.5,B\n");
    QCOMPARE(schema.labelColumn(), 3);
    chooseLabel(schema, 1);
    QCOMPARE(schema.labelColumn(), 1);
    QVERIFY(schema.columns[3].role == ColumnRole::Feature && schema.columns[3].type == ColumnType::Text);
    QVERIFY(schema.classes.empty() && !schema.classesKnown);
    schema.columns[1].type = ColumnType::Text; // as counted
    schema.classes = {"1", "2"};
    chooseLabel(schema, -1);
    QVERIFY(schema.columns[1].role == ColumnRole::Feature && schema.columns[1].type == ColumnType::Number);
    QCOMPARE(schema.labelColumn(), -1);
}

QTEST_GUILESS_MAIN(TestSchema)
#include "tst_schema.moc"
