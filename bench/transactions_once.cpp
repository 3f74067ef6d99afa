// SPDX-License-Identifier: MIT
// transactions_once both|server LIVE COUNT: COUNT transactions while LIVE others wait for their end; each new one lets
// an old one end. `both`: client and server. `server`: requests from memory, the server alone.
// Prints nanoseconds (CPU) a transaction, and octets that a waiting transaction holds beside its stored response.
// Under callgrind (--instr-atstart=no) only the measured part is counted.
#include "two_layers.hpp"

#include <valgrind/callgrind.h>

#include <malloc.h>

#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace siptxn;

constexpr Duration wait = 32s;  // timer J

double cpu_nanoseconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// A transaction each `pace`, so that `live` of them are in their final wait.
class Load {
public:
    Load(bool both, std::size_t live) : both_(both), pace_(wait / static_cast<std::int64_t>(live)) {
        if (!both_) layers_.server.peer = nullptr;
    }
    void one(const std::string& request) {
        now_ += pace_;
        if (both_) {
            layers_.transact("OPTIONS", now_);
        } else {
            layers_.server.layer.received(bench::arriving(), request, now_);
            layers_.drain(now_);
        }
        layers_.expire(now_);
    }
    [[nodiscard]] const bench::Side& server() const { return layers_.server; }

private:
    bool both_;
    Duration pace_;
    TimePoint now_{};
    bench::TwoLayers layers_;
};

std::vector<std::string> requests(bool both, std::size_t first, std::size_t count) {
    std::vector<std::string> made(count);
    for (std::size_t i = 0; !both && i < count; ++i) made[i] = bench::received_request("OPTIONS", first + i);
    return made;
}

void run(bool both, std::size_t live, std::size_t count) {
    Load load(both, live);
    const auto before = mallinfo2().uordblks;
    for (std::size_t i = 0; i < live; ++i) load.one(both ? "" : bench::received_request("OPTIONS", i));
    const auto held = mallinfo2().uordblks - before;
    const auto measured = requests(both, live, count);
    const auto start = cpu_nanoseconds();
    CALLGRIND_START_INSTRUMENTATION;
    for (const auto& request : measured) load.one(request);
    CALLGRIND_STOP_INSTRUMENTATION;
    const auto took = cpu_nanoseconds() - start;
    const auto& server = load.server();
    if (server.transmitted != live + count) throw std::runtime_error("a request got no answer");
    std::cout << took / static_cast<double>(count) << " ns a transaction";
    if (!both) {
        const auto each = static_cast<double>(held) / static_cast<double>(live);
        const auto response = static_cast<double>(server.octets) / static_cast<double>(server.transmitted);
        std::cout << ", " << each << " octets for each that waits, " << response << " of them its response";
    }
    std::cout << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
    const std::span args(argv, static_cast<std::size_t>(argc));
    const std::string_view mode = args.size() == 4 ? args[1] : "";
    if (mode != "both" && mode != "server") {
        std::cerr << "usage: transactions_once both|server LIVE COUNT\n";
        return 2;
    }
    run(mode == "both", std::strtoull(args[2], nullptr, 10), std::strtoull(args[3], nullptr, 10));
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "transactions_once: " << error.what() << '\n';
    return EXIT_FAILURE;
}
