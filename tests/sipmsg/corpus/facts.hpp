// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/sipmsg.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corpus {

/// What was read, as names and texts: "uri.host" = "example.com", "Via.1;branch" = "z9hG4bK7".
/// Two values are the same when their facts are.
///
/// A header's first value is named by the header, the next ones "Via.1", "Via.2". Behind that `.part` is a part,
/// `;name` a parameter, `?name` a header of a URI. A value that is refused is "!syntax @12".
class Facts {
public:
    void add(std::string name, std::string_view text) { facts_.emplace_back(std::move(name), std::string(text)); }

    void refuse(std::string name, const sipmsg::ParseError& error);

    /// The first of that name.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const noexcept;
    /// The first value that its class refuses, as "Via.1 = !syntax @12"; empty when each is read.
    [[nodiscard]] const std::string& refused() const noexcept { return refused_; }
    /// The first difference, for the eye; empty when there is none.
    [[nodiscard]] std::string difference(const Facts& other) const;

    friend bool operator==(const Facts&, const Facts&) = default;

private:
    std::vector<std::pair<std::string, std::string>> facts_;
    std::string refused_;
};

// Named "uri", "Via", "address", "Contact".
[[nodiscard]] Facts facts_of(const sipmsg::Uri& uri);
[[nodiscard]] Facts facts_of(const sipmsg::Via& via);
[[nodiscard]] Facts facts_of(const sipmsg::NameAddr& address);
[[nodiscard]] Facts facts_of(const sipmsg::Contact& contact);
/// Every value of one header line, as its typed class reads it; what has none is its text on one line.
[[nodiscard]] Facts facts_of(std::string_view header, std::string_view value);
/// The start line, every header, the body.
[[nodiscard]] Facts facts_of(const sipmsg::MessageView& message);

/// "syntax Via 87", "missing Call-ID 0", "version - 18".
[[nodiscard]] std::string text_of(const sipmsg::ParseError& error);

/// What is wrong with a datagram first, and which layer of this library says so.
struct Verdict {
    std::string_view layer = "none";  ///< none, parse, mandatory (check_mandatory) or header (check_all)
    sipmsg::ParseError error;

    [[nodiscard]] bool sound() const noexcept { return layer == "none"; }
};
[[nodiscard]] Verdict verdict_on(std::string_view datagram, const sipmsg::ParseOptions& options = {});

}  // namespace corpus
