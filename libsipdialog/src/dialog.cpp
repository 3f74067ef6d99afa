// SPDX-License-Identifier: MIT
#include <sipdialog/dialog.hpp>

#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {
namespace {

using sipmsg::Header;

// The Contact of a message that makes or refreshes a dialog: exactly a SIP or SIPS URI (RFC 3261 §8.1.1.8, §12.1.1).
sipmsg::Result<std::string> target_in(const sipmsg::MessageView& message) {
    auto contact = message.top<sipmsg::Contact>();
    if (!contact) return std::unexpected(contact.error());
    if (contact->is_star() || !contact->uri().is_sip())
        return std::unexpected(sipmsg::ParseError{sipmsg::ParseErrc::syntax, Header::contact, 0, "a SIP URI"});
    return std::string(contact->uri().text());
}

std::string text_of(const sipmsg::MessageView& message, Header header) {
    return sipmsg::unfold(message.raw(header).value_or(""));
}

bool asks_for_security(const sipmsg::MessageView& request, bool over_tls) {
    if (!over_tls) return false;
    auto uri = request.request_uri();
    return uri && uri->is_secure();
}

std::unexpected<sipmsg::ParseError> no_id() {
    return std::unexpected(sipmsg::ParseError{sipmsg::ParseErrc::missing, Header::from, 0, "a dialog identifier"});
}

}  // namespace

sipmsg::Result<Dialog> Dialog::of_response(const sipmsg::MessageView& request, const sipmsg::MessageView& response,
                                           bool over_tls) {
    auto id = DialogId::of_response(response);
    auto cseq = request.top<sipmsg::CSeq>();
    if (!id) return no_id();
    if (!cseq) return std::unexpected(cseq.error());
    auto target = target_in(response);
    if (!target) return std::unexpected(target.error());
    auto routes = RouteSet::of(response, RouteSet::Order::of_response);
    if (!routes) return std::unexpected(routes.error());

    Dialog dialog;
    dialog.id_ = std::move(*id);
    dialog.routes_ = std::move(*routes);
    dialog.remote_target_ = std::move(*target);
    dialog.local_ = text_of(request, Header::from);
    dialog.remote_ = text_of(response, Header::to);
    dialog.local_cseq_ = cseq->number;
    dialog.secure_ = asks_for_security(request, over_tls);
    dialog.owns_call_id_ = true;
    if (response.status() >= 200) dialog.state_ = State::confirmed;
    return dialog;
}

sipmsg::Result<Dialog> Dialog::of_request(const sipmsg::MessageView& request, std::string_view local_tag,
                                          std::uint32_t first_cseq, bool over_tls) {
    const auto fields = request.dialog_fields();
    if (!fields) return std::unexpected(fields.error());
    auto target = target_in(request);
    if (!target) return std::unexpected(target.error());
    auto routes = RouteSet::of(request, RouteSet::Order::of_request);
    if (!routes) return std::unexpected(routes.error());

    Dialog dialog;
    dialog.id_ = {std::string(fields->call_id), std::string(local_tag), std::string(fields->from_tag.value_or(""))};
    dialog.routes_ = std::move(*routes);
    dialog.remote_target_ = std::move(*target);
    dialog.local_ = text_of(request, Header::to);
    if (!fields->to_tag) dialog.local_ += ";tag=" + dialog.id_.local_tag;
    dialog.remote_ = text_of(request, Header::from);
    dialog.remote_cseq_ = fields->cseq;
    dialog.first_cseq_ = first_cseq;
    dialog.secure_ = asks_for_security(request, over_tls);
    return dialog;
}

Dialog::Parts Dialog::parts() const {
    return {
        .call_id = id_.call_id,
        .local = local_,
        .remote = remote_,
        .remote_target = remote_target_,
        .routes = {routes_.values().begin(), routes_.values().end()},
        .local_cseq = local_cseq_,
        .remote_cseq = remote_cseq_,
        .first_cseq = first_cseq_,
        .secure = secure_,
        .owns_call_id = owns_call_id_
    };
}

sipmsg::Result<Dialog> Dialog::of_parts(Parts parts) {
    const auto local = sipmsg::From::parse(parts.local);
    const auto remote = sipmsg::To::parse(parts.remote);
    if (auto call_id = sipmsg::CallId::parse(parts.call_id); !call_id) return std::unexpected(call_id.error());
    if (!local) return std::unexpected(local.error());
    if (!remote) return std::unexpected(remote.error());
    if (!local->tag()) return no_id();
    if (auto target = sipmsg::Uri::parse(parts.remote_target); !target || !target->is_sip())
        return std::unexpected(sipmsg::ParseError{sipmsg::ParseErrc::syntax, Header::contact, 0, "a SIP URI"});
    auto routes = RouteSet::of(std::move(parts.routes));
    if (!routes) return std::unexpected(routes.error());

    Dialog dialog;
    dialog.id_ = {std::move(parts.call_id), std::string(*local->tag()), std::string(remote->tag().value_or(""))};
    dialog.state_ = State::confirmed;
    dialog.routes_ = std::move(*routes);
    dialog.remote_target_ = std::move(parts.remote_target);
    dialog.local_ = std::move(parts.local);
    dialog.remote_ = std::move(parts.remote);
    dialog.local_cseq_ = parts.local_cseq;
    dialog.remote_cseq_ = parts.remote_cseq;
    dialog.first_cseq_ = parts.first_cseq;
    dialog.secure_ = parts.secure;
    dialog.owns_call_id_ = parts.owns_call_id;
    return dialog;
}

sipmsg::Result<void> Dialog::confirm(const sipmsg::MessageView& response) {
    auto target = target_in(response);
    if (!target) return std::unexpected(target.error());
    auto routes = RouteSet::of(response, RouteSet::Order::of_response);
    if (!routes) return std::unexpected(routes.error());
    routes_ = std::move(*routes);
    remote_target_ = std::move(*target);
    remote_ = text_of(response, Header::to);
    state_ = State::confirmed;
    return {};
}

std::uint32_t Dialog::next_cseq() {
    local_cseq_ = local_cseq_ ? *local_cseq_ + 1 : first_cseq_;
    return *local_cseq_;
}

sipmsg::Message Dialog::make_request(std::string_view method) {
    auto path = routes_.path_to(remote_target_);
    auto request = sipmsg::Message::request(method, path.request_uri);
    for (const auto& route : path.route) request.append(Header::route, route);
    request.append(Header::max_forwards, "70");
    request.append(Header::from, local_);
    request.append(Header::to, remote_);
    request.append(Header::call_id, id_.call_id);
    request.append(Header::cseq, std::to_string(next_cseq()) + " " + std::string(method));
    return request;
}

sipmsg::Message Dialog::make_ack(const sipmsg::MessageView& invite) const {
    Dialog copy = *this;  // an ACK uses up no number
    auto ack = copy.make_request("ACK");
    auto cseq = invite.top<sipmsg::CSeq>();
    ack.set(Header::cseq, std::to_string(cseq ? cseq->number : local_cseq_.value_or(first_cseq_)) + " ACK");
    for (const auto& field : invite.fields())
        if (field.id == Header::authorization || field.id == Header::proxy_authorization)
            ack.append(field.id, sipmsg::unfold(invite.value(field)));
    return ack;
}

bool Dialog::receive(std::uint32_t cseq) noexcept {
    if (remote_cseq_ && cseq <= *remote_cseq_) return false;
    remote_cseq_ = cseq;
    return true;
}

void Dialog::refresh_target(const sipmsg::MessageView& message) {
    if (auto target = target_in(message)) remote_target_ = std::move(*target);
}

}  // namespace sipdialog
