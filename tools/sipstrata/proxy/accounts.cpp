// SPDX-License-Identifier: MIT
#include "accounts.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace sipstrata {

Accounts Accounts::parse(std::string_view text) {
    Accounts accounts;
    for (int number = 1; !text.empty(); ++number) {
        auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with('#')) continue;
        auto colon = line.find(':');
        if (colon == 0 || colon == std::string_view::npos)
            throw std::invalid_argument(fmt::format("line {} is not name:password", number));
        accounts.passwords_.insert_or_assign(std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
    }
    return accounts;
}

std::optional<siptxn::auth::Credentials> Accounts::find(std::string_view user) const {
    auto found = passwords_.find(user);
    if (found == passwords_.end()) return std::nullopt;
    return siptxn::auth::Credentials{.username = found->first, .password = found->second};
}

}  // namespace sipstrata
