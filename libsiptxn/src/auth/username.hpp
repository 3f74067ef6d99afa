// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/auth/hash.hpp>

#include <sipmsg/header/auth.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace siptxn::auth {

/// The three ways in which credentials name their user. RFC 7616 §3.4, §3.4.4.
enum class UsernameForm : std::uint8_t {
    plain,     ///< username="bob"
    hashed,    ///< username="488869477bf2...", userhash=true
    extended,  ///< username*=UTF-8''J%C3%A4s%C3%B8n
};

/// The parameters that name a user.
[[nodiscard]] std::string username_parameters(UsernameForm form, Algorithm algorithm, std::string_view username,
                                              std::string_view realm);

struct ReadUsername {
    std::string text;  ///< the name, or its hash in lower case
    bool hashed = false;
};
/// nullopt when there is none, two, or one that cannot be read.
[[nodiscard]] std::optional<ReadUsername> read_username(const sipmsg::AuthValue& credentials);

}  // namespace siptxn::auth
