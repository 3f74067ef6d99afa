// SPDX-License-Identifier: MIT
// What the headers allow from any thread, done by eight threads at once while two others run the stacks. Worth most
// under ThreadSanitizer: `./dev threads`.
#include <sipua/sipua.hpp>

#include <doctest/doctest.h>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int foreign_threads = 8;
constexpr int rounds = 12;

/// Two threads for everything of sipua's.
class Engine {
public:
    Engine() {
        for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { context_.run(); });
    }
    ~Engine() { finish(); }
    /// When all work is done, nothing runs any more.
    void finish() {
        work_.reset();
        for (auto& thread : threads_) thread.join();
        threads_.clear();
    }
    [[nodiscard]] auto executor() { return context_.get_executor(); }

private:
    asio::io_context context_{2};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    std::vector<std::thread> threads_;
};

/// Runs `work` on that executor and waits for what it returns: for what is the executor's alone.
template <class Work>
auto on(const asio::any_io_executor& executor, Work work) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto result = task.get_future();
    asio::post(executor, [&task] { task(); });
    return result.get();
}

std::error_code result_of(std::future<void> future) {
    try {
        future.get();
    } catch (const std::system_error& failure) {
        return failure.code();
    }
    return {};
}

struct Counts {
    std::atomic<int> calls = 0, cancelled = 0, messages = 0, requests = 0, odd = 0;
};

// A call with all that may go on in it.
void converse(sipua::Inviter& call, Counts& counts) {
    auto held = call.hold(asio::use_future);
    auto info = call.request("INFO", {"text/plain", "hello"}, asio::use_future);
    auto tones = call.send_dtmf("12", {}, asio::use_future);
    auto over = call.ended(asio::use_future);
    if (result_of(std::move(held))) ++counts.odd;
    if (result_of(std::move(info))) ++counts.odd;
    (void)result_of(std::move(tones));
    auto resumed = call.resume(asio::use_future);
    auto bye = call.bye(asio::use_future);
    (void)result_of(std::move(resumed));  // it may lose against the BYE
    if (result_of(std::move(bye))) ++counts.odd;
    over.get();
    ++counts.calls;
}

void work(const sipua::UserAgent& agent, const std::string& target, int seed, Counts& counts) {
    for (int round = 0; round < rounds; ++round) {
        auto call = on(agent.executor(), [&] { return std::make_shared<sipua::Inviter>(agent, target); });
        auto invited = call->invite(asio::use_future);
        if ((seed + round) % 3 == 0) {
            call->cancel();
            (void)result_of(std::move(invited));  // answered already, or 487
            call->dispose();
            ++counts.cancelled;
        } else if (!result_of(std::move(invited))) {
            converse(*call, counts);
        } else {
            ++counts.odd;
        }
        auto message = on(agent.executor(), [&] { return std::make_shared<sipua::Messager>(agent, target, "hello"); });
        if (!result_of(message->message(asio::use_future))) ++counts.messages;
        on(agent.executor(), [call = std::move(call), message = std::move(message)]() mutable {
            call.reset();
            message.reset();
        });
    }
}

}  // namespace

TEST_CASE("eight threads use an agent at once, and two run it") {
    Counts counts;
    Engine engine;
    sipua::StackOptions options{.listen = {"udp:127.0.0.1:0"}};
    auto there = std::make_unique<sipua::Stack>(engine.executor(), options);
    auto here = std::make_unique<sipua::Stack>(engine.executor(), options);
    sipua::UserAgentOptions bobs{.uri = "sip:bob@127.0.0.1"};
    bobs.delegate.on_invite = [&](sipua::Invitation call) {
        auto held = std::make_shared<sipua::Invitation>(std::move(call));
        sipua::SessionDelegate delegate;
        delegate.on_info = [&](sipua::Info info) {
            ++counts.requests;
            info.accept();
        };
        held->set_delegate(std::move(delegate));
        held->accept([held](std::error_code) { held->ended([held](std::error_code) {}); });
    };
    bobs.delegate.on_message = [&](sipua::Message message) {
        ++counts.requests;
        message.accept();
    };
    auto target = "sip:bob@" + siptxn::to_string(there->listeners().front().local);
    sipua::UserAgent bob(*there, std::move(bobs)), alice(*here, {.uri = "sip:alice@127.0.0.1"});
    bob.start(asio::use_future).get();
    alice.start(asio::use_future).get();

    std::vector<std::thread> threads;
    for (int i = 0; i < foreign_threads; ++i) threads.emplace_back([&, i] { work(alice, target, i, counts); });
    for (auto& thread : threads) thread.join();

    CHECK(counts.calls + counts.cancelled == foreign_threads * rounds);
    CHECK(counts.cancelled == foreign_threads * rounds / 3);
    CHECK(counts.messages == foreign_threads * rounds);
    CHECK(counts.requests >= foreign_threads * rounds);
    CHECK(counts.odd == 0);
    auto first = alice.stop(asio::use_future), second = alice.stop(asio::use_future);
    first.get();
    second.get();
    bob.stop(asio::use_future).get();
    for (auto* agent : {&alice, &bob}) {
        auto executor = agent->executor();
        on(executor, [dropped = std::make_shared<sipua::UserAgent>(std::move(*agent))]() mutable { dropped.reset(); });
    }
    for (auto* stack : {&there, &here}) {
        auto executor = (*stack)->executor();
        on(executor, [&] { stack->reset(); });
    }
    engine.finish();
}
