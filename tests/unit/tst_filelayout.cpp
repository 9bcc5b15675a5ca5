// SPDX-License-Identifier: GPL-3.0-or-later
// Tables as people have them: what stands before the header, comments, separators, decimal marks, encodings. Each is
// recognised and said, or refused with the reason.
#include "base/Encoding.h"
#include "base/Text.h"
#include "data/ColumnStats.h"
#include "data/files/TableFiles.h"
#include "data/formats/RecordFormat.h"
#include "session/Resources.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <sys/stat.h>

using namespace millrace;

namespace
{

using Names = std::vector<std::string>;
using Counts = std::vector<std::int64_t>;

/// Rows of two features and a label of 0 and 1 by turns, with one field more before or behind where that is asked for.
std::string numberRows(int count, const std::string& before = "", const std::string& separator = ",")
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += before + std::to_string(i) + ".5" + separator + std::to_string(i % 7) + separator +
                std::to_string(i % 2) + "\n";
    return text;
}

std::string encoded(const QString& text, const char* encoding)
{
    // The reader's own direction is tested against bytes that were made elsewhere; see bytes().
    QByteArray bytes;
    if (QByteArray(encoding) == "UTF-16LE")
        for (const QChar c : text)
            bytes.append(static_cast<char>(c.unicode() & 0xFFU)).append(static_cast<char>(c.unicode() >> 8U));
    else if (QByteArray(encoding) == "UTF-16BE")
        for (const QChar c : text)
            bytes.append(static_cast<char>(c.unicode() >> 8U)).append(static_cast<char>(c.unicode() & 0xFFU));
    else
        bytes = text.toLatin1();
    return bytes.toStdString();
}

} // namespace

class TestFileLayout : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::filesystem::path write(const std::string& text, const char* name = "table.csv")
    {
        const QString path = m_folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), static_cast<qint64>(text.size())) < 0)
            qFatal("cannot write %s", qPrintable(path));
        return path.toStdString();
    }

    struct Reading {
        Schema schema;
        FileSummary summary;
        std::string error;
        [[nodiscard]] bool says(const std::string& kind) const
        {
            return std::ranges::find(summary.notes, kind, &FileNote::kind) != summary.notes.end();
        }
    };

    Reading read(const std::string& text, const LayoutWish& wish = {})
    {
        Reading reading;
        const auto file = write(text);
        auto schema = inferSchema(file, wish);
        if (!schema) {
            reading.error = describe(schema.error());
            return reading;
        }
        reading.schema = *schema;
        auto summary = summarizeFile(file, *schema, -1, {}, {});
        if (!summary)
            reading.error = describe(summary.error());
        else
            reading.summary = std::move(*summary);
        return reading;
    }

private slots:
    void rowNames();
    void headerOfAnotherWidth();
    void separatorAtLineEnds();
    void linesBeforeTheHeader();
    void comments();
    void hashesThatAreNoComments();
    void commentedHeader();
    void separatorLine();
    void decimalComma();
    void thousandsMarks_data();
    void thousandsMarks();
    void fractionsBesideGroups();
    void blanks();
    void blanksAfterCommas();
    void indexOfPandas();
    void namesWithNumbers_data();
    void namesWithNumbers();
    void numbersAboveNumbers_data();
    void numbersAboveNumbers();
    void wishes();
    void nothingUsable();
    void encodings_data();
    void encodings();
    void encodingsOfNames_data();
    void encodingsOfNames();
    void utf16WithoutMark();
    void utf32IsRefused();
    void utf32IsReadWhereSaid();
    void pipesAreRefused();
    void wrongEncodingStaysUtf8();
    void transcodesAcrossPieces();
    void layoutInJson();
    void floatsThatAreTheSame();
    void severalFiles();
    void severalFilesHaveTheirEncodings();
    void severalFilesThatAreNoTable_data();
    void severalFilesThatAreNoTable();
};

/// R's write.table: no name for the first column.
void TestFileLayout::rowNames()
{
    const Reading reading = read("\"x1\",\"x2\",\"y\"\n\"1\",0.5,1,0\n\"2\",1.5,3,1\n\"3\",2.5,4,1\n");
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.featureNames(), (Names{"x1", "x2"}));
    QCOMPARE(reading.schema.columns.front().name, std::string("row name"));
    QCOMPARE(reading.schema.columns[static_cast<std::size_t>(reading.schema.labelColumn())].name, std::string("y"));
    QCOMPARE(reading.summary.rows, std::int64_t{3});
    QCOMPARE(reading.summary.rejections.count(), std::int64_t{0});
    QCOMPARE(reading.summary.classCounts, (Counts{1, 2}));
    QVERIFY(reading.says("row names"));
}

void TestFileLayout::headerOfAnotherWidth()
{
    for (const char* header : {"a,b,c,d,e\n", "a,b\n"}) {
        const std::string rows = std::string(header) == "a,b\n" ? "1,2,3,4,0\n5,6,7,8,1\n" : "1,2,0\n3,4,1\n5,6,0\n";
        const Reading reading = read(header + rows);
        const std::string told = std::string(header) == "a,b\n" ? "line 1: the header has 2 names, the rows 5 columns"
                                                                : "line 1: the header has 5 names, the rows 3 columns";
        QVERIFY2(reading.error.find(told) != std::string::npos, reading.error.c_str());
    }
    // Somebody who says that there is none gets the row rejected.
    const Reading without = read("a,b,c,d,e\n1,2,0\n3,4,1\n5,6,0\n", {.header = false});
    QCOMPARE(without.summary.rows, std::int64_t{3});
}

void TestFileLayout::separatorAtLineEnds()
{
    const Reading rows = read("x,y\n1,0,\n2,1,\n3,0,\n");
    QCOMPARE(rows.error, std::string());
    QCOMPARE(rows.schema.featureNames(), Names{"x"});
    QCOMPARE(rows.summary.classCounts, (Counts{2, 1}));
    const Reading header = read("x,y,\n1,0\n2,1\n3,0\n");
    QCOMPARE(header.error, std::string());
    QCOMPARE(header.schema.featureNames(), Names{"x"});
    QCOMPARE(header.summary.rows, std::int64_t{3});
}

void TestFileLayout::linesBeforeTheHeader()
{
    const std::string table = "x1,x2,label\n" + numberRows(20);
    for (const std::string before :
         {"Report of plant 7\n", "Report of plant 7\n\nfrom 2024-01-01, to 2024-02-01\n\n", "Plant 7,,\n,,\n"}) {
        const Reading reading = read(before + table);
        QCOMPARE(reading.error, std::string());
        QCOMPARE(reading.schema.featureNames(), (Names{"x1", "x2"}));
        QCOMPARE(reading.summary.rows, std::int64_t{20});
        QCOMPARE(reading.summary.rejections.count(), std::int64_t{0});
        QVERIFY(reading.says("preamble"));
    }
    const Reading headless = read("|1x3 Cross validator\n" + numberRows(20));
    QVERIFY(!headless.schema.header);
    QCOMPARE(headless.summary.rows, std::int64_t{20});
    // A short row is a bad row, not a title.
    const Reading ragged = read("7\n" + numberRows(20));
    QCOMPARE(ragged.summary.rejections.count(), std::int64_t{1});
    QVERIFY(!ragged.says("preamble"));
}

void TestFileLayout::comments()
{
    std::string text = "# exported by logger 2.1, \"twice\n# station: 7\nx1,x2,alarm\n" + numberRows(10) +
                       "# sensor restarted\n" + numberRows(10) + "#3.5,2,1\n  # end\n";
    const Reading reading = read(text);
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.comment, std::string("#"));
    QCOMPARE(reading.schema.featureNames(), (Names{"x1", "x2"}));
    QCOMPARE(reading.summary.rows, std::int64_t{20});
    QCOMPARE(reading.summary.rejections.count(), std::int64_t{0});
    QVERIFY(reading.says("comment"));
    const Reading without = read(text, {.comment = ""});
    QVERIFY(!without.error.empty() || without.summary.rejections.count() > 0);
}

void TestFileLayout::hashesThatAreNoComments()
{
    const Reading reading = read("tag,x,label\n#love,1,0\nplain,2,1\n#war,3,0\n");
    QCOMPARE(reading.schema.comment, std::string());
    QCOMPARE(reading.summary.rows, std::int64_t{3});
}

/// numpy's savetxt writes the names behind a hash.
void TestFileLayout::commentedHeader()
{
    const Reading reading = read("# made today\n# x1,x2,label\n" + numberRows(10));
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.featureNames(), (Names{"x1", "x2"}));
    QVERIFY(!reading.schema.header);
    QCOMPARE(reading.summary.rows, std::int64_t{10});
}

void TestFileLayout::separatorLine()
{
    for (const char* line : {"sep=;\r\n", "\"sep=;\"\n", "SEP=;\n"}) {
        const Reading reading = read(std::string(line) + "x1;x2;label\n" + numberRows(10, "", ";"));
        QCOMPARE(reading.error, std::string());
        QCOMPARE(reading.schema.separator, ';');
        QCOMPARE(reading.schema.skip, std::int64_t{1});
        QCOMPARE(reading.schema.featureNames(), (Names{"x1", "x2"}));
        QCOMPARE(reading.summary.rows, std::int64_t{10});
    }
}

void TestFileLayout::decimalComma()
{
    const std::string text = "Druck;Strom;Ausfall\n-0,5;1,25;ja\n1,5;+2,5;nein\n2,5;3;ja\n1.234;1;nein\n";
    const Reading reading = read(text);
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.decimal, ',');
    QCOMPARE(reading.summary.rows, std::int64_t{3});
    QCOMPARE(reading.summary.columns[0].minimum, -0.5);
    QCOMPARE(reading.summary.columns[1].maximum, 3.0);
    QVERIFY(reading.says("decimal"));
    QCOMPARE(reading.summary.firstProblems,
             Names{"line 5: column 1 (Druck): '1.234' is not a number: it holds a point, where the decimal mark is a "
                   "comma"});
    // Its messages have points: another reader of the topic need not know the file.
    auto reader = CsvReader::open(write(text), reading.schema);
    CsvRow row;
    QVERIFY(reader->next(row).value());
    const auto format = makeRecordFormat(defaultRecordFormat(), reading.schema);
    QVERIFY(format);
    QCOMPARE(std::string((*format)->encode(row, 1).value), std::string("-0.5,1.25"));
}

void TestFileLayout::thousandsMarks_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("told");
    const char* const points = "line 3: column 1 (price): '1.160.366' is a number with thousands marks";
    const char* const commas = "line 3: column 1 (price): '1,160,366' is a number with thousands marks";
    QTest::newRow("points") << "price,y\n12.593,0\n1.160.366,1\n866,0\n" << points;
    QTest::newRow("negative") << "price,y\n-12.593,0\n-1.160.366,1\n866,0\n"
                              << "line 3: column 1 (price): '-1.160.366' is a number with thousands marks";
    QTest::newRow("no other mark") << "price,y\n999,0\n1.160.366,1\n866,0\n" << points;
    QTest::newRow("commas") << "price;y\n12,593;0\n1,160,366;1\n866;0\n" << commas;
    QTest::newRow("commas in quotes") << "price,y\n\"12,593\",0\n\"1,160,366\",1\n866,0\n12,1\n" << commas;
}

/// Read as a fraction, 12.593 would be a thousandth of what it is.
void TestFileLayout::thousandsMarks()
{
    QFETCH(QString, text);
    QFETCH(QString, told);
    const Reading reading = read(text.toStdString());
    QVERIFY2(reading.error.find(told.toStdString()) != std::string::npos, reading.error.c_str());
    QVERIFY2(reading.error.find("without thousands marks") != std::string::npos, reading.error.c_str());
}

/// Where other numbers show that the mark is the decimal one, the odd one is a bad value.
void TestFileLayout::fractionsBesideGroups()
{
    for (const std::string fraction : {"12.5", "0.593", "12.5934", "1.5e3"}) {
        const Reading reading = read("x,y\n" + fraction + ",0\n1.160.366,1\n866,0\n");
        QCOMPARE(reading.error, std::string());
        QCOMPARE(reading.summary.firstProblems,
                 Names{"line 3: column 1 (x): '1.160.366' is not a number: it holds points between thousands"});
    }
    const Reading plain = read("x,y\n12.593,0\n1.160,1\n866,0\n");
    QCOMPARE(plain.error, std::string());
    QCOMPARE(plain.summary.rows, std::int64_t{3});
}

void TestFileLayout::blanks()
{
    const std::string rows = "70.0 1 130.5 2\n  67.0  0   95.0 1  \n57.0\t1 124.0 2\n";
    const Reading reading = read(rows);
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.separator, kBlanks);
    QCOMPARE(reading.schema.columns.size(), std::size_t{4});
    QCOMPARE(reading.summary.rows, std::int64_t{3});
    QCOMPARE(reading.schema.classes, (Names{"1", "2"}));
    const Reading quoted = read("name x y\n\"a b\" 1 0\n c   2 1\n\"\"  3 0\r\n");
    QCOMPARE(quoted.error, std::string());
    QCOMPARE(quoted.summary.rows, std::int64_t{3});
    QCOMPARE(quoted.summary.firstRows[0], (Names{"a b", "1", "0"}));
}

/// As the census table adult.data: a blank behind each comma, also before a quote.
void TestFileLayout::blanksAfterCommas()
{
    const Reading reading =
        read("|1x3 Cross validator\n39, \"State, gov\", 77516, <=50K\n50, ?, 83311, >50K\n38, Private, 1, <=50K\n\n");
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.separator, ',');
    QCOMPARE(reading.summary.rows, std::int64_t{3});
    QCOMPARE(reading.summary.rejections.count(), std::int64_t{0});
    QCOMPARE(reading.schema.classes, (Names{"<=50K", ">50K"}));
    QCOMPARE(reading.summary.classCounts, (Counts{2, 1}));
}

void TestFileLayout::indexOfPandas()
{
    const Reading reading = read(",x,y\n0,1.5,0\n1,2.5,1\n2,3.5,1\n");
    QCOMPARE(reading.schema.columns[0].name, std::string("row number"));
    QCOMPARE(reading.schema.featureNames(), Names{"x"});
    QCOMPARE(read(",x,y\n4,1.5,0\n1,2.5,1\n2,3.5,1\n").schema.featureNames().size(), std::size_t{2});
}

void TestFileLayout::namesWithNumbers_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<int>("rows");
    QTest::addColumn<bool>("isHeader");
    QTest::newRow("pandas") << QByteArray("0,1,label") << 3 << true;
    QTest::newRow("a label's name alone") << QByteArray("5.5,2,class") << 3 << true;
    QTest::newRow("counted from 1") << QByteArray("1,2,kind") << 12 << true;
    QTest::newRow("years") << QByteArray("2001,2002,kind") << 12 << true;
    QTest::newRow("nothing but numbers") << QByteArray("0,1,2") << 3 << true;
    QTest::newRow("numbers that do not count") << QByteArray("0,1,3") << 12 << false;
    QTest::newRow("too few rows") << QByteArray("1,2,kind") << 4 << false;
    QTest::newRow("a value") << QByteArray("1,2,red") << 12 << false;
    QTest::newRow("in no order") << QByteArray("2,1,kind") << 12 << false;
    QTest::newRow("fractions") << QByteArray("1.5,2.5,kind") << 12 << false;
}

/// The first row is the header, or one more row.
void TestFileLayout::namesWithNumbers()
{
    QFETCH(QByteArray, first);
    QFETCH(int, rows);
    QFETCH(bool, isHeader);
    std::string text = first.toStdString() + "\n";
    for (int i = 0; i < rows; ++i)
        text += std::to_string(i) + ".5," + std::to_string(i % 7) + (i % 2 == 0 ? ",red\n" : ",green\n");
    const Reading reading = read(text);
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.header, isHeader);
    QCOMPARE(reading.schema.columns[2].name,
             isHeader ? first.mid(first.lastIndexOf(',') + 1).toStdString() : "column 3");
    std::string rare = "3,4,blue\n";
    for (int i = 0; i < 12; ++i)
        rare += "1,2," + std::string(i == 5 ? "mauve" : "red") + "\n";
    QVERIFY(!read(rare).schema.header); // values that stand there once are usual in its column
}

void TestFileLayout::numbersAboveNumbers_data()
{
    QTest::addColumn<std::string>("first");
    QTest::addColumn<std::string>("fourth");
    QTest::addColumn<bool>("isHeader");
    const std::string row = "4,9,1,3\n";
    QTest::newRow("years") << std::string("2001,2002,2003,2004\n") << row << true;
    QTest::newRow("pandas") << std::string("0,1,2,3\n") << row << true;
    QTest::newRow("others count up, too") << std::string("2001,2002,2003,2004\n") << std::string("3,4,5,6\n") << false;
    QTest::newRow("every second year") << std::string("2001,2003,2005,2007\n") << row << false;
    QTest::newRow("fractions") << std::string("1.5,2.5,3.5,4.5\n") << row << false;
}

void TestFileLayout::numbersAboveNumbers()
{
    QFETCH(std::string, first);
    QFETCH(std::string, fourth);
    QFETCH(bool, isHeader);
    const std::string rest = "5,3,1,0\n2,8,6,1\n" + fourth + "7,7,2,0\n1,4,4,1\n";
    const Reading reading = read(first + rest);
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.header, isHeader);
    QCOMPARE(reading.summary.rows, std::int64_t{isHeader ? 5 : 6});
}

/// What a person says is done, whatever it looks like.
void TestFileLayout::wishes()
{
    const std::string text = "a;b;c\n1;2,5;0\n2;3,5;1\n";
    QCOMPARE(read(text, {.separator = ';', .decimal = '.'}).schema.decimal, '.');
    QCOMPARE(read(text, {.separator = ','}).schema.separator, ',');
    const Reading headless = read("5,6,7\n1,2,0\n2,3,1\n", {.header = true});
    QCOMPARE(headless.schema.featureNames(), (Names{"5", "6"}));
    const Reading third = read("x,y,z\nof what,in what,and so\na,b,c\n1,2,0\n2,3,1\n", {.headerLine = 3});
    QCOMPARE(third.schema.featureNames(), (Names{"a", "b"}));
    QCOMPARE(third.schema.skip, std::int64_t{2});
    QCOMPARE(third.summary.rows, std::int64_t{2});
    const Reading beyond = read("a,b\n1,0\n", {.headerLine = 30});
    QVERIFY2(beyond.error.find("has no line 30") != std::string::npos, beyond.error.c_str());
    QVERIFY(read(text, {.encoding = "klingon"}).error.find("There is no encoding 'klingon'") != std::string::npos);
}

/// Never a table of one ignored column.
void TestFileLayout::nothingUsable()
{
    const Reading words = read("Dear reader\nthis is a letter\nwith lines of words\n");
    QVERIFY2(words.error.find("has no column that could be a feature") != std::string::npos, words.error.c_str());
    QVERIFY(words.error.find("--separator") != std::string::npos);
    QVERIFY(read("word\na\nb\n").error.find("has no column that could be a feature") != std::string::npos);
    const Reading texts = read("name,class\na,0\nb,1\nc,0\n");
    QVERIFY2(texts.error.empty() && texts.schema.featureNames() == Names{"name"}, texts.error.c_str());
}

void TestFileLayout::encodings_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("encoding");
    QTest::addColumn<QString>("name");
    const auto table = [](const QByteArray& name) { return name + ",label\n1,0\n2,1\n3,0\n"; };
    const auto row = [&](const char* title, const QByteArray& name, const char* encoding, const char* readable) {
        QTest::newRow(title) << table(name) << encoding << QString::fromUtf8(readable);
    };
    row("ASCII", "x", "UTF-8", "x");
    row("UTF-8",
        "Stra\xC3\x9F"
        "e",
        "UTF-8", "Straße");
    row("UTF-8 with a mark",
        "\xEF\xBB\xBFStra\xC3\x9F"
        "e",
        "UTF-8", "Straße");
    row("Windows-1252",
        "Temp\xE9rature (\xB0"
        "C)",
        "Windows-1252", "Température (°C)");
    row("Windows-1252, euro", "Preis \x80", "Windows-1252", "Preis €");
    row("Big5", "\xAB\xC8\xA4\xE1\xAC\x79\xA5\xA2", "Big5", "客戶流失");
    row("GB18030", "\xBF\xCD\xBB\xA7\xC1\xF7\xCA\xA7", "GB18030", "客户流失");
    row("Shift-JIS", "\x8C\xDA\x8B\x71\x82\xCC\x97\xA3\x92\x45", "Shift-JIS", "顧客の離脱");
    for (const char* encoding : {"UTF-16LE", "UTF-16BE"})
        QTest::newRow(encoding) << QByteArray::fromStdString(
                                       encoded(QChar(0xFEFF) + QStringLiteral("客戶,label\n1,0\n2,1\n3,0\n"), encoding))
                                << encoding << QStringLiteral("客戶");
}

void TestFileLayout::encodings()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, encoding);
    QFETCH(QString, name);
    const Reading reading = read(bytes.toStdString());
    QCOMPARE(reading.error, std::string());
    QCOMPARE(QString::fromStdString(reading.schema.encoding), encoding);
    QCOMPARE(QString::fromStdString(reading.schema.columns[0].name), name);
    QCOMPARE(reading.summary.rows, std::int64_t{3});
    QCOMPARE(reading.says("encoding"), encoding != "UTF-8");
}

void TestFileLayout::encodingsOfNames_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("encoding");
    QTest::newRow("French") << "été à la plage, Genève où ça, naïve cœur"
                            << "Windows-1252";
    QTest::newRow("German") << "Größe, Länge, Übermaß, äußere Öffnung"
                            << "Windows-1252";
    QTest::newRow("Spanish") << "año, niño, corazón, ¿qué?"
                             << "Windows-1252";
    QTest::newRow("traditional") << "性別,年齡,教育程度,婚姻狀況,信用額度,是否流失"
                                 << "Big5";
    QTest::newRow("simplified") << "性别,年龄,教育程度,婚姻状况,信用额度,是否流失"
                                << "GB18030";
    QTest::newRow("Japanese") << "性別,年齢,学歴,結婚状況,利用限度額,カード,はい,いいえ"
                              << "Shift-JIS";
}

/// What iconv wrote in an encoding is guessed as that encoding.
void TestFileLayout::encodingsOfNames()
{
    QFETCH(QString, text);
    QFETCH(QString, encoding);
    const QString plain = m_folder.filePath("plain.txt");
    QFile file(plain);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text.toUtf8());
    file.close();
    QProcess iconv;
    iconv.start("iconv", {"-f", "UTF-8", "-t",
                          encoding == "Windows-1252" ? "CP1252"
                          : encoding == "Shift-JIS"  ? "CP932"
                          : encoding == "Big5"       ? "CP950"
                                                     : "GB18030",
                          plain});
    if (!iconv.waitForFinished() || iconv.exitCode() != 0)
        QSKIP("iconv is not here");
    const QByteArray bytes = iconv.readAllStandardOutput();
    QCOMPARE(QString::fromStdString(guessEncoding(bytes.toStdString())), encoding);
    std::string back;
    Transcoder::open(encoding.toStdString())->feed(bytes.toStdString(), true, back);
    QCOMPARE(QString::fromStdString(back), text);
}

void TestFileLayout::utf16WithoutMark()
{
    const std::string bytes = encoded(QStringLiteral("x,label\n1,0\n2,1\n"), "UTF-16LE");
    const Reading refused = read(bytes);
    QVERIFY2(refused.error.find("UTF-16 text without a byte order mark") != std::string::npos, refused.error.c_str());
    QVERIFY(refused.error.find("--encoding UTF-16LE") != std::string::npos);
    const Reading said = read(bytes, {.encoding = "UTF-16LE"});
    QCOMPARE(said.error, std::string());
    QCOMPARE(said.summary.rows, std::int64_t{2});
}

/// With and without being told an encoding that it is not.
void TestFileLayout::utf32IsRefused()
{
    const std::string bytes("\xFF\xFE\0\0x\0\0\0,\0\0\0y\0\0\0\n\0\0\0", 20);
    for (const char* encoding : {"", "UTF-16LE"}) {
        LayoutWish wish;
        if (*encoding != '\0')
            wish.encoding = encoding;
        const Reading refused = read(bytes, wish);
        QVERIFY2(refused.error.find("is UTF-32 text") != std::string::npos, refused.error.c_str());
        QVERIFY(refused.error.find("--encoding UTF-32") != std::string::npos);
    }
}

/// An explicit encoding of iconv's is taken.
void TestFileLayout::utf32IsReadWhereSaid()
{
    std::string bytes("\xFF\xFE\0\0", 4);
    for (const char c : std::string("x,label\n1,0\n2,1\n"))
        (bytes += c).append(3, '\0');
    for (const char* encoding : {"UTF-32", "utf-32"}) {
        const Reading said = read(bytes, {.encoding = encoding});
        QCOMPARE(said.error, std::string());
        QCOMPARE(said.summary.rows, std::int64_t{2});
    }
}

void TestFileLayout::pipesAreRefused()
{
    const std::filesystem::path pipe = m_folder.filePath("pipe").toStdString();
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    const auto schema = inferSchema(pipe, {});
    QVERIFY(!schema);
    QVERIFY2(schema.error().message.find("cannot be read twice") != std::string::npos, schema.error().message.c_str());
}

/// Also where somebody insists on UTF-8: bytes that are none never go further.
void TestFileLayout::wrongEncodingStaysUtf8()
{
    const Reading reading = read("Dr\xFC"
                                 "ck,label\n1,0\n2,1\n3,0\n",
                                 {.encoding = "UTF-8"});
    QCOMPARE(reading.error, std::string());
    QCOMPARE(reading.schema.columns[0].name, std::string("Dr\xEF\xBF\xBD"
                                                         "ck"));
    QVERIFY(isUtf8(dumpJson(toJson(reading.schema))));
}

void TestFileLayout::transcodesAcrossPieces()
{
    const std::string bytes = "\xAB\xC8\xA4\xE1\xAC\x79\xA5\xA2"; // Big5
    auto transcoder = Transcoder::open("Big5").value();
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        transcoder.feed(bytes.substr(i, 1), i + 1 == bytes.size(), text);
    QCOMPARE(QString::fromStdString(text), QStringLiteral("客戶流失"));
    QCOMPARE(transcoder.replaced(), std::int64_t{0});
    transcoder.feed("\xAB", true, text); // half a character
    QCOMPARE(transcoder.replaced(), std::int64_t{1});

    // A file of several blocks, with characters over their borders.
    std::string table = "Gen\xE8ve,x,label\n";
    for (int i = 0; i < 200'000; ++i)
        table += "Z\xFCrich," + std::to_string(i) + "," + std::to_string(i % 2) + "\n";
    const Reading reading = read(table);
    QCOMPARE(reading.summary.rows, std::int64_t{200'000});
    QCOMPARE(reading.summary.rejections.count(), std::int64_t{0});
    QCOMPARE(QString::fromStdString(reading.summary.firstRows[0][0]), QStringLiteral("Zürich"));
}

void TestFileLayout::layoutInJson()
{
    Schema schema = example().schema;
    static_cast<CsvLayout&>(schema) = {';', true, ',', "#", "Big5", 3, true};
    auto back = schemaFromJson(toJson(schema));
    QVERIFY(back.has_value());
    QCOMPARE(toJson(*back).dump(), toJson(schema).dump());
    QCOMPARE(back->encoding, std::string("Big5"));
    QCOMPARE(back->skip, std::int64_t{3});
    for (const char* wrong : {R"({"decimal":"x","columns":[{}]})", R"({"skip":-1,"columns":[{}]})",
                              R"({"row_names":1,"columns":[{}]})", R"({"encoding":8,"columns":[{}]})"})
        QVERIFY(!schemaFromJson(nlohmann::json::parse(wrong)));
}

void TestFileLayout::floatsThatAreTheSame()
{
    std::string text = "x,constant,epoch,id,momentum,label\n";
    for (int i = 0; i < 400; ++i)
        text += std::to_string(i) + ".25,7.5," + std::to_string(1'760'000'000 + i) + "," +
                std::to_string(12'345'678'901'234'567 + 1'000'000'000'000'000 * (i % 50)) + "," +
                std::to_string(i + 1) + "e33," + std::to_string(i % 2) + "\n";
    const Reading reading = read(text);
    QCOMPARE(reading.error, std::string());
    std::vector<FileNote> notes; // of floats: one column counts the rows, and one may be an identifier, too
    std::vector<std::pair<std::string, int>> found;
    for (const FileNote& note : reading.summary.notes) {
        if (note.kind == "identifier" || note.kind == "question")
            continue;
        notes.push_back(note);
        found.emplace_back(note.kind, note.column);
    }
    QCOMPARE(found, (std::vector<std::pair<std::string, int>>{
                        {"constant", 1}, {"float32", 2}, {"float32", 3}, {"overflow", 4}}));
    const std::string& epoch = notes[1].text;
    QVERIFY2(epoch.find("400 different ones become 4,") != std::string::npos ||
                 epoch.find("400 different ones become 5,") != std::string::npos,
             epoch.c_str());
    QVERIFY2(notes[2].text.find("lose digits") != std::string::npos, notes[2].text.c_str());
    // Many digits alone are no fault: UCI writes 18 of them.
    std::string digits = "x,label\n";
    for (int i = 0; i < 2000; ++i)
        digits += QByteArray::number(std::sqrt(i + 1.0), 'e', 18).toStdString() + "," + std::to_string(i % 2) + "\n";
    QVERIFY(read(digits).summary.notes.empty());
}

/// Columns are found by name, in CSV and JSON; rows are numbered on, and lines are each file's own.
void TestFileLayout::severalFiles()
{
    const auto january = write("x,place,label\n1,Oslo,a\n2,Bergen,b\n", "january.csv");
    const auto february = write("more;label;x;place\n;a;3;\"Os;lo\"\n;b;4\n;b;5;Bergen\n", "february.csv");
    const auto march =
        write("{\"label\":\"c\",\"x\":\"late\",\"place\":\"Molde\"}\n{\"x\":7,\"label\":\"c\"}\n", "march.jsonl");
    auto schema = inferTable(january, {february, march});
    QVERIFY2(schema, schema ? "" : describe(schema.error()).c_str());
    QCOMPARE(schema->columnNames(), (Names{"x", "place", "label"}));
    const auto words = write("x,place,label\nlate,Oslo,a\nlater,Oslo,b\n", "words.csv"); // of which one file has texts
    QVERIFY(inferTable(january, {words}).value().columns[0].type == ColumnType::Text);
    auto summary = summarizeWithClasses(january, *schema, -1, {}, {});
    QVERIFY2(summary, summary ? "" : describe(summary.error()).c_str());
    QCOMPARE(schema->classes, (Names{"a", "b", "c"}));
    QCOMPARE(summary->firstProblems, (Names{"february.csv line 3: has 3 columns, 4 expected",
                                            "march.jsonl line 1: column 1 (x): 'late' is not a number"}));
    const auto reader = openTable(january, *schema);
    QVERIFY(reader);
    CsvRow row;
    Names rows;
    while ((*reader)->next(row).value_or(false))
        rows.push_back(std::to_string(row.row) + " " + lineOf(row) + ": " + std::string(row.text));
    QCOMPARE(rows, (Names{"0 january.csv line 2: 1,Oslo,a", "1 january.csv line 3: 2,Bergen,b",
                          "2 february.csv line 2: 3,\"Os;lo\",a", "3 february.csv line 3: ;b;4",
                          "4 february.csv line 4: 5,Bergen,b",
                          "5 march.jsonl line 1: {\"label\":\"c\",\"x\":\"late\",\"place\":\"Molde\"}",
                          "6 march.jsonl line 2: {\"x\":7,\"label\":\"c\"}"}));
    QCOMPARE((*reader)->bytesRead(), (*reader)->bytesTotal());
    Names told;
    const auto notes = (*reader)->notes();
    for (const FileNote& note : notes)
        told.push_back(note.text);
    QVERIFY(std::ranges::count(
                told, "february.csv: more is a column that the first file does not have, and is left out") == 1);
    auto hollow = *schema;
    QVERIFY(addFiles(january, {write("x,place,label\n", "hollow.csv")}, hollow));
    summary = summarizeWithClasses(january, hollow, -1, {}, {});
    QVERIFY(summary && std::ranges::count(summary->notes, "hollow.csv: it has no rows", &FileNote::text) == 1);
}

/// Each file has its own, which its rows tell where the header does not.
void TestFileLayout::severalFilesHaveTheirEncodings()
{
    const QString text = "x,label\n1,Jäger\n2,Fischer\n3,Müller\n";
    const auto utf8 = write(text.toStdString(), "utf8.csv"), latin = write(encoded(text, "ISO-8859-1"), "latin.csv"),
               wide = write("\xFF\xFE" + encoded(text, "UTF-16LE"), "wide.csv"),
               ascii = write("x,label\n4,Fischer\n", "ascii.csv"),
               headless = write(encoded("1,Jäger\n2,Fischer\n", "ISO-8859-1"), "headless.csv");
    using Files = std::vector<std::filesystem::path>;
    for (const Files& files :
         {Files{utf8, latin, wide, ascii}, Files{latin, ascii, utf8, wide}, Files{wide, latin, utf8}}) {
        auto schema = inferTable(files.front(), {files.begin() + 1, files.end()});
        QVERIFY(schema);
        QVERIFY(summarizeWithClasses(files.front(), *schema, -1, {}, {}));
        QCOMPARE(schema->classes, (Names{"Fischer", "Jäger", "Müller"}));
    }
    auto schema = inferTable(write("1,Jäger\n2,Fischer\n", "first.csv"), {headless});
    QVERIFY(schema && !schema->header);
    chooseLabel(*schema, 1);
    QVERIFY(summarizeWithClasses(m_folder.filePath("first.csv").toStdString(), *schema, -1, {}, {}));
    QCOMPARE(schema->classes, (Names{"Fischer", "Jäger"}));
}

void TestFileLayout::severalFilesThatAreNoTable_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("second");
    QTest::addColumn<QByteArray>("error");
    QTest::newRow("a column less") << QByteArray("x,place,label\n1,a,0\n") << QByteArray("x,label\n1,0\n")
                                   << QByteArray(
                                          "second.csv has no column 'place', which the rows that are learnt have");
    QTest::newRow("no names") << QByteArray("1.5,2,0\n2.5,3,1\n") << QByteArray("1.5,0\n2.5,1\n")
                              << QByteArray("second.csv has 2 columns, and ");
    QTest::newRow("decimals") << QByteArray("x;label\n1,5;0\n2,5;1\n") << QByteArray("x;label\n1.5;0\n2.5;1\n")
                              << QByteArray("second.csv, column 'x': numbers have a decimal point, and in ");
    QTest::newRow("empty") << QByteArray("x,label\n1,0\n") << QByteArray() << QByteArray("second.csv is empty");
}

void TestFileLayout::severalFilesThatAreNoTable()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, second);
    QFETCH(QByteArray, error);
    const auto one = write(first.toStdString(), "first.csv"), other = write(second.toStdString(), "second.csv");
    const auto refused = inferTable(one, {other});
    QVERIFY(!refused);
    QVERIFY2(describe(refused.error()).find(error.toStdString()) != std::string::npos,
             describe(refused.error()).c_str());
    const auto twice = inferTable(one, {one});
    QVERIFY(!twice && twice.error().message.find("first.csv is given twice") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestFileLayout)
#include "tst_filelayout.moc"
