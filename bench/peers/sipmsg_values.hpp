// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/sipmsg.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace bench {

/// Every header that libsipmsg has a type for, through that type, and the Request-URI. False at the first fault.
[[nodiscard]] bool decode_all(const sipmsg::MessageView& message);

/// Octets of all those values, kept at once.
[[nodiscard]] std::size_t size_of_all(const sipmsg::MessageView& message);

/// A message as the values of its headers, to be printed from them; what has no type is kept as text. The octets that
/// it was parsed from must outlive it.
class DecodedMessage {
public:
    explicit DecodedMessage(const sipmsg::MessageView& message);
    void append_to(std::string& out) const;

private:
    using Printer = std::move_only_function<void(std::string&) const>;
    struct Line {
        std::string_view name;
        std::vector<Printer> values;
    };
    Printer start_line_;
    std::vector<Line> lines_;
    std::string_view body_;
};

}  // namespace bench
