// SPDX-License-Identifier: GPL-3.0-or-later
// The bench of the input, small: every figure comes out, beside Kafka's own tools, and nothing is left behind.
#include "broker/JobHarness.h"

#include <QFileInfo>

using namespace millrace;

namespace
{

/// Kafka's own tools; packaging/test.sh puts them there.
constexpr auto kTools = MILLRACE_SOURCE_DIR "/build/kafka-tools";

} // namespace

class TestInputBench : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY2(m_harness.start(), m_harness.cluster().error()); }

    void measuresBesideKafkasTools()
    {
        if (!QFileInfo::exists(kTools))
            QSKIP("Kafka's tools are missing: packaging/test.sh fetches them");
        Job& job =
            m_harness.start("bench", {{"part", "input"}, {"rows", 5000}, {"rounds", 1}, {"kafka-tools", kTools}});
        QVERIFY(JobHarness::done(job));
        for (const char* figure :
             {"csv_mb_per_second", "csv_statistics_mb_per_second", "csv_encode_mb_per_second", "json_mb_per_second",
              "gzip_mb_per_second", "gzip_over_unpacking", "zstd_mb_per_second", "zstd_over_unpacking",
              "publish_records_per_second", "publish_over_kafka", "consume_records_per_second", "consume_over_kafka"})
            QVERIFY2(job.result().value(figure, 0.0) > 0, figure);
        QVERIFY(std::filesystem::is_empty(std::filesystem::path(m_harness.home()) / "bench" / "runs"));
        QVERIFY(!std::filesystem::exists(std::filesystem::path(m_harness.home()) / "bench" / "input.csv"));
        auto admin = Admin::open(m_harness.cluster().connection());
        QVERIFY(admin.has_value());
        QVERIFY(!admin->topic("millrace-bench-input") && !admin->topic("millrace-bench-kafka"));
    }

    void saysWhereToolsAreMissing()
    {
        const auto job = m_harness.session().start("bench", {{"part", "input"}, {"kafka-tools", "/nowhere"}});
        QVERIFY(!job);
        QCOMPARE(job.error().code, ErrorCode::Usage);
        QVERIFY(job.error().message.find("/nowhere") != std::string::npos);
    }

    void cancels()
    {
        Job& job = m_harness.start("bench", {{"part", "input"}, {"rows", 500'000}, {"rounds", 100}});
        QVERIFY(QTest::qWaitFor([&] { return !job.progress().text.empty(); }, JobHarness::kWait));
        job.stop();
        QVERIFY(JobHarness::ended(job));
        QCOMPARE(job.state(), Job::State::Cancelled);
    }

private:
    JobHarness m_harness;
};

QTEST_GUILESS_MAIN(TestInputBench)
#include "tst_inputbench.moc"
