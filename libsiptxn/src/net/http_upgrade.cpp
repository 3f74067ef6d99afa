// SPDX-License-Identifier: MIT
#include "net/http_upgrade.hpp"

#include <sipmsg/params.hpp>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace siptxn::net {
namespace {

using sipmsg::iequals;

constexpr std::string_view blank_line = "\r\n\r\n";
constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3
constexpr std::string_view subprotocol = "sip";
constexpr std::size_t key_size = 24;  // Base64 of 16 octets

std::string base64(const unsigned char* octets, std::size_t size) {
    std::string text(4 * ((size + 2) / 3) + 1, '\0');
    auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets, static_cast<int>(size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::string_view trimmed(std::string_view text) {
    auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_line(std::string_view& text) {
    auto end = text.find("\r\n");
    auto line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 2);
    return line;
}

/// The head of an HTTP message: its first line and its headers by name.
class Head {
public:
    explicit Head(std::string_view text) : first_line_(take_line(text)), fields_(text) {}
    std::string_view first_line() const { return first_line_; }

    bool has(std::string_view name) const {
        bool found = false;
        each(name, [&](std::string_view) { found = true; });
        return found;
    }
    /// The value of a header that stands once.
    std::optional<std::string_view> one(std::string_view name) const {
        std::optional<std::string_view> found;
        bool repeated = false;
        each(name, [&](std::string_view value) {
            repeated = found.has_value();
            found = value;
        });
        return repeated ? std::nullopt : found;
    }
    /// Whether a word stands in a comma-separated header, in any of its lines.
    bool lists(std::string_view name, std::string_view word) const {
        bool found = false;
        each(name, [&](std::string_view value) {
            while (!value.empty() && !found) {
                auto comma = value.find(',');
                found = iequals(trimmed(value.substr(0, comma)), word);
                value.remove_prefix(comma == value.npos ? value.size() : comma + 1);
            }
        });
        return found;
    }

private:
    void each(std::string_view name, auto visit) const {
        for (auto rest = fields_; !rest.empty();) {
            auto line = take_line(rest);
            auto colon = line.find(':');
            if (colon != line.npos && iequals(line.substr(0, colon), name)) visit(trimmed(line.substr(colon + 1)));
        }
    }
    std::string_view first_line_;
    std::string_view fields_;
};

bool is_http_request(std::string_view line) { return line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0"); }

bool is_key(std::string_view key) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key.size() == key_size && key.ends_with("==") && key.find_first_not_of(alphabet) == key_size - 2;
}

/// One of the origins, or no browser at all. One that says two is none of them.
bool comes_from(const Head& head, std::span<const std::string> origins) {
    auto origin = head.one("Origin");
    if (!origin) return !head.has("Origin");
    return std::ranges::any_of(origins, [&](const std::string& one) { return iequals(one, *origin); });
}

std::string refusal(std::string_view status, std::string_view header = {}) {
    std::string text = "HTTP/1.1 ";
    text.append(status).append("\r\n").append(header).append("Content-Length: 0\r\nConnection: close\r\n\r\n");
    return text;
}

}  // namespace

std::size_t http_head_size(std::string_view octets) noexcept {
    auto end = octets.find(blank_line);
    return end == octets.npos ? 0 : end + blank_line.size();
}

std::string websocket_key(const RandomSource& random) {
    std::array<std::uint64_t, 2> numbers{random(), random()};
    std::array<unsigned char, 16> octets;
    std::memcpy(octets.data(), numbers.data(), octets.size());
    return base64(octets.data(), octets.size());
}

std::string websocket_accept(std::string_view key) {
    auto text = std::string(key).append(guid);
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return base64(digest.data(), digest.size());
}

std::string upgrade_request(std::string_view host, std::string_view path, std::string_view key) {
    std::string text = "GET ";
    text.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
    text.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ").append(key);
    text.append("\r\nSec-WebSocket-Protocol: ").append(subprotocol).append("\r\nSec-WebSocket-Version: 13\r\n\r\n");
    return text;
}

std::string_view plain_get(std::string_view octets) noexcept {
    Head head(octets);
    auto line = head.first_line();
    if (!is_http_request(line) || !line.starts_with("GET ") || head.lists("Upgrade", "websocket")) return {};
    line.remove_prefix(4);
    return line.substr(0, line.find(' '));
}

std::string http_response(int status, std::string_view content_type, std::string_view body) {
    std::string text = "HTTP/1.1 ";
    text.append(std::to_string(status)).append(status < 400 ? " OK" : " Error");
    text.append("\r\nContent-Type: ").append(content_type).append("\r\nContent-Length: ");
    text.append(std::to_string(body.size())).append("\r\nConnection: close\r\n\r\n").append(body);
    return text;
}

std::expected<std::string, std::string> answer_upgrade(std::string_view octets, std::span<const std::string> origins) {
    Head head(octets);
    if (!is_http_request(head.first_line())) return std::unexpected(refusal("400 Bad Request"));
    if (!head.first_line().starts_with("GET "))
        return std::unexpected(refusal("405 Method Not Allowed", "Allow: GET\r\n"));
    if (!head.lists("Upgrade", "websocket") || !head.lists("Connection", "upgrade")) {
        return std::unexpected(refusal("426 Upgrade Required", "Upgrade: websocket\r\n"));
    }
    if (head.one("Sec-WebSocket-Version") != "13") {
        return std::unexpected(refusal("426 Upgrade Required", "Sec-WebSocket-Version: 13\r\n"));
    }
    if (!origins.empty() && !comes_from(head, origins)) return std::unexpected(refusal("403 Forbidden"));
    auto key = head.one("Sec-WebSocket-Key");
    bool good = head.first_line().ends_with("1.1") && head.one("Host") && key && is_key(*key) &&
                head.lists("Sec-WebSocket-Protocol", subprotocol);  // RFC 7118 §4.1: without `sip` this is not for us
    if (!good) return std::unexpected(refusal("400 Bad Request"));
    std::string text =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
    text.append(websocket_accept(*key)).append("\r\nSec-WebSocket-Protocol: ").append(subprotocol).append(blank_line);
    return text;
}

bool is_upgraded(std::string_view octets, std::string_view key) {
    Head head(octets);
    auto line = head.first_line();
    bool switching = line.starts_with("HTTP/1.1 101") && (line.size() == 12 || line[12] == ' ');
    return switching && head.lists("Upgrade", "websocket") && head.lists("Connection", "upgrade") &&
           head.one("Sec-WebSocket-Accept") == websocket_accept(key) &&
           head.one("Sec-WebSocket-Protocol") == subprotocol && !head.one("Sec-WebSocket-Extensions");
}

}  // namespace siptxn::net
