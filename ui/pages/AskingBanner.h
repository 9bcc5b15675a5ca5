// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"
#include "widgets/Widgets.h"

#include <array>
#include <functional>

namespace millrace
{

/// A banner that knows what its buttons do, and that can ask: a job that was refused with answers to choose from is
/// started again with the one that a person presses.
class AskingBanner : public Banner
{
    Q_OBJECT
public:
    explicit AskingBanner(Session& session, QWidget* parent = nullptr);

    void tell(const QString& text, bool isError, const QString& actionText = {}, std::function<void()> action = {});
    /// Several buttons, three at most, each with what it does.
    void offer(const QString& text, bool isError,
               const std::vector<std::pair<QString, std::function<void()>>>& buttons);
    /// The answers of the job's error, two at most, as buttons. closeText: of a further button, which answers nothing.
    void ask(Job* refused, const QString& text, bool isError, const QString& closeText = {});

signals:
    void failed(const millrace::Error& error); ///< the job cannot be started with the answer either

private:
    using Banner::showMessage; // its buttons would do what the message before was about
    void act(std::size_t button);
    void answer(const Job& refused, std::size_t which);

    Session& m_session;
    std::array<std::function<void()>, 3> m_actions; ///< of the buttons
};

} // namespace millrace
