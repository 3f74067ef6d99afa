// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sipstrata {

/// Names a connection in the user part of a Record-Route URI, signed so that only this process can make one. RFC 5626
/// §5.2.
class FlowTokens {
public:
    explicit FlowTokens(std::string secret) : secret_(std::move(secret)) {}
    [[nodiscard]] std::string make(siptxn::FlowId flow) const;
    /// nullopt for text that was not made here.
    [[nodiscard]] std::optional<siptxn::FlowId> read(std::string_view token) const;

private:
    [[nodiscard]] std::string sign(std::string_view text) const;
    std::string secret_;
};

}  // namespace sipstrata
