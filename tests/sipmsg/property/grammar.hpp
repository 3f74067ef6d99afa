// SPDX-License-Identifier: MIT
#pragma once

#include "random.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace property {

/// Text that the grammar allows, and what a reader must find in it. Facts are named as corpus::Facts names them.
struct Sample {
    std::string text;
    std::vector<std::pair<std::string, std::string>> facts;

    void add(std::string name, std::string value) { facts.emplace_back(std::move(name), std::move(value)); }
    /// Takes the part's text and its facts, these under a longer name.
    void append(const Sample& part, const std::string& prefix = "");
};

/// Draws values from RFC 3261 §25.1, every alternative of a rule in its turn: folds and other white space, quoted
/// pairs, escapes, letters in either case, compact names. What it draws is sound: no machine may refuse it.
class Grammar {
public:
    explicit Grammar(Random& random) noexcept : random_(random) {}

    std::string lws();  ///< at least one octet of white space, perhaps a fold
    std::string sws();  ///< the same or nothing
    std::string token();
    std::string quoted();
    std::string any_case(std::string_view text);

    Sample host();
    Sample uri();
    Sample sip_uri();
    Sample via();
    /// From, To, Contact and their like; brackets always when the header wants them.
    Sample address(bool brackets);
    Sample contact();
    Sample cseq(const std::string& method);
    Sample credentials();
    /// `;name=value` and `;name` behind a value, names unlike each other.
    Sample params(std::size_t most);

    /// A whole request or response with every mandatory header.
    Sample message();
    /// One header line, with its end: known or unknown.
    Sample line(std::string_view name, const std::string& value);

private:
    std::string repeat(std::string_view octets, std::size_t least, std::size_t most);
    std::string escapable(std::string_view octets, std::size_t least, std::size_t most);
    std::string utf8();
    std::string label();
    std::string number(std::size_t limit);
    std::string separator(char c);
    Sample userinfo();
    Sample uri_params();
    Sample uri_headers();
    Sample tel_uri();
    Sample other_uri();
    Sample start_line(std::string& method);
    std::vector<Sample> mandatory_lines(const std::string& method);
    std::vector<Sample> optional_lines();
    Sample value_lines(const std::string& name, std::string_view compact, std::vector<Sample> values);

    Random& random_;
};

}  // namespace property
