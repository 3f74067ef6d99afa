// SPDX-License-Identifier: MIT
#include "snapshot_text.hpp"

#include "layer.hpp"

#include <sipmsg/error.hpp>

#include <algorithm>

namespace sipdialog {
namespace {

using SessionState = SessionMachine::State;

bool is_quiet(const Session& s) {
    return s.state() == SessionState::confirmed && s.descriptions().is_stable() && !s.question() && !s.incoming &&
           !s.work->peer_update && s.work->reinvite.machine.state() == ReinviteMachine::State::idle &&
           s.asked_of_user.empty() && s.usages.empty();
}

/// As an exchange that is over leaves it.
OfferAnswer agreed() {
    OfferAnswer exchange;
    for (const auto event :
         {OfferAnswer::Event::own_offer, OfferAnswer::Event::remote_answer, OfferAnswer::Event::described})
        exchange.on(event);
    return exchange;
}

SessionTimer::Parts aged(SessionTimer::Parts timer, siptxn::Duration age) {
    timer.refresh_in = std::max(timer.refresh_in - age, siptxn::Duration(0));
    timer.expires_in = std::max(timer.expires_in - age, siptxn::Duration(0));
    return timer;
}

}  // namespace

std::optional<std::string> Layer::snapshot(SessionId session, TimePoint now) {
    auto* s = find(session);
    if (!s || !is_quiet(*s)) return std::nullopt;
    // Copies of an answer may still come to those that are done.
    if (std::ranges::any_of(s->requests, [this](RequestId id) { return !find_request(id)->done; })) return std::nullopt;
    HeaderList headers;
    const auto& lines = *s->common_headers;
    for (const auto& field : lines.fields()) headers.emplace_back(lines.name(field), lines.value(field));
    return to_text({.dialog = s->dialog().parts(),
                    .outgoing = s->outgoing,
                    .allows_update = s->main_leg().allows_update,
                    .contact = s->routing->contact.value_or(siptxn::LocalContact{}),
                    .headers = std::move(headers),
                    .min_se = s->min_se,
                    .timer = s->timer.parts(now)});
}

std::expected<SessionId, SnapshotError> Layer::restore(std::string_view text, TimePoint now, siptxn::Duration age) {
    auto read = read_snapshot(text);
    if (!read) return std::unexpected(std::move(read.error()));
    auto dialog = Dialog::of_parts(std::move(read->dialog));
    if (!dialog) return std::unexpected(SnapshotError{0, sipmsg::to_string(dialog.error())});
    const auto& id = dialog->id();
    if (dialogs_.find(DialogName::of(id))) return std::unexpected(SnapshotError{0, "that dialog is here already"});
    if (is_full()) return std::unexpected(SnapshotError{0, "too many sessions"});

    auto& s = add_session(read->outgoing);
    s.machine = SessionMachine(SessionState::confirmed);
    s.common_headers = share(read->headers);
    s.routing = share(std::nullopt, read->contact);
    s.min_se = read->min_se;
    s.legs.push_back(Leg{
        .dialog = std::move(*dialog),
        .exchange = {agreed(), std::nullopt},
        .answered = true,
        .allows_update = read->allows_update
    });
    s.main = 0;
    if (read->timer) s.timer.set(aged(*read->timer, age), now);
    dialogs_.add(s, 0);
    tidy(s.id);
    return s.id;
}

}  // namespace sipdialog
