// SPDX-License-Identifier: MIT
#include <sipua/incoming_request.hpp>

#include "responder.hpp"

#include <stdexcept>
#include <utility>

namespace sipua {

bool Responder::answer(int status, const sipdialog::HeaderList& headers, const sipdialog::Body& body) {
    if (answered_.exchange(true)) return false;
    core_->run(
        [core = core_, transaction = transaction_, request = request_, session = session_, status, headers, body] {
            if (session == sipdialog::SessionId::none)
                return core->respond(transaction, *request, status, headers, body);
            core->dialogs().respond(session, transaction, status, core->now(), headers, body);
            core->changed();
        });
    return true;
}

bool Responder::trying() {
    if (answered_) return false;
    core_->run([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->say_trying();
    });
    return true;
}

// Once, and never behind the answer. Over UDP the transaction refuses one that is early, and sends its own in time.
void Responder::say_trying() {
    if (answered_ || std::exchange(tried_, true)) return;
    core_->transactions().respond(transaction_, sipmsg::Message::response(request_->view(), 100, ""), core_->now());
    core_->changed();
}

IncomingRequest::IncomingRequest(std::shared_ptr<Responder> responder) : responder_(std::move(responder)) {}
IncomingRequest::IncomingRequest(IncomingRequest&&) noexcept = default;

IncomingRequest& IncomingRequest::operator=(IncomingRequest&& other) noexcept {
    std::swap(responder_, other.responder_);
    return *this;
}

IncomingRequest::~IncomingRequest() {
    if (responder_) responder_->answer(480, {}, {});
}

const sipmsg::Message& IncomingRequest::request() const { return responder_->request(); }

void IncomingRequest::accept(int status, const HeaderList& headers, const Body& body) {
    check_status(status, 200, 299);
    answer(status, headers, body);
}

void IncomingRequest::trying() {
    if (!responder_->trying()) throw std::logic_error("the request has been answered");
}

void IncomingRequest::redirect(const std::vector<std::string>& contacts, int status, const HeaderList& headers) {
    check_status(status, 300, 399);
    auto all = headers;
    for (const auto& contact : contacts) all.push_back({"Contact", checked_contact(contact)});
    answer(status, all, {});
}

void IncomingRequest::reject(int status, const HeaderList& headers) {
    check_status(status, 400, 699);
    answer(status, headers, {});
}

void IncomingRequest::answer(int status, const HeaderList& headers, const Body& body) {
    check_headers(headers);
    check_body(body);
    if (!responder_->answer(status, headers, body)) throw std::logic_error("the request has been answered");
}

Notification& Notification::operator=(Notification&&) noexcept = default;

// Whoever does not want it wants no more of them either, but says so by unsubscribing.
Notification::~Notification() {
    if (responder_) responder_->answer(200, {}, {});
}

}  // namespace sipua
