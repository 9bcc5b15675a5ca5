// SPDX-License-Identifier: GPL-3.0-or-later
// What a run writes: files in parts that stay within a bound and can be gone back to, and a disk that is full.
#include "base/AppendFile.h"
#include "base/Files.h"
#include "base/WriteError.h"
#include "metrics/BinaryPrequential.h"
#include "pipeline/online/ScoreLog.h"
#include "pipeline/reading/GroupRows.h"
#include "pipeline/reading/NothingRead.h"
#include "pipeline/reading/OnlyClass.h"
#include "pipeline/reading/StableTopic.h"
#include "pipeline/runs/RunCatalog.h"
#include "pipeline/runs/RunFolder.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/training/EarlierTraining.h"
#include "pipeline/writing/Publication.h"
#include "session/Resources.h"

#include <QTemporaryDir>
#include <QTest>

using namespace millrace;
using nlohmann::json;
namespace fs = std::filesystem;

class RunFolderTest : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;

    [[nodiscard]] fs::path path(const char* name) const { return m_folder.path().toStdString() + "/" + name; }
    /// All parts, one behind the other.
    static std::string contentOf(const fs::path& file)
    {
        std::string content;
        for (const AppendFile::Part& part : AppendFile::parts(file))
            if (fs::exists(part.path))
                content += readFile(part.path).value();
        return content;
    }

private slots:
    /// By name, by folder and by path; a run without a model gives way to one that has one, but is found.
    void runsAreFound()
    {
        const fs::path runs = path("found");
        const auto folder = RunFolder::create(runs, "huge", {{"kind", "train"}});
        QVERIFY(folder);
        const RunCatalog catalog(runs);
        for (const std::string& asked :
             {std::string("huge"), folder->name(), folder->path().string(), folder->path().string() + "/"}) {
            const auto found = catalog.find(asked);
            QVERIFY2(found, asked.c_str());
            QCOMPARE(found->folder, folder->name());
        }
        const auto checkpoint = RunCatalog::loadCheckpoint(*catalog.find("huge"));
        QVERIFY(!checkpoint);
        QVERIFY(checkpoint.error().message.find("has no checkpoint: it has no model") != std::string::npos);
        QVERIFY(!catalog.find("hug") && !catalog.find("/nowhere/huge"));
    }

    /// That nothing came has its reason; a group that has read all has none.
    void nothingCameForAReason()
    {
        GroupStart start;
        start.partitions = 2;
        start.holds.name = "topic t";
        HeldPartitions held{2, true, false};
        const auto why = [&](std::int64_t kept, std::int64_t waiting, std::int64_t lag, bool everFilled = true) {
            start.holds = {"topic t", true, everFilled, kept, waiting};
            start.lag = lag;
            return whyNothingCame("g", start, held);
        };
        QCOMPARE(whyNothingCame("g", start, held), std::string("the cluster did not say what topic t holds"));
        QCOMPARE(why(0, 0, 0, false), std::string("topic t is empty"));
        QVERIFY(why(0, 0, 0).ends_with("what it held was deleted"));
        QVERIFY(why(0, 3, 0).starts_with("all of topic t (3 offsets) stands behind an open transaction"));
        QVERIFY(why(9, 3, 0).starts_with("what group g has not read of topic t (3 offsets) stands behind an open"));
        QCOMPARE(why(9, 0, 0), std::string());
        // It held all of the topic to its end: nobody else can have got anything.
        const std::string aborted = why(9, 0, 9);
        QVERIFY2(aborted.starts_with("topic t holds no records: the 9 offsets that can be read are of transactions"),
                 aborted.c_str());
        QVERIFY(why(9, 1, 9).find(". More of it (1 offset) stands behind an open") != std::string::npos);
        start.hasRead = true; // what is left are markers
        QCOMPARE(why(9, 0, 1), std::string());
        start.hasRead = start.fromBeginning = false;
        QVERIFY(why(9, 0, 9).ends_with("no records behind the place where the reading began"));
        held.toTheEnd = false;
        QVERIFY(why(9, 0, 9).ends_with("came before the reading was over"));
        held.count = 1;
        QVERIFY(why(9, 0, 9).find("went to its other members, or is of transactions") != std::string::npos);
        held = {2, true, true};
        QVERIFY(why(9, 0, 9).find("went to its other members") != std::string::npos);
    }

    /// What waits is not what is empty, and a partition is looked at alone.
    void holdingsAreAddedUp()
    {
        TopicInfo topic;
        topic.name = "t";
        topic.partitions.resize(2);
        for (int each : {0, 1}) {
            topic.partitions[static_cast<std::size_t>(each)].partition = each;
            topic.partitions[static_cast<std::size_t>(each)].low = 0;
            topic.partitions[static_cast<std::size_t>(each)].high = 4 * each;
        }
        const TopicHolds all = holdsOf(topic, -1, {{0, false, 0, 3}});
        QVERIFY(all.known && all.everFilled);
        QCOMPARE(all.kept, std::int64_t(4));
        QCOMPARE(all.waiting, std::int64_t(3));
        QCOMPARE(whyNoRecords(holdsOf(topic, 0, {})), std::string("topic t partition 0 is empty"));
        QVERIFY(
            whyNoRecords(holdsOf(topic, 0, {{0, false, 0, 3}})).starts_with("all of topic t partition 0 (3 offsets)"));
        topic.partitions[1].high = -1; // without a leader
        QVERIFY(!holdsOf(topic, -1, {}).known && holdsOf(topic, 0, {}).known);
    }

    /// A burst that is divided by some microseconds would be millions a second.
    void ratesBeginAfterASecond()
    {
        QVERIFY(std::isnan(rateOver(64, 1e-5)) && std::isnan(rateOver(3000, 0.99)));
        QCOMPARE(rateOver(6000, 2), 3000.0);
        QCOMPARE(rateOver(0, 5), 0.0);
        QCOMPARE(secondsLeftAfter(0.25, 10), 30.0);
        QVERIFY(std::isnan(secondsLeftAfter(0, 10)));
    }

    void oneClassIsSaid()
    {
        JobContext context{std::stop_token()};
        const OnlyClass only = onlyClassOf({0, 100}, context);
        QVERIFY(only == 1 && onlyClassIn({{"only_class", toJson(only)}}) == 1);
        const auto notes = context.drainNotes();
        QCOMPARE(notes.size(), std::size_t(1));
        QVERIFY(notes.front().severity == Note::Severity::Warning &&
                notes.front().text.starts_with("All records were of class 1"));
        for (const std::vector<std::int64_t>& several : {std::vector<std::int64_t>{6, 2}, {0, 0}, {}}) {
            const OnlyClass none = onlyClassOf(several, context);
            QVERIFY(!none && toJson(none).is_null() && !onlyClassIn({{"only_class", toJson(none)}}) &&
                    context.drainNotes().empty());
        }
    }

    /// What holds a topic's readers back is told of each partition, and unknown stays unknown.
    void whatHoldsBackIsSaid()
    {
        const std::vector<PartitionStanding> standing = {{0, false, 100, 40}, {1, true, -1, 0}, {2, false, 7, 0}};
        const auto said = whatHoldsBack("t", standing);
        QCOMPARE(said.size(), std::size_t(2));
        QVERIFY(said[0].starts_with("40 offsets of topic t partition 0 wait behind an open transaction"));
        QVERIFY(said[1].starts_with("Topic t partition 1 is offline") &&
                said[1].ends_with("until one of its brokers is back"));
        QCOMPARE(waitingIn(standing), std::int64_t(40));
        QVERIFY(waitingAt(standing, 0) == 40 && waitingAt(standing, 2) == 0 && !waitingAt(standing, 1) &&
                !waitingAt(standing, 3));
    }

    /// What could not be used, or was deleted, is a failure; the rest is nothing new.
    void readingIsJudged()
    {
        auto folder = RunFolder::create(path("judged"), "judged", {{"kind", "train"}});
        QVERIFY(folder);
        const auto judge = [&](const WhatWasRead& read) {
            return judgeReading(read, *folder, [] { return std::string("why"); });
        };
        WhatWasRead read;
        read.topic = "t";
        const auto nothing = judge(read);
        QVERIFY(nothing && nothing->isSo);
        json result;
        tell(*nothing, result);
        QCOMPARE(result.dump(), std::string(R"({"nothing_because":"why","nothing_new":true})"));
        read.needsRecords = true;
        const auto needed = judge(read);
        QVERIFY(!needed && needed.error().code == ErrorCode::BadData);
        QCOMPARE(needed.error().message, std::string("Nothing was learnt: why"));
        read.records = 5; // of an earlier life
        QVERIFY(judge(read) && judge(read)->isSo);
        read.now = 1;
        QVERIFY(judge(read) && !judge(read)->isSo && judge(read)->because.empty());
        read.records = 0;
        read.deleted = 60;
        const auto deleted = judge(read);
        QVERIFY(!deleted && deleted.error().message.ends_with("was deleted before: 60 offsets"));
        read.rejected = 1;
        QVERIFY(folder->rejected().add("t", 0, 7, {-1, "no label", "no label", {}}, "text"));
        const auto rejected = judge(read);
        QVERIFY(!rejected && rejected.error().code == ErrorCode::BadData);
        QVERIFY(rejected.error().advice.starts_with("Nothing was committed."));
        read.stopped = true;
        QVERIFY(judge(read) && !judge(read)->isSo);
    }

    /// A topic is called simulated where all of it is.
    void addedRecordsShareTheNotes()
    {
        const TopicNotes drawn{{}, true, {{"accuracy", 0.8}}}, measured{{}, false, {}};
        QVERIFY(notesWithAdded(drawn, drawn).simulated);
        QVERIFY(!notesWithAdded(measured, drawn).simulated);
        QVERIFY(notesWithAdded(measured, drawn).best.is_null());
        QVERIFY(!notesWithAdded(drawn, measured).simulated);
    }

    void positionsOutliveParts()
    {
        const fs::path file = path("rolled.csv");
        AppendFile out(file, "head\n");
        out.setPartBytes(20);
        std::vector<std::int64_t> ends;
        for (int i = 0; i < 30; ++i) {
            QVERIFY(out.add("line " + std::to_string(100 + i) + "\n"));
            ends.push_back(out.flush().value());
            if (out.isFull())
                QVERIFY(out.roll());
        }
        // Two lines of 9 bytes and the head fill a part of 23: eight are kept, the last one is empty.
        QCOMPARE(ends.back(), std::int64_t(15 * 23));
        QCOMPARE(AppendFile::parts(file).size(), AppendFile::kPartsKept);
        QCOMPARE(AppendFile::dropped(file), std::int64_t(8 * 23));
        QVERIFY(contentOf(file).starts_with("head\nline 116\n"));

        // Back into a part that was set aside: those behind it go, and it is written again.
        QCOMPARE(out.cutTo(ends[20]).value(), ends[20]);
        QVERIFY(contentOf(file).ends_with("head\nline 118\nline 119\nhead\nline 120\n"));
        QVERIFY(out.add("line 121\n"));
        QCOMPARE(out.flush().value(), ends[21]);

        // Into the oldest one, and to what is gone already.
        QCOMPARE(out.cutTo(ends[16]).value(), ends[16]);
        QCOMPARE(contentOf(file), std::string("head\nline 116\n"));
        AppendFile again(file, "head\n");
        QVERIFY(again.add("line 117\n"));
        QCOMPARE(again.flush().value(), ends[17]);
        QCOMPARE(again.cutTo(ends[3]).value(), std::int64_t(8 * 23));
        QCOMPARE(contentOf(file), std::string());
        QVERIFY(again.add("anew\n"));
        QCOMPARE(again.flush().value(), std::int64_t(8 * 23 + 10));
    }

    void whatIsNeededIsKept()
    {
        const fs::path file = path("needed.csv");
        AppendFile out(file);
        out.setPartBytes(10);
        for (int i = 0; i < 20; ++i) {
            QVERIFY(out.add("0123456789"));
            QVERIFY(out.roll());
            out.setNeeded(25);
        }
        QCOMPARE(AppendFile::dropped(file), std::int64_t(20));
    }

    void tornLinesStandAlone()
    {
        const fs::path file = path("torn.log");
        QVERIFY(writeFileAtomically(file, "whole\nto"));
        AppendFile out(file);
        QVERIFY(out.add("next\n"));
        QVERIFY(out.flush());
        QCOMPARE(readFile(file).value(), std::string("whole\nto\nnext\n"));
    }

    /// The scores of dropped parts are in the state, bit by bit.
    void scoresGoOnFromTheirState()
    {
        const fs::path file = path("scores.csv");
        BinaryPrequential written(100);
        ScoreLog log(file, {});
        log.setPartBytes(4000);
        std::vector<std::int64_t> ends;
        QVERIFY(log.open(0));
        for (int i = 0; i < 3000; ++i) {
            const float label = i * 7 % 11 < 4 ? 1 : 0, logit = static_cast<float>(i * 37 % 101 - 50) / 17 + label;
            written.add(std::span(&logit, 1), std::span(&label, 1));
            log.add({0, i, label, std::span(&logit, 1)});
            ends.push_back(log.flush().value());
            if (!log.isFull())
                continue;
            log.setNeeded(i < 300 ? 0 : ends[static_cast<std::size_t>(i) - 300]);
            written.useBins();
            QVERIFY(log.roll(written.state()));
        }
        QVERIFY(AppendFile::dropped(file) > 0);
        QVERIFY(!ScoreLog::read(file, ends.back(), [](const Score&) {}));
        const auto readBack = [&](std::size_t count, Prequential& scores) {
            const auto begin = [&](const json& state) {
                scores.restore(state);
                return Status{};
            };
            return ScoreLog::readFromState(file, ends[count - 1], begin, [&](const Score& score) {
                scores.add(score.outputs, std::span(&score.target, 1));
            });
        };
        for (const std::size_t count : {3000UL, 2900UL}) {
            BinaryPrequential back(100), same(100);
            QVERIFY(readBack(count, back));
            for (std::size_t i = 0; i < count; ++i) {
                const int n = static_cast<int>(i);
                const float label = n * 7 % 11 < 4 ? 1 : 0, logit = static_cast<float>(n * 37 % 101 - 50) / 17 + label;
                same.add(std::span(&logit, 1), std::span(&label, 1));
            }
            same.useBins();
            const auto told = [](const ScoreTable& table) {
                json scores;
                tell(table, scores);
                return scores.dump();
            };
            QCOMPARE(told(back.cumulative()), told(same.cumulative()));
            QCOMPARE(told(back.windowed()), told(same.windowed()));
            QVERIFY(back.confusion() == same.confusion());
        }
    }

    /// Decisions that a checkpoint needs stay, and the folder stays small.
    void theJournalIsThinned()
    {
        auto run = RunFolder::create(path("thin"), "thin", {{"kind", "online"}});
        QVERIFY(run);
        run->setBudget(0.1);
        QVERIFY(run->journal({{"event", "assigned"}, {"partition", 0}}));
        for (int i = 0; i < 1000; ++i) {
            run->setJournalNeeds(i - 5);
            QVERIFY(run->journal({{"event", "closed"}, {"mini_dataset", i}, {"records", 1}}));
        }
        QVERIFY(fs::file_size(run->path() / "journal.jsonl") < 6000);
        const auto entries = RunJournal::read(run->path());
        const auto thinned = entries.front()["entries"].get<std::int64_t>();
        QVERIFY(entries.front()["event"] == json("thinned"));
        QVERIFY(entries[1]["event"] == json("assigned"));
        QVERIFY(entries.back()["mini_dataset"] == json(999));
        QCOMPARE(thinned + static_cast<std::int64_t>(entries.size()) - 2, std::int64_t(1000));
        QVERIFY(RunFolder::dropped(run->path())["journal.jsonl"] == json(thinned));
        QVERIFY(readFile(run->path() / "log.txt")->find("not reproduced") != std::string::npos);
    }

    void aJournalOfOtherTypesDoesNoHarm()
    {
        auto run = RunFolder::create(path("odd"), "odd", {{"kind", 5}});
        QVERIFY(run);
        run->setBudget(0.1);
        run->setJournalNeeds(1000);
        const json odd = {{"event", 7}, {"mini_dataset", "many"}};
        for (int i = 0; i < 200; ++i)
            QVERIFY(run->journal(odd) && run->journal({{"event", "closed"}, {"mini_dataset", "many"}}));
        const auto entries = RunJournal::read(run->path());
        const auto left = [&entries](const json& event) {
            return std::ranges::count_if(entries, [&](const json& entry) { return entry["event"] == event; });
        };
        const auto dropped = RunFolder::dropped(run->path())["journal.jsonl"].get<std::int64_t>();
        QVERIFY(dropped > 0);
        QCOMPARE(dropped + left("closed"), std::int64_t{200}); // of no known mini-dataset: none needs them
        QCOMPARE(left(7), std::ptrdiff_t{200});
        QVERIFY(writeFileAtomically(run->path() / "journal.jsonl", R"({"event": "thinned", "entries": "many"})"));
        QVERIFY(!RunFolder::dropped(run->path()).contains("journal.jsonl"));
    }

    /// A run.json that somebody spoilt keeps no other from being found.
    void anOddRunHidesNoOther()
    {
        TrainConfig config;
        config.home = path("odd-home");
        config.continues = true;
        config.section = {{"topic", "t"}, {"partition", 0}, {"run", "good"}};
        fs::path good;
        {
            auto run = RunFolder::create(config.home / "runs", "good",
                                         {{"kind", "train"}, {"cluster_id", "c"}, {"configuration", config.section}});
            QVERIFY(run);
            good = run->path();
        }
        for (const char* text : {R"({"kind": "train", "cluster_id": 7, "configuration": 5})",
                                 R"({"kind": "train", "configuration": {"topic": ["t"]}})"}) {
            const fs::path odd = config.home / "runs" / "99990101T000000Z-odd";
            fs::create_directories(odd);
            QVERIFY(writeFileAtomically(odd / "run.json", text));
            const auto found = earlierTraining(config, "c");
            QVERIFY(found);
            QCOMPARE(found->path, good);
        }
    }

    void topicNotesOfOtherTypesAreRefusedByName_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("says");
        const auto row = [](const char* name, const char* text, const char* says) {
            QTest::newRow(name) << std::string(text) << std::string(says);
        };
        row("no object", "[]", "it is no object");
        row("a text as flag", R"({"simulated": "many"})", "simulated must be true or false");
        row("a number as best", R"({"best": 7})", "best must have scores");
        row("a text in best", R"({"best": {"accuracy": "high", "loss": 1, "auc": 1}})", "best must have scores");
        row("a text as schema", R"({"schema": "susy"})", "schema must be an object");
        row("a text as column", R"({"schema": {"columns": ["x"]}})", "schema.columns[0] must be an object");
        row("no JSON", "{", "is not JSON");
    }

    void topicNotesOfOtherTypesAreRefusedByName()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, says);
        const fs::path home = path("notes-home"), file = home / "topics" / "t.json";
        QVERIFY(readTopicNotes(home, "none"));
        QVERIFY(
            writeTopicNotes(home, "t", {example().schema, true, {{"accuracy", 0.8}, {"loss", 0.4}, {"auc", nullptr}}}));
        const auto good = readTopicNotes(home, "t");
        QVERIFY(good && good->simulated && good->best["auc"].is_null());
        QCOMPARE(good->schema.featureNames().size(), std::size_t{18});
        QVERIFY(writeTopicNotes(home, "t", {})); // of a topic whose columns are not known
        QVERIFY(readTopicNotes(home, "t")->schema.columns.empty());
        QVERIFY(writeFileAtomically(file, text));
        const auto notes = readTopicNotes(home, "t");
        QVERIFY(!notes);
        QCOMPARE(notes.error().code, ErrorCode::BadData);
        QVERIFY2(notes.error().message.starts_with(file.string()) &&
                     notes.error().message.find(says) != std::string::npos,
                 notes.error().message.c_str());
        JobContext context{std::stop_token()};
        QVERIFY(topicNotesOrTold(home, "t", context).schema.columns.empty());
        QCOMPARE(context.drainNotes().size(), std::size_t{1});
    }

    /// A file beside a CSV may be anybody's.
    void fileNotesOfOtherTypesSayNothing()
    {
        const fs::path file = path("rows.csv");
        QVERIFY(readFileNotes(file).is_null());
        for (const char* text : {"[]", "{", "7"}) {
            QVERIFY(writeFileAtomically(file.string() + ".json", text));
            QVERIFY2(readFileNotes(file).is_null(), text);
        }
        for (const json& best : {json{{"accuracy", "high"}}, json{{"speed", 1}}, json(7)}) {
            QVERIFY(writeFileNotes(file, {{"simulated", "yes"}, {"best", best}}));
            QVERIFY(readFileNotes(file) == json({{"simulated", false}, {"best", nullptr}}));
        }
        QVERIFY(writeFileNotes(file, {{"simulated", true}, {"best", {{"accuracy", 1}}}}));
        QVERIFY(readFileNotes(file) == json({{"simulated", true}, {"best", {{"accuracy", 1}}}}));
    }

    /// What is gone on with must be the same file, cut and written in the same way; an earlier build named no format.
    void anEarlierPublicationIsOfTheDefaultFormat()
    {
        const json now = {{"key", "label"}, {"format", defaultRecordFormat()}};
        QCOMPARE(settingsThatDiffer({{"key", "label"}}, now), std::string());
        QVERIFY(!settingsThatDiffer({{"key", "label"}, {"format", "another"}}, now).empty());
        QVERIFY(!settingsThatDiffer({{"key", "none"}}, now).empty());
    }

    void publicationsOfOtherTypesAreRefusedByName()
    {
        const fs::path home = path("publication-home"), file = home / "topics" / "t.publication";
        QVERIFY(!isHalfPublished(home, "t", "/rows.csv"));
        QVERIFY(writePublication(home, "t", {"c", {{"file", "/rows.csv"}}, {{"t", {0}}}, false}));
        QVERIFY(isHalfPublished(home, "t", "/rows.csv"));
        for (const char* text :
             {"[]", R"({"rows": "many"})", R"({"cluster_id": 1, "settings": {}, "begin": {}, "finished": false})",
              R"({"cluster_id": "c", "settings": "many", "begin": {}, "finished": false})",
              R"({"cluster_id": "c", "settings": {}, "begin": {"t": "many"}, "finished": false})"}) {
            QVERIFY(writeFileAtomically(file, text));
            const auto read = readPublication(home, "t");
            QVERIFY2(!read, text);
            QCOMPARE(read.error().code, ErrorCode::BadData);
            QVERIFY2(read.error().message.starts_with(file.string()), read.error().message.c_str());
            QVERIFY(!isHalfPublished(home, "t", "/rows.csv"));
        }
        QVERIFY(writeFileAtomically(file,
                                    R"({"cluster_id": "c", "settings": {"file": 7}, "begin": {}, "finished": false})"));
        QVERIFY(!isHalfPublished(home, "t", "/rows.csv"));
    }

    void metricsAndLogStayWithinTheirShare()
    {
        auto run = RunFolder::create(path("metrics"), "metrics", {{"kind", "train"}});
        QVERIFY(run);
        run->setBudget(0.1);
        MetricPoint point;
        for (int i = 0; i < 3000; ++i) {
            point.step = i;
            QVERIFY(run->addMetric(point));
            run->log("line " + std::to_string(i));
        }
        QVERIFY(run->metricsBytes());
        std::int64_t bytes = 0;
        for (const auto& file : fs::directory_iterator(run->path()))
            bytes += file.is_regular_file() ? static_cast<std::int64_t>(file.file_size()) : 0;
        QVERIFY2(bytes < 100'000, std::to_string(bytes).c_str());
        const std::string metrics = contentOf(run->path() / "metrics.csv");
        QVERIFY(metrics.find("\n2999,") != std::string::npos);
        QVERIFY(metrics.find("\n10,") == std::string::npos);
        QVERIFY(RunFolder::dropped(run->path())["metrics.csv"].get<std::int64_t>() > 0);
    }

    /// A process that is gone left "running" behind: it is told once, and again when the run that went on was lost too.
    void whatEndedUnexpectedlyIsToldOnce()
    {
        const RunCatalog runs(path("lost"));
        fs::path lost;
        {
            auto run = RunFolder::create(path("lost"), "lost", {{"kind", "train"}});
            QVERIFY(run);
            lost = run->path();
            QVERIFY(runs.takeInterrupted().empty()); // it lives
        }
        auto ended = RunFolder::create(path("lost"), "ended", {{"kind", "train"}});
        QVERIFY(ended && ended->finish("done", {}));
        const auto told = runs.takeInterrupted();
        QCOMPARE(told.size(), std::size_t(1));
        QCOMPARE(told.front().path, lost);
        QCOMPARE(RunCatalog::interruptionSentence(told.front()),
                 "Run " + lost.filename().string() +
                     " ended unexpectedly. Nothing of it was saved yet. Begin it anew with: millrace runs resume " +
                     lost.filename().string());
        RunInfo ofFile = told.front();
        ofFile.kind = "predict";
        ofFile.description = {{"kind", "predict"}, {"data", "a.csv"}};
        const std::string sentence = RunCatalog::interruptionSentence(ofFile); // it has no group
        QVERIFY2(sentence.ends_with("Nothing of it is kept: the same command begins it anew"), sentence.c_str());
        QVERIFY(runs.takeInterrupted().empty());
        {
            auto again = RunFolder::reopen(lost);
            QVERIFY(again && again->markResumed());
        }
        QCOMPARE(runs.takeInterrupted().size(), std::size_t(1));
    }

    void anUnreadableRunIsListed()
    {
        const fs::path runs = path("broken");
        for (const char* text : {R"({"millrace": 1e999})", "[]"}) {
            fs::create_directories(runs / "20260101T000000Z-broken");
            QVERIFY(writeFileAtomically(runs / "20260101T000000Z-broken" / "run.json", text));
            const auto listed = RunCatalog(runs).list();
            QCOMPARE(listed.size(), std::size_t(1));
            QCOMPARE(listed.front().status, std::string("unreadable"));
            QVERIFY(listed.front().trouble && listed.front().description.is_object());
            QVERIFY(listed.front().trouble->message.find("run.json") != std::string::npos);
            QVERIFY(!RunFolder::reopen(runs / "20260101T000000Z-broken"));
        }
    }

    /// What a full disk left is no run that anybody could read, but a folder that can be deleted.
    void aFolderWithoutADescriptionIsDeleted()
    {
        const fs::path runs = path("left");
        fs::create_directories(runs / "20260101T000000Z-left" / "checkpoints");
        const RunCatalog catalog(runs);
        QCOMPARE(catalog.list().size(), std::size_t(1));
        QVERIFY(catalog.remove("20260101T000000Z-left"));
        QVERIFY(catalog.list().empty());
        for (const char* other : {"", ".", "..", "20260101T000000Z-left", "left/20260101T000000Z-left"}) {
            const auto refused = catalog.remove(other);
            QVERIFY2(!refused, other);
            QCOMPARE(refused.error().message, "There is no run '" + std::string(other) + "'");
        }
        QVERIFY(fs::exists(runs));
        const auto live = RunFolder::create(runs, "live", {{"kind", "train"}});
        QVERIFY(live && !catalog.remove(live->name()));
        QCOMPARE(catalog.remove("live").error().advice, "Give one of: " + live->name());
    }

    void foldersOfOtherScriptsDiffer()
    {
        const auto nameOf = [this](const char* name) {
            auto run = RunFolder::create(path("scripts"), name, {{"kind", "train"}});
            const std::string folder = run ? run->path().filename().string() : std::string();
            return folder.substr(folder.find('-') + 1);
        };
        const std::string churn = nameOf("客戶流失"), other = nameOf("顧客離脱");
        QVERIFY2(churn != other && !churn.ends_with('-'), churn.c_str());
        QCOMPARE(nameOf("susy_2.b"), std::string("susy_2.b"));
    }

    void aFullDiskIsNamed_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"metrics.csv", "log.txt", "journal.jsonl", "rejected.csv", "scores.csv"})
            QTest::newRow(file) << QString(file);
    }

    /// Each writer of the folder, on a device that has no space left.
    void aFullDiskIsNamed()
    {
        QFETCH(QString, file);
        if (!fs::exists("/dev/full"))
            QSKIP("there is no device that is always full");
        auto run = RunFolder::create(path("full"), "full", {{"kind", "online"}});
        QVERIFY(run);
        const fs::path full = run->path() / file.toStdString();
        fs::create_symlink("/dev/full", full);
        Status written;
        if (file == "journal.jsonl") {
            written = run->journal({{"event", "x"}});
        } else if (file == "rejected.csv") {
            written = run->rejected().add("line 1", {-1, "x", {}, {}}, "y");
        } else if (file == "scores.csv") {
            ScoreLog log(full, {});
            const float logit = 0;
            log.add({0, 0, 0, std::span(&logit, 1)});
            const auto flushed = log.flush();
            written = flushed ? Status{} : fail(flushed.error());
        } else {
            run->log("a line"); // the next step tells of it
            written = run->addMetric({});
            if (const auto flushed = run->metricsBytes(); written && !flushed)
                written = fail(flushed.error());
        }
        QVERIFY(!written);
        QVERIFY(isDiskFull(written.error()));
        QVERIFY2(written.error().message.find("No space left on the device at " + full.string()) == 0,
                 written.error().message.c_str());
        const Error ended = run->finishFailed(written.error());
        QVERIFY2(ended.advice.find("millrace runs resume " + run->name()) != std::string::npos, ended.advice.c_str());
    }
};

QTEST_GUILESS_MAIN(RunFolderTest)
#include "tst_runfolder.moc"
