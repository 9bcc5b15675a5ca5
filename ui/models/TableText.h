// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string>

namespace millrace
{

// What the engine's tables say in English (sections, scores, predictions), in the user's language: the one way of such
// a text into the window. README.md says how a translator gets them.

QString tableText(const std::string& text);
/// With a capital: the tables' helps begin small, as the command line shows them.
QString tableSentence(const std::string& help);

} // namespace millrace
