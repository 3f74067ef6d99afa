// SPDX-License-Identifier: MIT
#include <sipua/referral.hpp>

#include "referral_impl.hpp"
#include "session_impl.hpp"

#include <sipdialog/refer_notifier.hpp>

#include <sipmsg/header/events.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/owned_uri.hpp>
#include <sipmsg/status.hpp>

#include <stdexcept>

namespace sipua {
namespace {

bool lists(const sipmsg::Message& request, std::string_view tag) {
    for (auto required : request.all<sipmsg::Require>()) {
        if (required && sipmsg::iequals(required->text, tag)) return true;
    }
    return false;
}

// RFC 4488 §4; RFC 7614 has it as an option that is required.
bool wants_subscription(const sipmsg::Message& refer) {
    auto wish = refer.top<sipmsg::ReferSub>();
    return (!wish || wish->value()) && !lists(refer, "nosub");
}

sipmsg::OwnedUri uri_of(const sipmsg::Message& refer) {
    auto refer_to = refer.top<sipmsg::ReferTo>();
    return refer_to ? sipmsg::OwnedUri(refer_to->uri()) : sipmsg::OwnedUri();
}

}  // namespace

bool ReferralImpl::answer(int status, const HeaderList& headers) {
    if (answered_.exchange(true)) return false;
    core().run([self = shared_from_this(), status, headers] { self->do_answer(status, headers); });
    return true;
}

void ReferralImpl::do_answer(int status, HeaderList headers) {
    if (!sipmsg::is_success(status)) return send_answer(status, headers);
    if (wants_subscription(*request_)) {
        subscribed_ = true;
        return begin(status, headers);
    }
    if (request_->has(sipmsg::Header::refer_sub)) headers.emplace_back("Refer-Sub", "false");
    send_answer(status, headers);
}

void ReferralImpl::report(int status, const std::string& phrase) {
    core().run([self = shared_from_this(), status, phrase] {
        if (self->subscribed_) self->tell(status, phrase);
    });
}

void ReferralImpl::drop() {
    if (answer(480, {})) return;
    if (take_inviter()) report(603, {});
}

SessionReferral::SessionReferral(const std::shared_ptr<SessionImpl>& session, std::shared_ptr<Responder> responder,
                                 sipmsg::MessagePtr request)
    : ReferralImpl(session->shared_agent(), std::move(request)), session_(session), responder_(std::move(responder)) {}

void SessionReferral::send_answer(int status, const HeaderList& headers) { responder_->answer(status, headers, {}); }

void SessionReferral::begin(int status, const HeaderList& headers) {
    responder_->answer(status, headers, {});
    if (auto session = session_.lock()) session->referrals().accepted.begin(request().top<sipmsg::CSeq>()->number);
}

void SessionReferral::tell(int status, const std::string& phrase) {
    if (auto session = session_.lock())
        session->referrals().accepted.report(request().top<sipmsg::CSeq>()->number, status, phrase);
}

void LoneReferral::send_answer(int status, const HeaderList& headers) {
    core().subscriptions().layer().answer(id_, status, core().now(), headers);
    core().changed();
}

void LoneReferral::begin(int status, const HeaderList& headers) {
    auto all = shared_agent()->common_headers();
    all.insert(all.end(), headers.begin(), headers.end());
    core().subscriptions().layer().accept(id_, core().now(), sipdialog::NotifierState::active,
                                          sipdialog::status_fragment(100), shared_agent()->contact(), all, status);
    core().changed();
}

void LoneReferral::tell(int status, const std::string& phrase) {
    auto& layer = core().subscriptions().layer();
    auto body = sipdialog::status_fragment(status, phrase);
    if (status < 200) {
        layer.notify(id_, core().now(), sipdialog::NotifierState::active, body);
    } else {
        layer.terminate(id_, core().now(), "noresource", body);
    }
    core().changed();
}

// The handle.

Referral::Referral(std::shared_ptr<ReferralImpl> impl) noexcept : impl_(std::move(impl)) {}
Referral::Referral(Referral&&) noexcept = default;

Referral& Referral::operator=(Referral&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Referral::~Referral() {
    if (impl_) impl_->drop();
}

const sipmsg::Message& Referral::request() const { return impl_->request(); }

std::string Referral::refer_to() const {
    auto uri = uri_of(request());
    uri.clear_headers();
    return uri.text();
}

std::string Referral::referred_by() const {
    return sipmsg::unfold(request().raw(sipmsg::Header::referred_by).value_or(""));
}

// Unescaped, it may hold what no header can: %0D%0A.
std::string Referral::replaces() const {
    return sipmsg::unfold(uri_of(request()).header("Replaces").value_or(""));
}

void Referral::accept(int status, const HeaderList& headers) {
    check_status(status, 200, 299);
    check_headers(headers);
    if (!impl_->answer(status, headers)) throw std::logic_error("the REFER has been answered");
}

void Referral::reject(int status, const HeaderList& headers) {
    check_status(status, 400, 699);
    check_headers(headers);
    if (!impl_->answer(status, headers)) throw std::logic_error("the REFER has been answered");
}

void Referral::report(int status, const std::string& phrase) {
    check_status(status, 100, 699);
    check_phrase(phrase);
    impl_->report(status, phrase);
}

Inviter Referral::make_inviter() { return make_inviter(InviterOptions{}); }

Inviter Referral::make_inviter(InviterOptions options) {
    auto target = checked_target(refer_to());
    if (!impl_->take_inviter()) throw std::logic_error("the inviter has been made");
    if (auto replaced = replaces(); !replaced.empty()) options.headers.emplace_back("Replaces", replaced);
    if (auto by = referred_by(); !by.empty()) options.headers.emplace_back("Referred-By", by);
    check_headers(options.headers);
    auto session = SessionImpl::outgoing(impl_->shared_agent(), std::move(target), std::move(options));
    session->follow(impl_);
    return Inviter(std::move(session));
}

int refusal_of(const sipmsg::Message& refer) {
    auto target = uri_of(refer);
    if (!target.view().is_sip()) return 416;
    return sipmsg::iequals(target.param("method").value_or("INVITE"), "INVITE") ? 0 : 603;
}

void follow(Referral referral) {
    if (int status = refusal_of(referral.request())) return referral.reject(status);
    auto call = std::make_shared<Inviter>(referral.make_inviter());
    referral.accept();
    call->invite([call](std::error_code error) {
        if (!error) call->ended([call](std::error_code) {});
    });
}

}  // namespace sipua
