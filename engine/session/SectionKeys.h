// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Sections.h"

#include <string>
#include <vector>

/// Private to Sections.cpp: the words that its rows are written with. Immutable, any thread.
namespace millrace::keys
{

// A key by its type, its default value (null: none) and its help.
SectionKey text(std::string name, nlohmann::json value, std::string help);
/// A text that must be given.
SectionKey needed(std::string name, std::string help);
SectionKey choice(std::string name, std::string value, std::string help, std::vector<std::string> choices);
SectionKey integer(std::string name, nlohmann::json value, std::string help, double minimum, double maximum = kNoBound);
SectionKey number(std::string name, nlohmann::json value, std::string help, double minimum, double maximum = kNoBound);
SectionKey object(std::string name, std::string help);
SectionKey flag(std::string name, std::string help);

// What more may be said of a key.
/// Values that a form offers, where other text is taken too.
SectionKey offering(SectionKey key, std::vector<std::string> values);
/// What happens without a value, as a form shows it.
SectionKey absent(const char* text, SectionKey key);
/// What a job that runs takes a new value of.
SectionKey live(SectionKey key);
/// Refused where the form says that the text means nothing.
SectionKey formed(SectionKey key, Status (*form)(const std::string& text));
/// In a form: under this heading, by this label.
SectionKey field(const char* group, const char* label, SectionKey key);
/// It would say nothing without the other one.
SectionKey only(const char* with, SectionKey key);
/// The other one takes its place.
SectionKey unless(const char* other, SectionKey key);
std::vector<SectionKey> joined(std::vector<SectionKey> keys, std::vector<SectionKey> others);

// Keys that several sections have.
SectionKey recordFormat(const char* name = "format");
SectionKey onError();
SectionKey from(std::string help);
SectionKey until();
SectionKey preset(std::string help, std::string otherwise);
SectionKey schedule();
SectionKey seed();
SectionKey maxRate();
SectionKey checkpointSteps();
SectionKey checkpointSeconds(double value, std::string help);
SectionKey resume();
SectionKey keepMegabytes(const char* besides);
SectionKey continues(const char* what);
SectionKey reproduce();
SectionKey lost();
SectionKey interval();
SectionKey learningRate(const char* otherwise);
SectionKey optimizer(const char* whose);
SectionKey classWeights(std::vector<std::string> offered);
SectionKey threshold();
SectionKey detectors();
SectionKey schema();
/// besides: what the help goes on with.
SectionKey existing(std::string otherwise, const char* besides = "");
SectionKey moreFiles();
SectionKey labelColumnKey();
/// The other roles that columns are given by name, and what is private; of a publication the key is its own.
std::vector<SectionKey> roleKeys();
/// All of them, of a topic that another program has filled.
std::vector<SectionKey> topicRoleKeys();
SectionKey taskKey();
SectionKey splitKey();
/// The same with another default.
SectionKey splitOf(std::string otherwise);
SectionKey validationSplitKey();
SectionKey positiveKey();

// Values that are offered.
std::vector<std::string> exportFormatNames();
std::vector<std::string> autoAndSeparators();
std::vector<std::string> autoAndEncodings();

} // namespace millrace::keys
