// SPDX-License-Identifier: GPL-3.0-or-later
// Files that people really have: what is wrong with each is told by line and column, and the good rows are read.
#include "data/ColumnStats.h"
#include "data/files/CsvReader.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace millrace;

class TestBadInput : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::filesystem::path write(const QByteArray& text)
    {
        const QString path = m_folder.filePath("bad.csv");
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(path));
        return path.toStdString();
    }

private slots:
    void rejectedRows_data();
    void rejectedRows();
    void unreadableFiles_data();
    void unreadableFiles();
    void mixedColumns();
    void manyProblems();
};

void TestBadInput::rejectedRows_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("good");
    QTest::addColumn<QByteArrayList>("problems");
    const auto row = [](const char* name, const QByteArray& text, int good, const QByteArrayList& problems) {
        QTest::newRow(name) << text << good << problems;
    };
    row("nothing wrong", "class,x\n0,1\n1,2\n", 2, {});
    row("ragged", "class,x\n0,1\n1\n0,2,3\n1,2\n", 2,
        {"line 3: has 1 column, 2 expected", "line 4: has 3 columns, 2 expected"});
    row("text in a number column", "class,x\n0,1\n1,abc\n1,2\n", 2, {"line 3: column 2 (x): 'abc' is not a number"});
    row("missing values are no mistakes", "class,x\n0,\n1,2\n0, \n1,NA\n0,nan\n", 5, {});
    row("missing label", "class,x\n0,1\n,2\n1,3\n", 2, {"line 3: column 1 (class): the label is missing"});
    row("third class", "class,x\n0,1\n1,2\n2,3\n", 3, {});
    row("infinity", "class,x\n1,-inf\n1,2\n0,1e60\n", 1,
        {"line 2: column 2 (x): '-inf' is not a finite number",
         "line 4: column 2 (x): '1e60' is too large for a 32-bit float"});
    row("byte order mark",
        "\xEF\xBB\xBF"
        "class,x\n0,1\n1,oops\n",
        1, {"line 3: column 2 (x): 'oops' is not a number"});
    row("CRLF", "class,x\r\n0,1\r\n1,oops\r\n1,3\r\n", 2, {"line 3: column 2 (x): 'oops' is not a number"});
    row("no newline at the end", "class,x\n0,1\n1,oops", 1, {"line 3: column 2 (x): 'oops' is not a number"});
    row("blank lines count as lines", "class,x\n\n\n0,1\n\n1,oops\n", 1,
        {"line 6: column 2 (x): 'oops' is not a number"});
    row("lines within quotes count", "class,x,note\n0,1,\"a\nb\nc\"\n1,oops,d\n", 1,
        {"line 5: column 2 (x): 'oops' is not a number"});
    row("quoted numbers", "\"class\",\"x\"\n\"0\",\"1\"\n\"1\",\"2,5\"\n", 1,
        {"line 3: column 2 (x): '2,5' is not a number: it holds a comma"});
    row("spellings of numbers",
        "class,x\n0,+1.5\n1,1e-400\n0,5%\n1,\"1,234.5\"\n0,1_000\n1,0x1F\n0,1.5D+01\n1,\xE2\x88\x92"
        "2.5\n0,1e400\n"
        "1,2\n0,3\n1,4\n0,5\n1,6\n0,7\n1,8\n",
        9,
        {"line 4: column 2 (x): '5%' is not a number: it holds a percent sign",
         "line 5: column 2 (x): '1,234.5' is not a number: it holds a comma",
         "line 6: column 2 (x): '1_000' is not a number: it holds an underscore",
         "line 7: column 2 (x): '0x1F' is not a number: it holds hexadecimal digits",
         "line 8: column 2 (x): '1.5D+01' is not a number: it holds Fortran's exponent D",
         "line 9: column 2 (x): '\xE2\x88\x92"
         "2.5' is not a number: it holds a minus sign that is not ASCII",
         "line 10: column 2 (x): '1e400' is too large for a 32-bit float"});
    row("one class only", "class,x\n1,1\n1,2\n", 2, {});
    row("NUL far behind", "class,x\n0,1\n" + QByteArray("0,1\n").repeated(300'000) + QByteArray("1,\0002\n", 5),
        300'001, {"line 300003: column 2 (x): ' 2' is not a number"});
    row("no header, no names", "0,1,5\n1,x,5\n0,3,6\n", 2, {"line 2: column 2 (column 2): 'x' is not a number"});
}

void TestBadInput::rejectedRows()
{
    QFETCH(QByteArray, text);
    QFETCH(int, good);
    QFETCH(QByteArrayList, problems);
    const auto file = write(text);
    auto schema = inferSchema(file);
    QVERIFY2(schema.has_value(), describe(schema).c_str());
    auto summary = summarizeFile(file, *schema, -1, {}, {});
    QVERIFY2(summary.has_value(), describe(summary).c_str());
    QByteArrayList found;
    for (const std::string& problem : summary->firstProblems)
        found.append(QByteArray::fromStdString(problem));
    QCOMPARE(found, problems);
    QCOMPARE(summary->rows, std::int64_t{good});
    QCOMPARE(summary->rejections.count(), static_cast<std::int64_t>(problems.size()));
}

void TestBadInput::unreadableFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("empty") << QByteArray() << QByteArray("bad.csv is empty");
    QTest::newRow("binary") << QByteArray("\x7F"
                                          "ELF\x02\x01\x01\0\0\0",
                                          10)
                            << QByteArray("bad.csv is a binary file");
    QTest::newRow("spreadsheet") << QByteArray("PK\x03\x04\x14\0", 6) << QByteArray("bad.csv is a zip archive");
    QTest::newRow("torn gzip") << QByteArray("\x1F\x8B\x08\0\0\0\0\0\0\x03", 10)
                               << QByteArray("bad.csv cannot be read on in line 1: the gzip data ends too early");
    QTest::newRow("open quote") << QByteArray("class,x\n0,1\n1,\"2\n0,3\n")
                                << QByteArray("bad.csv line 3: the quote that opens column 2 is never closed");
}

/// Where the guess already fails it says so; else the pass over the file does.
void TestBadInput::unreadableFiles()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    const auto file = write(text);
    auto schema = inferSchema(file);
    Error error;
    if (schema) {
        auto summary = summarizeFile(file, *schema, -1, {}, {});
        QVERIFY(!summary);
        error = summary.error();
    } else {
        error = schema.error();
    }
    QVERIFY(error.code == ErrorCode::BadData);
    QVERIFY2(error.message.find(message.toStdString()) != std::string::npos, error.message.c_str());
    QVERIFY(!error.advice.empty());
}

/// Where texts among numbers are more than a few they are values: no row is lost.
void TestBadInput::mixedColumns()
{
    QByteArray text = "class,doors\n";
    for (int i = 0; i < 400; ++i)
        text += QByteArray::number(i % 2) + (i % 4 == 0 ? ",5more\n" : ",2\n");
    const auto file = write(text);
    const Schema schema = inferSchema(file).value();
    QVERIFY(schema.columns[1].type == ColumnType::Text && schema.columns[1].role == ColumnRole::Feature);
    const FileSummary summary = summarizeFile(file, schema, -1, {}, {}).value();
    QCOMPARE(summary.rows, std::int64_t{400});
}

/// All rejected rows are counted, the first hundred told.
void TestBadInput::manyProblems()
{
    QByteArray text = "class,x\n0,1\n1,2\n0,3\n";
    for (int i = 0; i < 5000; ++i)
        text += i % 20 == 1 ? "1,bad\n" : "1,2\n";
    const auto file = write(text);
    const FileSummary summary = summarizeFile(file, inferSchema(file).value(), -1, {}, {}).value();
    QCOMPARE(summary.rejections.count(), std::int64_t{250});
    QCOMPARE(summary.rows, std::int64_t{4753});
    QCOMPARE(summary.firstProblems.size(), std::size_t{100});
    QCOMPARE(summary.firstProblems.back(), std::string("line 1986: column 2 (x): 'bad' is not a number"));
}

QTEST_GUILESS_MAIN(TestBadInput)
#include "tst_badinput.moc"
