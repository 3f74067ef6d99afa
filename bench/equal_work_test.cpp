// SPDX-License-Identifier: MIT
// Do all peers do the same work? On each of the seven messages and of the 512 varied ones: every peer reads the same
// values (L1), accepts the message at L2, and prints one whose values are the same (SER); what libsipmsg forwards (FWD)
// differs from what came in just what a proxy changes.
//   equal_work_test                        says what differs; exit status 1 when anything does
//   equal_work_test --print PEER WORKLOAD  the values that a peer reads
#include "forwarding.hpp"
#include "peers/peer.hpp"
#include "workload.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>

namespace {

using namespace bench;

struct Reading : Receiver {
    std::string text;
    void values(const Essentials& values) override { text = to_string(values); }
    void octets(std::string_view octets) override { text = octets; }
};

/// What one run shows; nullopt when the peer lacks the level or refuses the message.
std::optional<std::string> result_of(Peer& peer, Level level, const Packet& message) {
    const auto work = peer.work(level, message);
    Reading reading;
    peer.enter();
    if (!work || !work->run(reading)) return std::nullopt;
    return reading.text;
}

std::string values_read_by(Peer& peer, const Packet& message) {
    return result_of(peer, Level::proxy, message).value_or("(refused)\n");
}

/// The only difference that is allowed: libsipmsg prints the hosts of URIs in lower case, and hosts compare without
/// case (RFC 3261 §19.1.4).
std::string with_hosts_in_lower_case(std::string values) {
    std::size_t begin = 0;
    for (auto end = values.find('\n'); end != values.npos; end = values.find('\n', begin)) {
        const auto host = values.find(".host: ", begin);
        if (host < end) {
            std::ranges::transform(values.begin() + static_cast<std::ptrdiff_t>(host),
                                   values.begin() + static_cast<std::ptrdiff_t>(end),
                                   values.begin() + static_cast<std::ptrdiff_t>(host),
                                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        }
        begin = end + 1;
    }
    return values;
}

/// The first line that differs.
std::string difference(std::string_view expected, std::string_view actual) {
    const auto at = static_cast<std::size_t>(std::ranges::mismatch(expected, actual).in1 - expected.begin());
    const auto begin = at == 0 ? 0 : expected.rfind('\n', at - 1) + 1;
    const auto line = [&](std::string_view text) {
        return std::string(text.substr(std::min(begin, text.size())).substr(0, text.find('\n', begin) - begin));
    };
    return "expected \"" + line(expected) + "\", got \"" + line(actual) + "\"";
}

class Check {
public:
    void all() {
        for (auto workload : workloads) {
            for (const auto& message : messages_of(workload)) {
                ++messages_;
                workload_ = workload;
                const auto expected = values_read_by(*peers().front(), message);
                for (const auto& peer : peers()) one(*peer, message, expected);
            }
        }
    }
    int report() const {
        std::cout << peers().size() << " peers, " << messages_ << " messages, " << comparisons_ << " comparisons, "
                  << differences_ << " differences\n";
        return differences_ == 0 && messages_ == 7 + 512 ? EXIT_SUCCESS : EXIT_FAILURE;
    }

private:
    void one(Peer& peer, const Packet& message, const std::string& expected) {
        if (peer.reads_values()) compare(peer, "L1", expected, values_read_by(peer, message));
        compare(peer, "L2", "", result_of(peer, Level::full, message) ? "" : "(refused)");
        if (peer.work(Level::print, message)) {
            const Packet printed(result_of(peer, Level::print, message).value_or(""));
            compare(peer, "SER", with_hosts_in_lower_case(expected),
                    with_hosts_in_lower_case(values_read_by(*peers().front(), printed)));
        }
        if (peer.work(Level::forwarded, message)) {
            const auto forwarded = result_of(peer, Level::forwarded, message).value_or("");
            compare(peer, "FWD", "", wrongly_forwarded(message.view(), forwarded));
        }
    }

    void compare(Peer& peer, std::string_view level, const std::string& expected, const std::string& actual) {
        ++comparisons_;
        if (actual == expected) return;
        ++differences_;
        std::cout << peer.name() << ", " << level << ", " << workload_ << ": " << difference(expected, actual) << '\n';
    }

    std::string_view workload_;
    std::size_t messages_ = 0;
    std::size_t comparisons_ = 0;
    std::size_t differences_ = 0;
};

int print(std::string_view name, std::string_view workload) {
    for (const auto& peer : peers()) {
        if (peer->name() != name) continue;
        for (const auto& message : messages_of(workload)) std::cout << values_read_by(*peer, message) << '\n';
        return EXIT_SUCCESS;
    }
    std::cerr << "equal_work_test: no peer is called " << name << '\n';
    return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) try {
    const std::span args(argv, static_cast<std::size_t>(argc));
    if (args.size() == 4 && std::string_view(args[1]) == "--print") return print(args[2], args[3]);
    Check check;
    check.all();
    return check.report();
} catch (const std::exception& error) {
    std::cerr << "equal_work_test: " << error.what() << '\n';
    return EXIT_FAILURE;
}
