// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/auth/server.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sipstrata {

/// Users and their passwords, from a file: one `name:password` a line; `#` begins a comment line.
class Accounts {
public:
    Accounts() = default;
    /// Throws std::invalid_argument with the number of a line that cannot be read.
    [[nodiscard]] static Accounts parse(std::string_view text);

    [[nodiscard]] bool empty() const noexcept { return passwords_.empty(); }
    [[nodiscard]] bool contains(std::string_view user) const { return passwords_.contains(user); }
    [[nodiscard]] std::optional<siptxn::auth::Credentials> find(std::string_view user) const;

private:
    std::map<std::string, std::string, std::less<>> passwords_;
};

}  // namespace sipstrata
