// SPDX-License-Identifier: MIT
// The shortcuts of the kernels beside the machines they stand in front of: what a shortcut takes, the machine takes
// too, and finds the same in it.
#include "kernel.hpp"
#include "machines.hpp"
#include "octets.hpp"

#include <sipmsg/message_view.hpp>
#include <sipmsg/simd.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace sipmsg;
using namespace sipmsg::detail;

/// Values, and what else stands in the lines of the files.
std::vector<std::string> texts() {
    std::vector<std::string> found;
    for (const auto& octets : octets_of_tests()) {
        std::istringstream file(octets);
        for (std::string line; std::getline(file, line);) {
            const auto begin = line.find_first_not_of("\t ", line.find(':') + 1);
            if (line.ends_with('\r')) line.pop_back();
            if (begin < line.size()) found.push_back(line.substr(begin, 400));
        }
    }
    return found;
}

/// One octet of the text, replaced by another one that means something.
std::string changed(std::string text, std::uint32_t& state) {
    constexpr std::string_view octets("\t\r\n ;,=\"<>@?%[]\\.:-/~*'()+&$#_1zA\x7F\xC3\0", 37);
    state = state * 1'664'525U + 1'013'904'223U;
    text[(state >> 8U) % text.size()] = octets[(state >> 20U) % octets.size()];
    return text;
}

std::string shown(std::string_view text) { return "<" + std::string(text) + ">"; }

std::string shown(const Params& params) { return shown(params.text()); }

template <std::size_t Size>
std::string shown(const Notes<Size>& notes, const Params& params) {
    std::string all;
    for (std::size_t slot = 0; slot < Size; ++slot) all += shown(notes.get(slot, params, "").value_or("-"));
    return all;
}

std::string shown(const Host& host, std::optional<std::uint16_t> port) {
    return shown(host.text) + std::to_string(static_cast<int>(host.kind)) + ":" + std::to_string(port.value_or(0));
}

std::string shown(Uri uri) {
    return shown(uri.user()) + shown(uri.password().value_or("-")) + shown(uri.host(), uri.port()) +
           shown(uri.params()) + shown(places(uri).notes, uri.params()) + shown(uri.headers().text());
}

std::string shown(Via via) {
    return shown(via.protocol()) + shown(via.version()) + shown(via.transport()) + shown(via.host(), via.port()) +
           shown(via.params()) + shown(places(via).notes, via.params()) + shown(via.text());
}

std::string shown(const AuthValue& value) { return shown(value.scheme) + shown(value.params) + shown(value.token68); }
std::string shown(const TokenParams& value) { return shown(value.token) + shown(value.subtype) + shown(value.params); }
std::string shown(const Seconds& value) { return shown(value.digits) + shown(value.params); }
std::string shown(const OpaqueParams& value) { return shown(value.text) + shown(value.params); }
std::string shown(const CSeqParts& value) { return shown(value.number) + shown(value.method); }

/// A text alone, and the same in front of octets that may be read and must not matter.
class Placed {
public:
    explicit Placed(std::string_view text) : alone_(text), followed_by_digits_(alone_ + std::string(64, '9')) {}
    [[nodiscard]] std::string_view text() const { return alone_; }
    [[nodiscard]] Scan alone() const { return {alone_, {}}; }
    [[nodiscard]] Scan followed() const {
        return {std::string_view(followed_by_digits_).substr(0, alone_.size()), {64}};
    }

private:
    std::string alone_;
    std::string followed_by_digits_;
};

/// What the scanner makes of the text.
template <class Value>
std::string outcome(Scan scan, auto scanner) {
    Value value{};
    if (!scanner(scan, value)) return to_string(scan.error());
    return shown(value) + std::to_string(scan.used);
}

struct Counts {
    int values = 0;
    int good = 0;
};

template <class Value>
void compare(const Placed& placed, auto by_kernel, auto by_machine, Counts& counts) {
    const auto expected = outcome<Value>(placed.alone(), by_machine);
    ++counts.values;
    if (expected.starts_with('<')) ++counts.good;
    for (const auto& scan : {placed.alone(), placed.followed()}) {
        const auto found = outcome<Value>(scan, by_kernel);
        if (found != expected) FAIL_CHECK("of " << placed.text() << ": " << found << " but the machine: " << expected);
    }
}

/// A name-addr with its URI not looked at, as the machine leaves it.
struct Address {
    NameAddr value;
    std::string_view uri;
};
std::string shown(Address address) {
    const auto& value = address.value;
    return shown(value.display()) + shown(value.params()) + shown(places(address.value).notes, value.params()) +
           shown(value.text()) + shown(address.uri) + shown(value.uri());
}

bool by_kernel_alone(Scan& scan, Address& address) {
    const bool good = kernel().name_addr(scan, address.value);
    address.uri = address.value.uri().text();
    return good;
}

/// As by_kernel_alone(): the machine of the address, then that of its URI.
bool by_machines(Scan& scan, Address& address) {
    if (!run_name_addr(scan, places(address.value), address.uri)) return false;
    Scan inner(address.uri, {});
    if (kernel().uri(inner, places(address.value).uri)) return true;
    const auto error = inner.error();
    return scan.fail(error.code, address.uri.data() + error.offset, error.expected);
}

bool via_by_machine(Scan& scan, Via& via) { return run_via(scan, places(via)); }

void compare_all(const Placed& text, Counts& counts) {
    const auto& in_use = kernel();
    compare<Via>(text, in_use.via, via_by_machine, counts);
    compare<Address>(text, by_kernel_alone, by_machines, counts);
    compare<AuthValue>(text, in_use.auth, run_auth, counts);
    compare<TokenParams>(text, in_use.token_params, run_token_params, counts);
    compare<std::string_view>(text, in_use.token, run_token, counts);
    compare<Seconds>(text, in_use.seconds, run_seconds, counts);
    compare<CSeqParts>(text, in_use.cseq, run_cseq, counts);
    compare<std::string_view>(text, in_use.call_id, run_call_id, counts);
    compare<OpaqueParams>(text, in_use.quoted_params, run_quoted_params, counts);
    compare<OpaqueParams>(text, in_use.params, run_params, counts);
}

bool uri_by_machine(Scan& scan, Uri& value) {
    auto& sip = places(value);
    sip.text = scan.begin();
    sip.size = static_cast<std::uint32_t>(scan.text.size());
    return run_sip_uri(scan, sip, scan.begin() + 4, scan.end());
}

/// What stands behind "sip:" in the text, up to a closing bracket.
void compare_uri(std::string_view text, Counts& counts) {
    const auto at = text.find("sip:");
    if (at == std::string_view::npos) return;
    const Placed uri(text.substr(at, text.find_first_of("> ", at) - at));
    // How far the machine of a URI has come is nobody's business: a URI is whole.
    const auto good_or_not = [](auto scanner) {
        return [scanner](Scan& scan, Uri& value) {
            const bool good = scanner(scan, value);
            scan.used = 0;
            return good;
        };
    };
    compare<Uri>(uri, good_or_not(kernel().uri), good_or_not(uri_by_machine), counts);
}

/// Hosts and ports about which an eye for digits could be wrong.
std::vector<std::string> hosts() {
    std::vector<std::string> all;
    for (const auto* const label :
         {"",    "0",   "00",  "000", "0000", "9",    "10", "99", "100", "199", "200", "249", "250",
          "255", "256", "260", "300", "999",  "1000", "a",  "1a", "a1",  "-",   "1-",  "-1",  "é"}) {
        for (std::size_t place = 0; place < 5; ++place) {
            std::string host;
            for (std::size_t i = 0; i < 5; ++i) {
                if (i == place)
                    host.append(label);
                else if (i < 4)
                    host.append("127");
                if (i < 3 || (i == 3 && place == 4)) host += '.';
            }
            all.push_back(host);
        }
        for (const auto* const tail : {"", ".", ".x", ".example.com", ".a-b.example.net.", ".-x", ".a..b"})
            all.push_back(label + std::string(tail));
    }
    for (const std::size_t seam : {32, 64}) {
        for (std::size_t size = seam - 6; size < seam + 4; ++size) {
            const std::string host(size, 'h');
            all.push_back(host + ".d");
            for (std::size_t place = seam - 3; place < std::min(seam + 2, size); ++place) {
                for (const auto* const joint : {".", "..", "-", "-.", ".-", ".1", ".d.", "_"}) {
                    all.push_back(host.substr(0, place) + joint + host.substr(place));
                    all.push_back(host.substr(0, place) + joint);
                }
            }
        }
    }
    return all;
}

/// All tokens of a comma list, as many at a time as `at_once` allows, and where the machine must go on or stops.
std::string tokens_of(std::string_view list, std::uint32_t padding, std::size_t at_once) {
    std::string found;
    std::vector<std::string_view> room(at_once);
    for (auto rest = list; !rest.empty();) {
        if (const auto count = read_tokens(rest, {padding}, room); count != 0) {
            for (std::size_t i = 0; i < count; ++i) found += shown(room[i]);
            continue;
        }
        Scan scan(rest, {});
        std::string_view token;
        const auto offset = static_cast<std::uint32_t>(rest.data() - list.data());
        if (!run_token(scan, token) || !step(rest, scan)) {
            auto error = scan.error();
            error.offset += offset;
            return found + to_string(error);
        }
        found += shown(token);
    }
    return found;
}

/// Where the list stands, any octets follow.
void compare_list(std::string_view text, Counts& counts) {
    const auto expected = tokens_of(text, 0, 0);
    ++counts.values;
    if (expected.ends_with('>')) ++counts.good;
    for (const char behind : {'a', ',', ' '}) {
        const auto padded = std::string(text) + std::string(64, behind);
        for (const std::size_t at_once : {1, 3, 8}) {
            const auto found = tokens_of(std::string_view(padded).substr(0, text.size()), 64, at_once);
            if (found != expected) FAIL_CHECK("of " << text << ": " << found << " but one by one: " << expected);
        }
    }
}

/// What the text is, and some of its neighbours.
void compare_around(const std::string& text, int neighbours, std::uint32_t& state, Counts& counts) {
    compare_all(Placed(text), counts);
    compare_uri(text, counts);
    for (int i = 0; i < neighbours; ++i) {
        const auto other = changed(text, state);
        compare_all(Placed(other), counts);
        compare_uri(other, counts);
    }
}

/// With each set of instructions that this processor has.
void with_each_kernel(auto compare) {
    const auto before = simd();
    for (const auto set : {Simd::portable, Simd::ssse3, Simd::avx2}) {
        if (!use_simd(set)) continue;
        Counts counts;
        compare(counts);
    }
    use_simd(before);
}

}  // namespace

TEST_CASE("what a shortcut takes, the machine behind it takes, and finds the same") {
    const auto all = texts();
    REQUIRE(all.size() > 1'000);
    with_each_kernel([&](Counts& counts) {
        std::uint32_t state = 7;
        for (const auto& text : all) compare_around(text, 4, state, counts);
        CHECK(counts.good > 10'000);
    });
}

TEST_CASE("hosts and ports are what the machine finds, to the last digit") {
    with_each_kernel([](Counts& counts) {
        for (const auto& host : hosts()) {
            for (const auto* const port : {"", ":", ":0", ":7", ":80", ":443", ":5060", ":00080", ":65535", ":65536",
                                           ":99999", ":000001", ":123456789", ":5060a", ":5060;lr", ":-1"}) {
                compare_uri("sip:" + host + port, counts);
                compare_uri("sip:alice@" + host + port + ";transport=tcp", counts);
            }
        }
        CHECK(counts.good > 1'000);
        CHECK(counts.values - counts.good > 1'000);
    });
}

TEST_CASE("what lies where the front of a value ends is what the machine finds") {
    with_each_kernel([](Counts& counts) {
        std::uint32_t state = 13;
        for (std::size_t size = 1; size < 75; ++size) {
            const std::string run(size, 'r');
            for (const auto& text :
                 {"<sip:" + run + "@192.0.2.17:5060;transport=tcp;lr>;tag=a;q=0.5",
                  "<sip:a@" + run + ".example.com>;tag=" + run, "\"" + run + "\" <sip:b@example.com:5061>;expires=30",
                  run + " <sip:10.0.0.255>", "<sip:c;" + run + "=1@d>", "<sips:e@f?" + run + "=1>",
                  "<tel:+1234;" + run + ">", "sip:g@h.i;" + run,
                  "SIP/2.0/TLS " + run + ".j:5061;branch=z9hG4bK" + run + ";rport;received=192.0.2.18",
                  "SIP/2.0/UDP 192.0.2.19;" + run + "=\"" + run + "\";ttl=1;branch=" + run})
                compare_around(text, 8, state, counts);
        }
        CHECK(counts.good > 1'000);
    });
}

TEST_CASE("tokens read several at once are those read one by one, with the same fault behind them") {
    auto lists = texts();
    lists.insert(lists.end(),
                 {"a", "a,b", "a, b", "a,  b", "a ,b", "a,,b", "a,", "a, ", ",a", " a", "a b", "a;b", "a,b c"});
    lists.emplace_back(
        "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, PUBLISH, UPDATE, PRACK");
    for (std::size_t size = 29; size < 36; ++size)
        for (const auto* const tail : {"", ",b", ", b", ",  b", ",", " "})
            lists.push_back(std::string(size, 'a') + tail);
    with_each_kernel([&](Counts& counts) {
        std::uint32_t state = 11;
        for (const auto& list : lists) {
            compare_list(list, counts);
            for (int i = 0; i < 4; ++i) compare_list(changed(list, state), counts);
        }
        CHECK(counts.good > 1'000);
    });
}
