// SPDX-License-Identifier: MIT
#include "pending.hpp"
#include "session_manager_impl.hpp"

#include <stdexcept>

namespace sipua {

SessionManager::SessionManager(asio::any_io_executor executor, SessionManagerOptions options)
    : impl_(std::make_shared<Impl>(std::move(options))) {
    impl_->agent.emplace(std::move(executor), impl_->agent_options());
    impl_->begin_life();
}

SessionManager::SessionManager(const Stack& stack, SessionManagerOptions options)
    : impl_(std::make_shared<Impl>(std::move(options))) {
    impl_->agent.emplace(stack, impl_->agent_options());
    impl_->begin_life();
}

SessionManager::SessionManager(SessionManager&&) noexcept = default;

SessionManager& SessionManager::operator=(SessionManager&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

SessionManager::~SessionManager() {
    if (!impl_) return;
    auto& core = impl_->agent->agent()->core();
    core.run([impl = std::move(impl_)] {
        impl->end_life();
        impl->delegate = std::make_shared<SessionManagerDelegate>();
        impl->calls.clear();
        impl->registerer.reset();
        impl->agent.reset();
    });
}

UserAgent& SessionManager::agent() const { return *impl_->agent; }
bool SessionManager::is_registered() const { return impl_->registerer->state() == RegistererState::registered; }
asio::any_io_executor SessionManager::executor() const { return impl_->agent->executor(); }

std::vector<std::string> SessionManager::calls() const {
    std::vector<std::string> names;
    for (const auto& [id, call] : impl_->calls) names.push_back(id);
    return names;
}

Session* SessionManager::find(const std::string& call) const {
    auto* found = impl_->find(call);
    return found ? &found->session() : nullptr;
}

bool SessionManager::set_muted(const std::string& call, bool muted) {
    auto* session = find(call);
    return session && session->set_muted(muted);
}

std::string SessionManager::call(const std::string& target, InviterOptions options, Completion done) {
    if (impl_->is_full()) throw std::length_error("there are max_calls calls already");
    auto theirs = std::exchange(options.delegate, {});
    auto impl = impl_;  // whoever hears of the call may end the manager
    return impl->begin(Inviter(*impl_->agent, target, std::move(options)), std::move(theirs), std::move(done));
}

CancelFunction SessionManager::do_connect(const std::shared_ptr<Impl>& impl, Completion done) {
    auto& core = impl->agent->agent()->core();
    auto pending = Pending::make(std::move(done));
    core.run([impl, pending] {
        impl->ping_later();
        impl->agent->start(pending->completion());
    });
    return abandon(core, pending);
}

CancelFunction SessionManager::do_disconnect(const std::shared_ptr<Impl>& impl, Completion done) {
    auto& core = impl->agent->agent()->core();
    auto pending = Pending::make(std::move(done));
    core.run([impl, pending] {
        impl->end_life();
        impl->agent->stop(pending->completion());
    });
    return abandon(core, pending);
}

CancelFunction SessionManager::do_register(const std::shared_ptr<Impl>& impl, bool wanted, Completion done) {
    auto& core = impl->agent->agent()->core();
    auto pending = Pending::make(std::move(done));
    core.run([impl, wanted, pending] { impl->register_wanted(wanted, pending->completion()); });
    return abandon(core, pending);
}

CancelFunction SessionManager::do_deed(const std::shared_ptr<Impl>& impl, Deed deed, std::string call, std::string what,
                                       Completion done) {
    auto& core = impl->agent->agent()->core();
    auto pending = Pending::make(std::move(done));
    core.run([impl, deed, call = std::move(call), what = std::move(what), pending]() mutable {
        impl->act(deed, call, std::move(what), pending->completion());
    });
    return abandon(core, pending);
}

}  // namespace sipua
