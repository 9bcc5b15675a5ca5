// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"
#include "train/Checkpoint.h"
#include "train/Safetensors.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstring>

using namespace millrace;

namespace
{

Checkpoint sample()
{
    Checkpoint checkpoint;
    checkpoint.learner.weights = {1.5F, -2, 3e-20F, 4, 5};
    checkpoint.learner.firstMoments = {0.1F, 0.2F, 0.3F, 0.4F, 0.5F};
    checkpoint.learner.secondMoments = {1, 2, 3, 4, 5};
    checkpoint.learner.step = 123'456'789'012;
    checkpoint.learner.learningRate = 0.1 + 0.2;
    checkpoint.metadata = {{"model", toJson(*presetModel("small", {"a", "ü"}))}, {"epoch", 3}, {"loss", 1.0 / 3}};
    return checkpoint;
}

} // namespace

class CheckpointTest : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void roundTrip();
    void withoutMoments();
    void layoutIsSafetensors();
    void everyTruncationIsDetected();
    void everyFlippedByteIsDetected();
    void otherFilesAreRefused();
    void newerFormatIsSaid();
    void metadataIsAnObject();
    void missingFileIsAnError();

private:
    std::filesystem::path path() const { return (m_folder->path() + "/check.safetensors").toStdString(); }
    QString errorOf(const std::string& content) const;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void CheckpointTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

QString CheckpointTest::errorOf(const std::string& content) const
{
    if (!writeFileAtomically(path(), content))
        return "cannot write";
    const auto checkpoint = readCheckpoint(path());
    if (checkpoint)
        return {};
    return checkpoint.error().code == ErrorCode::BadData ? QString::fromStdString(describe(checkpoint.error()))
                                                         : "wrong code";
}

void CheckpointTest::roundTrip()
{
    const Checkpoint before = sample();
    QVERIFY(writeCheckpoint(path(), before));
    const auto after = readCheckpoint(path());
    QVERIFY2(after, describe(after).c_str());
    QVERIFY(after->learner.weights == before.learner.weights);
    QVERIFY(after->learner.firstMoments == before.learner.firstMoments);
    QVERIFY(after->learner.secondMoments == before.learner.secondMoments);
    QCOMPARE(after->learner.step, before.learner.step);
    QCOMPARE(after->learner.learningRate, before.learner.learningRate);
    QVERIFY(after->metadata == before.metadata);
}

void CheckpointTest::withoutMoments()
{
    Checkpoint before = sample();
    before.learner.firstMoments.clear();
    before.learner.secondMoments.clear();
    QVERIFY(writeCheckpoint(path(), before));
    const auto after = readCheckpoint(path());
    QVERIFY(after);
    QVERIFY(after->learner.firstMoments.empty() && after->learner.secondMoments.empty());
}

void CheckpointTest::layoutIsSafetensors()
{
    QVERIFY(writeCheckpoint(path(), sample()));
    const std::string content = *readFile(path());
    std::uint64_t length = 0;
    std::memcpy(&length, content.data(), sizeof(length));
    QCOMPARE(length % 8, 0U);
    const auto header = nlohmann::json::parse(content.substr(8, length));
    QCOMPARE(header.at("weights").at("dtype"), "F32");
    QVERIFY(header.at("weights").at("data_offsets") == nlohmann::json({0, 20}));
    QVERIFY(header.at("checksum").at("data_offsets") == nlohmann::json({60, 64}));
    QVERIFY(header.at("__metadata__").at("millrace").is_string());
    QCOMPARE(content.size(), 8 + length + 64);
}

void CheckpointTest::everyTruncationIsDetected()
{
    QVERIFY(writeCheckpoint(path(), sample()));
    const std::string content = *readFile(path());
    for (std::size_t size = 0; size < content.size(); size += 7)
        QVERIFY2(errorOf(content.substr(0, size)).contains("truncated"), qPrintable(QString::number(size)));
    QVERIFY(errorOf(content + "x").contains("damaged"));
}

void CheckpointTest::everyFlippedByteIsDetected()
{
    QVERIFY(writeCheckpoint(path(), sample()));
    const std::string content = *readFile(path());
    for (std::size_t place = 0; place < content.size(); ++place) {
        std::string damaged = content;
        damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
        QVERIFY2(!errorOf(damaged).isEmpty(), qPrintable(QString::number(place)));
    }
    std::string damaged = content;
    damaged[content.size() - 10] = static_cast<char>(damaged[content.size() - 10] ^ 1);
    QVERIFY(errorOf(damaged).contains("checksum"));
}

void CheckpointTest::otherFilesAreRefused()
{
    QVERIFY(errorOf("hello, I am a text file of some length").contains("not a safetensors file"));
    const std::vector<float> values = {1, 2};
    QVERIFY(errorOf(writeSafetensors({{"weights", {2}, values}}, {}, true)).contains("not a checkpoint of Millrace"));
}

void CheckpointTest::newerFormatIsSaid()
{
    const std::vector<float> values = {1, 2};
    const std::string content = writeSafetensors({{"weights", {2}, values}}, {{"millrace", R"({"format": 99})"}}, true);
    QVERIFY(errorOf(content).contains("newer format, 99"));
    QVERIFY(errorOf(content).contains(QString::fromStdString(path().string())));
}

void CheckpointTest::metadataIsAnObject()
{
    Checkpoint checkpoint = sample();
    checkpoint.metadata = "many";
    QVERIFY(writeCheckpoint(path(), checkpoint));
    const auto read = readCheckpoint(path());
    QVERIFY(!read);
    QCOMPARE(read.error().message,
             "cannot use the checkpoint " + path().string() + ": its metadata is not as it must be: run is no object");
}

void CheckpointTest::missingFileIsAnError()
{
    QVERIFY(!readCheckpoint(path()));
}

QTEST_GUILESS_MAIN(CheckpointTest)
#include "tst_checkpoint.moc"
