// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"
#include "data/ColumnStats.h"
#include "data/files/CsvReader.h"
#include "data/files/FileColumns.h"
#include "data/files/FileRows.h"
#include "data/files/JsonReader.h"

#include <QTemporaryDir>
#include <QTest>
#include <random>
#include <simdjson.h>
#include <zlib.h>
#include <zstd.h>

using namespace millrace;

namespace
{

/// What a reader says of a file: rows as "x|y" (missing cells empty), rows with a problem as "line: problem".
struct Read {
    QStringList rows;
    QList<int> lines;
    QString error;
    QStringList notes;
};

Read readRowsOf(const std::filesystem::path& file, const CsvLayout& layout)
{
    Read read;
    auto reader = openRows(file, layout);
    if (!reader) {
        read.error = QString::fromStdString(describe(reader.error()));
        return read;
    }
    CsvRow row;
    for (;;) {
        auto found = (*reader)->next(row);
        if (!found)
            read.error = QString::fromStdString(describe(found.error()));
        if (!found || !*found)
            break;
        QStringList fields;
        for (const std::string_view field : row.fields)
            fields << QString::fromUtf8(field.data(), static_cast<qsizetype>(field.size()));
        const std::string problem(row.problem);
        read.rows << (problem.empty() ? fields.join('|')
                                      : QString::number(row.line) + ": " + QString::fromStdString(problem));
        read.lines << static_cast<int>(row.line);
    }
    for (const FileNote& note : (*reader)->notes())
        read.notes << QString::fromStdString(note.text);
    return read;
}

CsvLayout keyed(std::vector<std::string> keys)
{
    CsvLayout layout;
    layout.jsonKeys = std::move(keys);
    return layout;
}

} // namespace

class TestJsonFiles : public QObject
{
    Q_OBJECT

private slots:
    void readsRecords_data();
    void readsRecords();
    void endsWithTheReason_data();
    void endsWithTheReason();
    void infersTheSchema();
    void saysWhatCannotBeATable_data();
    void saysWhatCannotBeATable();
    void equalsTheSameTableAsCsv_data();
    void equalsTheSameTableAsCsv();
    void countsUnknownKeys();
    void saysWhichKeyIsNowhere();
    void anotherFileOfATable_data();
    void anotherFileOfATable();
    void keepsASchema();
    void takesNoMoreThanJson();
    void readsLongRecordsAcrossBlocks();
    void knowsForeignFiles_data();
    void knowsForeignFiles();

private:
    std::filesystem::path write(const QByteArray& text, const char* name = "x.json")
    {
        const std::filesystem::path file = m_folder.filePath(name).toStdString();
        const auto written = writeFileAtomically(file, text.toStdString());
        return written ? file : std::filesystem::path();
    }
    QTemporaryDir m_folder;
};

void TestJsonFiles::readsRecords_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("rows"); ///< of the columns x and y
    const auto row = [](const char* name, const QByteArray& text, const QStringList& rows) {
        QTest::newRow(name) << text << rows;
    };
    const QString structure = QString::fromLatin1(simdjson::error_message(simdjson::TAPE_ERROR));
    row("lines", "{\"x\":1,\"y\":\"a\"}\n{\"y\":\"b\",\"x\":-2.5e3}\n", {"1|a", "-2.5e3|b"});
    row("no last line end", "{\"x\":1}\n{\"x\":2}", {"1|", "2|"});
    row("CRLF and blank lines", "\r\n{\"x\":1}\r\n\r\n \t\r\n{\"x\":2}\r\n", {"1|", "2|"});
    row("CR alone", "{\"x\":1}\r{\"x\":2}\r", {"1|", "2|"});
    row("byte order mark", "\xEF\xBB\xBF{\"x\":1}\n", {"1|"});
    row("array", "[{\"x\":1},{\"x\":2}]", {"1|", "2|"});
    row("array over lines", "[\n  {\n    \"x\": 1,\n    \"y\": \"]}\"\n  } ,\n\n  {\"x\": 2}\n]\n", {"1|]}", "2|"});
    row("empty array", " [ ] ", {});
    row("objects over lines", "{\n \"x\": 1\n}\n{\n \"x\": 2\n}\n", {"1|", "2|"});
    row("null and missing", "{\"x\":null,\"y\":null}\n{}\n", {"|", "|"});
    row("booleans", "{\"x\":true,\"y\":false}\n", {"true|false"});
    row("NaN as Python writes it", "{\"x\":NaN,\"y\":-Infinity}\n", {"NaN|-Infinity"});
    row("escapes", "{\"x\":\"a\\\"b\\\\c\\nd\\/\",\"y\":\"\\u00e4\\ud83d\\ude00\"}\n",
        {QString::fromUtf8("a\"b\\c\nd/|\xC3\xA4\xF0\x9F\x98\x80")});
    row("an escaped key", "{\"\\u0078\":1,\"y\":\"\\\\\"}\n", {"1|\\"});
    row("an array as a value", "{\"x\":[1, 2],\"y\":[]}\n", {"[1, 2]|[]"});
    row("blanks everywhere", " { \"x\" : 1 , \"y\" : \"a b\" } \n", {"1|a b"});
    row("a key twice", "{\"x\":1,\"x\":2}\n{\"x\":3}\n", {"1: the record has the key 'x' twice", "3|"});
    row("half a surrogate", "{\"x\":\"\\ud83d\"}\n{\"x\":3}\n",
        {"1: the record is no valid JSON at the key 'x': Problem while parsing a string", "3|"});
    row("no value", "{\"y\":\"a\",\"x\":}\n{\"x\":3}\n", {"1: the value '}' of the key 'x' is no JSON", "3|"});
    row("no number", "{\"x\":01}\n{\"x\":1.}\n{\"x\":+1}\n{\"x\":1e}\n{\"x\":.5}\n{\"x\":-}\n{\"x\":0.5}\n",
        {"1: the value '01' of the key 'x' is no JSON", "2: the value '1.' of the key 'x' is no JSON",
         "3: the value '+1' of the key 'x' is no JSON", "4: the value '1e' of the key 'x' is no JSON",
         "5: the value '.5' of the key 'x' is no JSON", "6: the value '-' of the key 'x' is no JSON", "0.5|"});
    row("a text as a key", "{\"x\":\"a\":1}\n{\"x\":{\"q\":\"w\":1}}\n{\"y\":1\"x\":2}\n{\"x\":3}\n",
        {"1: the record is no valid JSON at the key 'x': " + structure,
         "2: the record is no valid JSON at the key 'x.q': " + structure,
         "3: the value '1\"x\"' of the key 'y' is no JSON", "3|"});
    row("a word", "{\"x\":nul}\n{\"x\":3}\n", {"1: the value 'nul' of the key 'x' is no JSON", "3|"});
    row("not an object", "{\"x\":1}\n[1,2]\n\"a\"\n{\"x\":3}\n",
        {"1|", "2: '[1,2]' is no record: it is no object in braces",
         "3: '\"a\"' is no record: it is no object in braces", "3|"});
    row("two in a line", "{\"x\":1}{\"x\":2}\n{\"x\":3}\n",
        {"1: something stands behind the record in its line", "3|"});
    row("elements that are none", "[{\"x\":1}, 7, , {\"x\":3},]",
        {"1|", "1: '7' is no record: it is no object in braces", "1: no record stands between the commas", "3|",
         "1: no record stands between the commas"});
}

void TestJsonFiles::readsRecords()
{
    QFETCH(QByteArray, text);
    QFETCH(QStringList, rows);
    const Read read = readRowsOf(write(text), keyed({"x", "y"}));
    QCOMPARE(read.error, QString());
    QCOMPARE(read.rows, rows);
}

void TestJsonFiles::endsWithTheReason_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("rows");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char* name, const QByteArray& text, int rows, const QByteArray& message) {
        QTest::newRow(name) << text << rows << message;
    };
    row("cut line", "{\"x\":1}\n{\"x\":2,\"y\":\"ab", 1, "x.json line 2: the file ends within the record");
    row("cut behind a value", "{\"x\":1}\n{\"x\":2,", 1, "x.json line 2: the file ends within the record");
    row("cut element", "[\n{\"x\":1},\n{\"x\":2", 1, "x.json line 3: the file ends within the record");
    row("cut array", "[{\"x\":1},\n{\"x\":2}\n", 2, "x.json line 3: the file ends before its array does");
    row("cut behind a comma", "[{\"x\":1},", 1, "the file ends before its array does");
    row("no comma", "[{\"x\":1}\n{\"x\":2}]", 1, "x.json line 2: no comma stands before the record");
    row("behind the array", "[{\"x\":1}]\n{\"x\":2}", 1, "x.json line 2: something stands behind the end of the array");
}

void TestJsonFiles::endsWithTheReason()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    const Read read = readRowsOf(write(text), keyed({"x", "y"}));
    QTEST(static_cast<int>(read.rows.size()), "rows");
    QVERIFY2(read.error.contains(message), qPrintable(read.error));
}

void TestJsonFiles::infersTheSchema()
{
    const auto file =
        write("{\"age\":31,\"home\":{\"city\":\"Oslo\",\"geo\":{\"lat\":59.9}},\"tags\":[1,2],\"ok\":true,"
              "\"empty\":null,\"label\":\"yes\"}\n"
              "{\"age\":null,\"home\":{\"city\":\"Bergen\"},\"late\":\"0.5\",\"ok\":false,\"label\":\"no\"}\n");
    auto schema = inferSchema(file);
    QVERIFY2(schema.has_value(), qPrintable(schema ? QString() : QString::fromStdString(describe(schema.error()))));
    const std::vector<std::string> keys = {"age", "home.city", "home.geo.lat", "tags", "ok", "empty", "label", "late"};
    QCOMPARE(schema->jsonKeys, keys);
    QCOMPARE(schema->featureNames(), (std::vector<std::string>{"age", "home.city", "home.geo.lat", "ok", "late"}));
    QCOMPARE(schema->labelColumn(), 6);
    QCOMPARE(schema->columns[0].type, ColumnType::Number);
    QCOMPARE(schema->columns[1].type, ColumnType::Text);
    QCOMPARE(schema->columns[4].type, ColumnType::Text);
    QCOMPARE(schema->columns[7].type, ColumnType::Number);
    const Read read = readRowsOf(file, *schema);
    QCOMPARE(read.rows, (QStringList{"31|Oslo|59.9|[1,2]|true||yes|", "|Bergen|||false||no|0.5"}));
    QCOMPARE(read.notes, QStringList{"it holds arrays, first in line 1, which are read as the text that stands there"});
}

void TestJsonFiles::saysWhatCannotBeATable_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("arrays") << QByteArray("[[1,2],[3,4]]") << QByteArray("line 1: '[1,2]' is no record");
    QTest::newRow("records within") << QByteArray("{\"data\":[{\"x\":1},{\"x\":2}]}")
                                    << QByteArray("its records hold 'data'");
    QTest::newRow("no records") << QByteArray("[]") << QByteArray("holds no records");
    QTest::newRow("no keys") << QByteArray("{}\n{}\n") << QByteArray("its records have no keys");
    QTest::newRow("only broken ones") << QByteArray("{\"x\":}\n{\"x\":}\n")
                                      << QByteArray("line 1: the value '}' of the key 'x' is no JSON");
    QByteArray keys = "[";
    for (int i = 0; i < 500; ++i) {
        keys += i == 0 ? "{" : ",{";
        for (int k = 0; k < 25; ++k)
            keys += (k == 0 ? "\"" : ",\"") + QByteArray::number(i * 25 + k) + "\":1";
        keys += "}";
    }
    QTest::newRow("identifiers as keys") << keys + "]" << QByteArray("more than 10,000 different keys");
}

void TestJsonFiles::saysWhatCannotBeATable()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    const auto schema = inferSchema(write(text));
    QVERIFY(!schema);
    const std::string said = describe(schema.error());
    QVERIFY2(said.find(message.toStdString()) != std::string::npos, said.c_str());
    QVERIFY2(said.find("x.json") != std::string::npos, said.c_str());
}

void TestJsonFiles::equalsTheSameTableAsCsv_data()
{
    QTest::addColumn<QString>("ending");
    for (const char* ending : {"jsonl", "json", "jsonl.gz", "jsonl.zst"})
        QTest::newRow(ending) << QString(ending);
}

/// Types, classes, statistics, everything that is made of rows is the same.
void TestJsonFiles::equalsTheSameTableAsCsv()
{
    QFETCH(QString, ending);
    QByteArray csv = "x,colour,n,label\n", lines, array;
    std::mt19937 random(7);
    constexpr std::array kColours = {"red", "pale \"green\"", "blue, dark"};
    for (int i = 0; i < 3000; ++i) {
        const QByteArray x =
            random() % 10 == 0 ? QByteArray() : QByteArray::number(static_cast<double>(random() % 1000) / 8);
        const QByteArray colour = kColours.at(random() % 3), n = QByteArray::number(random() % 7);
        const QByteArray label = random() % 2 == 0 ? "yes" : "no";
        QByteArray quoted = colour, escaped = colour;
        quoted.replace("\"", "\"\"");
        escaped.replace("\"", "\\\"");
        csv += x + ",\"" + quoted + "\"," + n + "," + label + "\n";
        const QByteArray record = "{" + (x.isEmpty() ? QByteArray() : "\"x\":" + x + ",") + "\"colour\":\"" + escaped +
                                  "\",\"label\":\"" + label + "\",\"n\":" + n + "}";
        lines += record + "\n";
        array += (i == 0 ? "[" : ",\n") + record;
    }
    array += "]";
    const auto csvFile = write(csv, "table.csv");
    const std::filesystem::path file = m_folder.filePath("table." + ending).toStdString();
    if (ending.endsWith("gz")) {
        gzFile gzip = gzopen(file.c_str(), "wb1");
        QCOMPARE(gzwrite(gzip, lines.data(), static_cast<unsigned>(lines.size())), static_cast<int>(lines.size()));
        QCOMPARE(gzclose(gzip), Z_OK);
    } else if (ending.endsWith("zst")) {
        std::string packed(ZSTD_compressBound(static_cast<std::size_t>(lines.size())), '\0');
        packed.resize(
            ZSTD_compress(packed.data(), packed.size(), lines.data(), static_cast<std::size_t>(lines.size()), 1));
        QVERIFY(writeFileAtomically(file, packed));
    } else {
        QVERIFY(writeFileAtomically(file, (ending == "json" ? array : lines).toStdString()));
    }

    auto ofCsv = inferSchema(csvFile), ofJson = inferSchema(file);
    QVERIFY(ofCsv && ofJson);
    const auto summaryCsv = summarizeWithClasses(csvFile, *ofCsv, -1, {}, {});
    const auto summaryJson = summarizeWithClasses(file, *ofJson, -1, {}, {});
    QVERIFY(summaryCsv && summaryJson);
    QCOMPARE(summaryJson->rows, summaryCsv->rows);
    QCOMPARE(summaryJson->classCounts, summaryCsv->classCounts);
    QCOMPARE(ofJson->classes, ofCsv->classes);
    QCOMPARE(ofJson->columns.size(), ofCsv->columns.size());
    for (std::size_t i = 0; i < ofJson->columns.size(); ++i) { // in another order
        std::size_t other = 0;
        while (other < 3 && ofCsv->columns[other].name != ofJson->columns[i].name)
            ++other;
        QCOMPARE(ofJson->columns[i].name, ofCsv->columns[other].name);
        QCOMPARE(ofJson->columns[i].type, ofCsv->columns[other].type);
        QCOMPARE(ofJson->columns[i].role, ofCsv->columns[other].role);
        QCOMPARE(summaryJson->columns[i].missing, summaryCsv->columns[other].missing);
        QCOMPARE(summaryJson->columns[i].mean, summaryCsv->columns[other].mean);
        QCOMPARE(summaryJson->columns[i].histogram, summaryCsv->columns[other].histogram);
        for (std::size_t row = 0; row < summaryJson->firstRows.size(); ++row)
            QCOMPARE(summaryJson->firstRows[row][i], summaryCsv->firstRows[row][other]);
    }
}

void TestJsonFiles::countsUnknownKeys()
{
    const auto file = write("{\"x\":1,\"late\":2}\n{\"x\":1,\"y\":2,\"late\":3,\"o\":{\"p\":1}}\n");
    const Read read = readRowsOf(file, keyed({"x", "y"}));
    QCOMPARE(read.rows, (QStringList{"1|", "1|2"}));
    QCOMPARE(read.notes, QStringList{"2 keys that are no column were passed over: 'late' (in 2 records, first in line "
                                     "1), 'o.p' (in 1 record, first in line 2)"});
}

void TestJsonFiles::saysWhichKeyIsNowhere()
{
    const auto file = write("{\"x\":1}\n{\"x\":1,\"y\":null}\n");
    QCOMPARE(readRowsOf(file, keyed({"x", "y", "z"})).notes, QStringList{"no record has it"}); // of z
    QCOMPARE(readRowsOf(file, keyed({"x", "y"})).notes, QStringList());
}

void TestJsonFiles::anotherFileOfATable_data()
{
    QTest::addColumn<QByteArray>("table");
    QTest::addColumn<QByteArray>("other");
    QTest::addColumn<QString>("expected"); // the rows, or what the refusal tells
    const auto row = [](const char* name, const QByteArray& table, const QByteArray& other, const char* expected) {
        QTest::newRow(name) << table << other << QString(expected);
    };
    const QByteArray csv = "x,city,label\n1,Oslo,0\n2,\"Bonn, Beuel\",1\n3,Oslo,1\n";
    const QByteArray json = "{\"x\":1,\"city\":\"Oslo\",\"label\":0}\n{\"x\":2,\"city\":\"Bonn\",\"label\":1}\n";
    row("the same", csv, "x,city,label\n7,Rome,0\n8,Rome,1\n", "7|Rome|0 8|Rome|1");
    row("in another order", csv, "label,x,city\n0,7,Rome\n1,8,Rome\n", "7|Rome|0 8|Rome|1");
    row("with others", csv, "id;label;x;city\na1;0;7;Rome\na2;1;8;Ulm, or\n", "7|Rome|0 8|Ulm, or|1");
    row("JSON for a CSV", csv, "{\"label\":0,\"x\":7,\"city\":\"Rome\"}\n{\"x\":8,\"label\":1}\n", "7|Rome|0 8||1");
    row("a CSV for JSON", json, "label,x,city\n0,7,Rome\n1,8,Rome\n", "7|Rome|0 8|Rome|1");
    row("a column less", csv, "x,label\n7,0\n8,1\n", "has no column 'city', which the rows that are learnt have");
    row("no header", csv, "7,Rome,0\n8,Ulm,1\n", "has no column 'x'");
    row("a header alone", csv, "label,city,x\n", "");
}

void TestJsonFiles::anotherFileOfATable()
{
    QFETCH(QByteArray, table);
    QFETCH(QByteArray, other);
    QFETCH(QString, expected);
    const auto schema = inferSchema(write(table, "table"));
    QVERIFY(schema);
    const auto file = write(other, "other");
    const auto columns = findColumns(file, *schema);
    if (!columns) {
        QVERIFY2(QString::fromStdString(columns.error().message).contains(expected) && !expected.isEmpty(),
                 columns.error().message.c_str());
        return;
    }
    TableRows rows(*schema, columns.value());
    QStringList told;
    RowPass pass{[&](const FileRow& row) {
        QStringList fields;
        const CsvRow arranged = rows.of(row.csv);
        for (const std::string_view field : arranged.fields)
            fields << QString::fromUtf8(field.data(), static_cast<qsizetype>(field.size()));
        told << (row.good ? fields.join('|') : QString::fromStdString(row.problem.reason));
        return Status();
    }};
    const auto read = readRows(file, rows.schema(), pass);
    QVERIFY2(read, describe(read).c_str());
    QCOMPARE(told.join(' '), expected);
}

void TestJsonFiles::keepsASchema()
{
    auto schema = inferSchema(write("{\"a.b\":1,\"label\":0}\n{\"a.b\":2,\"label\":1}\n"));
    QVERIFY(schema);
    const auto again = schemaFromJson(toJson(*schema));
    QVERIFY(again);
    QCOMPARE(again->jsonKeys, schema->jsonKeys);
    auto json = toJson(*schema);
    json["json_keys"] = {"a.b"};
    QVERIFY(!schemaFromJson(json));
    json["json_keys"] = 3;
    QVERIFY(!schemaFromJson(json));
}

void TestJsonFiles::takesNoMoreThanJson()
{
    const auto file = write("{\"x\":1,\"label\":0}\n{\"x\":2,\"label\":1}\n");
    LayoutWish wish;
    wish.separator = ';';
    const auto schema = inferSchema(file, wish);
    QVERIFY(!schema && schema.error().code == ErrorCode::Usage);
    LayoutWish encoding;
    encoding.encoding = "UTF-8";
    QVERIFY(inferSchema(file, encoding));
}

/// Records at every place of the blocks that are read, and one that is longer than a block.
void TestJsonFiles::readsLongRecordsAcrossBlocks()
{
    for (const bool isArray : {false, true}) {
        QByteArray text = isArray ? "[" : "";
        std::vector<qsizetype> sizes;
        for (int i = 0; i < 400; ++i) {
            const qsizetype size = i == 200 ? 3'000'000 : (i * 7919) % 20'000;
            sizes.push_back(size);
            text += (isArray && i > 0 ? ",\n" : "") + QByteArray("{\"x\":") + QByteArray::number(i) + ",\"y\":\"" +
                    QByteArray(size, i % 2 == 0 ? 'a' : '{') + "\"}" + (isArray ? "" : "\n");
        }
        const Read read = readRowsOf(write(text + (isArray ? "]" : "")), keyed({"x", "y"}));
        QCOMPARE(read.error, QString());
        QCOMPARE(read.rows.size(), qsizetype{400});
        for (qsizetype i = 0; i < 400; ++i) {
            QCOMPARE(read.rows[i].size(), QString::number(i).size() + 1 + sizes[static_cast<std::size_t>(i)]);
            QCOMPARE(read.lines[i], static_cast<int>(i) + 1);
        }
    }
}

void TestJsonFiles::knowsForeignFiles_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const QByteArray& head, const char* what, const char* line) {
        QTest::newRow(what) << head << QByteArray(what) << QByteArray(line);
    };
    qputenv("MILLRACE_DUCKDB", "/absent"); // else it is read
    row(QByteArray("PAR1\x15\0\x15", 7), "a Parquet file", "read_parquet(");
    row(QByteArray("ARROW1\0\0\xFF", 9), "an Arrow (Feather) file", "read_feather(");
    row(QByteArray("PK\x03\x04\x14\0[Content_Types].xml..xl/workbook.xml", 40), "an Excel workbook", "read_excel(");
    row(QByteArray("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0", 9), "an Excel workbook of before 2007", "libreoffice");
    row(QByteArray("root\0\0\xF6\x08", 8), "a ROOT file", "uproot");
    row(QByteArray("\x89HDF\r\n\x1A\n\0", 9), "an HDF5 file", "read_hdf(");
    row(QByteArray("Obj\x01\x04\x16"), "an Avro file", "avro-tools");
    row(QByteArray("SQLite format 3\0\x10", 17), "an SQLite database", "sqlite3 -csv");
}

void TestJsonFiles::knowsForeignFiles()
{
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, what);
    QFETCH(QByteArray, line);
    const auto file = write(head + QByteArray(2000, '\x07'), "strange.csv");
    const auto schema = inferSchema(file);
    QVERIFY(!schema);
    QVERIFY2(schema.error().message.ends_with("strange.csv is " + what.toStdString()), schema.error().message.c_str());
    QVERIFY2(schema.error().advice.find(line.toStdString()) != std::string::npos, schema.error().advice.c_str());
    QVERIFY(schema.error().advice.find("'" + file.string() + "'") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestJsonFiles)
#include "tst_jsonfiles.moc"
