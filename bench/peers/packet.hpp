// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace bench {

/// One message in memory, as a receive buffer holds it: octets may be read behind its end, which mean nothing.
class Packet {
public:
    static constexpr std::size_t padding = 64;

    explicit Packet(std::string octets) : octets_(std::move(octets)), size_(octets_.size()) {
        octets_.resize(size_ + padding);
    }
    [[nodiscard]] std::string_view view() const noexcept { return {octets_.data(), size_}; }

private:
    std::string octets_;
    std::size_t size_;
};

}  // namespace bench
