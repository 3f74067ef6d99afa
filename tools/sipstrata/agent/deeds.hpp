// SPDX-License-Identifier: MIT
#pragma once

#include "program.hpp"
#include "texts.hpp"

#include <CLI/App.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sipstrata {

/// --do: what is done in a call at a time of its own.
void add_deeds_flag(CLI::App& app, std::vector<std::string>& deeds);

/// Does them to one call, from now on, as long as this lives; reports each when it is over, and the texts that come.
/// Throws std::invalid_argument for what no deed is.
class Doing {
public:
    Doing(Program& program, sipua::Session& call, const std::vector<std::string>& deeds);

private:
    std::shared_ptr<void> alive_ = std::make_shared<char>();
    std::unique_ptr<Texts> texts_;
    std::vector<sipua::Timer> timers_;
};

}  // namespace sipstrata
