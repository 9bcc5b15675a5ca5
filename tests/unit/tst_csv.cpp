// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"
#include "data/ColumnStats.h"
#include "data/files/CsvReader.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <zlib.h>
#include <zstd.h>

using namespace millrace;

namespace
{

using Rows = std::vector<std::vector<std::string>>;

struct Content {
    Rows rows;
    std::vector<std::int64_t> lines;
    std::vector<std::string> texts;
    std::vector<std::string> header;
    std::string error;
};

Content readAll(const std::filesystem::path& file, char separator, bool header)
{
    Content content;
    auto reader = CsvReader::open(file, CsvLayout{separator, header});
    if (!reader) {
        content.error = describe(reader.error());
        return content;
    }
    content.header = reader->header();
    CsvRow row;
    for (;;) {
        auto found = reader->next(row);
        if (!found)
            content.error = describe(found.error());
        if (!found || !*found)
            return content;
        content.rows.emplace_back(row.fields.begin(), row.fields.end());
        content.lines.push_back(row.line);
        content.texts.emplace_back(row.text);
    }
}

void writeGzip(const std::filesystem::path& file, const std::string& text)
{
    gzFile gzip = gzopen(file.c_str(), "wb1");
    QVERIFY(gzip != nullptr);
    QCOMPARE(gzwrite(gzip, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
    QCOMPARE(gzclose(gzip), Z_OK);
}

void writeZstd(const std::filesystem::path& file, const std::string& text)
{
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    ZSTD_CCtx* packer = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(packer, ZSTD_c_checksumFlag, 1); // as the command zstd does
    const std::size_t size = ZSTD_compress2(packer, packed.data(), packed.size(), text.data(), text.size());
    ZSTD_freeCCtx(packer);
    QVERIFY(ZSTD_isError(size) == 0);
    QFile out(QString::fromStdString(file.string()));
    QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Append)); // frames may follow each other
    QCOMPARE(out.write(packed.data(), static_cast<qint64>(size)), static_cast<qint64>(size));
}

void writePacked(const std::filesystem::path& file, const std::string& text)
{
    if (file.extension() == ".zst")
        writeZstd(file, text);
    else
        writeGzip(file, text);
}

void packings()
{
    QTest::addColumn<QString>("ending");
    QTest::addColumn<QString>("name");
    QTest::newRow("gzip") << ".gz"
                          << "gzip";
    QTest::newRow("zstd") << ".zst"
                          << "zstd";
}

std::string manyRows(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::to_string(i % 2) + "," + std::to_string(i) + ",0.5\n";
    return text;
}

} // namespace

class TestCsv : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::filesystem::path write(const std::string& text, const char* name = "x.csv")
    {
        const QString path = m_folder.filePath(QString::fromLatin1(name));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), static_cast<qint64>(text.size())) < 0)
            qFatal("cannot write %s", qPrintable(path));
        return path.toStdString();
    }

private slots:
    void plainRows();
    void lineEnds_data();
    void lineEnds();
    void quotes();
    void quoteAcrossBuffers();
    void unclosedQuote();
    void headerAndLines();
    void notText_data();
    void notText();
    void packed_data() { packings(); }
    void packed();
    void severalFrames_data() { packings(); }
    void severalFrames();
    void bytesBehindTheEnd_data() { packings(); }
    void bytesBehindTheEnd();
    void truncated_data() { packings(); }
    void truncated();
    void damaged_data() { packings(); }
    void damaged();
    void leftEarly_data() { packings(); }
    void leftEarly();
    void progress();
    void summary();
    void summaryCancelled();
    void summarySortedByClass();
};

void TestCsv::plainRows()
{
    const Content content = readAll(write("1,2,3\n4,,6\n,,\n"), ',', false);
    QCOMPARE(content.rows, (Rows{{"1", "2", "3"}, {"4", "", "6"}, {"", "", ""}}));
    QCOMPARE(content.texts, (std::vector<std::string>{"1,2,3", "4,,6", ",,"}));
    QVERIFY(content.error.empty());
}

void TestCsv::lineEnds_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("LF") << QByteArray("1,2\n3,4\n");
    QTest::newRow("CRLF") << QByteArray("1,2\r\n3,4\r\n");
    QTest::newRow("no last line end") << QByteArray("1,2\n3,4");
    QTest::newRow("no last line end, CR") << QByteArray("1,2\r\n3,4\r");
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                   "1,2\n3,4\n");
    QTest::newRow("blank lines") << QByteArray("\n1,2\n\r\n  \n3,4\n\n\n");
    QTest::newRow("quoted, CRLF") << QByteArray("\"1\",2\r\n3,\"4\"\r\n");
    QTest::newRow("quoted, no last line end") << QByteArray("\"1\",2\n3,\"4\"");
}

void TestCsv::lineEnds()
{
    QFETCH(QByteArray, text);
    const Content content = readAll(write(text.toStdString()), ',', false);
    QCOMPARE(content.rows, (Rows{{"1", "2"}, {"3", "4"}}));
    QVERIFY(content.error.empty());
}

void TestCsv::quotes()
{
    const Content content =
        readAll(write("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\nplain,5\" pipe,\"\"\n\"x\"y,,1\n"), ',', false);
    QCOMPARE(content.rows, (Rows{{"a,b", "say \"hi\"", "two\nlines"}, {"plain", "5\" pipe", ""}, {"xy", "", "1"}}));
    QCOMPARE(content.lines, (std::vector<std::int64_t>{1, 3, 4}));
    QCOMPARE(content.texts[0], std::string("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\""));
}

/// Fields and rows that straddle the reader's blocks, and one row larger than its first buffer.
void TestCsv::quoteAcrossBuffers()
{
    std::string text;
    Rows expected;
    for (int i = 0; i < 3000; ++i) {
        const std::string long1(static_cast<std::size_t>(500 + i % 97), 'x');
        text += "\"" + long1 + "\"\"\n\"," + std::to_string(i) + "\r\n";
        expected.push_back({long1 + "\"\n", std::to_string(i)});
    }
    const std::string huge(3'000'000, 'y');
    text += "\"" + huge + "\",1\n" + huge + ",2\n";
    expected.push_back({huge, "1"});
    expected.push_back({huge, "2"});
    const Content content = readAll(write(text), ',', false);
    QVERIFY2(content.error.empty(), content.error.c_str());
    QVERIFY(content.rows == expected);
    QCOMPARE(content.lines.back(), std::int64_t{6002});
}

void TestCsv::unclosedQuote()
{
    const Content content = readAll(write("1,2\n\"a\nb\",\"c\n3,4\n5,6\n"), ',', false);
    QCOMPARE(content.rows.size(), std::size_t{1});
    QVERIFY2(content.error.find("x.csv line 3: the quote that opens column 2 is never closed") != std::string::npos,
             content.error.c_str());
    // In flat memory: a forgotten quote does not read the rest of a large file.
    const Content large = readAll(write("1,2\n3,\"4\n" + std::string(20'000'000, '\n')), ',', false);
    QVERIFY2(large.error.find("line 2: the quote that opens column 2") != std::string::npos, large.error.c_str());
    const Content endless = readAll(write(std::string(20'000'000, 'z')), ',', false);
    QVERIFY2(endless.error.find("line 1 is longer than") != std::string::npos, endless.error.c_str());
}

void TestCsv::headerAndLines()
{
    const Content content = readAll(write("a;\"b;c\"\n\n1;2\n3;4\n"), ';', true);
    QCOMPARE(content.header, (std::vector<std::string>{"a", "b;c"}));
    QCOMPARE(content.rows, (Rows{{"1", "2"}, {"3", "4"}}));
    QCOMPARE(content.lines, (std::vector<std::int64_t>{3, 4}));
    const std::string twice = "\xEF\xBB\xBF\xEF\xBB\xBF";
    QCOMPARE(readAll(write(twice + "a,b\n1,2\n"), ',', true).header, (std::vector<std::string>{"a", "b"}));
    auto reader = CsvReader::open(write("a,b\n1,2\n"), CsvLayout{',', true});
    CsvRow row;
    QVERIFY(reader && reader->next(row).value());
    QCOMPARE(row.row, std::int64_t{0});
    QVERIFY(!reader->next(row).value());
    QVERIFY(!reader->next(row).value());
}

void TestCsv::notText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("empty") << QByteArray() << QByteArray("is empty");
    QTest::newRow("only a byte order mark") << QByteArray("\xEF\xBB\xBF") << QByteArray("is empty");
    QTest::newRow("only line ends") << QByteArray("\r\n\n \n") << QByteArray("is empty");
    QTest::newRow("NUL bytes") << QByteArray("1,2\n\0\0", 6)
                               << QByteArray("is a binary file, not a CSV (byte 5 is NUL)");
    QTest::newRow("zip") << QByteArray("PK\x03\x04rest") << QByteArray("is a zip archive");
    QTest::newRow("UTF-16") << QByteArray("\xFF\xFE"
                                          "1\0,\0",
                                          6)
                            << QByteArray("is UTF-16 text");
    QTest::newRow("gzip in name only") << QByteArray("\x1F\x8B\x08\0junk that is no gzip", 24)
                                       << QByteArray("gzip data");
}

void TestCsv::notText()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    const Content content = readAll(write(text.toStdString()), ',', false);
    QVERIFY(content.rows.empty());
    QVERIFY2(content.error.find(message.toStdString()) != std::string::npos, content.error.c_str());
    QVERIFY2(content.error.find("x.csv") != std::string::npos, content.error.c_str());

    auto missing = CsvReader::open("/nowhere/at/all.csv", CsvLayout{',', false});
    QVERIFY(!missing && missing.error().message.find("/nowhere/at/all.csv") != std::string::npos);
    auto folder = CsvReader::open(m_folder.path().toStdString(), CsvLayout{',', false});
    QVERIFY(!folder && folder.error().message.find("is a folder") != std::string::npos);
}

void TestCsv::packed()
{
    QFETCH(QString, ending);
    const std::string text = manyRows(100'000);
    const std::filesystem::path file = m_folder.filePath("rows.csv" + ending).toStdString();
    writePacked(file, text);
    const std::filesystem::path renamed = m_folder.filePath("rows.csv").toStdString();
    std::filesystem::rename(file, renamed); // told by content, not by name
    const Content packed = readAll(renamed, ',', false);
    const Content plain = readAll(write(text), ',', false);
    QVERIFY2(packed.error.empty(), packed.error.c_str());
    QCOMPARE(packed.rows.size(), std::size_t{100'000});
    QVERIFY(packed.rows == plain.rows);
}

/// As "cat a.gz b.gz" makes them; the row that goes over the border is one.
void TestCsv::severalFrames()
{
    QFETCH(QString, ending);
    const std::filesystem::path all = m_folder.filePath("all.csv" + ending).toStdString();
    const std::filesystem::path part = m_folder.filePath("part.csv" + ending).toStdString();
    std::string joined;
    for (const std::string& text : {manyRows(1000) + "0,4", std::string("2,0.5\n"), manyRows(1000)}) {
        std::filesystem::remove(part);
        writePacked(part, text);
        joined += readFile(part).value();
    }
    QVERIFY(writeFileAtomically(all, joined).has_value());
    const Content content = readAll(all, ',', false);
    QVERIFY2(content.error.empty(), content.error.c_str());
    QCOMPARE(content.rows.size(), std::size_t{2001});
    QCOMPARE(content.rows[1000], (std::vector<std::string>{"0", "42", "0.5"}));
}

/// As a transfer in text mode, or two files in one, leave them: told, behind the rows that are whole.
void TestCsv::bytesBehindTheEnd()
{
    QFETCH(QString, ending);
    const std::filesystem::path file = m_folder.filePath("more.csv" + ending).toStdString();
    writePacked(file, manyRows(1000));
    const std::string packed = readFile(file).value();
    for (const std::string& behind : {std::string("\n"), std::string("0,1,0.5\n"), std::string("\x1F\x8B no gzip")}) {
        QVERIFY(writeFileAtomically(file, packed + behind).has_value());
        const Content content = readAll(file, ',', false);
        QCOMPARE(content.rows.size(), std::size_t{1000});
        QVERIFY2(content.error.find("cannot be read on after line 1000: the ") != std::string::npos,
                 content.error.c_str());
    }
    if (ending != QStringLiteral(".gz"))
        return;
    // Zeros fill the last block of a tape.
    QVERIFY(writeFileAtomically(file, packed + std::string(700, '\0') + packed).has_value());
    const Content content = readAll(file, ',', false);
    QVERIFY2(content.error.empty(), content.error.c_str());
    QCOMPARE(content.rows.size(), std::size_t{2000});
}

void TestCsv::truncated()
{
    QFETCH(QString, ending);
    QFETCH(QString, name);
    const QString fileName = "cut.csv" + ending;
    const std::filesystem::path file = m_folder.filePath(fileName).toStdString();
    writePacked(file, manyRows(100'000));
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    const Content content = readAll(file, ',', false);
    QVERIFY(content.rows.size() > 1000 && content.rows.size() < 100'000);
    const std::string expected = fileName.toStdString() + " cannot be read on after line " +
                                 std::to_string(content.rows.size()) + ": the " + name.toStdString() +
                                 " data ends too early";
    QVERIFY2(content.error.find(expected) != std::string::npos, content.error.c_str());
    for (const auto& row : content.rows)
        QCOMPARE(row.size(), std::size_t{3}); // the torn last row is not handed out
}

void TestCsv::damaged()
{
    QFETCH(QString, ending);
    const QString fileName = "bad.csv" + ending;
    const std::filesystem::path file = m_folder.filePath(fileName).toStdString();
    writePacked(file, manyRows(100'000));
    QFile bytes(QString::fromStdString(file.string()));
    QVERIFY(bytes.open(QIODevice::ReadWrite));
    QVERIFY(bytes.seek(bytes.size() / 2));
    bytes.write(QByteArray(64, '\xA5'));
    bytes.close();
    const Content content = readAll(file, ',', false);
    const std::string expected = fileName.toStdString() + " cannot be read on after line ";
    QVERIFY2(content.error.find(expected) != std::string::npos, content.error.c_str());
}

/// The thread that unpacks ahead ends with the reader, and the progress never runs back or over.
void TestCsv::leftEarly()
{
    QFETCH(QString, ending);
    const std::filesystem::path file = m_folder.filePath("early.csv" + ending).toStdString();
    writePacked(file, manyRows(400'000));
    auto reader = CsvReader::open(file, CsvLayout{',', false});
    QVERIFY(reader.has_value());
    CsvRow row;
    std::int64_t before = 0;
    for (int i = 0; i < 200'000; ++i) {
        QVERIFY(reader->next(row).value());
        QVERIFY(reader->bytesRead() >= before && reader->bytesRead() <= reader->bytesTotal());
        before = reader->bytesRead();
    }
    QVERIFY(before > reader->bytesTotal() / 4 && before < reader->bytesTotal());
}

void TestCsv::progress()
{
    const std::string text = manyRows(200'000);
    auto reader = CsvReader::open(write(text), CsvLayout{',', false});
    QVERIFY(reader.has_value());
    QCOMPARE(reader->bytesTotal(), static_cast<std::int64_t>(text.size()));
    CsvRow row;
    std::int64_t before = 0;
    while (reader->next(row).value()) {
        QVERIFY(reader->bytesRead() > before);
        before = reader->bytesRead();
    }
    QCOMPARE(reader->bytesRead(), reader->bytesTotal());
}

void TestCsv::summary()
{
    const auto file = write("class,x,note,z\n0,1,hello,10\n1,2,,20\n1,,there,30\n1,4,NA,40,9\n0,6,b,ten\n1,9,c,60\n");
    auto schema = inferSchema(file);
    QVERIFY(schema.has_value());
    auto summary = summarizeFile(file, *schema, -1, {}, {});
    QVERIFY(summary.has_value());
    QCOMPARE(summary->rows, std::int64_t{4});
    QCOMPARE(summary->rejections.count(), std::int64_t{2});
    QCOMPARE(summary->classCounts, (std::vector<std::int64_t>{1, 3}));
    QCOMPARE(summary->columns[1].minimum, 1.0);
    QCOMPARE(summary->columns[1].maximum, 9.0);
    QCOMPARE(summary->columns[1].mean, 4.0);
    QVERIFY(std::abs(summary->columns[1].standardDeviation - std::sqrt(19.0)) < 1e-12);
    QCOMPARE(summary->columns[1].missing, std::int64_t{1});
    QCOMPARE(summary->columns[2].missing, std::int64_t{1}); // the ragged row has no columns
    QCOMPARE(summary->columns[1].histogram[0][0], std::int64_t{1});
    QCOMPARE(summary->columns[1].histogram[1][3], std::int64_t{1});
    QCOMPARE(summary->columns[1].histogram[1][23], std::int64_t{1});
    QCOMPARE(summary->columns[1].histogramTo, 9.0);
    QCOMPARE(summary->columns[0].maximum, 1.0);
    QCOMPARE(summary->firstProblems, (std::vector<std::string>{"line 5: has 5 columns, 4 expected",
                                                               "line 6: column 4 (z): 'ten' is not a number"}));
    QCOMPARE(summary->firstRows.size(), std::size_t{6});
    QCOMPARE(summary->firstRows[3].size(), std::size_t{5});
    QCOMPARE(summarizeFile(file, *schema, 2, {}, {})->rows, std::int64_t{2});
}

void TestCsv::summaryCancelled()
{
    const auto file = write(manyRows(100'000));
    const Schema schema = inferSchema(file).value();
    std::stop_source stop;
    std::int64_t reported = 0;
    double fraction = 0;
    const auto progress = [&](std::int64_t rows, double done) {
        reported = rows;
        fraction = done;
        stop.request_stop();
    };
    const auto summary = summarizeFile(file, schema, -1, stop.get_token(), progress);
    QVERIFY(!summary && summary.error().code == ErrorCode::Cancelled);
    QCOMPARE(reported, std::int64_t{20'000});
    QVERIFY(fraction > 0.1 && fraction < 0.3);
}

void TestCsv::summarySortedByClass()
{
    std::string sorted = "class,x\n";
    for (int i = 0; i < 30'000; ++i)
        sorted += (i < 12'000 ? "1," : "0,") + std::to_string(i % 7) + "\n";
    const auto file = write(sorted);
    const Schema schema = inferSchema(file).value();
    const FileSummary summary = summarizeFile(file, schema, -1, {}, {}).value();
    QVERIFY(summary.sortedByClass);
    QCOMPARE(summary.classCounts, (std::vector<std::int64_t>{18'000, 12'000}));
    std::int64_t counted = 0;
    for (const auto& bins : summary.columns[1].histogram)
        for (const std::int64_t count : bins)
            counted += count;
    QCOMPARE(counted, std::int64_t{30'000});
    QVERIFY(!summarizeFile(write(sorted + "1,1\n"), schema, -1, {}, {})->sortedByClass);
    QVERIFY(!summarizeFile(write("class,x\n1,1\n1,2\n"), schema, -1, {}, {})->sortedByClass);
}

QTEST_GUILESS_MAIN(TestCsv)
#include "tst_csv.moc"
