// SPDX-License-Identifier: MIT
// call_load COUNT SERVER [ARGUMENTS]: starts a server and calls it COUNT times over UDP: INVITE, 180, 200, ACK, BYE,
// 200; 64 calls at once. Checks every response, sends again what got none, and prints what a call cost the server: CPU
// microseconds (user and system). The server prints its ports as options_load wants it. The first tenth warms it up
// and is not counted.
#include "load.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t window = 64;

constexpr std::string_view offer =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 49172 RTP/AVP 0 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n";

/// The calls, each of which is somewhere between its INVITE and the answer to its BYE.
class Calls {
public:
    Calls(std::size_t count, unsigned short port) : calls_(count), own_("127.0.0.1:" + std::to_string(port)) {}

    [[nodiscard]] bool is_done() const { return done_ == calls_.size(); }
    [[nodiscard]] std::size_t done() const { return done_; }
    [[nodiscard]] bool may_begin() const { return next_ < calls_.size() && next_ - done_ < window; }

    void begin(std::vector<std::string>& out) { out.push_back(message("INVITE", next_++)); }
    /// A response; what it makes us send is added to `out`.
    void take(std::string_view response, std::vector<std::string>& out) {
        const auto number = number_of(response);
        auto& call = calls_[number];
        const bool to_invite = response.find("\r\nCSeq: 1 INVITE\r\n") != response.npos;
        if (to_invite && response.starts_with("SIP/2.0 180 ")) {
            call.ringing = true;
        } else if (to_invite && response.starts_with("SIP/2.0 200 ")) {
            if (call.to.empty() && !call.ringing && response.find("m=audio ") == response.npos) wrong(response);
            call.to = header(response, "To");
            call.target = header(response, "Contact");
            call.target = call.target.substr(1, call.target.find('>') - 1);
            out.push_back(message("ACK", number));
            if (call.phase == Phase::calling) out.push_back(message("BYE", number));
            call.phase = std::max(call.phase, Phase::hanging_up);
        } else if (!to_invite && response.starts_with("SIP/2.0 200 ")) {
            if (call.phase == Phase::hanging_up) ++done_;
            call = {.phase = Phase::over};
        } else if (!response.starts_with("SIP/2.0 1")) {
            wrong(response);
        }
    }
    /// Those that wait for an answer, once more.
    void repeat(std::vector<std::string>& out) {
        while (oldest_ < next_ && calls_[oldest_].phase == Phase::over) ++oldest_;
        for (auto i = oldest_; i < next_; ++i) {
            if (calls_[i].phase == Phase::over) continue;
            out.push_back(message(calls_[i].phase == Phase::calling ? "INVITE" : "BYE", i));
            ++again;
        }
    }
    std::size_t again = 0;

private:
    enum class Phase : std::uint8_t { calling, hanging_up, over };
    struct Call {
        Phase phase = Phase::calling;
        bool ringing = false;
        std::string to, target;  ///< of the 200
    };

    [[noreturn]] static void wrong(std::string_view response) {
        throw std::runtime_error("a wrong answer: " + std::string(response));
    }
    static std::string header(std::string_view message, std::string_view name) {
        const auto at = message.find("\r\n" + std::string(name) + ": ");
        if (at == message.npos) wrong(message);
        const auto begin = at + name.size() + 4;
        return std::string(message.substr(begin, message.find('\r', begin) - begin));
    }
    [[nodiscard]] std::size_t number_of(std::string_view response) const {
        const auto id = header(response, "Call-ID");
        std::size_t number = calls_.size();
        std::from_chars(id.data(), id.data() + id.size(), number);
        if (number >= calls_.size()) wrong(response);
        return number;
    }
    [[nodiscard]] std::string message(std::string_view method, std::size_t number) const {
        const auto& call = calls_[number];
        const auto id = std::to_string(number);
        const bool invites = method == "INVITE", inside = !invites;
        std::string text(method);
        text.append(" ").append(inside ? call.target : "sip:bob@127.0.0.1").append(" SIP/2.0\r\nVia: SIP/2.0/UDP ");
        text.append(own_).append(";branch=z9hG4bK-").append(id).append(method).append(";rport\r\nMax-Forwards: 70\r\n");
        text.append("From: <sip:alice@").append(own_).append(">;tag=").append(id).append("\r\nTo: ");
        text.append(inside ? call.to : "<sip:bob@127.0.0.1>").append("\r\nCall-ID: ").append(id);
        text.append("@bench\r\nCSeq: ").append(method == "BYE" ? "2 " : "1 ").append(method);
        text.append("\r\nContact: <sip:alice@").append(own_).append(">\r\nAllow: INVITE, ACK, BYE, CANCEL, UPDATE\r\n");
        if (!invites) return text.append("Content-Length: 0\r\n\r\n");
        text.append("Content-Type: application/sdp\r\nContent-Length: ").append(std::to_string(offer.size()));
        return text.append("\r\n\r\n").append(offer);
    }

    std::vector<Call> calls_;
    std::string own_;
    std::size_t next_ = 0, done_ = 0, oldest_ = 0;
};

void run(std::size_t count, char** command) {
    bench::Server server(command);
    bench::Datagrams datagrams(server.udp);
    Calls calls(count, datagrams.port());
    double before = server.cpu();
    std::size_t warm = 0;
    auto start = Clock::now();
    std::vector<std::string> out;
    while (!calls.is_done()) {
        for (std::size_t i = 0; i < bench::Datagrams::batch / 2 && calls.may_begin(); ++i) calls.begin(out);
        datagrams.send(out);
        const bool idle = out.empty();
        out.clear();
        const auto take = [&](std::string_view response) { calls.take(response, out); };
        if (!datagrams.receive(idle ? 500 : 0, take) && idle) calls.repeat(out);
        if (warm == 0 && calls.done() >= count / 10) {
            warm = calls.done();
            before = server.cpu();
            start = Clock::now();
        }
    }
    const auto made = static_cast<double>(count - warm);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::cout << (server.cpu() - before) / made / 1000 << " us CPU a call, " << made / seconds << " calls/s, "
              << calls.again << " sent again, " << server.resident_kib() << " KiB resident\n";
}

}  // namespace

int main(int argc, char** argv) try {
    const std::size_t count = argc >= 3 ? std::strtoull(argv[1], nullptr, 10) : 0;
    if (count == 0) {
        std::cerr << "usage: call_load COUNT SERVER [ARGUMENTS]\n";
        return 2;
    }
    run(count, argv + 2);
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "call_load: " << error.what() << '\n';
    return EXIT_FAILURE;
}
