// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/dialog_layer.hpp>

#include <sipmsg/message.hpp>

#include <memory>
#include <string>

namespace sipua {

using sipdialog::Body;
using sipdialog::HeaderList;

class Responder;

/// A request that asks for one answer. Destroying it unanswered sends the default refusal. Executor: the agent's, or
/// any thread for accept() and reject(); the first answer counts, a second throws std::logic_error.
class IncomingRequest {
public:
    explicit IncomingRequest(std::shared_ptr<Responder> responder);
    IncomingRequest(IncomingRequest&&) noexcept;
    IncomingRequest& operator=(IncomingRequest&&) noexcept;
    ~IncomingRequest();

    [[nodiscard]] const sipmsg::Message& request() const;
    /// Throws std::invalid_argument outside 200..299, and for a header that is not well formed.
    void accept(int status = 200, const HeaderList& headers = {}, const Body& body = {});
    /// Throws std::invalid_argument outside 400..699.
    void reject(int status = 480, const HeaderList& headers = {});

protected:
    void answer(int status, const HeaderList& headers, const Body& body);
    std::shared_ptr<Responder> responder_;
};

/// MESSAGE, inside or outside a dialog (RFC 3428).
class Message : public IncomingRequest {
public:
    using IncomingRequest::IncomingRequest;
    [[nodiscard]] std::string_view content() const { return request().body(); }
    [[nodiscard]] std::string_view content_type() const {
        return request().raw(sipmsg::Header::content_type).value_or("text/plain");
    }
};
/// INFO inside a session (RFC 6086).
class Info : public IncomingRequest {
public:
    using IncomingRequest::IncomingRequest;
};
/// NOTIFY (RFC 6665). Destroying it unanswered accepts it: a refusal may end the subscription (RFC 6665 §4.2.2).
class Notification : public IncomingRequest {
public:
    using IncomingRequest::IncomingRequest;
    Notification(Notification&&) noexcept = default;
    Notification& operator=(Notification&&) noexcept;
    ~Notification();
};

}  // namespace sipua
