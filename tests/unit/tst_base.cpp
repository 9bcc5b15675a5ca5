// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/BoundedQueue.h"
#include "base/Files.h"
#include "base/Json.h"
#include "base/Rng.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <csignal>
#include <future>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace millrace;
using namespace std::chrono_literals;

namespace
{

using Block = std::array<std::uint32_t, 4>;

std::vector<std::uint32_t> draws(Rng rng, int count)
{
    std::vector<std::uint32_t> bits(static_cast<std::size_t>(count));
    std::ranges::generate(bits, [&] { return rng.bits(); });
    return bits;
}

/// While it lives, this process cannot write files beyond the limit, as if the disk were full there.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_old);
        const rlimit limit{bytes, m_old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &m_old); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit m_old{};
};

} // namespace

class TestBase : public QObject
{
    Q_OBJECT
private slots:
    // Files

    /// Records are people's data; a folder that somebody else made stays as it is.
    void foldersAreTheirOwnersAlone()
    {
        QTemporaryDir folder;
        const std::filesystem::path open = folder.path().toStdString() + "/open", made = open / "home";
        QVERIFY(std::filesystem::create_directory(open));
        std::filesystem::permissions(open, std::filesystem::perms(0755));
        QVERIFY(!makePrivateFolder(open) && !makePrivateFolder(made));
        QVERIFY(writeFileAtomically(open / "file", "x"));
        QVERIFY(needPrivateFolder(made));
        const auto refused = needPrivateFolder(open / "file" / "folder");
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, "Cannot write " + (open / "file" / "folder").string() + ": Not a directory");
        QCOMPARE(std::filesystem::status(open).permissions(), std::filesystem::perms(0755));
        QCOMPARE(std::filesystem::status(made).permissions(), std::filesystem::perms(0700));
    }

    // Rng

    /// The known answers that Random123 publishes for philox4x32 with 10 rounds (its kat_vectors file).
    void philoxGivesThePublishedNumbers()
    {
        constexpr std::uint32_t kOnes = 0xffffffff;
        QCOMPARE(philox({0, 0}, {0, 0, 0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
        QCOMPARE(philox({kOnes, kOnes}, {kOnes, kOnes, kOnes, kOnes}),
                 (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
        QCOMPARE(philox({0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
                 (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
    }

    void drawsAreAFunctionOfSeedPurposeAndStep()
    {
        const auto first = draws(Rng(1, Purpose::Dropout, 7), 100);
        QVERIFY(first == draws(Rng(1, Purpose::Dropout, 7), 100));
        QVERIFY(first != draws(Rng(2, Purpose::Dropout, 7), 100));
        QVERIFY(first != draws(Rng(1, Purpose::Split, 7), 100));
        QVERIFY(first != draws(Rng(1, Purpose::Dropout, 8), 100));
        QVERIFY(first != draws(Rng(1, Purpose::Dropout, 7 + (1ULL << 32)), 100));
        QVERIFY(first != draws(Rng(1 + (1ULL << 32), Purpose::Dropout, 7), 100));
    }

    void belowIsUniform()
    {
        Rng rng(1, Purpose::Split);
        constexpr int kDraws = 70000;
        std::array<int, 7> counts{};
        for (int i = 0; i < kDraws; ++i)
            ++counts.at(rng.below(7));
        double chiSquared = 0;
        for (const int count : counts)
            chiSquared += std::pow(count - kDraws / 7.0, 2) / (kDraws / 7.0);
        QVERIFY2(chiSquared < 22.46, qPrintable(QString::number(chiSquared))); // 6 degrees of freedom, p = 0.001
        for (int i = 0; i < 100; ++i)
            QCOMPARE(rng.below(1), 0U);
    }

    void uniformAndNormalHaveTheirMoments()
    {
        Rng rng(3, Purpose::SimulatedFeature);
        constexpr int kDraws = 100000;
        double sum = 0, normalSum = 0, normalSquares = 0, normalFourth = 0;
        for (int i = 0; i < kDraws; ++i) {
            const double uniform = rng.uniform();
            QVERIFY(uniform >= 0 && uniform < 1);
            sum += uniform;
            const double normal = rng.normal();
            normalSum += normal;
            normalSquares += normal * normal;
            normalFourth += std::pow(normal, 4);
        }
        // Four standard errors each.
        QVERIFY(std::abs(sum / kDraws - 0.5) < 4 * 0.2887 / std::sqrt(kDraws));
        QVERIFY(std::abs(normalSum / kDraws) < 4 / std::sqrt(kDraws));
        QVERIFY(std::abs(normalSquares / kDraws - 1) < 4 * std::sqrt(2.0 / kDraws));
        QVERIFY(std::abs(normalFourth / kDraws - 3) < 4 * std::sqrt(96.0 / kDraws));
    }

    // BoundedQueue

    void queueKeepsOrderAndBound()
    {
        BoundedQueue<int> queue(3);
        std::size_t longest = 0;
        std::jthread producer([&] {
            for (int i = 0; i < 1000; ++i)
                queue.push(i);
            queue.close();
        });
        int expected = 0;
        while (const auto item = queue.pop()) {
            longest = std::max(longest, queue.size());
            QCOMPARE(*item, expected++);
        }
        QCOMPARE(expected, 1000);
        QVERIFY(longest <= queue.capacity());
    }

    void aFullQueueWaitsForRoom()
    {
        BoundedQueue<int> queue(1);
        QVERIFY(queue.push(1));
        QVERIFY(!queue.waitForRoom(1ms));
        auto second = std::async(std::launch::async, [&] { return queue.push(2); });
        QCOMPARE(second.wait_for(20ms), std::future_status::timeout);
        QCOMPARE(queue.pop(), std::optional(1));
        QVERIFY(second.get());
        QCOMPARE(queue.pop(), std::optional(2));
        QVERIFY(queue.waitForRoom(0ms));
    }

    void aStopEndsTheWaiting()
    {
        BoundedQueue<int> queue(1);
        std::stop_source source;
        auto popping = std::async(std::launch::async, [&] { return queue.pop(source.get_token()); });
        QCOMPARE(popping.wait_for(20ms), std::future_status::timeout);
        source.request_stop();
        QVERIFY(!popping.get());
        QVERIFY(queue.push(1));
        QVERIFY(!queue.push(2, source.get_token()));
        QCOMPARE(queue.size(), std::size_t{1});
    }

    void aClosedQueueHandsOutTheRest()
    {
        BoundedQueue<int> queue(2);
        QVERIFY(queue.push(1));
        queue.close();
        QVERIFY(!queue.push(2));
        QCOMPARE(queue.pop(), std::optional(1));
        QVERIFY(!queue.pop());
        auto waiting = std::async(std::launch::async, [] {
            BoundedQueue<int> other(1);
            std::jthread closer([&] { other.close(); });
            return other.pop();
        });
        QVERIFY(!waiting.get());
    }

    // Files

    void aFileIsReplacedAsAWhole()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = path(folder) / "a.json";
        QVERIFY(writeFileAtomically(file, "old"));
        QVERIFY(writeFileAtomically(file, std::string_view("new\0content", 11)));
        QCOMPARE(readFile(file).value(), std::string("new\0content", 11));
        QVERIFY(writeFileAtomically(file, ""));
        QCOMPARE(readFile(file).value(), "");
        QCOMPARE(entries(folder), 1);
    }

    void aFullDiskLeavesTheOldContent()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = path(folder) / "a";
        QVERIFY(writeFileAtomically(file, "old"));
        {
            const FileSizeLimit limit(1000);
            const Status status = writeFileAtomically(file, std::string(100000, 'x'));
            QVERIFY(!status);
            QVERIFY2(describe(status.error()).find(file.string()) != std::string::npos,
                     describe(status.error()).c_str());
        }
        QCOMPARE(readFile(file).value(), "old");
        QCOMPARE(entries(folder), 1);
    }

    void fileErrorsNameTheFile()
    {
        QTemporaryDir folder;
        const std::filesystem::path missing = path(folder) / "no" / "file";
        QVERIFY(readFile(missing).error().message.find(missing.string()) != std::string::npos);
        QVERIFY(writeFileAtomically(missing, "x").error().message.find(missing.string()) != std::string::npos);
        QVERIFY(readFile(path(folder)).error().message.ends_with(": Is a directory"));
        QVERIFY(!FileLock::tryExclusive(missing));
    }

    void jsonErrorsNameThePlace()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = path(folder) / "a.json";
        QVERIFY(writeFileAtomically(file, "{\"epochs\": 3}"));
        QCOMPARE(readJson(file).value().at("epochs").get<int>(), 3);
        QVERIFY(writeFileAtomically(file, "{\n\"epochs\": }"));
        const auto bad = readJson(file);
        QVERIFY(!bad);
        QCOMPARE(bad.error().code, ErrorCode::Usage);
        QVERIFY2(bad.error().message.find("line 2") != std::string::npos, bad.error().message.c_str());
        QVERIFY(bad.error().message.find(file.string()) != std::string::npos);
    }

    void jsonIsReadWithoutHarm_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("says");
        const auto row = [](const char* name, const std::string& text, const char* says) {
            QTest::newRow(name) << text << std::string(says);
        };
        row("a number out of range", "{\"a\":\n  1e999}", "x line 2, column 3: the number 1e999 is out of range");
        row("the end is missing", "{\"a\": [1,", "x line 1, column 10 is not JSON: syntax error");
        row("nothing", "", "x line 1, column 1 is not JSON: ");
        std::string deep;
        for (int i = 0; i < 100'000; ++i)
            deep += "{\"a\":";
        row("deep objects", deep, "x line 1, column 1001: the JSON is nested more than 200 levels deep");
        row("deep lists", std::string(100'000, '['), "x line 1, column 201: the JSON is nested more than 200 levels");
    }

    void jsonIsReadWithoutHarm()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, says);
        const auto json = parseJson(text, "x");
        QVERIFY(!json);
        QCOMPARE(json.error().code, ErrorCode::Usage);
        QVERIFY2(json.error().message.starts_with(says), json.error().message.c_str());
    }

    void jsonMayBeNestedAndHoldBrackets()
    {
        QVERIFY(parseJson(std::string(200, '[') + std::string(200, ']'), "x"));
        QVERIFY(parseJson('"' + std::string(300, '[') + "\\\"[\"", "x")); // in a string they nest nothing
    }

    /// What others wrote into a file may be of any type.
    void valuesOfOtherTypesAreNotTaken()
    {
        const auto json = parseJson(R"({"text": "a", "number": 7, "half": 0.5, "huge": 18446744073709551615,
                                        "flag": true, "null": null, "list": [1], "object": {"a": 1}})",
                                    "x");
        QVERIFY(json);
        QCOMPARE(textIn(*json, "text"), std::string("a"));
        QCOMPARE(integerIn(*json, "number"), std::int64_t{7});
        QVERIFY(flagIn(*json, "flag"));
        QCOMPARE(listIn(*json, "list").size(), std::size_t{1});
        QCOMPARE(objectIn(*json, "object").size(), std::size_t{1});
        for (const char* key : {"number", "flag", "null", "list", "object", "missing"})
            QCOMPARE(textIn(*json, key, "else"), std::string("else"));
        for (const char* key : {"text", "half", "huge", "flag", "null", "list", "object", "missing"})
            QCOMPARE(integerIn(*json, key, -1), std::int64_t{-1});
        for (const char* key : {"text", "number", "null", "list", "object", "missing"})
            QVERIFY(flagIn(*json, key, true));
        QVERIFY(objectIn(*json, "list").is_object() && objectIn(*json, "missing").empty());
        QVERIFY(listIn(*json, "object").is_array() && listIn(*json, "missing").empty());
        for (const nlohmann::json& none : {nlohmann::json(), nlohmann::json(3), nlohmann::json::array({1})})
            QCOMPARE(textIn(none, "text", "else"), std::string("else"));
    }

    void whatIsNoFileIsNotReplaced()
    {
        QTemporaryDir folder;
        const std::filesystem::path pipe = path(folder) / "pipe", link = path(folder) / "link";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        std::filesystem::create_symlink("pipe", link);
        for (const auto& file : {pipe, link}) {
            const Status written = writeFileAtomically(file, "x");
            QVERIFY(!written);
            QVERIFY2(written.error().message.starts_with(file.string() + " is a pipe"),
                     written.error().message.c_str());
        }
        QVERIFY(std::filesystem::is_fifo(pipe) && std::filesystem::is_symlink(link));
        QVERIFY(!wholeFileTarget("/dev/null"));
        QCOMPARE(entries(folder), 2);
    }

    void linksAreWrittenThrough()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = path(folder) / "file", link = path(folder) / "link",
                                    second = path(folder) / "second", round = path(folder) / "round";
        std::filesystem::create_symlink("file", link);
        std::filesystem::create_symlink(link, second);
        for (const char* content : {"new", "newer"}) { // the file that is not there yet, and the one that is
            QVERIFY(writeFileAtomically(second, content));
            QCOMPARE(readFile(file).value(), content);
        }
        QVERIFY(std::filesystem::is_symlink(link) && std::filesystem::is_symlink(second));
        std::filesystem::create_symlink("round", round);
        QVERIFY(!writeFileAtomically(round, "x"));
    }

    void aLockHasOneHolder()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = path(folder) / "lock";
        {
            auto first = FileLock::tryExclusive(file);
            QVERIFY(first && *first);
            QCOMPARE(readFile(file).value(), std::to_string(::getpid()) + "\n");
            const auto second = FileLock::tryExclusive(file);
            QVERIFY(second && !*second);
            const FileLock moved = std::move(**first);
            first->reset();
            const auto third = FileLock::tryExclusive(file);
            QVERIFY(third && !*third);
        }
        const auto again = FileLock::tryExclusive(file);
        QVERIFY(again && *again);
    }

    void aLockDiesWithItsHolder()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = path(folder) / "lock";
        std::array<int, 2> pipe{};
        QCOMPARE(::pipe(pipe.data()), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto lock = FileLock::tryExclusive(file);
            const char answer = lock && *lock ? '1' : '0';
            if (::write(pipe[1], &answer, 1) == 1)
                ::pause();
            ::_exit(1);
        }
        char answer = 0;
        QCOMPARE(::read(pipe[0], &answer, 1), ssize_t{1});
        QCOMPARE(answer, '1');
        const auto refused = FileLock::tryExclusive(file);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        QVERIFY(refused && !*refused);
        const auto granted = FileLock::tryExclusive(file);
        QVERIFY(granted && *granted);
        ::close(pipe[0]);
        ::close(pipe[1]);
    }

    // Error

    void errorsDescribeThemselves()
    {
        QCOMPARE(describe(Error{ErrorCode::Failed, "It broke", "Mend it"}), "It broke. Mend it");
        QCOMPARE(describe(Error{ErrorCode::Failed, "It broke", ""}), "It broke");
        const Status status = fail(ErrorCode::BadData, "Line 3");
        QCOMPARE(static_cast<int>(status.error().code), 4);
    }

private:
    static std::filesystem::path path(const QTemporaryDir& folder) { return folder.path().toStdString(); }
    static int entries(const QTemporaryDir& folder)
    {
        return static_cast<int>(std::distance(std::filesystem::directory_iterator(path(folder)), {}));
    }
};

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
