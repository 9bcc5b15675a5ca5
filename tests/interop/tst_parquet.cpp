// SPDX-License-Identifier: GPL-3.0-or-later
// Parquet is read by DuckDB's library where that is found; packaging/lib.sh puts it into build/duckdb. animals.parquet
// was written by DuckDB 2.0: 600 rows of a decimal, a text that is missing in each seventh, a time, a boolean and a
// label.
#include "base/Files.h"
#include "broker/JobHarness.h"
#include "data/files/ByteSource.h"

using namespace millrace;
using nlohmann::json;

class ParquetTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void isReadAsItStands();
    void goesTheWholeRoad();
    void goesOnWhereACsvEnds();
    void mayBeLeftInTheMiddle();
    void damageIsTold();

private:
    [[nodiscard]] static std::string file() { return MILLRACE_SOURCE_DIR "/tests/interop/animals.parquet"; }
    json done(const char* kind, const json& section)
    {
        Job& job = m_harness.start(kind, section);
        return JobHarness::done(job) ? job.result() : json();
    }
    JobHarness m_harness;
};

void ParquetTest::initTestCase()
{
    const QString library = QStringLiteral(MILLRACE_SOURCE_DIR "/build/duckdb/libduckdb.so");
    if (!QFile::exists(library))
        QSKIP("DuckDB's library is not in build/duckdb (packaging/test.sh fetches it)");
    qputenv("MILLRACE_DUCKDB", library.toUtf8());
    QVERIFY2(m_harness.start(), m_harness.cluster().error());
}

void ParquetTest::isReadAsItStands()
{
    auto source = ByteSource::open(file(), "ISO-8859-1"); // whatever is said of the encoding
    QVERIFY(source);
    std::string text(100'000, '\0');
    text.resize((*source)->read(text));
    const QStringList lines = QString::fromStdString(text).split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 601);
    QCOMPARE(lines[0], QString("width,place,seen,wild,size"));
    QCOMPARE(lines[1], QString("0.0,\"Oslo, east\",2026-01-01 00:00:00,true,small"));
    QCOMPARE(lines[2], QString("3.7,\"a \"\"b\"\"\",2026-01-01 01:00:00,false,small"));
    QCOMPARE(lines[4], QString("1.0,,2026-01-01 03:00:00,false,small"));
    QVERIFY(!(*source)->damage());
    QCOMPARE((*source)->position(), static_cast<std::int64_t>(std::filesystem::file_size(file())));
}

void ParquetTest::goesTheWholeRoad()
{
    const json summary = done("summarize", {{"file", file()}});
    QCOMPARE(summary["rows"].get<int>(), 600);
    QCOMPARE(summary["columns"][1]["missing"].get<int>(), 86);
    QCOMPARE(summary["columns"][4]["role"].get<std::string>(), std::string("label"));
    const json published = done("publish", {{"file", file()}, {"topic", "animals"}});
    QCOMPARE(published["parts"][0]["records"].get<int>(), 600);
    QCOMPARE(published["rejected"].get<int>(), 0);
    QVERIFY(!done("train", {{"topic", "animals"}, {"run", "animals"}}).is_null());
    const json scores = done("evaluate", {{"run", "animals"}, {"data", file()}});
    QCOMPARE(scores["scored"].get<int>(), 600);
    QVERIFY2(scores["accuracy"] > 0.95, scores["accuracy"].dump().c_str());
    QVERIFY(scores["learnt"].is_null()); // rows of a file have no offsets
    const std::string out = m_harness.home() + "/said.csv";
    QCOMPARE(done("predict", {{"run", "animals"}, {"data", file()}, {"out", out}})["records"].get<int>(), 600);
    QVERIFY(readFile(out).value_or("").starts_with("width,place,seen,wild,size,predicted_class,"));
}

void ParquetTest::goesOnWhereACsvEnds()
{
    const std::string csv = m_harness.home() + "/first.csv";
    QVERIFY(writeFileAtomically(csv, "size,wild,width,place,seen\nbig,true,9.5,Bergen,2025-12-31 23:00:00\n"));
    const json summary = done("summarize", {{"file", csv}, {"more", file()}, {"label", "size"}});
    QCOMPARE(summary["rows"].get<int>(), 601);
    QCOMPARE(summary["rejected"].get<int>(), 0);
}

/// What DuckDB would still write is read away, and it is told to end.
void ParquetTest::mayBeLeftInTheMiddle()
{
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{10}, std::size_t{20000}}) {
        auto source = ByteSource::open(file());
        QVERIFY(source);
        std::string text(bytes, '\0');
        QCOMPARE((*source)->read(text), bytes);
    }
}

void ParquetTest::damageIsTold()
{
    const std::string cut = m_harness.home() + "/cut.parquet";
    QVERIFY(writeFileAtomically(cut, readFile(file()).value_or("").substr(0, 3000)));
    const auto job = m_harness.session().start("summarize", {{"file", cut}});
    QVERIFY(job && JobHarness::ended(**job));
    const std::string text = describe((*job)->error());
    QVERIFY2(text.find("cut.parquet") != std::string::npos && text.find("DuckDB cannot read it (") != std::string::npos,
             text.c_str());
}

QTEST_GUILESS_MAIN(ParquetTest)
#include "tst_parquet.moc"
