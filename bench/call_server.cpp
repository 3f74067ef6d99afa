// SPDX-License-Identifier: MIT
// call_server dialog|ua: rings and accepts calls on 127.0.0.1 over UDP and TCP until its input ends; on libsipdialog,
// or on libsipua. Prints the ports: UDP, then TCP.
#include <sipua/sipua.hpp>

#include <sipdialog/dialog_layer.hpp>

#include <siptxn/endpoint.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace siptxn;

constexpr std::size_t boundless = 10'000'000;

const sipdialog::Body answer{"application/sdp",
                             "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                             "m=audio 9 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
                             "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"};

sipdialog::DialogOptions dialog_options() {
    sipdialog::DialogOptions options;
    options.limits.sessions = options.limits.ended_sessions = boundless;
    return options;
}

/// A user of libsipdialog that accepts everything.
class Answerer : public TransactionUser {
public:
    explicit Answerer(std::shared_ptr<Endpoint> on)
        : endpoint_(std::move(on)), dialogs_(dialog_options(), net::system_random()) {
        endpoint_->attach(this);
    }
    void on_event(const Event& event) override { dialogs_.handle(event, endpoint_->now()); }
    bool drain() override {
        auto* output = dialogs_.next();
        if (output) std::visit([this](auto& o) { take(o); }, *output);
        return output != nullptr;
    }
    [[nodiscard]] std::optional<TimePoint> next_expiry() const override { return dialogs_.next_expiry(); }
    void expire(TimePoint now) override { dialogs_.expire(now); }

private:
    void take(sipdialog::Respond& o) {
        endpoint_->layer().respond(o.transaction, std::move(o.response), endpoint_->now());
    }
    void take(sipdialog::SendRequest& o) {
        dialogs_.sent(o.id, endpoint_->layer().send(std::move(o.request), o.options, endpoint_->now()));
    }
    void take(const sipdialog::DescriptionWanted& o) { dialogs_.described(o.id, answer, endpoint_->now()); }
    void take(const sipdialog::Invited& o) {
        dialogs_.progress(o.session, {.status = 180, .contact = {.user = "bob"}}, endpoint_->now());
    }
    void take(const sipdialog::ProgressDone& o) { dialogs_.accept(o.session, endpoint_->now(), {.user = "bob"}); }
    void take(const auto&) {}

    std::shared_ptr<Endpoint> endpoint_;
    sipdialog::DialogLayer dialogs_;
};

void until_input_ends(asio::io_context& context) {
    asio::posix::stream_descriptor input(context, STDIN_FILENO);
    input.async_wait(asio::posix::stream_descriptor::wait_read, [&](std::error_code) { context.stop(); });
    context.run();
}

LayerOptions layer_options() {
    LayerOptions options;
    options.limits.server_transactions = boundless;
    return options;
}

void serve_dialogs() {
    asio::io_context context(1);
    const auto anywhere = *SocketAddress::parse("127.0.0.1", 0);
    net::WireOptions options;
    options.listen = {
        {Transport::udp, anywhere},
        {Transport::tcp, anywhere}
    };
    auto wire = net::make_wire(context.get_executor(), options);
    if (!wire) throw std::runtime_error(wire.error().message);
    auto clock = std::make_shared<net::AsioClock>(context.get_executor());
    Answerer answerer(Endpoint::create(*wire, clock, net::system_random(), layer_options()));
    for (const auto& listener : (*wire)->listeners()) std::cout << listener.local.port << '\n';
    std::cout << std::flush;
    until_input_ends(context);
}

void serve_agent() {
    asio::io_context context(1);
    sipua::StackOptions options{
        .listen = {"udp:127.0.0.1:0", "tcp:127.0.0.1:0"}
    };
    options.layer.limits.server_transactions = boundless;
    options.dialog_limits.sessions = options.dialog_limits.ended_sessions = boundless;
    sipua::Stack stack(context.get_executor(), options);
    std::list<sipua::Invitation> calls;
    sipua::UserAgentOptions agent_options{.uri = "sip:bob@127.0.0.1"};
    agent_options.delegate.on_invite = [&](sipua::Invitation invitation) {
        auto call = calls.insert(calls.end(), std::move(invitation));
        sipua::SessionDelegate delegate;
        delegate.on_end = [&, call](const sipua::SessionEnd&) {
            asio::post(context, [&calls, call] { calls.erase(call); });
        };
        call->set_delegate(std::move(delegate));
        call->accept([](std::error_code) {});
    };
    sipua::UserAgent agent(stack, std::move(agent_options));
    agent.start([](std::error_code) {});
    for (const auto& listener : stack.listeners()) std::cout << listener.local.port << '\n';
    std::cout << std::flush;
    until_input_ends(context);
}

}  // namespace

int main(int argc, char** argv) try {
    const std::string_view mode = argc == 2 ? argv[1] : "";
    if (mode != "dialog" && mode != "ua") {
        std::cerr << "usage: call_server dialog|ua\n";
        return 2;
    }
    mode == "ua" ? serve_agent() : serve_dialogs();
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "call_server: " << error.what() << '\n';
    return EXIT_FAILURE;
}
