// SPDX-License-Identifier: MIT
#pragma once

#include "location.hpp"

#include <siptxn/identifiers.hpp>

#include <sipmsg/message.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sipstrata {

struct RegistrarOptions {
    std::uint32_t default_expires = 3600;  ///< seconds
    std::uint32_t longest_expires = 86'400;
    std::uint32_t shortest_expires = 1;  ///< below it: 423 with Min-Expires
    std::size_t bindings_per_user = 16;
    std::size_t users = 100'000;
};

/// Answers REGISTER from and into a location service. RFC 3261 §10.3. Who may register whom is decided before.
class Registrar {
public:
    Registrar(Location& location, siptxn::Identifiers& identifiers, const RegistrarOptions& options = {})
        : location_(location), identifiers_(identifiers), options_(options) {}

    /// The final response. Either all changes of the request are made or none.
    [[nodiscard]] sipmsg::Message answer(const sipmsg::Message& request, const siptxn::Flow& flow,
                                         siptxn::TimePoint now);

private:
    struct Refusal {
        int status = 0;
        std::string phrase;
    };
    [[nodiscard]] sipmsg::Message refuse(const sipmsg::Message& request, int status, std::string_view phrase = {});
    [[nodiscard]] sipmsg::Message accept(const sipmsg::Message& request, std::string_view user, siptxn::TimePoint now);
    [[nodiscard]] Refusal remove_all(const sipmsg::Message& request, std::vector<Binding>& bindings) const;
    [[nodiscard]] Refusal update(const sipmsg::Message& request, const siptxn::Flow& flow,
                                 std::vector<Binding>& bindings, siptxn::TimePoint now) const;

    Location& location_;
    siptxn::Identifiers& identifiers_;
    RegistrarOptions options_;
};

/// The user part of an address of record, escapes undone (RFC 3261 §10.3 step 5).
[[nodiscard]] std::string user_of(const sipmsg::Uri& uri);

}  // namespace sipstrata
