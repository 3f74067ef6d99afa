// SPDX-License-Identifier: MIT
// The shortcuts of the kernels beside the machines they stand in front of: what a shortcut takes, the machine takes
// too, and finds the same in it.
#include "kernel.hpp"
#include "machines.hpp"
#include "octets.hpp"

#include <sipmsg/message_view.hpp>
#include <sipmsg/simd.hpp>

#include <doctest/doctest.h>

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
std::string shown(const CSeqParts& value) { return shown(value.number) + shown(value.method); }

/// What the scanner makes of the text.
template <class Value>
std::string outcome(std::string_view text, auto scanner, Header header = Header::none) {
    Value value{};
    Scan scan(text, {});
    if (!scanner(scan, value)) return to_string(scan.error(header));
    return shown(value) + std::to_string(scan.used);
}

struct Counts {
    int values = 0;
    int good = 0;
};

template <class Value>
void compare(std::string_view text, auto by_kernel, auto by_machine, Counts& counts) {
    const auto expected = outcome<Value>(text, by_machine);
    const auto found = outcome<Value>(text, by_kernel);
    ++counts.values;
    if (found.starts_with('<')) ++counts.good;
    if (found != expected) FAIL_CHECK("of " << text << ": " << found << " but the machine: " << expected);
}

/// A name-addr with its URI not looked at, as the machine leaves it.
struct Address {
    NameAddr value;
    std::string_view uri;
};
std::string shown(Address address) {
    const auto& value = address.value;
    return shown(value.display()) + shown(value.params()) + shown(places(address.value).notes, value.params()) +
           shown(value.text()) + shown(address.uri);
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
    Uri uri;
    if (kernel().uri(inner, uri)) return true;
    const auto error = inner.error();
    return scan.fail(error.code, address.uri.data() + error.offset, error.expected);
}

bool via_by_machine(Scan& scan, Via& via) { return run_via(scan, places(via)); }

void compare_all(std::string_view text, Counts& counts) {
    const auto& in_use = kernel();
    compare<Via>(text, in_use.via, via_by_machine, counts);
    compare<Address>(text, by_kernel_alone, by_machines, counts);
    compare<AuthValue>(text, in_use.auth, run_auth, counts);
    compare<TokenParams>(text, in_use.token_params, run_token_params, counts);
    compare<std::string_view>(text, in_use.token, run_token, counts);
    compare<Seconds>(text, in_use.seconds, run_seconds, counts);
    compare<CSeqParts>(text, in_use.cseq, run_cseq, counts);
    compare<std::string_view>(text, in_use.call_id, run_call_id, counts);
}

/// What stands behind "sip:" in the text, up to a closing bracket.
void compare_uri(std::string_view text, Counts& counts) {
    const auto at = text.find("sip:");
    if (at == std::string_view::npos) return;
    const auto uri = text.substr(at, text.find_first_of("> ", at) - at);
    const auto by_kernel = [&](Scan&, Uri& value) {
        Scan scan(uri, {});
        return kernel().uri(scan, value);
    };
    const auto by_machine = [&](Scan&, Uri& value) {
        Scan scan(uri, {});
        auto& sip = places(value);
        sip.text = uri.data();
        sip.size = static_cast<std::uint32_t>(uri.size());
        return run_sip_uri(scan, sip, scan.begin() + 4, scan.end());
    };
    Uri one;
    Uri other;
    Scan unused(uri, {});
    const bool good = by_kernel(unused, one);
    ++counts.values;
    if (good) ++counts.good;
    if (good != by_machine(unused, other) || (good && shown(one) != shown(other)))
        FAIL_CHECK("of " << uri << ": " << shown(one) << " but the machine: " << shown(other));
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

}  // namespace

TEST_CASE("what a shortcut takes, the machine behind it takes, and finds the same") {
    const auto before = simd();
    const auto all = texts();
    REQUIRE(all.size() > 1'000);
    for (const auto set : {Simd::portable, Simd::ssse3, Simd::avx2}) {
        if (!use_simd(set)) continue;
        Counts counts;
        std::uint32_t state = 7;
        for (const auto& text : all) {
            compare_all(text, counts);
            compare_uri(text, counts);
            for (int i = 0; i < 4; ++i) {
                const auto other = changed(text, state);
                compare_all(other, counts);
                compare_uri(other, counts);
            }
        }
        CHECK(counts.good > 10'000);
    }
    use_simd(before);
}

TEST_CASE("tokens read several at once are those read one by one, with the same fault behind them") {
    const auto before = simd();
    auto lists = texts();
    lists.insert(lists.end(),
                 {"a", "a,b", "a, b", "a,  b", "a ,b", "a,,b", "a,", "a, ", ",a", " a", "a b", "a;b", "a,b c"});
    lists.emplace_back(
        "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, PUBLISH, UPDATE, PRACK");
    for (std::size_t size = 29; size < 36; ++size)
        for (const auto* const tail : {"", ",b", ", b", ",  b", ",", " "})
            lists.push_back(std::string(size, 'a') + tail);
    for (const auto set : {Simd::portable, Simd::ssse3, Simd::avx2}) {
        if (!use_simd(set)) continue;
        Counts counts;
        std::uint32_t state = 11;
        for (const auto& list : lists) {
            compare_list(list, counts);
            for (int i = 0; i < 4; ++i) compare_list(changed(list, state), counts);
        }
        CHECK(counts.good > 1'000);
    }
    use_simd(before);
}
