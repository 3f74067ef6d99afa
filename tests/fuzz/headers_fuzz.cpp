// SPDX-License-Identifier: MIT
// "Name: value" through the typed class of that header: what is printed reads as the same values, errors point into the
// value, and what the class offers besides can be asked of anything it accepts.
#include "require.hpp"

#include <sipmsg/sipmsg.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sipmsg;

/// What the values of a header mean beyond their parts; a sanitizer looks on.
void ask(const Contact& value) {
    (void)value.q();
    (void)value.expires();
    (void)value.reg_id();
    (void)value.instance();
    (void)value.pub_gruu();
    (void)value.temp_gruu();
    (void)value.display_name();
}
void ask(const NameAddr& value) {
    (void)value.tag();
    (void)value.display_name();
}
void ask(const Via& value) {
    (void)value.branch();
    (void)value.rport();
    (void)value.ttl();
    (void)value.maddr();
}
void ask(const AuthValue& value) { (void)value.has_qop("auth"); }
void ask(const Timestamp& value) {
    (void)value.time_ms();
    (void)value.delay_ms();
}
void ask(const Date& value) { fuzz::require(to_string(Date::from_unix_seconds(value.unix_seconds())).size() == 29); }
void ask(const SessionExpires& value) { (void)value.refresher(); }
void ask(const SubscriptionState& value) { (void)value.phase(); }
void ask(const auto&) {}

struct Seen {
    std::string printed;  ///< the values, with commas between them
    bool well_formed = true;
};

Seen read(Header id, std::string_view value) {
    Seen seen;
    visit(id, value, [&](const auto& item) {
        if (!item) {
            seen.well_formed = false;
            fuzz::require(item.error().offset <= value.size());
            (void)to_string(item.error());
            return;
        }
        ask(*item);
        if (!seen.printed.empty()) seen.printed += ", ";
        append_to(seen.printed, *item);
    });
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return 0;
    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 1);
    if (const auto error = check_header(name, value)) {
        fuzz::require(error->offset <= value.size());
        (void)to_string(*error);
    }
    fuzz::require(unfold(value).find_first_of("\r\n") == std::string::npos);
    const auto id = header_of(name);
    const auto once = read(id, value);
    if (!once.well_formed) return 0;
    const auto again = read(id, once.printed);
    fuzz::require(again.well_formed && again.printed == once.printed);
    return 0;
}
