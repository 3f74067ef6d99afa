// SPDX-License-Identifier: MIT
#include "agent.hpp"

#include "pending.hpp"
#include "responder.hpp"
#include "session_impl.hpp"

#include <sipua/signaling_only.hpp>

#include <siptxn/target.hpp>

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/owned_uri.hpp>
#include <sipmsg/uri.hpp>
#include <sipmsg/uuid.hpp>

#include <stdexcept>

namespace sipua {
namespace {

// What libsipua itself implements.
constexpr std::string_view allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, NOTIFY, REFER, PRACK, UPDATE";
constexpr std::string_view always_supported = "norefersub, nosub, timer";

std::vector<siptxn::auth::Credentials> credentials_of(const Authorization& authorization) {
    using siptxn::auth::Algorithm;
    if (authorization.username.empty()) return {};
    siptxn::auth::Credentials credentials{.username = authorization.username, .password = authorization.password};
    if (!authorization.ha1_md5.empty()) credentials.ha1.push_back({Algorithm::md5, authorization.ha1_md5});
    if (!authorization.ha1_sha256.empty()) credentials.ha1.push_back({Algorithm::sha256, authorization.ha1_sha256});
    return {std::move(credentials)};
}

// "ws://host:port/path" is a way users write it; SIP writes sip:host:port;transport=ws.
std::string server_uri(std::string_view text) {
    for (std::string_view scheme : {"wss", "ws", "tls", "tcp", "udp"}) {
        if (!text.starts_with(scheme) || !text.substr(scheme.size()).starts_with("://")) continue;
        auto rest = text.substr(scheme.size() + 3);
        return std::string("sip:").append(rest.substr(0, rest.find('/'))).append(";transport=").append(scheme);
    }
    return std::string(text);
}

sipmsg::Uri checked_uri(std::string_view text, const char* what) {
    auto uri = sipmsg::Uri::parse(text);
    if (!uri || !uri->is_sip())
        throw std::invalid_argument(std::string(what).append(" is not a SIP URI: ").append(text));
    return *uri;
}

}  // namespace

Agent::Agent(std::shared_ptr<Core> core, UserAgentOptions options)
    : core_(std::move(core)),
      options_(std::move(options)),
      delegate_(std::make_shared<UserAgentDelegate>(std::move(options_.delegate))),
      answerer_(credentials_of(options_.authorization)) {
    auto aor = checked_uri(options_.uri, "uri");
    user_ = sipmsg::unescape(aor.user());
    if (!options_.server.empty()) {
        options_.server = server_uri(options_.server);
        auto hop = siptxn::next_hop_of(checked_uri(options_.server, "server"));
        if (!hop) throw std::invalid_argument("server: " + hop.error().message());
        if (hop->transport_given) server_transport_ = hop->transport;
    }
    if (!options_.media) options_.media = signaling_only();
    (void)name_addr();  // Throws for a display name that cannot be quoted.
    check_contact_options();
    make_headers();
    contact_user_ =
        options_.contact_user.empty() ? core_->identifiers().token(40) : sipmsg::escape_user(options_.contact_user);
}

namespace {

// Proxies are named without lr more often than they are strict routers, for which a request would have to be rewritten.
std::string loose_route(const sipmsg::Uri& uri) {
    sipmsg::OwnedUri loose(uri);
    loose.set_param("lr");
    return "<" + loose.text() + ">";
}

}  // namespace

void Agent::check_contact_options() {
    const auto id = options_.instance_id.empty() ? sipmsg::Result<sipmsg::Uuid>(core_->identifiers().uuid())
                                                 : sipmsg::Uuid::parse(options_.instance_id);
    if (!id) throw std::invalid_argument("instance_id is no UUID: " + options_.instance_id);
    instance_ = sipmsg::to_urn(*id);
    if (options_.reconnection_attempts < 0) throw std::invalid_argument("reconnection_attempts is negative");
    for (const auto& tag : options_.extra_supported)
        if (!options_.allow_unregistered_option_tags && !is_registered_option_tag(tag))
            throw std::invalid_argument("not a registered option tag: " + tag);
    for (auto& route : options_.route_set) {
        if (route.find('<') == route.npos) route = "<" + route + ">";
        auto parsed = sipmsg::Route::parse(route);
        if (!parsed) throw std::invalid_argument("not a route: " + route);
        if (!parsed->uri().is_loose_router()) route = loose_route(parsed->uri());
    }
    const auto probe = siptxn::local_contact(contact(), {siptxn::FlowId::none, siptxn::Transport::udp, {}, {}});
    if (!sipmsg::Contact::parse(probe)) throw std::invalid_argument("contact_host or contact_params: " + probe);
}

bool Agent::is_user(std::string_view user) const {
    auto plain = sipmsg::unescape(user);
    return plain == user_ || user == contact_user_;
}

std::string Agent::name_addr() const {
    std::string text;
    if (!options_.display_name.empty()) text = sipmsg::quote(options_.display_name) + " ";
    return text.append("<").append(options_.uri).append(">");
}

sipdialog::HeaderList Agent::allowed() {
    return {
        {"Allow", std::string(allow)}
    };
}

void Agent::make_headers() {
    if (!options_.user_agent.empty()) common_headers_.emplace_back("User-Agent", options_.user_agent);
    supported_ = always_supported;
    if (options_.sip_extension_replaces == SipExtension::supported) supported_ += ", replaces";
    if (options_.trickle_ice) supported_ += ", trickle-ice";
    for (const auto& tag : options_.extra_supported) supported_.append(", ").append(tag);
    capability_headers_ = {
        {"Allow",     std::string(allow)},
        {"Supported", supported_        }
    };
    if (options_.trickle_ice) capability_headers_.emplace_back("Recv-Info", "trickle-ice");
    capabilities_ = capability_headers_;
    if (delegate_->on_subscribe) capabilities_.front().second += ", SUBSCRIBE";
    if (options_.sip_extension_100rel != SipExtension::unsupported) capabilities_.emplace_back("Supported", "100rel");
    check_headers(common_headers_);
    check_headers(capabilities_);
    answer_headers_ = std::make_shared<const sipmsg::HeaderLines>(joined(common_headers_, capabilities_));
}

sipdialog::Reliability Agent::reliability() const {
    switch (options_.sip_extension_100rel) {
        case SipExtension::unsupported: return sipdialog::Reliability::none;
        case SipExtension::supported: return sipdialog::Reliability::supported;
        case SipExtension::required: return sipdialog::Reliability::required;
    }
    return sipdialog::Reliability::none;
}

void Agent::set_authorization(Authorization authorization) {
    options_.authorization = std::move(authorization);
    answerer_.set_credentials(credentials_of(options_.authorization));
}

// RFC 8898 §4: whoever has the token is us.
std::string_view Agent::token_for(const sipmsg::Message& request) const {
    auto target = request.request_uri();
    bool secure = server_transport_ ? siptxn::is_secure(*server_transport_) : target && target->is_secure();
    return secure ? std::string_view(options_.authorization.token) : std::string_view();
}

void Agent::enter(UserAgentState state) {
    if (state_ == state) return;
    state_ = state;
    core_->log(LogLevel::info, "agent", to_string(state));
    state_change_.emit(state);
}

void Agent::start(Completion done) {
    core_->add(shared_from_this());
    enter(UserAgentState::started);
    attempts_left_ = options_.reconnection_attempts;
    reconnect(std::move(done));
}

void Agent::finish_start(std::error_code error) {
    for (auto& done : std::exchange(starting_, {})) done(error);
}

void Agent::stop(Completion done) {
    if (state_ == UserAgentState::stopped && stopping_.empty()) return done({});
    stopping_.push_back(std::move(done));
    if (stopping_.size() > 1) return;
    if (!options_.graceful_shutdown) {
        close_activities();
        return finish_stop(true);
    }
    core_->remove(*this);  // New calls are not taken any more.
    if (server_flow_ != siptxn::FlowId::none) enter(TransportState::disconnecting);
    std::weak_ptr<Agent> self = weak_from_this();
    stop_timer_ = core_->clock().schedule(core_->now() + options_.stop_timeout, [self] {
        if (auto agent = self.lock()) agent->finish_stop();
    });
    close(StopOrder::registration);
    end_sessions();
    close(StopOrder::subscription);
    close(StopOrder::publication);
    check_idle();
}

void Agent::close(StopOrder order) {
    for (auto& weak : std::vector(activities_)) {
        auto activity = weak.lock();
        if (activity && activity->stop_order() == order) activity->close();
    }
}

void Agent::close_activities() {
    for (auto order : {StopOrder::registration, StopOrder::subscription, StopOrder::publication}) close(order);
}

void Agent::end_sessions() {
    for (auto& session : core_->sessions_of(*this)) session->end_by_state();
}

void Agent::check_idle() {
    if (stopping_.empty()) return;
    if (core_->has_calls(*this)) return;
    for (auto& weak : activities_) {
        auto activity = weak.lock();
        if (activity && activity->is_busy()) return;
    }
    finish_stop();
}

void Agent::finish_stop(bool unregistering) {
    core_->clock().cancel(stop_timer_);
    core_->clock().cancel(std::exchange(reconnect_timer_, siptxn::TimerId::none));
    auto waiting = std::exchange(stopping_, {});
    finish_start(Errc::stopped);
    std::size_t left = 0;
    for (auto& session : core_->sessions_of(*this))
        if (session->state() != SessionState::terminated && session->abort()) ++left;
    core_->abandon(*this, unregistering);
    for (auto& weak : std::exchange(sleeps_, {})) {
        if (auto pending = weak.lock()) {
            core_->clock().cancel(pending->timer);
            pending->finish(Errc::stopped);
        }
    }
    if (left > 0) core_->log(LogLevel::warning, "agent", "stopped with sessions left: " + std::to_string(left));
    core_->remove(*this);
    enter(UserAgentState::stopped);
    if (server_flow_ != siptxn::FlowId::none)
        core_->transactions().close(std::exchange(server_flow_, siptxn::FlowId::none));
    core_->changed();
    enter(TransportState::disconnected);
    for (auto& done : waiting) done({});
}

void Agent::drop() {
    delegate_ = std::make_shared<UserAgentDelegate>();
    close_activities();
    finish_stop(true);
    // The drain loop that changed() asked for must still find the core.
    core_->clock().post([core = core_] {});
}

void Agent::sleep(Duration duration, const std::shared_ptr<Pending>& pending) {
    std::erase_if(sleeps_, [](auto& weak) { return weak.expired(); });
    sleeps_.push_back(pending);
    pending->timer = core_->clock().schedule(core_->now() + duration, [pending] { pending->finish({}); });
}

void Agent::add(const std::shared_ptr<Activity>& activity) {
    std::erase_if(activities_, [](auto& weak) { return weak.expired(); });
    activities_.push_back(activity);
}

}  // namespace sipua
