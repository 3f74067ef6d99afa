// SPDX-License-Identifier: MIT
#include "dns_cursor.hpp"

#include <fmt/format.h>

#include <iterator>

namespace siptxn {
namespace {

constexpr std::size_t most_octets = 255;  // RFC 1035 §2.3.4, in octets as sent
constexpr int most_pointers = 127;        // no name has more labels
constexpr std::uint8_t kind_mask = 0xc0;  // RFC 1035 §4.1.4: the top two bits of a length octet
constexpr std::uint8_t label_kind = 0x00;
constexpr std::uint8_t pointer_kind = 0xc0;

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

/// A dot within a label must not look like one between labels.
void append_label(std::string& name, std::string_view label) {
    for (char c : label) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (is_plain(c)) {
            name += c;
        } else {
            fmt::format_to(std::back_inserter(name), "\\{:03}", static_cast<unsigned char>(c));
        }
    }
    name += '.';
}

}  // namespace

void DnsCursor::fail(DnsFault fault) {
    if (!fault_) fault_ = fault;
    at_ = message_.size();
}

std::string_view DnsCursor::octets(std::size_t count) {
    if (fault_ || count > message_.size() - at_) {
        fail(DnsFault::cut_short);
        return {};
    }
    auto found = message_.substr(at_, count);
    at_ += count;
    return found;
}

std::uint32_t DnsCursor::number(std::size_t width) {
    std::uint32_t value = 0;
    for (char c : octets(width)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

// Each pointer leads to before where the piece that holds it began, so no way through the message is endless.
std::string DnsCursor::name() {
    std::string name;
    std::size_t length = 1;  // the root's octet
    std::size_t piece = at_;
    std::optional<std::size_t> behind;
    int pointers = 0;
    while (!fault_) {
        auto head = number(1);
        if ((head & kind_mask) == pointer_kind) {
            auto target = (head & ~std::uint32_t{kind_mask}) << 8 | number(1);
            if (!behind) behind = at_;
            if (target >= piece || ++pointers > most_pointers) fail(DnsFault::bad_pointer);
            if (!fault_) at_ = piece = target;
            continue;
        }
        if ((head & kind_mask) != label_kind) fail(DnsFault::bad_name);
        if (head == 0) break;
        length += head + 1;
        if (length > most_octets) fail(DnsFault::bad_name);
        append_label(name, octets(head));
    }
    if (fault_) return {};
    if (behind) at_ = *behind;
    if (name.empty()) return ".";
    name.pop_back();
    return name;
}

void DnsCursor::skip_to(std::size_t end) {
    if (end > message_.size()) return fail(DnsFault::cut_short);
    if (!fault_) at_ = end;
}

void DnsCursor::must_be_at(std::size_t end) {
    if (at_ != end) fail(DnsFault::bad_length);
}

}  // namespace siptxn
