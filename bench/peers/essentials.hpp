// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

/// Text as a peer hands it over: with a length, or as a C string whose end nobody has looked for yet, so that no
/// peer pays for a form it does not use. Valid while the peer's message is.
class Text {
public:
    constexpr Text() noexcept = default;
    constexpr Text(std::string_view text) noexcept : data_(text.data()), size_(text.size()) {}
    constexpr Text(const char* data, std::size_t size) noexcept : data_(data), size_(size) {}
    constexpr Text(const char* text) noexcept : data_(text), size_(text ? until_nul : 0) {}  ///< nullptr: no text

    [[nodiscard]] std::string_view view() const noexcept {
        return size_ == until_nul ? std::string_view(data_) : std::string_view(data_, size_);
    }

private:
    static constexpr auto until_nul = static_cast<std::size_t>(-1);
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

constexpr int absent = -1;     ///< a number that is not there
constexpr int valueless = -2;  ///< a parameter that is there without its value: `;rport`

/// Of one URI.
struct Address {
    Text user;
    Text host;
    int port = absent;
};

/// What a proxy needs of a message, decoded: level L1. The same members are filled, by every peer, in the timed loop
/// and in the check that all peers do equal work.
struct Essentials {
    Text method;  ///< of a request
    int status = 0;
    Address target;  ///< Request-URI
    Text target_transport;
    struct {
        Text transport;
        Text host;
        int port = absent;
        Text branch;
        int rport = absent;
    } via;  ///< the topmost
    Text from_tag;
    Text to_tag;
    Text call_id;
    Text call_id_host;  ///< by a peer that cuts the value at its '@'
    unsigned cseq = 0;
    Text cseq_method;
    int max_forwards = absent;
    Address route;  ///< the first
    bool route_is_loose = false;
    Address contact;  ///< the first
    int content_length = absent;
    Text body;
};

/// One line a value: "via.port: 5060\n". What is absent has no line.
[[nodiscard]] std::string to_string(const Essentials& values);

}  // namespace bench
