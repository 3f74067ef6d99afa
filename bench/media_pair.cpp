// SPDX-License-Identifier: MIT
#include "media_pair.hpp"

#include <sipmedia/gst_engine.hpp>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>

#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 30s;

}  // namespace

// A streaming thread.
void Ear::write(std::span<const std::int16_t>, unsigned) {
    if (begun_.exchange(true)) return;
    when_ = Clock::now();
    asio::post(timer_.get_executor(), [self = shared_from_this()] {
        self->told_ = true;
        self->timer_.cancel();
    });
}

asio::awaitable<Clock::time_point> Ear::heard() {
    timer_.expires_after(patience);
    std::error_code cancelled;
    if (!told_) co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (!told_) throw std::runtime_error("nothing is heard");
    co_return when_;
}

asio::awaitable<void> pause(asio::io_context& io, std::chrono::nanoseconds time) {
    asio::steady_timer timer(io, time);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<sipua::MediaStatistics> statistics(asio::io_context& io, sipua::Session& session) {
    sipua::MediaStatistics figures;
    asio::steady_timer arrived(io, asio::steady_timer::time_point::max());
    session.statistics([&](sipua::MediaStatistics result) {
        figures = std::move(result);
        asio::post(io, [&arrived] { arrived.cancel(); });
    });
    std::error_code cancelled;
    co_await arrived.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return figures;
}

MediaPair::MediaPair(const sipua::SessionDescriptionHandlerFactory& media)
    : caller_(agent("alice", media)), callee_(agent("bob", media)) {
    for (auto* each : {&caller_, &callee_}) each->start([](std::error_code) {});
    const auto port = callee_.stack().listeners().front().local.port;
    target_ = "sip:bob@127.0.0.1:" + std::to_string(port) + ";transport=tcp";
}

// Timers are short so that the transactions of a call are soon over and what is left is a leak.
sipua::UserAgent MediaPair::agent(const std::string& user, const sipua::SessionDescriptionHandlerFactory& media) {
    sipua::UserAgentOptions options;
    options.uri = "sip:" + user + "@127.0.0.1";
    options.listen = {"tcp:127.0.0.1:0"};
    options.timers.t1 = 50ms;
    options.media = media;
    options.delegate.on_invite = [this](sipua::Invitation call) {
        asio::co_spawn(io, answer(std::move(call)), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
    };
    return {io.get_executor(), std::move(options)};
}

asio::awaitable<void> MediaPair::answer(sipua::Invitation invitation) {
    const auto id = invitation.call_id();
    auto& call = answered_.emplace(id, Answered{std::move(invitation), nullptr}).first->second;
    co_await call.session.accept();
    call.ear = std::make_shared<Ear>(io);
    sipmedia::sound_of(call.session)->add_heard(call.ear);
}

asio::awaitable<MediaCall> MediaPair::call() {
    MediaCall made;
    made.caller = std::make_unique<sipua::Inviter>(caller_, target_);
    co_await made.caller->invite();
    const auto applied = Clock::now();
    auto ear = std::make_shared<Ear>(io);
    sipmedia::sound_of(*made.caller)->add_heard(ear);
    auto& answered = answered_.at(made.caller->call_id());
    made.callee = &answered.session;
    const auto here = co_await ear->heard();
    const auto there = co_await answered.ear->heard();
    made.until_heard = std::max(here, there) - applied;
    sipmedia::sound_of(*made.caller)->remove(ear);
    sipmedia::sound_of(*made.callee)->remove(answered.ear);
    co_return made;
}

asio::awaitable<void> MediaPair::hang_up(MediaCall& call) {
    co_await call.caller->bye();
    answered_.erase(call.caller->call_id());
    call = {};
}

asio::awaitable<void> MediaPair::torn_down() {
    for (auto* each : {&caller_, &callee_})
        while (each->stack().sessions() > 0) co_await pause(io, 10ms);
    sipmedia::wait_for_teardown();
}

asio::awaitable<void> MediaPair::settle() {
    co_await torn_down();
    for (auto* each : {&caller_, &callee_})
        while (each->stack().transactions() > 0) co_await pause(io, 10ms);
}

asio::awaitable<void> MediaPair::stop() {
    co_await caller_.stop();
    co_await callee_.stop();
}

}  // namespace bench
