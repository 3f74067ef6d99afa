// SPDX-License-Identifier: MIT
#include "client_request.hpp"

#include "agent.hpp"

#include <sipmsg/header/simple.hpp>
#include <sipmsg/uri.hpp>

#include <stdexcept>

namespace sipua {

ClientRequest::ClientRequest(std::shared_ptr<Agent> agent, sipmsg::Message request, siptxn::SendOptions options,
                             Done done)
    : agent_(std::move(agent)), request_(std::move(request)), options_(std::move(options)), done_(std::move(done)) {
    if (auto cseq = request_.top<sipmsg::CSeq>()) cseq_ = cseq->number;
}

siptxn::auth::RequestParts ClientRequest::parts() const {
    return {.method = request_.method_text(),
            .uri = request_.request_uri_text(),
            .body = request_.body(),
            .call_id = request_.raw(sipmsg::Header::call_id).value_or(""),
            .server = options_.next_hop};
}

void ClientRequest::send() {
    auto lines = agent_->answerer().preemptive(parts(), attempts_, agent_->core().identifiers());
    siptxn::auth::apply(request_, lines);
    transmit();
}

void ClientRequest::transmit() {
    Core& core = agent_->core();
    transaction_ = core.transactions().send(request_, options_, core.now());
    core.adopt(transaction_, shared_from_this());
    core.changed();
}

void ClientRequest::on_response(siptxn::ClientId transaction, const sipmsg::MessagePtr& response,
                                const siptxn::Flow& flow) {
    int status = response->status();
    if (transaction != transaction_ || status < 200) return;
    flow_ = flow;
    if ((status == 401 || status == 407) && answer_challenge(*response)) return;
    finish(response, {});
}

// RFC 3261 §22.2: the request goes out again with credentials and the next sequence number.
bool ClientRequest::answer_challenge(const sipmsg::Message& response) {
    if (!done_) return false;
    auto lines = agent_->answerer().answer(response.view(), parts(), attempts_, agent_->core().identifiers());
    if (!lines) {
        agent_->core().log(LogLevel::warning, "agent",
                           std::string("challenge not answered: ").append(to_string(lines.error().code)));
        return false;
    }
    siptxn::auth::apply(request_, *lines);
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
    if (sipmsg::method_of(method) != sipmsg::Method::register_)
        for (const auto& route : agent.route_set()) request.append(Header::route, route);
    request.append(Header::max_forwards, "70");
    auto from = identity.from.empty() ? agent.name_addr() : identity.from;
    request.append(Header::from, from.append(";tag=").append(identity.from_tag));
    request.append(Header::to, to);
    request.append(Header::call_id, identity.call_id);
    request.append(Header::cseq, std::to_string(identity.cseq).append(" ").append(method));
    for (auto& [name, value] : agent.common_headers()) request.append(name, value);
    return request;
}

}  // namespace sipua
