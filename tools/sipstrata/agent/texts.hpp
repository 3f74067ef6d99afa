// SPDX-License-Identifier: MIT
#pragma once

#include "program.hpp"

#include <functional>
#include <memory>
#include <string>
#include <system_error>

namespace sipstrata {

/// The texts that go through a call's data channel: says each that comes.
class Texts {
public:
    virtual ~Texts() = default;
    /// As soon as the channel is open.
    virtual void send(const std::string& text, std::move_only_function<void(std::error_code)> done) = 0;
};

/// Null when the call has no data channel (--data). `program` outlives it.
[[nodiscard]] std::unique_ptr<Texts> texts_of(const sipua::Session& call, const Program& program);

}  // namespace sipstrata
