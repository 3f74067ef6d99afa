// SPDX-License-Identifier: MIT
#include "torture.hpp"

#include "facts.hpp"
#include "table.hpp"

#include <sipmsg/validate.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <span>

using namespace sipmsg;

namespace corpus {

namespace {

enum Column : std::size_t { section, file, layer, error, at, owed, above, first_fact };

std::string file_of(const std::string& directory, const Row& row) {
    return directory + std::string(row[section]) + "-" + std::string(row[file]) + ".sip";
}

void check_facts(const Row& row, const MessageView& message) {
    auto facts = facts_of(message);
    facts.add("excess", std::to_string(message.excess()));
    for (std::size_t i = first_fact; i < row.cells.size(); ++i) {
        const auto equals = row[i].find('=');
        const auto name = row[i].substr(0, equals);
        INFO(std::string(name));
        REQUIRE(equals != std::string_view::npos);
        CHECK(printable(facts.get(name).value_or("(absent)")) == printable(row[i].substr(equals + 1)));
    }
}

/// The library's verdict, and that the error names the place: what stands there is in the table too.
void check_verdict(const Row& row, std::string_view octets, const Verdict& verdict) {
    CHECK(std::string(verdict.layer) == std::string(row[layer]));
    if (verdict.sound()) {
        CHECK(row[error] == "-");
        return;
    }
    CHECK(text_of(verdict.error) == std::string(row[error]));
    REQUIRE(verdict.error.offset <= octets.size());
    CHECK(printable(octets.substr(verdict.error.offset, row[at].size())) == printable(row[at]));
}

constexpr std::string_view schemes[] = {"sip", "sips", "tel"};
constexpr std::string_view types[] = {"application/sdp", "text/plain", "application/octet-stream"};

/// What a server in that role answers, when it can do little more than RFC 3261 asks.
int answer_of(std::string_view octets, std::optional<Layer> role) {
    ValidateOptions options;
    options.role = role;
    options.abilities = {.schemes = schemes, .extensions = std::span<const std::string_view>(), .content_types = types};
    return status_owed(validate(octets, options));
}

/// "uas 415, proxy 416" and "uas" -> 415; 0 when that role has nothing to say, or needs more than the message to say
/// it.
int listed(std::string_view above, std::string_view role) {
    const auto at = above.find(role);
    if (at == std::string_view::npos || !above.substr(at + role.size()).starts_with(' ')) return 0;
    const auto code = above.substr(at + role.size() + 1, 3);
    const bool by_state = code == "401" || code == "406" || code == "dro";
    return by_state ? 0 : std::stoi(std::string(code));
}

/// What no server may take gets one answer from all of them; the rest is for the role that owns the rule. What is
/// refused can be answered: salvage() reads enough for that. A response is never answered (RFC 3261 §18.1.2).
void check_owed(const Row& row, std::string_view octets, const Verdict& verdict) {
    const bool response = octets.starts_with("SIP/");
    if (response || row[owed] == "drop") {
        CHECK(response);
        CHECK(row[owed] == (verdict.sound() ? "-" : "drop"));
        CHECK(answer_of(octets, Layer::proxy) == 0);
        return;
    }
    const auto partial = salvage(octets);
    const int by_all = row[owed] == "-" || !partial ? 0 : std::stoi(std::string(row[owed]));
    const int by_uas = std::max(listed(row[above], "uas"), listed(row[above], "registrar"));
    CHECK(answer_of(octets, Layer::proxy) == (by_all != 0 ? by_all : listed(row[above], "proxy")));
    CHECK(answer_of(octets, Layer::uas) == (by_all != 0 ? by_all : by_uas));
    if (by_all == 0) return;
    const auto answer = Message::response(*partial, by_all, "server");
    CHECK(parse(answer.octets()));
    CHECK(answer.has(Header::via));
}

}  // namespace

void run_torture(const std::string& directory) {
    for (const auto& row : read_table(directory + "verdicts.tsv")) {
        const auto name = std::string(row[section]) + " " + std::string(row[file]);
        SUBCASE(name.c_str()) {
            INFO(row.where);
            const auto octets = read_octets(file_of(directory, row));
            const auto verdict = verdict_on(octets);
            check_verdict(row, octets, verdict);
            check_owed(row, octets, verdict);
            // What only a user agent, a registrar or a proxy may refuse must parse.
            if (row[above] != "-") CHECK((verdict.sound() || verdict.layer == "header"));
            const auto message = parse(octets);
            if (message) check_facts(row, *message);
            if (!message) CHECK(row.cells.size() <= first_fact);
        }
    }
}

void check_complete(const std::string& directory, const std::vector<std::string>& wanted) {
    std::set<std::string> sections;
    std::set<std::string> named;
    for (const auto& row : read_table(directory + "verdicts.tsv")) {
        sections.emplace(row[section]);
        named.insert(std::filesystem::path(file_of(directory, row)).filename().string());
    }
    CHECK(sections == std::set<std::string>(wanted.begin(), wanted.end()));
    CHECK(named == files_in(directory, ".sip"));
}

void add_sections(std::vector<std::string>& sections, const std::string& prefix, int last) {
    for (int i = 1; i <= last; ++i) sections.push_back(prefix + std::to_string(i));
}

}  // namespace corpus
