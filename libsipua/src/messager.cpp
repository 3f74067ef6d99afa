// SPDX-License-Identifier: MIT
#include <sipua/messager.hpp>

#include "agent.hpp"
#include "client_request.hpp"
#include "pending.hpp"
#include "responder.hpp"

#include <asio/error.hpp>

#include <stdexcept>

namespace sipua {

struct Requester::Impl : std::enable_shared_from_this<Requester::Impl> {
    std::shared_ptr<Agent> agent;
    std::string method;
    std::string target;
    Body body;
    MessagerOptions options;
    sipmsg::MessagePtr response;

    void send(const std::shared_ptr<Pending>& pending) {
        if (agent->state() != UserAgentState::started || agent->is_stopping()) return pending->finish(Errc::stopped);
        auto& identifiers = agent->core().identifiers();
        RequestIdentity identity{identifiers.call_id(), identifiers.tag(), identifiers.cseq(),
                                 from_value(*agent, options.params)};
        auto request = make_request(*agent, method, target, to_value(target, options.params), identity);
        for (auto& [name, value] : options.headers) request.append(name, value);
        if (!body.empty()) request.set_body(body.content_type, body.content);
        auto routing = agent->routing(options.transport);
        routing.contact.reset();  // RFC 3428 §4: a MESSAGE has no Contact.
        auto done = [self = shared_from_this(), pending](const sipmsg::MessagePtr& answer, std::error_code error) {
            self->response = answer;
            pending->finish(answer ? sip_error(answer->status()) : error);
        };
        std::make_shared<ClientRequest>(agent, std::move(request), std::move(routing), std::move(done))->send();
    }
};

Requester::Requester(const UserAgent& agent, std::string method, std::string target, Body body, MessagerOptions options)
    : impl_(std::make_shared<Impl>()) {
    check_headers(options.headers);
    check_body(body);
    if (!sipmsg::Uri::parse(target)) throw std::invalid_argument("not a URI: " + target);
    check_transport(options.transport);
    check_params(options.params);
    (void)sipmsg::Message::request(method, target);
    impl_->agent = agent.agent();
    impl_->method = std::move(method);
    impl_->target = std::move(target);
    impl_->body = std::move(body);
    impl_->options = std::move(options);
}

sipmsg::MessagePtr Requester::response() const { return impl_->response; }
asio::any_io_executor Requester::agent_executor() const { return impl_->agent->core().executor(); }

CancelFunction Requester::start(const std::shared_ptr<Impl>& impl, Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->agent->core().run([impl, pending] { impl->send(pending); });
    return abandon(impl->agent->core(), pending);
}

}  // namespace sipua
