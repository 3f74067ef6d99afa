// SPDX-License-Identifier: MIT
// The README prints the machines: here they are printed from the tables that run.

#include <siptxn/invite_client.hpp>
#include <siptxn/invite_server.hpp>
#include <siptxn/non_invite_client.hpp>
#include <siptxn/non_invite_server.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>

using namespace siptxn;

namespace {

template <class Machine>
std::string printed() {
    std::string out;
    for (const auto& row : Machine::table()) {
        auto effects = row.effects == Effects::none ? std::string() : "   " + to_string(row.effects);
        auto line = fmt::format("    {:>10} --{:-^15}--> {:<10}{}", to_string(row.in), to_string(row.on),
                                to_string(row.to), effects);
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return out;
}

}  // namespace

TEST_CASE("the README's machines are the tables that run (RFC 3261 §17)") {
    std::ifstream file(README);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    REQUIRE_FALSE(text.empty());
    for (const auto& table :
         {printed<InviteClient>(), printed<NonInviteClient>(), printed<InviteServer>(), printed<NonInviteServer>()}) {
        CAPTURE(table);
        CHECK(text.find(table) != std::string::npos);
    }
}
