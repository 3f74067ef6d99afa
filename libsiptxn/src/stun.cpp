// SPDX-License-Identifier: MIT
#include <siptxn/stun.hpp>

#include <algorithm>
#include <initializer_list>

namespace siptxn {
namespace {

constexpr std::uint32_t magic_cookie = 0x2112A442;
constexpr std::size_t header_size = 20;
constexpr std::size_t most_unknown = 8;

// RFC 8489 §5: class and method in one number. The method is Binding.
constexpr std::uint16_t binding_request = 0x0001;
constexpr std::uint16_t binding_success = 0x0101;
constexpr std::uint16_t binding_error = 0x0111;

// RFC 8489 §18.3.
constexpr std::uint16_t mapped_address = 0x0001;
constexpr std::uint16_t error_code = 0x0009;
constexpr std::uint16_t unknown_attributes = 0x000A;
constexpr std::uint16_t xor_mapped_address = 0x0020;
constexpr std::uint16_t first_optional = 0x8000;

/// Those that must be understood and change nothing here: MAPPED-ADDRESS, USERNAME, MESSAGE-INTEGRITY,
/// UNKNOWN-ATTRIBUTES, REALM, NONCE.
bool is_ignored(std::uint16_t type) {
    constexpr std::uint16_t ignored[] = {mapped_address, 0x0006, 0x0008, unknown_attributes, 0x0014, 0x0015};
    return type >= first_optional || std::ranges::find(ignored, type) != std::end(ignored);
}

std::uint8_t octet(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

std::uint16_t word(std::string_view text, std::size_t at) {
    return static_cast<std::uint16_t>(octet(text, at) << 8 | octet(text, at + 1));
}

void append_word(std::string& out, unsigned value) {
    out += static_cast<char>(value >> 8 & 0xff);
    out += static_cast<char>(value & 0xff);
}

/// What an address is combined with: the cookie, then the transaction (RFC 8489 §14.2).
std::array<std::uint8_t, 16> mask_of(const StunMessage::Transaction& transaction) {
    std::array<std::uint8_t, 16> mask{};
    for (std::size_t i = 0; i < 4; ++i) mask[i] = static_cast<std::uint8_t>(magic_cookie >> (24 - 8 * i));
    std::ranges::copy(transaction, mask.begin() + 4);
    return mask;
}

std::optional<SocketAddress> read_address(std::string_view value, const StunMessage::Transaction& transaction) {
    bool v6 = value.size() == 20;
    if (value.size() != (v6 ? 20 : 8) || octet(value, 1) != (v6 ? 2 : 1)) return std::nullopt;
    auto mask = mask_of(transaction);
    SocketAddress address;
    address.port = word(value, 2) ^ static_cast<std::uint16_t>(magic_cookie >> 16);
    address.ip.family = v6 ? IpAddress::Family::v6 : IpAddress::Family::v4;
    for (std::size_t i = 4; i < value.size(); ++i) address.ip.octets[i - 4] = octet(value, i) ^ mask[i - 4];
    return address;
}

/// False when it is broken. Of an attribute that comes twice the first counts (RFC 8489 §14).
bool read_attribute(StunMessage& message, std::uint16_t type, std::string_view value) {
    if (type == xor_mapped_address) {
        auto address = read_address(value, message.transaction);
        if (!message.mapped) message.mapped = address;
        return address.has_value();
    }
    if (type == error_code) {
        if (value.size() < 4) return false;
        int code = (octet(value, 2) & 7) * 100 + octet(value, 3);
        if (message.code == 0) message.code = code;
        return octet(value, 3) < 100 && code >= 300 && code < 700;
    }
    if (!is_ignored(type) && message.unknown.size() < most_unknown) message.unknown.push_back(type);
    return true;
}

std::optional<StunMessage::Kind> kind_of(std::uint16_t type) {
    switch (type) {
        case binding_request: return StunMessage::Kind::request;
        case binding_success: return StunMessage::Kind::success;
        case binding_error: return StunMessage::Kind::error;
        default: return std::nullopt;
    }
}

std::string write_message(std::uint16_t type, const StunMessage::Transaction& transaction,
                          std::string_view attributes) {
    std::string out;
    append_word(out, type);
    append_word(out, static_cast<unsigned>(attributes.size()));
    append_word(out, magic_cookie >> 16);
    append_word(out, magic_cookie & 0xffff);
    out.append(transaction.begin(), transaction.end());
    return out.append(attributes);
}

}  // namespace

std::optional<StunMessage> read_stun(std::string_view datagram) {
    if (datagram.size() < header_size) return std::nullopt;
    auto kind = kind_of(word(datagram, 0));
    bool cookie = word(datagram, 4) == magic_cookie >> 16 && word(datagram, 6) == (magic_cookie & 0xffff);
    if (!kind || !cookie || word(datagram, 2) != datagram.size() - header_size) return std::nullopt;
    StunMessage message{.kind = *kind};
    std::copy_n(datagram.begin() + 8, message.transaction.size(), message.transaction.begin());
    for (auto rest = datagram.substr(header_size); !rest.empty();) {
        if (rest.size() < 4) return std::nullopt;
        const std::size_t size = word(rest, 2);
        const std::size_t padded = 4 + (size + 3) / 4 * 4;
        if (padded > rest.size() || !read_attribute(message, word(rest, 0), rest.substr(4, size))) return std::nullopt;
        rest.remove_prefix(padded);
    }
    bool complete = *kind == StunMessage::Kind::request || (*kind == StunMessage::Kind::success && message.mapped) ||
                    (*kind == StunMessage::Kind::error && message.code != 0);
    return complete ? std::optional(std::move(message)) : std::nullopt;
}

std::string write_binding_request(const StunMessage::Transaction& transaction) {
    return write_message(binding_request, transaction, {});
}

std::string write_binding_success(const StunMessage::Transaction& transaction, const SocketAddress& source) {
    const bool v6 = source.ip.is_v6();
    const auto mask = mask_of(transaction);
    std::string attribute;
    append_word(attribute, xor_mapped_address);
    append_word(attribute, v6 ? 20 : 8);
    append_word(attribute, v6 ? 2 : 1);
    append_word(attribute, source.port ^ (magic_cookie >> 16));
    for (std::size_t i = 0; i < (v6 ? 16U : 4U); ++i) attribute += static_cast<char>(source.ip.octets[i] ^ mask[i]);
    return write_message(binding_success, transaction, attribute);
}

std::string write_binding_refusal(const StunMessage& request) {
    std::string attributes;
    append_word(attributes, error_code);
    append_word(attributes, 4);
    append_word(attributes, 0);
    append_word(attributes, 4 << 8 | 20);  // 420 (Unknown Attribute)
    append_word(attributes, unknown_attributes);
    append_word(attributes, static_cast<unsigned>(2 * request.unknown.size()));
    for (auto type : request.unknown) append_word(attributes, type);
    if (request.unknown.size() % 2 != 0) append_word(attributes, 0);
    return write_message(binding_error, request.transaction, attributes);
}

}  // namespace siptxn
