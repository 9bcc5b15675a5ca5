// SPDX-License-Identifier: GPL-3.0-or-later
// Downloads from servers that cut connections, lie about lengths, ignore ranges and change their files: each ends in
// the right file, or in a clear error and no file.
#include "LocalHttpServer.h"
#include "Waiting.h"
#include "base/Files.h"
#include "base/Http.h"
#include "data/files/CsvReader.h"
#include "data/files/Gunzip.h"
#include "data/files/RowCounter.h"
#include "data/files/WholeFile.h"
#include "pipeline/Download.h"
#include "session/Ports.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <unistd.h>

using namespace millrace;

namespace
{

using Request = LocalHttpServer::Request;
using Handler = LocalHttpServer::Handler;

constexpr std::int64_t kRows = 4000;

std::string rowsText(std::int64_t count, int salt = 0)
{
    std::string text;
    for (std::int64_t row = 0; row < count; ++row) {
        text += row % 2 == 0 ? "1.0" : "0.0";
        for (int column = 1; column < 19; ++column)
            text += "," + std::to_string((row * 7919 + column * 104729 + salt) % 1000003);
        text += '\n';
    }
    return text;
}

std::string head(int status, const std::string& headers)
{
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers + "Connection: close\r\n\r\n";
}

std::string lengthOf(std::size_t bytes)
{
    return "Content-Length: " + std::to_string(bytes) + "\r\n";
}

/// A good server's answer: ranges, and If-Range against its tag.
std::string serve(const Request& request, const std::string& file, const std::string& tag)
{
    const std::string tagLine = tag.empty() ? "" : "ETag: " + tag + "\r\n";
    const std::size_t from = request.header("if-range") == tag ? request.from() : 0;
    if (from > 0 && from >= file.size())
        return head(416, "Content-Range: bytes */" + std::to_string(file.size()) + "\r\n" + lengthOf(0));
    if (from > 0)
        return head(206, tagLine + lengthOf(file.size() - from) + "Content-Range: bytes " + std::to_string(from) + "-" +
                             std::to_string(file.size() - 1) + "/" + std::to_string(file.size()) + "\r\n") +
               file.substr(from);
    return head(200, tagLine + lengthOf(file.size())) + file;
}

Handler good(const std::string& file, const std::string& tag = "\"one\"")
{
    return [=](const Request& request) { return serve(request, file, tag); };
}

/// The same, but the connection ends after so many bytes of the answer's body.
Handler cut(const std::string& file, std::size_t bytes, const std::string& tag = "\"one\"")
{
    return [=](const Request& request) {
        const std::string answer = serve(request, file, tag);
        return answer.substr(0, answer.find("\r\n\r\n") + 4 + bytes);
    };
}

Handler fixed(const std::string& answer)
{
    return [=](const Request&) { return answer; };
}

std::string contentOf(const std::filesystem::path& file)
{
    return readFile(file).value_or("");
}

} // namespace

class TestDownload : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void unpacksInPieces();
    void countsRowsInPieces();
    void writesWholeFiles();
    void keepsAWholeFile();
    void stopsAfterRows();
    void unpacksWhereAsked();
    void goesOnAfterCuts();
    void anotherProcessGoesOn();
    void aChangedFileIsNotGlued();
    void ignoredRanges();
    void wrongRanges();
    void withoutAVersion();
    void promisedTooMuch();
    void promisedTooLittle();
    void truncatedAndDamaged();
    void noTable();
    void refusals();
    void redirects();
    void certificates();
    void cancelled();
    void oneAtATime();

private:
    Result<nlohmann::json> get(std::int64_t rows = -1, int retries = 5);
    [[nodiscard]] std::filesystem::path part() const { return m_out.string() + ".part"; }
    void verifyNothingThere() const;

    QTemporaryDir m_folder;
    int m_count = 0;
    std::filesystem::path m_out;
    std::string m_text, m_packed, m_otherPacked;
    std::unique_ptr<LocalHttpServer> m_server;
    std::vector<Note> m_notes;
};

void TestDownload::initTestCase()
{
    m_text = rowsText(kRows);
    const auto pack = [this](const std::string& text) {
        const auto file = std::filesystem::path(m_folder.path().toStdString()) / "packed.csv.gz";
        auto written = WholeFile::create(file);
        return written && written->write(text) && written->finish() ? contentOf(file) : std::string();
    };
    m_packed = pack(m_text);
    m_otherPacked = pack(rowsText(kRows, 17));
    QVERIFY(m_packed.size() > 100'000 && m_otherPacked.size() > 100'000);
    m_server = std::make_unique<LocalHttpServer>();
}

void TestDownload::init()
{
    m_out = std::filesystem::path(m_folder.path().toStdString()) / std::to_string(++m_count) / "SUSY.csv.gz";
    m_notes.clear();
}

Result<nlohmann::json> TestDownload::get(std::int64_t rows, int retries)
{
    std::stop_source stop;
    JobContext context(stop.get_token());
    const auto result = download({m_server->url("/SUSY.csv.gz"), m_out, rows, 19, retries}, context);
    m_notes = context.drainNotes();
    return result ? toJson(*result) : Result<nlohmann::json>(fail(result.error()));
}

void TestDownload::verifyNothingThere() const
{
    QVERIFY(!std::filesystem::exists(m_out));
    for (const auto& entry : std::filesystem::directory_iterator(m_out.parent_path()))
        QVERIFY2(entry.path().filename().string().find(".tmp") == std::string::npos, entry.path().c_str());
}

void TestDownload::unpacksInPieces()
{
    const std::string twice = m_packed + m_otherPacked, expected = m_text + rowsText(kRows, 17);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, twice.size()}) {
        Gunzip gunzip;
        std::string text;
        bool good = true;
        for (std::size_t at = 0; good && at < twice.size(); at += piece)
            good = gunzip
                       .feed(std::string_view(twice).substr(at, piece),
                             [&](std::string_view unpacked) {
                                 text += unpacked;
                                 return Status{};
                             })
                       .has_value();
        QVERIFY(good);
        QVERIFY(gunzip.isGzip() && gunzip.isWhole());
        QVERIFY(text == expected);
    }
    Gunzip followed;
    const auto take = [](std::string_view /*unpacked*/) { return Status{}; };
    QVERIFY(followed.feed(m_packed + std::string(9, '\0'), take) && followed.isWhole());
    const Status behind = followed.feed("none", take);
    QVERIFY(!behind && behind.error().message.find("stand behind its end") != std::string::npos);
    Gunzip plain;
    std::string text;
    for (const char c : std::string("1,2\n3,4\n"))
        QVERIFY(plain.feed({&c, 1}, [&](std::string_view same) {
            text += same;
            return Status{};
        }));
    QVERIFY(!plain.isGzip() && plain.isWhole());
    QCOMPARE(text, std::string("1,2\n3,4\n"));
}

void TestDownload::countsRowsInPieces()
{
    const std::string text = "a,b\r\n\n1,2\n3,4\n5,6";
    RowCounter all(0, -1);
    for (const char c : text)
        QCOMPARE(all.add({&c, 1}).value_or(99), std::size_t{1});
    QCOMPARE(all.rows(), 3);
    QVERIFY(all.finish());
    QCOMPARE(all.rows(), 4);
    RowCounter two(2, 2);
    QCOMPARE(two.add(text).value_or(99), text.find("3,4"));
    QVERIFY(two.hasAll());
    RowCounter three(3, -1);
    QCOMPARE(three.add(text).error().message, std::string("line 1 has 2 columns, not 3"));
}

void TestDownload::writesWholeFiles()
{
    const auto folder = m_out.parent_path() / "deeper";
    for (const char* name : {"a.csv", "a.csv.gz"}) {
        {
            auto left = WholeFile::create(folder / name);
            QVERIFY(left && left->write("1,2\n"));
        }
        QVERIFY(std::filesystem::is_empty(folder));
        auto file = WholeFile::create(folder / name);
        QVERIFY(file && file->write("1,2\n") && file->write("3,4\n"));
        QVERIFY(!std::filesystem::exists(folder / name));
        QVERIFY(file->finish());
        auto reader = CsvReader::open(folder / name, CsvLayout{',', false});
        CsvRow row;
        QVERIFY(reader && reader->next(row).value_or(false) && reader->next(row).value_or(false));
        QCOMPARE(std::string(row.text), std::string("3,4"));
        QCOMPARE(contentOf(folder / name).starts_with("\x1F\x8B"), std::string_view(name).ends_with(".gz"));
        std::filesystem::remove_all(folder);
    }
    // What a process that was killed has left is removed, and nothing else.
    std::filesystem::create_directories(folder);
    const auto gone = folder / "a.csv.tmp2147483647", other = folder / "b.csv.tmp2147483647",
               own = folder / "a.csv.tmpx", living = folder / ("a.csv.tmp" + std::to_string(::getppid()));
    for (const auto& file : {gone, other, own, living})
        QVERIFY(writeFileAtomically(file, "1"));
    {
        auto file = WholeFile::create(folder / "a.csv");
        QVERIFY(file && file->finish());
    }
    QVERIFY(!std::filesystem::exists(gone));
    for (const auto& file : {other, own, living})
        QVERIFY2(std::filesystem::exists(file), file.c_str());
    std::filesystem::remove_all(folder);
    const auto nowhere = WholeFile::create("/proc/nowhere/a.csv");
    QVERIFY(!nowhere && nowhere.error().message.find("/proc/nowhere/a.csv") != std::string::npos);
}

void TestDownload::keepsAWholeFile()
{
    m_server->answer({good(m_packed)});
    const auto result = get();
    QVERIFY2(result, describe(result).c_str());
    QCOMPARE((*result)["rows"].get<std::int64_t>(), kRows);
    QVERIFY((*result)["whole"].get<bool>());
    QCOMPARE((*result)["bytes"].get<std::size_t>(), m_packed.size());
    QVERIFY(contentOf(m_out) == m_packed); // the very bytes
    QVERIFY(!std::filesystem::exists(part()));
    QCOMPARE(m_server->requests().size(), std::size_t{1});
}

void TestDownload::stopsAfterRows()
{
    m_server->answer({good(m_packed)});
    m_out.replace_filename("SUSY-100.csv");
    const auto result = get(100);
    QVERIFY(result);
    QCOMPARE((*result)["rows"].get<int>(), 100);
    QVERIFY(!(*result)["whole"].get<bool>());
    QVERIFY(contentOf(m_out) == rowsText(100));
    QVERIFY(!std::filesystem::exists(part()));

    m_out.replace_filename("more-than-there-are.csv");
    const auto fewer = get(kRows + 5);
    QCOMPARE((*fewer)["rows"].get<std::int64_t>(), kRows);
    QVERIFY(contentOf(m_out) == m_text);
    QVERIFY(m_notes.back().text.find("4,000 rows only") != std::string::npos);
}

void TestDownload::unpacksWhereAsked()
{
    m_out.replace_filename("SUSY.csv");
    m_server->answer({good(m_packed)});
    QVERIFY(get());
    QVERIFY(contentOf(m_out) == m_text);
    // A plain file that is to be packed, cut on the way.
    m_out.replace_filename("packed.csv.gz");
    m_server->answer({cut(m_text, 50'001), good(m_text)});
    QVERIFY(get());
    QVERIFY(contentOf(m_out) == m_packed);
}

void TestDownload::goesOnAfterCuts()
{
    m_server->answer({cut(m_packed, 30'000), cut(m_packed, 1), cut(m_packed, 0), fixed(""), good(m_packed)});
    const auto result = get();
    QVERIFY2(result, describe(result).c_str());
    QVERIFY(contentOf(m_out) == m_packed);
    const auto requests = m_server->requests();
    QCOMPARE(requests.size(), std::size_t{5});
    QCOMPARE(requests[0].header("range"), std::string());
    QCOMPARE(requests[1].header("range"), std::string("bytes=30000-"));
    QCOMPARE(requests[1].header("if-range"), std::string("\"one\""));
    QCOMPARE(requests[4].header("range"), std::string("bytes=30001-"));
    QCOMPARE(m_notes.size(), std::size_t{4});
}

void TestDownload::anotherProcessGoesOn()
{
    m_server->answer({cut(m_packed, 60'000), cut(m_packed, 0)});
    const auto failed = get(-1, 1);
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.find("60.0 kB are kept") != std::string::npos, failed.error().message.c_str());
    verifyNothingThere();
    QCOMPARE(std::filesystem::file_size(part()), std::uintmax_t{60'000});

    m_server->answer({good(m_packed)});
    const auto result = get();
    QVERIFY(result);
    QCOMPARE((*result)["resumed_at"].get<int>(), 60'000);
    QCOMPARE(m_server->requests()[0].from(), std::size_t{60'000});
    QVERIFY(contentOf(m_out) == m_packed);
    QVERIFY(!std::filesystem::exists(part()));
}

void TestDownload::aChangedFileIsNotGlued()
{
    // A good server sends all of the new one; one that does not know If-Range is found out by its tag.
    const Handler careless = [this](const Request& request) {
        Request same = request;
        same.headers["if-range"] = "\"two\"";
        return serve(same, m_otherPacked, "\"two\"");
    };
    for (const Handler& changed : {good(m_otherPacked, "\"two\""), careless}) {
        init();
        m_server->answer({cut(m_packed, 60'000), changed});
        const auto result = get();
        QVERIFY2(result, describe(result).c_str());
        QVERIFY(contentOf(m_out) == m_otherPacked);
        QCOMPARE((*result)["version"].get<std::string>(), std::string("\"two\""));
    }
    // Another length under the same tag.
    init();
    m_server->answer({cut(m_packed, 60'000), good(m_otherPacked + m_otherPacked), good(m_packed)});
    QVERIFY(get());
    QVERIFY(contentOf(m_out) == m_packed);
}

void TestDownload::ignoredRanges()
{
    m_server->answer(
        {cut(m_packed, 60'000), fixed(head(200, "ETag: \"one\"\r\n" + lengthOf(m_packed.size())) + m_packed)});
    const auto result = get();
    QVERIFY(result);
    QCOMPARE((*result)["resumed_at"].get<int>(), 0);
    QVERIFY(contentOf(m_out) == m_packed);
}

void TestDownload::wrongRanges()
{
    const Handler shifted = [this](const Request& request) {
        Request later = request;
        later.headers["range"] = "bytes=" + std::to_string(request.from() + 1) + "-";
        return serve(later, m_packed, "\"one\"");
    };
    m_server->answer({cut(m_packed, 60'000), shifted, good(m_packed)});
    QVERIFY(get());
    QVERIFY(contentOf(m_out) == m_packed);
    QCOMPARE(m_server->requests().back().from(), std::size_t{0});
}

void TestDownload::withoutAVersion()
{
    m_server->answer({cut(m_packed, 60'000, ""), good(m_packed, "")});
    QVERIFY(get());
    QVERIFY(contentOf(m_out) == m_packed);
    QCOMPARE(m_server->requests()[1].header("range"), std::string());
}

void TestDownload::promisedTooMuch()
{
    const std::string answer = head(200, "ETag: \"one\"\r\n" + lengthOf(m_packed.size() + 1000)) + m_packed;
    // It knows its length when it is asked for the rest.
    m_server->answer({fixed(answer), good(m_packed)});
    const auto result = get();
    QVERIFY2(result, describe(result).c_str());
    QVERIFY(contentOf(m_out) == m_packed);
    // It never does.
    init();
    m_server->answer({fixed(answer)});
    const auto failed = get(-1, 1);
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.find("1000 bytes") != std::string::npos, failed.error().message.c_str());
    verifyNothingThere();
}

void TestDownload::promisedTooLittle()
{
    m_server->answer({fixed(head(200, "ETag: \"one\"\r\n" + lengthOf(m_packed.size() - 1000)) + m_packed)});
    const auto result = get();
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::BadData);
    QVERIFY(result.error().message.find("the gzip data ends too early") != std::string::npos);
    verifyNothingThere();
    QVERIFY(!std::filesystem::exists(part()));
}

void TestDownload::truncatedAndDamaged()
{
    m_server->answer({good(m_packed.substr(0, 90'000))});
    auto result = get();
    QVERIFY(!result && result.error().message.find("ends too early") != std::string::npos);
    std::string flipped = m_packed;
    flipped[flipped.size() - 6] ^= 1; // in the checksum
    m_server->answer({good(flipped)});
    result = get();
    QVERIFY(!result && result.error().message.find("incorrect data check") != std::string::npos);
    verifyNothingThere();
    QVERIFY(!std::filesystem::exists(part()));
    // The first rows come before the end.
    m_server->answer({good(flipped)});
    m_out.replace_filename("first.csv");
    QVERIFY(get(50));
    QVERIFY(contentOf(m_out) == rowsText(50));
}

void TestDownload::noTable()
{
    m_server->answer({good("<html>\n<body>Log in first</body>\n</html>\n")});
    auto result = get();
    QVERIFY(!result && result.error().message.find("line 1 has 1 column, not 19") != std::string::npos);
    m_server->answer({good(m_text + "1.0,2,3\n" + m_text)});
    result = get();
    QVERIFY(!result && result.error().message.find("line 4,001 has 3 columns, not 19") != std::string::npos);
    QVERIFY(!std::filesystem::exists(part()));
    m_server->answer({fixed(head(200, lengthOf(0)))});
    QVERIFY(!get(-1, 0));
    verifyNothingThere();
}

void TestDownload::refusals()
{
    m_server->answer({fixed(head(404, lengthOf(9)) + "not there")});
    const auto missing = get();
    QVERIFY(!missing && missing.error().message.find("answers 404") != std::string::npos);
    QVERIFY(missing.error().advice.find("--url") != std::string::npos);
    QCOMPARE(m_server->requests().size(), std::size_t{1}); // asking again would not help
    m_server->answer({fixed(head(503, lengthOf(0))), good(m_packed)});
    QVERIFY(get());
    QVERIFY(contentOf(m_out) == m_packed);
    std::stop_source stop;
    JobContext context(stop.get_token());
    const std::string nobodys = "http://127.0.0.1:" + std::to_string(anyFreePort()) + "/x";
    const auto nobody = download({nobodys, m_out, -1, 19, 0}, context);
    QVERIFY(!nobody && nobody.error().message.find("127.0.0.1") != std::string::npos);
}

void TestDownload::redirects()
{
    m_server->answer({fixed(head(302, "Location: /elsewhere\r\n" + lengthOf(0))), good(m_packed)});
    QVERIFY(get());
    QCOMPARE(m_server->requests().back().path, std::string("/elsewhere"));
    QVERIFY(contentOf(m_out) == m_packed);
    init();
    m_server->answer({fixed(head(302, "Location: file:///etc/hostname\r\n" + lengthOf(0)))});
    QVERIFY(!get());
    m_server->answer({fixed(head(302, "Location: /round\r\n" + lengthOf(0)))});
    QVERIFY(!get());
    verifyNothingThere();
}

/// A server whose certificate nobody has signed is not believed.
void TestDownload::certificates()
{
    const QString openssl = QStandardPaths::findExecutable("openssl");
    if (openssl.isEmpty())
        QSKIP("openssl is not installed");
    const QString key = m_folder.filePath("key.pem"), certificate = m_folder.filePath("certificate.pem");
    QCOMPARE(
        QProcess::execute(openssl, {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                                    "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate}),
        0);
    const int number = anyFreePort();
    const QString port = QString::number(number);
    QProcess server;
    server.start(openssl, {"s_server", "-accept", "127.0.0.1:" + port, "-key", key, "-cert", certificate, "-www"});
    QVERIFY(server.waitForStarted());
    TRY_VERIFY(isListening(server.processId(), number));
    std::stop_source stop;
    const auto got = httpGet({"https://127.0.0.1:" + port.toStdString() + "/", 0, {}},
                             {[](const HttpAnswer&) -> Status { return {}; },
                              [](std::string_view) -> Status { return fail(ErrorCode::Failed, "bytes came"); }},
                             stop.get_token());
    QVERIFY(!got);
    QVERIFY2(got.error().advice.find("certificate") != std::string::npos, describe(got.error()).c_str());
    QVERIFY(!got.error().retriable);
    server.terminate();
    server.waitForFinished();
}

void TestDownload::cancelled()
{
    std::stop_source stop;
    JobContext context(stop.get_token());
    m_server->answer({[this, stop](const Request& request) mutable {
        stop.request_stop();
        return serve(request, m_packed, "\"one\"").substr(0, 70'000);
    }});
    const auto result = download({m_server->url("/SUSY.csv.gz"), m_out, -1, 19, 1000}, context);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
    QVERIFY(result.error().advice.find("goes on") != std::string::npos);
    verifyNothingThere();
    m_server->answer({good(m_packed)});
    QVERIFY(get());
    QVERIFY(contentOf(m_out) == m_packed);
}

void TestDownload::oneAtATime()
{
    std::filesystem::create_directories(m_out.parent_path());
    const auto lock = FileLock::tryExclusive(m_out.string() + ".part.lock");
    QVERIFY(lock && *lock);
    m_server->answer({good(m_packed)});
    const auto result = get();
    QVERIFY(!result && result.error().message.find("downloaded already") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestDownload)
#include "tst_download.moc"
