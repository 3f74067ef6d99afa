// SPDX-License-Identifier: MIT
// A datagram that may be STUN: what is read of it is bounded, and what it makes us write reads back.
#include "require.hpp"

#include <siptxn/stun.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using Kind = siptxn::StunMessage::Kind;
    std::string_view octets(reinterpret_cast<const char*>(data), size);
    auto message = siptxn::read_stun(octets);
    if (!message) return 0;
    fuzz::require(siptxn::is_stun(octets));
    fuzz::require(message->unknown.size() <= 8);
    fuzz::require(message->kind != Kind::success || message->mapped.has_value());
    fuzz::require(message->kind != Kind::error || (message->code >= 300 && message->code < 700));
    if (message->mapped) {
        auto again = siptxn::read_stun(siptxn::write_binding_success(message->transaction, *message->mapped));
        fuzz::require(again && again->mapped == message->mapped && again->transaction == message->transaction);
    }
    auto refusal = siptxn::read_stun(siptxn::write_binding_refusal(*message));
    fuzz::require(refusal && refusal->code == 420 && refusal->transaction == message->transaction);
    return 0;
}
