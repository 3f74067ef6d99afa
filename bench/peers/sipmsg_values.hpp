// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/sipmsg.hpp>

#include <bitset>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bench {

/// Every header that libsipmsg has a type for, through that type, and the Request-URI. False at the first fault.
[[nodiscard]] bool decode_all(const sipmsg::MessageView& message);

/// The headers that PJSIP has a decoder for in any of its modules: of RFC 3261 those that a user agent acts upon,
/// events, Replaces and session timers. It keeps the text of every other.
[[nodiscard]] const std::bitset<sipmsg::header_count>& headers_of_pjsip() noexcept;

/// As decode_all(), of `these` headers alone.
[[nodiscard]] bool decode_only(const std::bitset<sipmsg::header_count>& these, const sipmsg::MessageView& message);

/// Octets of the values that decode_all() reads, kept at once.
[[nodiscard]] std::size_t size_of_all(const sipmsg::MessageView& message);

/// A message as the values of its headers, to be printed from them; what has no type is kept as text. The octets that
/// it was parsed from must outlive it.
class DecodedMessage {
public:
    explicit DecodedMessage(const sipmsg::MessageView& message);
    friend sipmsg::Printer print(sipmsg::Printer to, const DecodedMessage& message);

private:
    struct Line {
        virtual ~Line() = default;
        [[nodiscard]] virtual sipmsg::Printer print(sipmsg::Printer to) const = 0;
    };
    template <class T>
    struct LineOf;
    std::move_only_function<sipmsg::Printer(sipmsg::Printer) const> start_line_;
    std::vector<std::unique_ptr<Line>> lines_;
    std::string_view body_;
};

}  // namespace bench
