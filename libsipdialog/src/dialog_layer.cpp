// SPDX-License-Identifier: MIT
#include <sipdialog/dialog_layer.hpp>

#include "layer.hpp"

#include <array>

namespace sipdialog {

struct DialogLayer::State : Layer {
    using Layer::Layer;
};

DialogLayer::DialogLayer(const DialogOptions& options, siptxn::RandomSource random)
    : state_(std::make_unique<State>(options, std::move(random))) {}
DialogLayer::~DialogLayer() = default;

SessionId DialogLayer::invite(InviteOptions options, siptxn::TimePoint now) {
    return state_->invite(std::move(options), now);
}

void DialogLayer::cancel(SessionId session, siptxn::TimePoint now, std::string reason) {
    state_->cancel(session, now, std::move(reason));
}

bool DialogLayer::progress(SessionId session, ProgressOptions options, siptxn::TimePoint now) {
    return state_->progress(session, std::move(options), now);
}

void DialogLayer::accept(SessionId session, siptxn::TimePoint now, const siptxn::LocalContact& contact,
                         HeaderList headers, int status, SharedHeaders common_headers) {
    state_->accept(session, now, contact, std::move(headers), status, std::move(common_headers));
}

void DialogLayer::reject(SessionId session, int status, siptxn::TimePoint now, const HeaderList& headers,
                         std::string phrase, Body body) {
    state_->reject(session, status, now, headers, std::move(phrase), std::move(body));
}

void DialogLayer::bye(SessionId session, siptxn::TimePoint now, const HeaderList& headers) {
    state_->bye(session, now, headers);
}

bool DialogLayer::reinvite(SessionId session, siptxn::TimePoint now, const HeaderList& headers, bool without_offer) {
    return state_->reinvite(session, now, headers, without_offer);
}

bool DialogLayer::update(SessionId session, siptxn::TimePoint now, const HeaderList& headers) {
    return state_->update(session, now, headers);
}

RequestId DialogLayer::request(SessionId session, std::string method, const Body& body, siptxn::TimePoint now,
                               const HeaderList& headers) {
    return state_->request(session, method, body, now, headers);
}

void DialogLayer::respond(SessionId session, siptxn::ServerId transaction, int status, siptxn::TimePoint now,
                          const HeaderList& headers, const Body& body) {
    state_->respond(session, transaction, status, now, headers, body);
}

void DialogLayer::abort(SessionId session, siptxn::TimePoint now) { state_->abort(session, now); }

void DialogLayer::sent(RequestId request, siptxn::ClientId transaction) { state_->sent(request, transaction); }

void DialogLayer::described(DescriptionId id, std::expected<Body, int> result, siptxn::TimePoint now) {
    state_->described(id, std::move(result), now);
}

void DialogLayer::retry(RequestId request, const HeaderList& credentials, siptxn::TimePoint now) {
    state_->retry(request, credentials, now);
}

void DialogLayer::give_up(RequestId request, siptxn::TimePoint now) { state_->give_up(request, now); }

bool DialogLayer::handle(const siptxn::Event& event, siptxn::TimePoint now) { return state_->handle(event, now); }

void DialogLayer::expire(siptxn::TimePoint now) { state_->expire(now); }

std::optional<siptxn::TimePoint> DialogLayer::next_expiry() const { return state_->next_expiry(); }

std::optional<Output> DialogLayer::poll() { return state_->poll(); }
Output* DialogLayer::next() { return state_->next(); }

std::size_t DialogLayer::sessions() const noexcept { return state_->sessions(); }

std::size_t DialogLayer::lingering() const noexcept { return state_->lingering(); }

std::uint64_t DialogLayer::refused() const noexcept { return state_->refused(); }

std::optional<std::string> DialogLayer::snapshot(SessionId session, siptxn::TimePoint now) const {
    return state_->snapshot(session, now);
}

std::expected<SessionId, SnapshotError> DialogLayer::restore(std::string_view snapshot, siptxn::TimePoint now,
                                                             siptxn::Duration age) {
    return state_->restore(snapshot, now, age);
}

std::optional<DialogLayer::Identity> DialogLayer::identity(SessionId session) const {
    auto* s = state_->find(session);
    if (!s || !s->main || s->dialog().state() != Dialog::State::confirmed) return std::nullopt;
    const auto& dialog = s->dialog();
    return Identity{dialog.id().call_id, dialog.id().local_tag, dialog.id().remote_tag, dialog.remote_target()};
}

NamedDialog DialogLayer::replaced_by(const sipmsg::MessageView& invite) const { return state_->replaced_by(invite); }

NamedDialog DialogLayer::joined_by(const sipmsg::MessageView& invite) const { return state_->joined_by(invite); }

SessionId DialogLayer::find_dialog(const DialogId& id) const { return state_->find_dialog(id); }

std::string_view to_string(EndCause cause) noexcept {
    constexpr std::array<std::string_view, 12> names{"refused",     "no_answer",  "canceled",     "rejected",
                                                     "local_bye",   "remote_bye", "no_prack",     "no_ack",
                                                     "dialog_gone", "expired",    "media_failed", "aborted"};
    return names[static_cast<std::size_t>(cause)];
}

}  // namespace sipdialog
