// SPDX-License-Identifier: MIT
// How long does a message take: framing (L0), what a proxy reads (L1), every header checked (L2), one forwarding edit?
#include <sipmsg/sipmsg.hpp>

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace sipmsg;

std::string load(const std::string& name) {
    std::ifstream file(std::string(BENCH_CORPUS) + "/" + name + ".sip", std::ios::binary);
    std::string octets{std::istreambuf_iterator<char>(file), {}};
    if (octets.empty()) std::abort();
    return octets;
}

/// Folds a value into a sum that the compiler must compute.
struct Sum {
    std::size_t value = 0;
    void add(std::string_view text) noexcept {
        value += text.size() + (text.empty() ? 0U : static_cast<unsigned char>(text.back()));
    }
    void add(const Host& host) noexcept { add(host.text); }
    void add(std::optional<std::uint16_t> port) noexcept { value += port.value_or(0); }
    void add(const Uri& uri) noexcept {
        add(uri.user);
        add(uri.host);
        add(uri.port);
    }
};

/// Method or status, Request-URI, topmost Via, tags, Call-ID, CSeq, Max-Forwards, first Route, first Contact, body.
std::size_t proxy_essentials(const MessageView& message) {
    Sum sum;
    sum.value += static_cast<std::size_t>(message.status());
    if (message.is_request()) {
        sum.add(message.method_text());
        if (const auto uri = message.request_uri()) {
            sum.add(*uri);
            sum.add(uri->transport().value_or(""));
        }
    }
    if (const auto via = message.top<Via>()) {
        sum.add(via->transport);
        sum.add(via->host);
        sum.add(via->port);
        sum.add(via->branch());
        sum.add(via->rport());
    }
    if (const auto from = message.top<From>()) sum.add(from->tag().value_or(""));
    if (const auto to = message.top<To>()) sum.add(to->tag().value_or(""));
    if (const auto call_id = message.top<CallId>()) sum.add(call_id->text);
    if (const auto cseq = message.top<CSeq>()) {
        sum.value += cseq->number;
        sum.add(cseq->method_text);
    }
    if (const auto hops = message.top<MaxForwards>()) sum.value += hops->value;
    if (const auto route = message.top<Route>()) {
        sum.add(route->uri);
        sum.value += route->uri.is_loose_router() ? 1 : 0;
    }
    if (const auto contact = message.top<Contact>()) sum.add(contact->uri);
    sum.add(message.body());
    return sum.value;
}

void frame(benchmark::State& state, const std::string& octets) {
    for (auto _ : state) {
        auto message = parse(octets);
        benchmark::DoNotOptimize(message->fields().data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * octets.size()));
}

void proxy(benchmark::State& state, const std::string& octets) {
    for (auto _ : state) {
        auto message = parse(octets);
        benchmark::DoNotOptimize(proxy_essentials(*message));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * octets.size()));
}

void check(benchmark::State& state, const std::string& octets) {
    for (auto _ : state) {
        auto message = parse(octets);
        benchmark::DoNotOptimize(check_mandatory(*message));
        benchmark::DoNotOptimize(check_all(*message).size());
    }
}

void forward(benchmark::State& state, const std::string& octets) {
    const auto received = parse(octets);
    for (auto _ : state) {
        Message message(*received);
        message.push_via("SIP/2.0/UDP proxy2.example.com:5060;branch=z9hG4bK9b43c2ff8.1;rport");
        message.decrement_max_forwards();
        message.pop_route();
        benchmark::DoNotOptimize(message.octets().data());
    }
}

constexpr const char* names[] = {"a_options",       "b_invite",      "c_200ok", "d_register",
                                 "e_webrtc_invite", "f_notify_pidf", "g_heavy"};

/// `--once L0|L1 NAME COUNT`: a bare loop for callgrind.
int count_instructions(const std::string& level, const std::string& name, int times) {
    const auto octets = load(name);
    std::size_t sum = 0;
    for (int i = 0; i < times; ++i) {
        const auto message = parse(octets);
        if (!message) return EXIT_FAILURE;
        sum += level == "L0" ? message->fields().size() : proxy_essentials(*message);
    }
    return sum == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 5 && std::string(argv[1]) == "--once") return count_instructions(argv[2], argv[3], std::atoi(argv[4]));
    for (const auto* name : names) {
        const std::string n(name);
        benchmark::RegisterBenchmark(("L0/" + n).c_str(), frame, load(n));
        benchmark::RegisterBenchmark(("L1/" + n).c_str(), proxy, load(n));
        benchmark::RegisterBenchmark(("check/" + n).c_str(), check, load(n));
        benchmark::RegisterBenchmark(("forward/" + n).c_str(), forward, load(n));
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return EXIT_SUCCESS;
}
