// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/AskingBanner.h"

namespace millrace
{

AskingBanner::AskingBanner(Session& session, QWidget* parent) : Banner(parent), m_session(session)
{
    connect(this, &Banner::actionTriggered, this, [this] { act(0); });
    connect(this, &Banner::secondTriggered, this, [this] { act(1); });
    connect(this, &Banner::thirdTriggered, this, [this] { act(2); });
}

void AskingBanner::tell(const QString& text, bool isError, const QString& actionText, std::function<void()> action)
{
    m_actions = {std::move(action), {}, {}};
    showMessage(text, isError, actionText);
}

void AskingBanner::offer(const QString& text, bool isError,
                         const std::vector<std::pair<QString, std::function<void()>>>& buttons)
{
    std::array<QString, 3> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        texts[i] = i < buttons.size() ? buttons[i].first : QString();
        m_actions[i] = i < buttons.size() ? buttons[i].second : std::function<void()>();
    }
    showMessage(text, isError, texts[0], texts[1], texts[2]);
}

void AskingBanner::ask(Job* refused, const QString& text, bool isError, const QString& closeText)
{
    const auto& answers = refused->error().answers;
    const auto textOf = [&answers](std::size_t which) {
        return which < answers.size() ? QString::fromStdString(answers[which].text) : QString();
    };
    const auto answering = [this, job = QPointer<Job>(refused)](std::size_t which) {
        return [this, job, which] {
            if (job)
                answer(*job, which);
        };
    };
    m_actions = {answering(0), answering(1), [this] { clear(); }};
    showMessage(text, isError, textOf(0), textOf(1), closeText);
}

void AskingBanner::act(std::size_t button)
{
    if (const auto action = m_actions.at(button)) // a copy: it may show the next message
        action();
}

void AskingBanner::answer(const Job& refused, std::size_t which)
{
    const ErrorAnswer& answer = refused.error().answers.at(which);
    nlohmann::json section = refused.section();
    section[answer.key] = answer.value;
    clear();
    if (const auto started = m_session.start(refused.kind().toStdString(), section); !started)
        emit failed(started.error());
}

} // namespace millrace
