// SPDX-License-Identifier: MIT
#include <sipua/incoming_request.hpp>

#include "responder.hpp"

#include <stdexcept>

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
