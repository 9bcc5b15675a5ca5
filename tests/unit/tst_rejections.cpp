// SPDX-License-Identifier: GPL-3.0-or-later
// Rejected rows and records: counted once, grouped, kept in a file that stays small, and cut back on resume.
#include "FeatureDecoder.h"
#include "base/Files.h"
#include "data/ColumnStats.h"
#include "data/RecordDecoder.h"
#include "data/Rejections.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

using namespace millrace;

class TestRejections : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    [[nodiscard]] std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    static DecodeProblem missing(int column, const std::string& name)
    {
        return {column, "column " + std::to_string(column + 1) + " (" + name + "): the value is missing", "is missing",
                name};
    }
    static RejectionReport report(const Rejections& rejections, std::int64_t all)
    {
        return rejections.report(std::max<std::int64_t>(0, all - rejections.count()));
    }
    static nlohmann::json told(const Rejections& rejections, std::int64_t all)
    {
        nlohmann::json result;
        tell(report(rejections, all), result);
        return result;
    }

private slots:
    /// The file: quoted, appended to by a second process, and an error that names it where it cannot be written.
    void file()
    {
        const auto file = path("rejected.csv");
        Rejections rejected(file);
        QVERIFY(!std::filesystem::exists(file));
        QVERIFY(rejected.add("line 12", {2, "column 3 (x): 'a,b' is not a number", {}, {}}, "1,\"a,b\",2"));
        QVERIFY(rejected.add("topic", 1, 42, {-1, "null", {}, {}}, ""));
        QCOMPARE(rejected.count(), std::int64_t{2});
        Rejections again(file);
        QVERIFY(again.add("line 13", {-1, "x", {}, {}}, "y"));
        QCOMPARE(readFile(file).value(),
                 std::string("place,reason,text\n"
                             "line 12,\"column 3 (x): 'a,b' is not a number\",\"1,\"\"a,b\"\",2\"\n"
                             "topic partition 1 offset 42,null,\n"
                             "line 13,x,y\n"));
        Rejections nowhere("/nowhere/rejected.csv");
        const Status status = nowhere.add("line 1", {-1, "x", {}, {}}, "y");
        QVERIFY(!status && status.error().message.find("/nowhere/rejected.csv") != std::string::npos);
    }

    /// A fifth of the ages is missing: one line, not forty.
    void groups()
    {
        Rejections rejections;
        for (int i = 0; i < 43; ++i)
            QVERIFY(rejections.add("line " + std::to_string(i + 2), i < 3 ? missing(5, "Fare") : missing(4, "Age"),
                                   "row " + std::to_string(i)));
        const nlohmann::json result = told(rejections, 200);
        QCOMPARE(result["rejected"].get<int>(), 43);
        QCOMPARE(result["rejected_of"].get<int>(), 200);
        QCOMPARE(result["rejections"][0].dump(),
                 std::string(R"({"column":"Age","count":40,"example":{"place":"line 5","text":"row 3"},)"
                             R"("reason":"is missing","share":0.2})"));
        QCOMPARE(result["rejections"].size(), std::size_t{2});
        const RejectionReport read = rejectionsIn(result); // as a window does
        QCOMPARE(rejectionSentence(read, "row"),
                 std::string("43 of 200 rows (21.5 %) were rejected: Age is missing in 40, Fare in 3"));
        QCOMPARE(rejectionLines(read, 1),
                 (std::vector<std::string>{"Age is missing: 40 (20.0 %), first line 5: 'row 3'", "… and 3 more"}));
        QCOMPARE(rejectionSentence(report(Rejections(), 5), "row"), std::string());
        QVERIFY(!read.isOfMost() && report(rejections, 85).isOfMost());
        QVERIFY(!report(rejections, 86).isOfMost() && !report(Rejections(), 5).isOfMost());
        QVERIFY(rejectionSentence(rejectionsIn({{"rows", 5}}), "row").empty());
        // Nearly all are not all, and few are not none.
        QVERIFY(rejectionSentence(report(rejections, 44), "row").starts_with("43 of 44 rows (97.7 %)"));
        QVERIFY(rejectionSentence(report(rejections, 1'000'000), "row").starts_with("43 of 1,000,000 rows (< 0.1 %)"));
        for (int i = 0; i < 100'000; ++i)
            QVERIFY(rejections.add("line 9", missing(4, "Age"), "row"));
        QVERIFY(
            rejectionSentence(report(rejections, 100'044), "row").starts_with("100,043 of 100,044 rows (> 99.9 %)"));
    }

    /// What the decoders say goes by reason and column, whatever the values are.
    void groupsOfDecoders()
    {
        auto decoder = *featureDecoder(defaultRecordFormat(), {"a", "b"});
        Rejections rejections;
        std::vector<float> features(2);
        float label = 0;
        std::int64_t offset = 0;
        const auto meet = [&](std::string_view key, std::string_view value) {
            DecodeProblem problem;
            if (!decoder.decode(key, value, features, label, problem))
                QVERIFY(rejections.add("t", 0, offset, problem, value));
            ++offset;
        };
        for (const char* value : {"1,x", "1,y", "z,1", "1,2,3", "1,2,3,4", "1,", "1,2"})
            meet("1", value);
        meet("2", "1,2");
        meet("3", "1,2");
        meet({}, "1,2");
        QStringList lines;
        const nlohmann::json result = told(rejections, offset);
        for (const nlohmann::json& group : result["rejections"])
            lines << QString("%1 %2 %3")
                         .arg(group["count"].get<int>())
                         .arg(group["column"].is_null() ? "-" : group["column"].get<std::string>().c_str())
                         .arg(group["reason"].get<std::string>().c_str());
        QCOMPARE(lines, (QStringList{"2 b is not a number", "2 - the value has another number of columns than 2",
                                     "2 - the key is no label: it should be 0 or 1", "1 a is not a number",
                                     "1 b is missing", "1 - the key is null; it should be the label, 0 or 1"}));
    }

    /// A second pass over the topic, or a record that comes again after a resume, is not another record.
    void recordsNotPasses()
    {
        Rejections rejections(path("passes.csv"));
        for (int pass = 0; pass < 3; ++pass)
            for (const int partition : {0, 1})
                for (const std::int64_t offset : {3, 8, 200})
                    QVERIFY(rejections.add("t", partition, offset, missing(0, "x"), "text"));
        QCOMPARE(rejections.count(), std::int64_t{6});
        QCOMPARE(std::ranges::count(readFile(path("passes.csv")).value(), '\n'), std::ptrdiff_t{7});
    }

    /// 1,500,001 columns, or 6 MB of text: the file stays small, and says that it was cut.
    void bigTexts()
    {
        const auto file = path("big.csv");
        Rejections rejections(file);
        const std::string big(6'000'000, '1');
        QVERIFY(rejections.add("t", 0, 0, missing(0, "x"), "ü" + big));
        QVERIFY(std::filesystem::file_size(file) < 2000);
        QVERIFY(readFile(file)->find("… (cut: 6,000,002 bytes)") != std::string::npos);
        QVERIFY(told(rejections, 1)["rejections"][0]["example"]["text"].get<std::string>().size() < 300);

        constexpr int kMany = 20'000; // of more than 1 kB each
        for (int i = 0; i < kMany; ++i)
            QVERIFY(rejections.add("t", 1, i, missing(0, "x"), std::string_view(big).substr(0, 5000)));
        QCOMPARE(rejections.count(), std::int64_t{kMany + 1});
        const std::string text = readFile(file).value();
        QVERIFY2(text.size() < Rejections::kLargestFile + 3000, std::to_string(text.size()).c_str());
        QVERIFY(text.ends_with("counted only\",\n"));
        QCOMPARE(told(rejections, kMany + 1)["rejections"][0]["count"].get<int>(), kMany + 1);
        const auto full = rejections.state(); // a resumed run neither adds to it nor cuts it
        Rejections resumed(file);
        QVERIFY(resumed.cutTo(full));
        QVERIFY(resumed.add("t", 2, 0, missing(0, "x"), "more"));
        QCOMPARE(readFile(file).value(), text);
        QCOMPARE(resumed.count(), std::int64_t{kMany + 2});
    }

    /// What is no UTF-8 must not break the JSON that it goes into.
    void bytesThatAreNoText()
    {
        Rejections rejections;
        QVERIFY(rejections.add("line 1", {0, "column 1 (\xfc): bad", "is not a number", "\xfc"}, "\xff\xfe,1"));
        const std::string text = told(rejections, 1).dump();
        QVERIFY2(text.find("\xEF\xBF\xBD") != std::string::npos, text.c_str());
    }

    /// A table of a thousand bad columns is twenty lines, and none is lost.
    void manyReasons()
    {
        Rejections rejections;
        for (int i = 0; i < 1000; ++i)
            QVERIFY(rejections.add("line 1", missing(i, "x" + std::to_string(i)), ""));
        const nlohmann::json result = told(rejections, 1000);
        QCOMPARE(result["rejections"].size(), Rejections::kGroupsTold);
        int sum = 0;
        for (const nlohmann::json& group : result["rejections"])
            sum += group["count"].get<int>();
        QCOMPARE(sum, 1000);
        QVERIFY(QString::fromStdString(rejectionSentence(rejectionsIn(result), "row")).contains("other reasons in "));
    }

    /// The checkpoint's state by way of JSON: counts, groups and file are as they were, and what is rejected again
    /// counts again.
    void cutBack()
    {
        const auto file = path("cut.csv");
        Rejections rejections(file);
        QVERIFY(rejections.cutTo({})); // nothing to cut
        QVERIFY(rejections.add("t", 0, 5, missing(0, "x"), "a"));
        QVERIFY(rejections.add("t", 0, 6, missing(1, "y"), "b"));
        const nlohmann::json saved = {{"rejected", toJson(rejections.state())}};
        const std::string before = readFile(file).value(), toldBefore = told(rejections, 10).dump();
        QVERIFY(rejections.add("t", 0, 7, missing(1, "y"), "c"));
        QVERIFY(rejections.add("t", 1, 0, {-1, "z", {}, {}}, "d"));
        const std::string after = readFile(file).value(), toldAfter = told(rejections, 10).dump();

        Rejections resumed(file);
        QVERIFY(resumed.cutTo(rejectionStateOf(nlohmann::json::parse(saved.dump()))));
        QCOMPARE(readFile(file).value(), before);
        QCOMPARE(told(resumed, 10).dump(), toldBefore);
        QVERIFY(resumed.add("t", 0, 6, missing(1, "y"), "b")); // counted before
        QVERIFY(resumed.add("t", 0, 7, missing(1, "y"), "c"));
        QVERIFY(resumed.add("t", 1, 0, {-1, "z", {}, {}}, "d"));
        QCOMPARE(readFile(file).value(), after);
        QCOMPARE(told(resumed, 10).dump(), toldAfter);
        QVERIFY(resumed.cutTo({}));
        QVERIFY(!std::filesystem::exists(file));
        QCOMPARE(resumed.count(), std::int64_t{0});
        const auto old = rejectionStateOf({{"rejected", 3}, {"rejected_bytes", 90}}); // of an earlier build
        QCOMPARE(old.count, std::int64_t{3});
        QCOMPARE(old.bytes, std::int64_t{90});
    }
};

QTEST_GUILESS_MAIN(TestRejections)
#include "tst_rejections.moc"
