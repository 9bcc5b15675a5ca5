// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"

#include "base/Encoding.h"
#include "session/TopicName.h"

#include <QTest>
#include <clocale>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

using namespace millrace;

namespace
{
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
} // namespace

class TestText : public QObject
{
    Q_OBJECT
private slots:
    /// Every case below runs in a locale with a decimal comma, where the machine has one.
    void initTestCase()
    {
        for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"})
            if (std::setlocale(LC_ALL, name) != nullptr)
                return;
    }

    void jsonNeverThrows()
    {
        const nlohmann::json json = {{"topic", "a\xFF"
                                               "b"},
                                     {"n", 1}};
        QCOMPARE(dumpJson(json), "{\"n\":1,\"topic\":\"a\xEF\xBF\xBD"
                                 "b\"}");
        QCOMPARE(dumpJson({1, 2}, 1), "[\n 1,\n 2\n]");
        QCOMPARE(repairedUtf8("x\xC3"), "x\xEF\xBF\xBD");
        QVERIFY(isUtf8("Stra\xC3\x9F"
                       "e") &&
                !isUtf8("\xED\xA0\x80") && !isUtf8("\xC0\xAF"));
    }

    void controlCharactersAreEscaped()
    {
        QCOMPARE(printable(std::string_view("a\0b", 3)), "a\\x00b");
        QCOMPARE(printable("\x1B[31mred\x7F\n"), "\\x1b[31mred\\x7f\\x0a");
        QCOMPARE(printable("a\tb\nc", "\n"), "a\\x09b\nc");
        QCOMPARE(printable("\xC2\x9B"
                           "2J"),
                 "\\x9b2J");
        QCOMPARE(printable("Zürich → Ä \xC2"), "Zürich → Ä \xC2");
    }

    void topicsAreNamedAfterTables()
    {
        for (const char* plain : {"iris", "Iris_2024", "a-b"})
            QCOMPARE(topicNameFrom(plain), plain);
        const auto begins = [](const char* table, const char* beginning) {
            const std::string name = topicNameFrom(table);
            return name.starts_with(beginning) && name.size() == std::string_view(beginning).size() + 8;
        };
        QVERIFY(begins("客戶流失", "table-"));
        QVERIFY(begins("Zürich", "Zurich-"));
        QVERIFY(begins("data.2024", "data-2024-"));
        QVERIFY(begins("", "table-"));
        std::set<std::string> names;
        const std::vector<std::string> tables = {"客戶流失",
                                                 "客户流失",
                                                 "Zürich",
                                                 "Zurich",
                                                 "a.b",
                                                 "a_b",
                                                 "a b",
                                                 "a-b",
                                                 "",
                                                 "table",
                                                 topicNameFrom("a b"),
                                                 std::string(300, 'x'),
                                                 std::string(301, 'x')};
        for (const std::string& table : tables) {
            const std::string name = topicNameFrom(table);
            QVERIFY2(names.insert(name).second, name.c_str());
            QVERIFY(name.size() < 240);
            QVERIFY(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
                    std::string::npos);
        }
    }

    void countsHaveThousandsSeparators()
    {
        QCOMPARE(formatCount(0), "0");
        QCOMPARE(formatCount(999), "999");
        QCOMPARE(formatCount(1000), "1,000");
        QCOMPARE(formatCount(1234567), "1,234,567");
        QCOMPARE(countOf(0, "record"), "0 records");
        QCOMPARE(countOf(1, "record"), "1 record");
        QCOMPARE(countOf(1234, "record"), "1,234 records");
        QCOMPARE(countOf(1, "entry", "entries"), "1 entry");
        QCOMPARE(countOf(2, "entry", "entries"), "2 entries");
        QCOMPARE(formatCount(-1000), "-1,000");
        QCOMPARE(formatCount(-100), "-100");
        QCOMPARE(formatCount(std::nullopt), "–");
    }

    void decimalsHaveAPoint()
    {
        QCOMPARE(formatFixed(0.44712, 4), "0.4471");
        QCOMPARE(formatFixed(-2.5, 1), "-2.5");
        QCOMPARE(formatFixed(3, 0), "3");
        QCOMPARE(formatFixed(kNaN, 3), "–");
        QCOMPARE(formatFixed(-kInfinity, 3), "–");
        QCOMPARE(formatFixed(1e300, 2).size(), std::size_t{304});
        QCOMPARE(formatPercent(0.7935), "79.35 %");
        QCOMPARE(formatPercent(kNaN), "–");
    }

    void durationsUseTwoUnits()
    {
        QCOMPARE(formatDuration(0.42), "0.4 s");
        QCOMPARE(formatDuration(12.3), "12 s");
        QCOMPARE(formatDuration(9.96), "10 s");
        QCOMPARE(formatDuration(59.7), "1 min 0 s");
        QCOMPARE(formatDuration(75), "1 min 15 s");
        QCOMPARE(formatDuration(3600), "1 h 0 min");
        QCOMPARE(formatDuration(2 * 3600 + 59 * 60), "2 h 59 min");
        QCOMPARE(formatDuration(kNaN), "–");
    }

    void bytesAreDecimal()
    {
        QCOMPARE(formatBytes(0), "0 B");
        QCOMPARE(formatBytes(999), "999 B");
        QCOMPARE(formatBytes(1000), "1.0 kB");
        QCOMPARE(formatBytes(999949), "999.9 kB");
        QCOMPARE(formatBytes(999999), "1.0 MB");
        QCOMPARE(formatBytes(2400000000), "2.4 GB");
    }

    void numbers_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("good");
        QTest::addColumn<double>("value");
        const auto row = [](const char* text, bool good, double value) {
            QTest::newRow(text) << text << good << value;
        };
        row("9.728614687919616699e-01", true, 0.9728614687919616699);
        row("1", true, 1);
        row("+1.5", true, 1.5);
        row("-.5", true, -0.5);
        row("1e3", true, 1000);
        row("", false, 0);
        row("+", false, 0);
        row("1,5", false, 0);
        row(" 1", false, 0);
        row("1 ", false, 0);
        row("1x", false, 0);
        row("0x10", false, 0);
        row("1e999", false, 0);
        row("nan", false, 0);
        row("-inf", false, 0);
        row("infinity", false, 0);
    }

    void numbers()
    {
        QFETCH(QString, text);
        QFETCH(bool, good);
        QFETCH(double, value);
        const auto number = parseNumber(text.toStdString());
        QCOMPARE(number.has_value(), good);
        if (good)
            QCOMPARE(*number, value);
    }

    void integers()
    {
        QCOMPARE(parseInteger("42"), std::optional<std::int64_t>(42));
        QCOMPARE(parseInteger("-9223372036854775808"), std::optional(std::numeric_limits<std::int64_t>::min()));
        QVERIFY(!parseInteger("9223372036854775808"));
        QVERIFY(!parseInteger("1.0"));
        QVERIFY(!parseInteger("1,000"));
        QVERIFY(!parseInteger(""));
    }

    void shortestDecimalsReadBack()
    {
        QCOMPARE(shortestDecimal(1), "1.0");
        QCOMPARE(shortestDecimal(0), "0.0");
        QCOMPARE(shortestDecimal(-3), "-3.0");
        QCOMPARE(shortestDecimal(0.1), "0.1");
        QCOMPARE(shortestDecimal(0.972861468), "0.97286147");
        for (float value = 1e-6F; value < 1e9F; value *= 1.37F)
            QCOMPARE(static_cast<float>(parseNumber(shortestDecimal(value)).value_or(kNaN)), value);
    }

    void wordsOfNames()
    {
        QCOMPARE(wordsOfName("patientId 2"), (std::vector<std::string>{"patient", "id"}));
        QCOMPARE(wordsOfName("ORDER_no."), (std::vector<std::string>{"order", "no"}));
        QCOMPARE(wordsOfName(""), std::vector<std::string>());
    }

    void nearestWords()
    {
        const std::vector<std::string> known = {"epochs", "batch", "learning-rate"};
        QCOMPARE(nearestWord("epoch", known), "epochs");
        QCOMPARE(nearestWord("bacth", known), "batch");
        QCOMPARE(nearestWord("learning_rate", known), "learning-rate");
        QCOMPARE(nearestWord("zzzzzz", known), "");
        QCOMPARE(nearestWord("epoch", {}), "");
    }

    void times()
    {
        QCOMPARE(isoTime(0), "1970-01-01T00:00:00Z");
        QCOMPARE(isoTime(1769862896789), "2026-01-31T12:34:56Z");
        QCOMPARE(parseIsoTime("2026-01-31"), std::optional<std::int64_t>(1769817600000));
        QCOMPARE(parseIsoTime("2026-01-31T12:34"), std::optional<std::int64_t>(1769862840000));
        QCOMPARE(parseIsoTime("2026-01-31T12:34:56Z"), std::optional<std::int64_t>(1769862896000));
        QCOMPARE(parseIsoTime("2026-01-31T12:34:56.789"), std::optional<std::int64_t>(1769862896789));
        QVERIFY(!parseIsoTime("31.01.2026"));
        QVERIFY(!parseIsoTime("2026-13-01"));
        QVERIFY(!parseIsoTime("2026-02-31"));
        QVERIFY(parseIsoTime("2028-02-29"));
        QVERIFY(!parseIsoTime("2026-01-31 noon"));
        QVERIFY(!parseIsoTime(""));
        const auto now = nowMilliseconds();
        QCOMPARE(parseIsoTime(isoTime(now)), std::optional(now / 1000 * 1000));
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
