// SPDX-License-Identifier: MIT
#include <sipmsg/stateless.hpp>

#include "host.hpp"

#include <sipmsg/message_view.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace sipmsg {
namespace {

constexpr std::string_view magic_cookie = "z9hG4bK";
constexpr std::string_view bare_rport = ";rport";

/// Where the one rport stands that can be taken out by its text, without a value; nullopt when there is more to it.
std::optional<std::size_t> bare_rport_at(const Via& via) {
    const auto params = via.params().text();
    const auto at = params.find(bare_rport);
    if (at == params.npos || params.find('"') != params.npos) return std::nullopt;
    const auto behind = at + bare_rport.size();
    if (behind != params.size() && params[behind] != ';') return std::nullopt;
    return via.text().size() - params.size() + at;
}

/// Without `received` and `rport`. Mostly there is no more of them than one bare `;rport`.
Printer print_unstamped(Printer to, const Via& via) {
    const auto text = via.text();
    const auto flag = via.has_rport() ? bare_rport_at(via) : text.size();
    if (flag && !via.received())
        return to << text.substr(0, *flag) << text.substr(std::min(*flag + bare_rport.size(), text.size()));
    to = detail::print_hostport(to << "SIP/2.0/" << via.transport() << ' ', via.host(), via.port());
    for (const auto& param : via.params()) {
        if (iequals(param.name, "received") || iequals(param.name, "rport")) continue;
        to = to << ';' << param.name;
        if (param.value) to = to << '=' << *param.value;
    }
    return to;
}

std::uint16_t default_port(std::string_view transport) noexcept {
    if (iequals(transport, "TLS")) return 5061;
    if (iequals(transport, "WS")) return 80;
    return iequals(transport, "WSS") ? 443 : 5060;
}

/// FNV-1a of the texts, each with an end of its own. It tells requests apart, and keeps no secret.
std::uint64_t hash(std::uint64_t start, std::initializer_list<std::string_view> texts) noexcept {
    constexpr std::uint64_t prime = 0x100000001b3;
    for (const auto text : texts) {
        for (const char octet : text) start = (start ^ static_cast<unsigned char>(octet)) * prime;
        start = (start ^ 0x100) * prime;
    }
    return start;
}

std::string branch_of(std::initializer_list<std::string_view> texts) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string branch(magic_cookie);
    for (auto start : {std::uint64_t{0xcbf29ce484222325}, std::uint64_t{0x6c62272e07bb0142}}) {
        auto rest = hash(start, texts);
        for (int i = 0; i < 16; ++i, rest >>= 4) branch += digits[rest & 15];
    }
    return branch;
}

}  // namespace

Printer print(Printer to, const StampedVia& stamped) {
    to = print_unstamped(to, stamped.via);
    if (!stamped.received.empty()) to = to << ";received=" << stamped.received;
    return stamped.rport ? to << ";rport=" << *stamped.rport : to;
}

std::string stamped_via(const Via& via, std::string_view address, std::uint16_t port) {
    const auto source = Host::parse(address);
    const bool same = source && source->kind != HostKind::name && equivalent(*source, via.host());
    StampedVia stamped{via};
    if (via.has_rport() || !same) stamped.received = address;
    if (via.has_rport()) stamped.rport = port;
    return unfold(to_string(stamped));
}

ReplyPlace reply_place(const Via& via) noexcept {
    return {via.received().value_or(via.host().text),
            via.rport().value_or(via.port().value_or(default_port(via.transport())))};
}

bool has_magic_cookie(const Via& via) noexcept {
    const auto branch = via.branch();
    return branch.starts_with(magic_cookie) && branch.size() > magic_cookie.size();
}

std::string stateless_branch(const Essentials& request) {
    const auto& via = request.via;
    const auto port = std::to_string(via.port().value_or(0));
    if (has_magic_cookie(via)) return branch_of({via.branch(), via.host().text, port});
    return branch_of({via.text(), request.to_tag.value_or(""), request.from_tag.value_or(""), request.call_id.text,
                      std::to_string(request.cseq.number), request.request_uri.text()});
}

}  // namespace sipmsg
