// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/dialog_layer.hpp>

#include <sipmsg/message.hpp>
#include <sipmsg/message_view.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sipua {

using sipdialog::Body;
using sipdialog::HeaderList;

class Responder;

/// A request that asks for one answer. Destroying it unanswered sends the default refusal. Executor: the agent's, or
/// any thread for the answers; the first final one counts, and another after it throws std::logic_error. There is no
/// progress(): such a request is never answered 101 to 199 (RFC 4320 §4.1).
class IncomingRequest {
public:
    explicit IncomingRequest(std::shared_ptr<Responder> responder);
    IncomingRequest(IncomingRequest&&) noexcept;
    IncomingRequest& operator=(IncomingRequest&&) noexcept;
    ~IncomingRequest();

    [[nodiscard]] const sipmsg::Message& request() const;
    /// 100: an answer will take a while. At once over a reliable transport. Over UDP it may not go out before 3.5 s
    /// (with the timers of RFC 3261), when the client's repetitions have slowed down, and then does so by itself,
    /// unless the request is answered by then (RFC 4320 §4.1). Twice is as once.
    void trying();
    /// Throws std::invalid_argument outside 200..299, and for a header that is not well formed.
    void accept(int status = 200, const HeaderList& headers = {}, const Body& body = {});
    /// Try these instead: URIs, the best first. Throws std::invalid_argument outside 300..399, and for what is no URI.
    void redirect(const std::vector<std::string>& contacts, int status = 302, const HeaderList& headers = {});
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
    [[nodiscard]] std::string content_type() const {
        return sipmsg::unfold(request().raw(sipmsg::Header::content_type).value_or("text/plain"));
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
