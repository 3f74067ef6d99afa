// SPDX-License-Identifier: MIT
#include "proxy.hpp"

#include "../terminal_text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace sipstrata {

using namespace std::chrono_literals;
using sipmsg::Header;
using sipmsg::Method;
using siptxn::auth::Verdict;

namespace {

constexpr siptxn::Duration sweep_interval = 60s;

int status_of(std::error_code error) { return error == siptxn::Errc::timeout ? 408 : 503; }

/// What a request that comes back unchanged has in common with itself (RFC 3261 §16.6 step 8).
std::string fingerprint_of(const sipmsg::Message& request) {
    auto from = request.top<sipmsg::From>();
    auto to = request.top<sipmsg::To>();
    std::string text = fmt::format("{}|{}|{}|{}|{}", request.request_uri_text(),
                                   request.raw(Header::call_id).value_or(""), request.raw(Header::cseq).value_or(""),
                                   from ? from->tag().value_or("") : "", to ? to->tag().value_or("") : "");
    for (const auto& route : request.all<sipmsg::Route>()) {
        if (route) text += fmt::format("|{}", route->text());
    }
    return text;
}

/// Credentials for our realm end here; those for proxies behind us stay (RFC 3261 §22.3).
void remove_credentials(sipmsg::Message& request, std::string_view realm) {
    std::vector<std::string> others;
    for (const auto& field : request.view().fields()) {
        if (field.id != Header::proxy_authorization) continue;
        auto value = sipmsg::AuthValue::parse(request.view().value(field));
        if (!value || value->get("realm") != realm) others.push_back(sipmsg::unfold(request.view().value(field)));
    }
    request.remove(Header::proxy_authorization);
    for (const std::string& value : others) request.append(Header::proxy_authorization, value);
}

bool is_in_dialog(const sipmsg::Message& request) {
    auto to = request.top<sipmsg::To>();
    return to && to->tag().has_value();
}

}  // namespace

Proxy::Proxy(siptxn::Endpoint& endpoint, ProxyOptions options)
    : endpoint_(endpoint),
      options_(std::move(options)),
      own_(endpoint.wire().listeners(), options_.domains),
      tokens_(endpoint.layer().identifiers().token(192)),
      verifier_(endpoint.layer().identifiers().token(192)),
      registrar_(location_, endpoint.layer().identifiers(), options_.registrar),
      next_sweep_(endpoint.now() + sweep_interval) {
    endpoint_.attach(this);
}

Proxy::~Proxy() { endpoint_.attach(nullptr); }

void Proxy::on_event(const siptxn::Event& event) {
    std::visit([this](const auto& one) { on(one); }, event);
}

void Proxy::say(const sipmsg::Message& request, std::string_view what) const {
    if (options_.log)
        options_.log(terminal_text(fmt::format("{} {}: {}", request.method_text(), request.request_uri_text(), what)));
}

void Proxy::respond(const siptxn::RequestReceived& event, int status, std::string_view phrase) {
    auto response =
        sipmsg::Message::response(event.request->view(), status, endpoint_.layer().identifiers().tag(), phrase);
    if (status == 416 || status == 420) response.append(Header::server, "sipstrata");
    say(*event.request, fmt::format("{} {}", status, response.reason()));
    endpoint_.layer().respond(event.transaction, std::move(response), endpoint_.now());
}

// RFC 3261 §16.3: what is wrong with the request itself.
bool Proxy::refused(const siptxn::RequestReceived& event) {
    const sipmsg::Message& request = *event.request;
    auto uri = request.request_uri();
    if (!uri) return respond(event, 400, "Malformed Request-URI"), true;
    if (!uri->is_sip()) return respond(event, 416), true;
    auto hops = request.top<sipmsg::MaxForwards>();
    bool ours_to_answer = uri->user().empty() && own_.is_ours(*uri, event.flow.local.ip);
    if (hops && hops->value == 0 && !ours_to_answer) return respond(event, 483), true;
    if (loops(event)) return respond(event, 482), true;
    if (!request.has(Header::proxy_require)) return false;
    auto response = sipmsg::Message::response(request.view(), 420, endpoint_.layer().identifiers().tag());
    for (const auto& option : request.all<sipmsg::ProxyRequire>()) {
        if (option) response.append(Header::unsupported, option->text);
    }
    endpoint_.layer().respond(event.transaction, std::move(response), endpoint_.now());
    return true;
}

// RFC 3261 §16.3 step 4: it has been here, and is the same as then.
bool Proxy::loops(const siptxn::RequestReceived& event) const {
    bool was_here = false;
    for (const auto& via : event.request->all<sipmsg::Via>()) {
        if (!via) break;
        auto transport = siptxn::transport_of(via->transport()).value_or(siptxn::Transport::udp);
        was_here =
            was_here || own_.is_ours(via->host(), via->port().value_or(default_port(transport)), event.flow.local.ip);
    }
    return was_here && under_way_.contains(fingerprint_of(*event.request));
}

void Proxy::challenge(const siptxn::RequestReceived& event, bool proxy, bool stale) {
    int status = proxy ? 407 : 401;
    auto response = sipmsg::Message::response(event.request->view(), status, endpoint_.layer().identifiers().tag());
    for (const std::string& value : verifier_.challenge(own_.realm(), endpoint_.now(), stale))
        response.append(proxy ? Header::proxy_authenticate : Header::www_authenticate, value);
    say(*event.request, fmt::format("{} challenged", status));
    endpoint_.layer().respond(event.transaction, std::move(response), endpoint_.now());
}

std::optional<siptxn::auth::Verification> Proxy::authenticate(const siptxn::RequestReceived& event,
                                                              const sipmsg::Message& request) {
    const auto unasked = siptxn::auth::Verification();
    bool registers = request.method() == Method::register_;
    if (options_.accounts.empty() || (!registers && !options_.authenticate_calls)) return unasked;
    if (!registers && (is_in_dialog(request) || request.method() == Method::prack)) return unasked;
    auto from = request.top<sipmsg::From>();
    auto to = request.top<sipmsg::To>();
    if (!from || !to) return respond(event, 400), std::nullopt;
    if (!registers && !own_.is_ours(from->uri(), event.flow.local.ip)) return unasked;  // Not one of our users.

    auto lookup = [this](std::string_view user, std::string_view) { return options_.accounts.find(user); };
    auto result = verifier_.verify(request.view(), !registers, own_.realm(), lookup, endpoint_.now());
    if (result.verdict == Verdict::malformed) return respond(event, 400, "Malformed Credentials"), std::nullopt;
    if (result.verdict != Verdict::accepted)
        return challenge(event, !registers, result.verdict == Verdict::stale), std::nullopt;
    const sipmsg::Uri& claimed = registers ? to->uri() : from->uri();
    if (user_of(claimed) == result.username) return result;
    return respond(event, 403), std::nullopt;
}

void Proxy::on(const siptxn::RequestReceived& event) {
    if (refused(event)) return;
    sipmsg::Message request = *event.request;
    RouteFindings findings = take_own_routes(request, event.flow, own_, tokens_);
    auto uri = request.request_uri();
    if (!uri) return respond(event, 400, "Malformed Route");
    bool ours = !request.has(Header::route) && !findings.flow && own_.is_ours(*uri, event.flow.local.ip);
    const auto proof = authenticate(event, request);
    if (!proof) return;
    if (ours && request.method() == Method::register_) return register_user(event, *proof);
    if (ours && uri->user().empty()) {
        if (request.method() == Method::options) return respond(event, 200);
        return respond(event, 404);
    }
    proxy_request(event, std::move(request), findings);
}

void Proxy::register_user(const siptxn::RequestReceived& event, const siptxn::auth::Verification& proof) {
    auto to = event.request->top<sipmsg::To>();
    if (!to || !own_.is_ours(to->uri(), event.flow.local.ip)) return respond(event, 404);
    auto response = registrar_.answer(*event.request, event.flow, endpoint_.now());
    auto info = verifier_.authentication_info(proof, own_.realm(), response.body(), endpoint_.now());
    if (!info.empty()) response.append(Header::authentication_info, info);
    say(*event.request, fmt::format("{} {} for {}", response.status(), response.reason(), to->uri().text()));
    endpoint_.layer().respond(event.transaction, std::move(response), endpoint_.now());
}

// RFC 3261 §16.5.
Proxy::Targets Proxy::targets_of(const sipmsg::Message& request, const RouteFindings& findings,
                                 const siptxn::Flow& flow) {
    if (findings.flow) {
        auto known = endpoint_.layer().find_flow(*findings.flow);
        if (known) return {{{.uri = {}, .flow = known}}, 0};
        auto uri = request.request_uri();
        bool unreachable = !uri || uri->host().text.ends_with(".invalid");  // RFC 7118 §5.2
        if (unreachable) return {{}, 430};                                  // RFC 5626 §5.3.1: Flow Failed
        return {{{}}, 0};
    }
    if (request.has(Header::route)) return {{{}}, 0};
    auto uri = request.request_uri();
    if (!uri || !own_.is_ours(*uri, flow.local.ip)) return {{{}}, 0};
    std::string user = user_of(*uri);
    Targets found;
    for (Binding& binding : location_.lookup(user, endpoint_.now())) {
        auto over = binding.flow ? endpoint_.layer().find_flow(binding.flow->id) : std::nullopt;
        found.targets.push_back({std::move(binding.uri), over});
    }
    if (found.targets.empty()) found.refusal = location_.knows(user) || options_.accounts.contains(user) ? 480 : 404;
    return found;
}

void Proxy::proxy_request(const siptxn::RequestReceived& event, sipmsg::Message request,
                          const RouteFindings& findings) {
    Targets found = targets_of(request, findings, event.flow);
    if (found.refusal != 0) return respond(event, found.refusal, found.refusal == 430 ? "Flow Failed" : "");
    request.decrement_max_forwards();
    if (options_.authenticate_calls) remove_credentials(request, own_.realm());

    auto now = endpoint_.now();
    auto forwarding =
        std::make_unique<Forwarding>(event.transaction, event.flow, event.request, fingerprint_of(*event.request));
    ++under_way_[forwarding->fingerprint];
    for (const Target& target : found.targets) {
        Outgoing outgoing = prepare(request, target, event.flow, own_, tokens_);
        say(outgoing.request, target.flow ? fmt::format("forwarded over {} {}", to_string(target.flow->transport),
                                                        to_string(target.flow->remote))
                                          : "forwarded");
        auto client = endpoint_.layer().send(std::move(outgoing.request), outgoing.options, now);
        forwarding->add(client);
        if (request.method() == Method::invite) timers_c_.start(client, now + options_.timer_c);
        clients_.emplace(client, event.transaction);
    }
    contexts_.emplace(event.transaction, std::move(forwarding));
}

// An ACK for a 2xx goes the way of its dialog, without a transaction (RFC 3261 §16.11). The branch follows from the
// caller's, so that a repeated ACK has the same.
void Proxy::on(const siptxn::AckReceived& event) {
    sipmsg::Message request = *event.request;
    if (!request.decrement_max_forwards()) return;
    if (options_.authenticate_calls) remove_credentials(request, own_.realm());
    sipmsg::Essentials head;
    if (sipmsg::read_essentials(event.request->view(), head)) return;
    const auto branch = sipmsg::stateless_branch(head);
    RouteFindings findings = take_own_routes(request, event.flow, own_, tokens_);
    auto uri = request.request_uri();
    if (!uri || (uri->user().empty() && !findings.flow && own_.is_ours(*uri, event.flow.local.ip))) return;
    Targets found = targets_of(request, findings, event.flow);
    if (found.targets.size() != 1) return;  // An address of record is no place for an ACK, unless it has one contact.
    Outgoing outgoing = prepare(request, found.targets.front(), event.flow, own_, tokens_);
    endpoint_.layer().send_stateless(std::move(outgoing.request), outgoing.options, endpoint_.now(), branch);
}

void Proxy::on(const siptxn::CancelReceived& event) {
    auto found = contexts_.find(event.invite);
    if (found == contexts_.end()) return;
    auto reason = sipmsg::unfold(event.request->raw(Header::reason).value_or(""));
    found->second->cancel_pending(endpoint_.layer(), endpoint_.now(), reason);
}

Forwarding* Proxy::forwarding_of(siptxn::ClientId client, std::size_t& branch) {
    auto server = clients_.find(client);
    if (server == clients_.end()) return nullptr;
    auto found = contexts_.find(server->second);
    if (found == contexts_.end()) return nullptr;
    auto& branches = found->second->branches;
    auto one = std::ranges::find(branches, client, &Forwarding::Branch::client);
    if (one == branches.end()) return nullptr;
    branch = static_cast<std::size_t>(one - branches.begin());
    return found->second.get();
}

void Proxy::on(const siptxn::ResponseReceived& event) {
    std::size_t branch = 0;
    Forwarding* forwarding = forwarding_of(event.transaction, branch);
    if (!forwarding) return;
    auto& state = forwarding->branches[branch];
    int status = event.response->status();
    state.provisional = true;
    if (status >= 200) timers_c_.stop(event.transaction);
    if (status > 100 && status < 200)  // RFC 3261 §16.7 step 2
        timers_c_.move(event.transaction, endpoint_.now() + options_.timer_c);
    carry_out(*forwarding, forwarding->context.on_response(branch, event.response), event.response);
}

void Proxy::on(const siptxn::RequestFailed& event) {
    std::size_t branch = 0;
    Forwarding* forwarding = forwarding_of(event.transaction, branch);
    if (!forwarding) return;
    timers_c_.stop(event.transaction);
    int status = forwarding->branches[branch].cancelled ? 487 : status_of(event.error);
    say(forwarding->context.request(), fmt::format("branch {} failed: {}", branch, event.error.message()));
    carry_out(*forwarding, forwarding->context.on_failure(branch, status), nullptr);
}

void Proxy::carry_out(Forwarding& forwarding, const ResponseContext::Steps& steps, const sipmsg::MessagePtr& response) {
    if (steps.forward) send_upstream(forwarding, *response, false);
    if (steps.cancel_others)
        forwarding.cancel_pending(endpoint_.layer(), endpoint_.now(),
                                  R"(SIP;cause=200;text="Call completed elsewhere")");
    if (!steps.choose) return;
    auto best = forwarding.context.best();
    send_upstream(forwarding, std::move(best.response), best.made_here);
}

void Proxy::send_upstream(Forwarding& forwarding, sipmsg::Message response, bool made_here) {
    if (!made_here && !response.pop_via()) return;
    if (!response.has(Header::via)) return;  // It was an answer to us alone (RFC 3261 §16.7 step 3).
    if (made_here && response.status() > 100) {
        auto to = response.top<sipmsg::To>();
        if (to && !to->tag())
            response.set(Header::to,
                         fmt::format("{};tag={}", sipmsg::unfold(to->text()), endpoint_.layer().identifiers().tag()));
    }
    say(forwarding.context.request(), fmt::format("{} {}", response.status(), response.reason()));
    sipmsg::Message copy = response;
    if (endpoint_.layer().respond(forwarding.server, std::move(response), endpoint_.now())) return;
    // The server transaction is over, but another 2xx must still reach the caller (RFC 3261 §16.7 step 5).
    bool success = copy.status() >= 200 && copy.status() < 300;
    if (success && forwarding.context.request().method() == Method::invite)
        endpoint_.layer().respond_stateless(std::move(copy), forwarding.arrived, endpoint_.now());
}

void Proxy::on(const siptxn::ResponseFailed& event) {
    auto found = contexts_.find(event.transaction);
    if (found != contexts_.end()) found->second->cancel_pending(endpoint_.layer(), endpoint_.now(), "");
}

void Proxy::on(const siptxn::ClientEnded& event) {
    std::size_t branch = 0;
    Forwarding* forwarding = forwarding_of(event.transaction, branch);
    clients_.erase(event.transaction);
    timers_c_.stop(event.transaction);
    if (!forwarding) return;
    forwarding->branches[branch].gone = true;
    forget_if_done(forwarding->server);
}

void Proxy::on(const siptxn::ServerEnded& event) {
    auto found = contexts_.find(event.transaction);
    if (found == contexts_.end()) return;
    Forwarding& forwarding = *found->second;
    forwarding.server_gone = true;
    if (--under_way_[forwarding.fingerprint] <= 0) under_way_.erase(forwarding.fingerprint);
    forwarding.cancel_pending(endpoint_.layer(), endpoint_.now(), "");
    forget_if_done(event.transaction);
}

void Proxy::forget_if_done(siptxn::ServerId server) {
    auto found = contexts_.find(server);
    if (found != contexts_.end() && found->second->is_done()) contexts_.erase(found);
}

std::optional<siptxn::TimePoint> Proxy::next_expiry() const {
    const auto timer_c = timers_c_.next_expiry();
    if (location_.users() == 0) return timer_c;
    return timer_c ? std::min(*timer_c, next_sweep_) : next_sweep_;
}

void Proxy::expire(siptxn::TimePoint now) {
    if (now >= next_sweep_) {
        next_sweep_ = now + sweep_interval;
        location_.expire(now);
    }
    while (const auto client = timers_c_.take_due(now)) on_timer_c(*client, now);
}

// RFC 3261 §16.8: a branch that rang is cancelled; one that said nothing counts as 408.
void Proxy::on_timer_c(siptxn::ClientId client, siptxn::TimePoint now) {
    std::size_t branch = 0;
    Forwarding* forwarding = forwarding_of(client, branch);
    if (!forwarding || forwarding->branches[branch].cancelled) return;
    forwarding->branches[branch].cancelled = true;
    endpoint_.layer().cancel(client, now, "");
    if (!forwarding->branches[branch].provisional)
        carry_out(*forwarding, forwarding->context.on_failure(branch, 408), nullptr);
}

}  // namespace sipstrata
