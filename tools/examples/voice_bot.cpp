// SPDX-License-Identifier: MIT
// A voice bot: answers one call, plays a greeting, then says back what it hears, records both sides, prints the digits
// that are pressed, and hangs up at '#'.
//
//     voice_bot udp:127.0.0.1:5070 greeting.wav call.wav
#include <sipmedia/media.hpp>
#include <sipmedia/pcm.hpp>
#include <sipmedia/player.hpp>
#include <sipmedia/recorder.hpp>
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>

#include <cstdio>

using namespace asio::experimental::awaitable_operators;

asio::awaitable<void> talk(asio::any_io_executor executor, sipmedia::SessionSound& sound, const char* greeting_file) {
    auto greeting = sipmedia::Player::file(executor, greeting_file);
    sound.set_source(greeting.source());
    co_await greeting.finished();

    sipmedia::PcmWriter mouth(executor);
    sipmedia::PcmReader ear(executor);
    sound.set_source(mouth.source());
    sound.add_heard(ear.sink());
    for (sipmedia::PcmFrame frame;;) {
        co_await ear.read(frame);
        co_await mouth.write(frame.samples);
    }
}

asio::awaitable<void> serve(asio::any_io_executor executor, sipua::Invitation call, char** files) {
    sipua::SessionDelegate delegate;
    delegate.on_dtmf = [&call](const sipua::Dtmf& dtmf) {
        std::printf("%c\n", dtmf.tone);
        if (dtmf.tone == '#') call.bye([](std::error_code) {});
    };
    call.set_delegate(std::move(delegate));
    co_await call.accept();

    auto sound = sipmedia::sound_of(call);
    sipmedia::Recorder tape(executor, files[1]);
    tape.record(sound);
    co_await (call.ended() || talk(executor, *sound, files[0]));
    co_await tape.finish();
}

asio::awaitable<void> run(asio::any_io_executor executor, char** arguments) {
    sipua::UserAgentOptions options;
    options.uri = "sip:bot@127.0.0.1";
    options.listen = {arguments[1]};
    options.media = sipmedia::media();
    asio::steady_timer over(executor, asio::steady_timer::time_point::max());
    options.delegate.on_invite = [&, taken = false](sipua::Invitation call) mutable {
        if (std::exchange(taken, true)) return call.reject(486);
        asio::co_spawn(executor, serve(executor, std::move(call), arguments + 2),
                       [&over](const std::exception_ptr&) { over.cancel(); });
    };
    sipua::UserAgent agent(executor, std::move(options));
    co_await agent.start();
    std::puts("listening"), std::fflush(stdout);
    std::error_code cancelled;
    co_await over.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_await agent.stop();
}

int main(int count, char** arguments) {
    if (count != 4) return std::fprintf(stderr, "usage: voice_bot LISTEN GREETING RECORDING\n"), 2;
    asio::io_context io(1);
    asio::co_spawn(io, run(io.get_executor(), arguments), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    });
    io.run();
}
