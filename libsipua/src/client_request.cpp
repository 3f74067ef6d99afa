// SPDX-License-Identifier: MIT
#include "client_request.hpp"

#include "agent.hpp"
#include "authorizing.hpp"

#include <sipmsg/header/simple.hpp>
#include <sipmsg/uri.hpp>

#include <stdexcept>

namespace sipua {

ClientRequest::ClientRequest(std::shared_ptr<Agent> agent, sipmsg::Message request, siptxn::SendOptions options,
                             Done done)
    : agent_(std::move(agent)), request_(std::move(request)), options_(std::move(options)), done_(std::move(done)) {
    if (auto cseq = request_.top<sipmsg::CSeq>()) cseq_ = cseq->number;
}

void ClientRequest::send() {
    add_credentials(*agent_, request_, attempts_);
    transmit();
}

void ClientRequest::transmit() {
    Core& core = agent_->core();
    agent_->sign(request_);
    transaction_ = core.transactions().send(request_, options_, core.now());
    core.adopt(transaction_, shared_from_this());
    core.changed();
}

void ClientRequest::on_response(siptxn::ClientId transaction, const sipmsg::MessagePtr& response,
                                const siptxn::Flow& flow) {
    int status = response->status();
    if (transaction != transaction_ || status < 200) return;
    flow_ = flow;
    if ((status == 401 || status == 407) && done_) return on_challenge(response);
    learn_from(*agent_, *response, attempts_, "agent");
    finish(response, {});
}

void ClientRequest::on_challenge(const sipmsg::MessagePtr& response) {
    if (answer(*response)) return;
    transaction_ = siptxn::ClientId::none;  // Its end is none of the request's, which may wait for the program.
    auto go_on = [self = shared_from_this(), response] {
        if (!self->done_) return;
        if (!self->answer(*response)) self->finish(response, {});
    };
    if (!std::exchange(asked_, true) && ask_for_credentials(*agent_, *response, std::move(go_on))) return;
    finish(response, {});
}

// RFC 3261 §22.2: the request goes out again with credentials and the next sequence number.
bool ClientRequest::answer(const sipmsg::Message& response) {
    auto headers = answer_challenge(*agent_, request_, response, attempts_, "agent");
    if (!headers) return false;
    request_.remove(sipmsg::Header::authorization);
    request_.remove(sipmsg::Header::proxy_authorization);
    for (auto& [name, value] : *headers) request_.append(name, value);
    ++cseq_;
    std::string value = std::to_string(cseq_).append(" ").append(request_.method_text());
    request_.set(sipmsg::Header::cseq, value);
    transmit();
    return true;
}

void ClientRequest::on_failure(siptxn::ClientId transaction, std::error_code error) {
    if (transaction == transaction_) finish(nullptr, error);
}

void ClientRequest::abandon() {
    auto self = shared_from_this();
    agent_->core().transactions().abandon(transaction_);
    agent_->core().changed();
    finish(nullptr, Errc::stopped);
}

void ClientRequest::finish(const sipmsg::MessagePtr& response, std::error_code error) {
    if (!done_) return;
    auto done = std::exchange(done_, nullptr);
    done(response, error);
}

namespace {

std::string name_addr_of(const std::string& name, std::string_view uri) {
    return (name.empty() ? std::string() : sipmsg::quote(name) + " ").append("<").append(uri).append(">");
}

}  // namespace

std::string from_value(const Agent& agent, const RequestParams& params) {
    if (params.from_uri.empty() && params.from_display_name.empty()) return agent.name_addr();
    const auto& own = agent.options();
    return name_addr_of(params.from_display_name.empty() ? own.display_name : params.from_display_name,
                        params.from_uri.empty() ? own.uri : params.from_uri);
}

std::string to_value(std::string_view target, const RequestParams& params) {
    return name_addr_of(params.to_display_name, params.to_uri.empty() ? target : params.to_uri);
}

void check_params(const RequestParams& params) {
    for (const auto* uri : {&params.from_uri, &params.to_uri})
        if (!uri->empty() && !sipmsg::Uri::parse(*uri)) throw std::invalid_argument("not a URI: " + *uri);
    for (const auto* name : {&params.from_display_name, &params.to_display_name}) (void)sipmsg::quote(*name);
}

sipmsg::Message make_request(const Agent& agent, std::string_view method, std::string_view uri, std::string_view to,
                             const RequestIdentity& identity) {
    using sipmsg::Header;
    auto request = sipmsg::Message::request(method, uri);
    const bool registers = request.method() == sipmsg::Method::register_;
    if (!registers)
        for (const auto& route : agent.route_set()) request.append(Header::route, route);
    request.append(Header::max_forwards, "70");
    auto from = identity.from.empty() ? agent.name_addr() : identity.from;
    request.append(Header::from, from.append(";tag=").append(identity.from_tag));
    request.append(Header::to, to);
    request.append(Header::call_id, identity.call_id);
    request.append(Header::cseq, std::to_string(identity.cseq).append(" ").append(method));
    if (!registers) request.append(Header::supported, agent.supported());  // A REGISTER adds tags of its own.
    for (auto& [name, value] : agent.common_headers()) request.append(name, value);
    return request;
}

}  // namespace sipua
