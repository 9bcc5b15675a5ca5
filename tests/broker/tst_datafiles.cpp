// SPDX-License-Identifier: GPL-3.0-or-later
// Files in place of topics: JSON records are published and learnt as a CSV is, and a run predicts and scores a file.
#include "base/Files.h"
#include "base/Rng.h"
#include "broker/JobHarness.h"
#include "data/files/CsvReader.h"

#include <QRegularExpression>
#include <cmath>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kRows = 1200;

/// What a row holds, in whatever form and order it is written.
struct MadeRow {
    QString x, place, label;
};

std::vector<MadeRow> madeRows()
{
    Rng random(11, Purpose::SimulatedFeature);
    std::vector<MadeRow> rows;
    for (int i = 0; i < kRows; ++i) {
        const bool yes = random.uniform() < 0.5;
        const QString x = i % 9 == 4 ? QString() : QString::number((yes ? 2 : -2) + random.normal(), 'g', 7);
        rows.push_back({x, yes == (random.uniform() < 0.8) ? "Oslo, east" : "a \"b\"", yes ? "yes" : "no"});
    }
    return rows;
}

QString quoted(QString text)
{
    return '"' + text.replace("\"", "\"\"") + '"';
}

QString csvOf(const std::vector<MadeRow>& rows)
{
    QString text = "x,place,label\n";
    for (const MadeRow& row : rows)
        text += row.x + ',' + quoted(row.place) + ',' + row.label + '\n';
    return text;
}

/// Each line an object whose keys stand in an order of its own; what is missing is null or left out.
QString jsonLinesOf(const std::vector<MadeRow>& rows)
{
    QString text;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        QString place = rows[i].place;
        place.replace("\"", "\\\"");
        const QString x = rows[i].x.isEmpty() ? (i % 2 == 0 ? "" : "\"x\":null,") : "\"x\":" + rows[i].x + ",";
        text += i % 3 == 0 ? "{\"at\":{\"place\":\"" + place + "\"}," + x + "\"label\":\"" + rows[i].label + "\"}\n"
                           : "{" + x + "\"at\":{\"place\":\"" + place + "\"},\"label\":\"" + rows[i].label + "\"}\n";
    }
    return text;
}

std::vector<QStringList> linesOf(const std::string& file)
{
    std::vector<QStringList> rows;
    const auto text = readFile(file);
    for (const QString& line : QString::fromStdString(text.value_or("")).split('\n', Qt::SkipEmptyParts))
        rows.push_back(line.split(',')); // of columns without commas
    return rows;
}

} // namespace

class DataFilesTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY2(m_harness.start(), m_harness.cluster().error()); }
    void learnsFromJsonLines();
    void severalFilesAreOneTable();
    void scoresAFileAsItsTopic();
    void weighsAFileAsItsTopic();
    void predictsAFile();
    void answersAsItWasAsked();
    void proposesByTheSplit();
    void predictsNumbers();
    void simulatedRowsHaveTheirNames();
    void refusesAFile_data();
    void refusesAFile();

private:
    std::string write(const char* name, const QString& text)
    {
        const std::string file = path(name);
        return writeFileAtomically(file, text.toStdString()) ? file : std::string();
    }
    std::string path(const char* name) { return m_harness.home() + "/" + name; }
    json done(const char* kind, const json& section)
    {
        Job& job = m_harness.start(kind, section);
        return JobHarness::done(job) ? job.result() : json();
    }
    Error failed(const char* kind, const json& section)
    {
        auto job = m_harness.session().start(kind, section);
        if (!job)
            return job.error();
        return JobHarness::ended(**job) ? (*job)->error() : Error{};
    }
    JobHarness m_harness;
};

/// The records are those of the same table as CSV.
void DataFilesTest::learnsFromJsonLines()
{
    const auto rows = madeRows();
    const auto file =
        write("rows.jsonl", jsonLinesOf(rows) + "{\"x\":broken}\n{\"x\":1,\"new\":2,\"label\":\"yes\"}\n");
    const json published = done("publish", {{"file", file}, {"topic", "lines"}, {"on-error", "skip"}});
    QVERIFY(!published.is_null());
    QCOMPARE(published["parts"][0]["records"].get<int>(), kRows + 1);
    QCOMPARE(published["rejected"].get<int>(), 1);
    QCOMPARE(published["classes"].dump(), std::string(R"(["no","yes"])"));
    const json trained = done("train", {{"topic", "lines"}, {"run", "lines"}});
    QCOMPARE(trained["rejected"].get<int>(), 0);
    const json evaluated = done("evaluate", {{"run", "lines"}, {"topic", "lines"}, {"group", "lines"}});
    QCOMPARE(evaluated["scored"].get<int>(), kRows + 1);
    QVERIFY2(evaluated["auc"].get<double>() > 0.95, evaluated["auc"].dump().c_str());
    const Error cut =
        failed("publish", {{"file", write("cut.jsonl", "{\"x\":1,\"label\":0}\n{\"x\":2,\"la")}, {"topic", "cut"}});
    QCOMPARE(cut.code, ErrorCode::BadData);
    QVERIFY2(cut.message.find("cut.jsonl line 2: the file ends within the record") != std::string::npos,
             cut.message.c_str());
}

/// The records, their keys and their order are those of the same rows in one file; a run learns the same weights.
void DataFilesTest::severalFilesAreOneTable()
{
    const auto rows = madeRows();
    const std::vector<MadeRow> parts[] = {
        {rows.begin(), rows.begin() + 500}, {rows.begin() + 500, rows.begin() + 501}, {rows.begin() + 501, rows.end()}};
    const auto first = write("part-1.csv", csvOf(parts[0]));
    QString turned = "label;place;x\n"; // in another order, with another separator
    for (const MadeRow& row : parts[1])
        turned += row.label + ';' + quoted(row.place) + ';' + row.x + '\n';
    const std::string more = write("part-2.csv", turned) + "," + write("part 3, the last.csv", csvOf(parts[2]));
    const std::string quotedMore =
        write("part-2.csv", turned) + ",\"" + write("part 3, the last.csv", csvOf(parts[2])) + "\"";
    const Error absent = failed("publish", {{"file", first}, {"more", more}, {"topic", "parts"}});
    QVERIFY2(absent.message.find("part 3: No such file") != std::string::npos,
             absent.message.c_str()); // cut at a comma
    const json asked = {{"test-topic", "parts-test"}, {"test-partitions", 1}, {"seed", 5}};
    json whole = asked, joined = asked;
    whole.update({{"file", write("whole.csv", csvOf(rows))}, {"topic", "whole"}, {"test-topic", "whole-test"}});
    joined.update({{"file", first}, {"more", quotedMore}, {"topic", "parts"}});
    const json published = done("publish", joined), asOne = done("publish", whole);
    QVERIFY(!published.is_null() && !asOne.is_null());
    for (const int part : {0, 1})
        QCOMPARE(published["parts"][part]["records"], asOne["parts"][part]["records"]);
    QCOMPARE(published["parts"][0]["records"].get<int>() + published["parts"][1]["records"].get<int>(), kRows);
    for (const char* run : {"parts", "whole"})
        QVERIFY(!done("train", {{"topic", run}, {"run", run}, {"epochs", 2}}).is_null());
    QVERIFY(!m_harness.weights("whole").empty() && m_harness.weights("parts") == m_harness.weights("whole"));
    joined["resume"] = true; // of files that have changed nothing goes on
    QVERIFY(writeFileAtomically(m_harness.home() + "/part-2.csv", turned.toStdString() + "yes;c;1\n"));
    const Error changed = failed("publish", joined);
    QVERIFY2(changed.code == ErrorCode::Usage && changed.message.find("more files") != std::string::npos,
             changed.message.c_str());
}

void DataFilesTest::scoresAFileAsItsTopic()
{
    const auto rows = madeRows();
    const auto csv = write("rows.csv", csvOf(rows));
    QVERIFY(!done("publish", {{"file", csv}, {"topic", "rows"}}).is_null());
    QVERIFY(!done("train", {{"topic", "rows"}, {"run", "rows"}}).is_null());
    const json ofTopic = done("evaluate", {{"run", "rows"}, {"topic", "rows"}, {"group", "rows"}});
    QCOMPARE(ofTopic["scored"].get<int>(), kRows);
    QString other = "label,more,place,x\n"; // columns are found by name
    for (const MadeRow& row : rows)
        other += row.label + ",7," + quoted(row.place) + ',' + row.x + '\n';
    const auto turned = write("turned.csv", other + "maybe,7,Oslo,1\nyes,7\n");
    for (const auto& file : {csv, turned}) {
        const json ofFile = done("evaluate", {{"run", "rows"}, {"data", file}});
        QCOMPARE(ofFile["scored"].get<int>(), kRows);
        QCOMPARE(ofFile["rejected"].get<int>(), file == csv ? 0 : 2);
        for (const char* score : {"auc", "accuracy", "loss", "f1"})
            QVERIFY2(std::abs(ofFile[score].get<double>() - ofTopic[score].get<double>()) < 1e-9, score);
        QCOMPARE(ofFile["confusion"].dump(), ofTopic["confusion"].dump());
        QCOMPARE(ofFile["data"].get<std::string>(), file);
        QVERIFY(ofFile["group"].is_null() && ofFile["topic"].is_null());
    }
}

/// Rows of a file count what their weights say, as records do.
void DataFilesTest::weighsAFileAsItsTopic()
{
    const auto rows = madeRows();
    QString text = "x,place,w,label\n";
    for (int i = 0; const MadeRow& row : rows)
        text += row.x + ',' + quoted(row.place) + ',' + QString::number(i++ % 7) + ',' + row.label + '\n';
    const auto csv = write("weighed.csv", text);
    QVERIFY(!done("publish", {{"file", csv}, {"topic", "weighed"}, {"weight", "w"}}).is_null());
    QVERIFY(!done("train", {{"topic", "weighed"}, {"run", "weighed"}, {"epochs", 3}}).is_null());
    const json ofTopic = done("evaluate", {{"run", "weighed"}, {"topic", "weighed"}, {"group", "weighed"}});
    const json ofFile = done("evaluate", {{"run", "weighed"}, {"data", csv}});
    QCOMPARE(ofFile["weight_column"].dump(), std::string("\"w\""));
    for (const char* score : {"auc", "accuracy", "loss", "effective_records"})
        QVERIFY2(std::abs(ofFile[score].get<double>() - ofTopic[score].get<double>()) < 1e-6,
                 (score + ofFile[score].dump() + ofTopic[score].dump()).c_str());
    const Error without = failed("evaluate", {{"run", "weighed"}, {"data", write("light.csv", csvOf(rows))}});
    QVERIFY2(without.message.find("has no column 'w', which weighs the rows") != std::string::npos,
             without.message.c_str());
}

void DataFilesTest::predictsAFile()
{
    const auto rows = madeRows();
    QString text = "more,place,x\n";
    for (const MadeRow& row : rows)
        text += "id " + QString::number(&row - rows.data()) + ',' + (row.place.contains(',') ? "Oslo" : "b") + ',' +
                row.x + '\n';
    const auto file = write("new.csv", text + "broken,Oslo,12x\n");
    const auto out = path("predicted.csv");
    const json result = done("predict", {{"run", "rows"}, {"data", file}, {"out", out}});
    QCOMPARE(result["records"].get<int>(), kRows);
    QCOMPARE(result["rejected"].get<int>(), 1);
    QCOMPARE(result["out"].get<std::string>(), out);
    const auto lines = linesOf(out);
    QCOMPARE(lines.size(), static_cast<std::size_t>(kRows + 2));
    // What is there is replaced by who says so.
    const Error there = failed("predict", {{"run", "rows"}, {"data", file}, {"out", out}});
    QCOMPARE(there.code, ErrorCode::Usage);
    QVERIFY2(there.message == out + " is there already" && there.answers.size() == 1, describe(there).c_str());
    QCOMPARE(linesOf(out), lines);
    json replacing = {{"run", "rows"}, {"data", file}, {"out", out}};
    replacing[there.answers.front().key] = there.answers.front().value;
    QVERIFY(!done("predict", replacing).is_null());
    QCOMPARE(linesOf(out), lines);
    QCOMPARE(lines[0], (QStringList{"more", "place", "x", "predicted_class", "probability_no", "probability_yes"}));
    std::int64_t yes = 0, right = 0;
    for (int i = 0; i < kRows; ++i) {
        const QStringList& line = lines[static_cast<std::size_t>(i) + 1];
        QCOMPARE(line[0], "id " + QString::number(i));
        QCOMPARE(line[2], rows[static_cast<std::size_t>(i)].x);
        const double no = line[4].toDouble(), its = line[5].toDouble();
        QVERIFY(std::abs(no + its - 1) < 1e-5);
        QCOMPARE(line[3], its >= 0.5 ? QString("yes") : QString("no"));
        yes += line[3] == "yes" ? 1 : 0;
        right += line[3] == rows[static_cast<std::size_t>(i)].label ? 1 : 0;
    }
    QCOMPARE(result["class_counts"][1].get<std::int64_t>(), yes);
    QVERIFY(right > kRows * 8 / 10);
    QCOMPARE(lines.back(), (QStringList{"broken", "Oslo", "12x", "", "", ""}));
    // The same rows as JSON are predicted alike.
    QString records = "[";
    for (std::size_t i = 0; i < rows.size(); ++i)
        records += (i == 0 ? "" : ",\n") +
                   QString("{\"place\":\"%1\",\"x\":%2}")
                       .arg(rows[i].place.contains(',') ? "Oslo" : "b", rows[i].x.isEmpty() ? "null" : rows[i].x);
    const auto ofJson = path("of-json.csv");
    QVERIFY(!done("predict", {{"run", "rows"}, {"data", write("new.json", records + "]")}, {"out", ofJson}}).is_null());
    const auto again = linesOf(ofJson);
    QCOMPARE(again.size(), static_cast<std::size_t>(kRows + 1));
    for (std::size_t i = 1; i < again.size(); ++i)
        QCOMPARE(again[i].mid(2), lines[i].mid(3));
}

/// Whoever has decimal commas gets them back, with the separator of the file.
void DataFilesTest::answersAsItWasAsked()
{
    QString text = "x;place;y\n";
    for (int i = 0; i < 300; ++i)
        text +=
            QString::number(i * 0.25).replace('.', ',') + ";Oslo;" + QString::number(i * 0.5).replace('.', ',') + '\n';
    const auto file = write("commas.csv", text), out = path("commas-said.csv");
    QVERIFY(!done("publish", {{"file", file}, {"label", "y"}, {"topic", "commas"}}).is_null());
    QVERIFY(!done("train", {{"topic", "commas"}, {"run", "commas"}}).is_null());
    QVERIFY(!done("predict", {{"run", "commas"}, {"data", file}, {"out", out}}).is_null());
    auto schema = inferSchema(out);
    QVERIFY(schema && schema->separator == ';' && schema->decimal == ',');
    QCOMPARE(schema->columnNames(), (std::vector<std::string>{"x", "place", "y", "predicted_value"}));
    QVERIFY(schema->columns[3].type == ColumnType::Number);
}

/// What the split leaves out of the features is proposed so.
void DataFilesTest::proposesByTheSplit()
{
    QString text = "house,when,size,price\n";
    for (int i = 0; i < 240; ++i)
        text += QString("house %1,2026-%2-01,%3,%4\n")
                    .arg(i / 12)
                    .arg(1 + i % 12, 2, 10, QChar('0'))
                    .arg(i / 12 * 7 % 20)
                    .arg(i % 12 + i / 12 * 7 % 20);
    json section = {{"file", write("houses.csv", text)}, {"label", "price"}};
    const auto whatOf = [&](const char* column) {
        const json proposed = done("propose", section);
        for (const json& each : proposed["columns"])
            if (each["name"] == column)
                return each.value("what", std::string());
        return std::string("absent");
    };
    section["split"] = "random";
    QVERIFY2(whatOf("house").starts_with("one-hot"), whatOf("house").c_str());
    QVERIFY2(whatOf("when").find("elapsed") != std::string::npos, whatOf("when").c_str());
    section["split"] = "group";
    section["split-column"] = "house";
    QCOMPARE(whatOf("house"), std::string("parts the rows"));
    section["split"] = "time";
    section["split-column"] = "when";
    QVERIFY2(whatOf("when").find("elapsed") == std::string::npos, whatOf("when").c_str());
    section["split-column"] = "wehn";
    QVERIFY(failed("propose", section).message.find("There is no column 'wehn' to split by") != std::string::npos);
}

void DataFilesTest::predictsNumbers()
{
    QString text = "x,y\n";
    for (int i = 0; i < 600; ++i)
        text += QString::number(i % 50) + ',' + QString::number(3.25 * (i % 50) + 1) + '\n';
    const auto file = write("line.csv", text);
    QVERIFY(!done("publish", {{"file", file}, {"label", "y"}, {"topic", "line"}}).is_null());
    QVERIFY(!done("train", {{"topic", "line"}, {"run", "line"}}).is_null());
    const auto out = path("line-predicted.csv");
    QVERIFY(!done("predict", {{"run", "line"}, {"data", file}, {"out", out}}).is_null());
    const auto lines = linesOf(out);
    QCOMPARE(lines[0], (QStringList{"x", "y", "predicted_value"}));
    QCOMPARE(lines.size(), std::size_t{601});
    double squares = 0;
    for (std::size_t i = 1; i < lines.size(); ++i)
        squares += std::pow(lines[i][2].toDouble() - lines[i][1].toDouble(), 2) / 600;
    QVERIFY2(std::sqrt(squares) < 10, std::to_string(squares).c_str());
    QVERIFY(done("evaluate", {{"run", "line"}, {"data", file}})["r2"].get<double>() > 0.9);
}

/// A profile of records is drawn into a CSV that says what its columns are.
void DataFilesTest::simulatedRowsHaveTheirNames()
{
    const auto profile = path("lines-profile.json"), drawn = path("drawn.csv");
    QVERIFY(!done("fit", {{"file", write("fit.jsonl", jsonLinesOf(madeRows()))}, {"out", profile}}).is_null());
    QVERIFY(!done("simulate", {{"profile", profile}, {"rows", 50}, {"out", drawn}}).is_null());
    QStringList names = linesOf(drawn).front();
    names.sort();
    QCOMPARE(names.join(' '), QString("at.place label x"));
    const json read = done("summarize", {{"file", drawn}});
    QCOMPARE(read["rows"].get<int>(), 50);
    QVERIFY2(read["schema"].dump().find("place") != std::string::npos, read["schema"].dump().c_str());
}

void DataFilesTest::refusesAFile_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("message");
    QTest::addColumn<int>("code");
    const auto row = [](const char* name, const QString& text, const QString& kind, const QString& message,
                        ErrorCode code = ErrorCode::BadData) {
        QTest::newRow(name) << text << kind << message << static_cast<int>(code);
    };
    row("a column is missing", "x,plaza\n1,Oslo\n2,b\n", "predict", "has no column 'place', which the model of");
    row("the label is missing", "x,place\n1,Oslo\n2,b\n", "evaluate", "has no column 'label', which is the label");
    row("no row can be used", "x,place\n1x,Oslo\n2x,b\n", "predict", "no row");
    row("cut", "{\"x\":1,\"place\":\"b\"}\n{\"x\":2,\"pl", "predict", "line 2: the file ends within the record");
}

void DataFilesTest::refusesAFile()
{
    QFETCH(QString, text);
    QFETCH(QString, kind);
    QFETCH(QString, message);
    const auto file = write("refused.txt", text);
    const auto out = path("refused-predicted.csv");
    json section = {{"run", "rows"}, {"data", file}};
    if (kind == "predict")
        section["out"] = out;
    const Error error = failed(kind.toLatin1().data(), section);
    QTEST(static_cast<int>(error.code), "code");
    QVERIFY2(QString::fromStdString(error.message).contains(message, Qt::CaseInsensitive), error.message.c_str());
    QVERIFY2(QString::fromStdString(error.message).contains("refused.txt"), error.message.c_str());
    QVERIFY(!std::filesystem::exists(out));
    for (const auto& entry : std::filesystem::directory_iterator(m_harness.home()))
        QVERIFY2(entry.path().string().find("refused-predicted") == std::string::npos, entry.path().c_str());
    // What a topic needs is of no use beside a file.
    section["topic"] = "rows";
    QCOMPARE(failed(kind.toLatin1().data(), section).code, ErrorCode::Usage);
}

QTEST_GUILESS_MAIN(DataFilesTest)
#include "tst_datafiles.moc"
