// SPDX-License-Identifier: MIT
// What is wrong with a datagram: bounded, in order, inside it, and never less than what the other checks say.
#include "require.hpp"

#include <sipmsg/validate.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using sipmsg::Layer;

sipmsg::ValidateOptions demanding() {
    static constexpr std::string_view names[] = {"sip", "INVITE", "timer", "application/sdp", "gzip", "presence"};
    sipmsg::ValidateOptions options;
    options.abilities = {.schemes = names,
                         .methods = names,
                         .extensions = names,
                         .content_types = names,
                         .encodings = names,
                         .events = names};
    return options;
}

void check(std::string_view octets, const sipmsg::ValidateOptions& options) {
    const auto faults = validate(octets, options);
    fuzz::require(faults.size() <= options.faults && std::ranges::is_sorted(faults, {}, &sipmsg::Fault::layer));
    const auto message = parse(octets, options.parse);
    const bool answerable = message && message->is_request() && message->method() != sipmsg::Method::ack;
    for (const auto& fault : faults) {
        fuzz::require(fault.error.offset <= octets.size() && !to_string(fault).empty());
        fuzz::require(fault.status == 0 || !message || answerable);
        fuzz::require(!options.role || fault.layer == Layer::parser || fault.layer == *options.role);
    }
    if (!message) fuzz::require(!faults.empty());
    if (!message || !check_mandatory(*message)) return;
    const auto owes = [&](const sipmsg::Fault& fault) {
        return fault.layer == Layer::parser && (fault.status != 0 || !answerable);
    };
    fuzz::require(std::ranges::any_of(faults, owes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    check(octets, {});
    auto options = demanding();
    check(octets, options);
    options.role = Layer::uas;
    options.parse = sipmsg::ParseOptions::tolerant();
    check(octets, options);
    options.role = Layer::uac;
    options.faults = 2;
    check(octets, options);
    return 0;
}
