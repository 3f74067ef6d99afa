// SPDX-License-Identifier: MIT
#pragma once

#include "../corpus/facts.hpp"
#include "../corpus/table.hpp"
#include "grammar.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace property {

/// The octets alone in a block of the heap: a reader that looks behind their end is caught by AddressSanitizer.
class Exact {
public:
    explicit Exact(std::string_view octets) : octets_(octets.begin(), octets.end()) { octets_.shrink_to_fit(); }
    [[nodiscard]] std::string_view text() const noexcept { return {octets_.data(), octets_.size()}; }

private:
    std::vector<char> octets_;
};

/// What a reader says of the text must not depend on what stands around it: alone in the heap, and between octets that
/// would carry every rule on. `read` gives something that compares.
template <class Read>
void check_alone_and_embedded(std::string_view text, Read read) {
    const Exact alone(text);
    const auto wanted = read(alone.text());
    for (const std::string_view around :
         {"a", "0", ";x=y", ",", "\"", ">", "@h", ":5060", "\r\n a", "\r\n\r\n", "%41", " ", "\\", "]", "?a=b"}) {
        INFO("around: ", corpus::printable(around));
        std::string embedded;
        for (int i = 0; i < 20; ++i) embedded += around;
        const auto begin = embedded.size();
        embedded += text;
        for (int i = 0; i < 40; ++i) embedded += around;
        CHECK(read(std::string_view(embedded).substr(begin, text.size())) == wanted);
    }
}

/// Each fact the grammar put in was found. `prefix` is the name of the value among the facts.
inline void check_found(const Sample& sample, const corpus::Facts& facts, const std::string& prefix = "") {
    for (const auto& [name, value] : sample.facts) {
        const auto found = facts.get(prefix + name);
        INFO("fact: ", prefix + name);
        REQUIRE(found);
        CHECK(corpus::printable(*found) == corpus::printable(value));
    }
}

[[nodiscard]] inline std::string lower(std::string_view text) {
    std::string small;
    for (char c : text) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return small;
}

/// The same for a value that was printed: scheme and host are in lower case there, and the text of a URI is another.
[[nodiscard]] inline Sample as_printed(const Sample& sample) {
    Sample printed;
    for (const auto& [name, value] : sample.facts) {
        if (name.ends_with("uri") || (name.ends_with("opaque") && name.size() > 7)) continue;
        printed.add(name, name.ends_with(".host") || name.ends_with(".scheme") ? lower(value) : value);
    }
    return printed;
}

}  // namespace property
