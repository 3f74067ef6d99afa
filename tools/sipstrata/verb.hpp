// SPDX-License-Identifier: MIT
#pragma once

#include "exit_code.hpp"

#include <CLI/App.hpp>

#include <functional>

namespace sipstrata {

/// A subcommand. A new one is a file that defines it, a line in verbs.hpp, and its name in the table of main.cpp.
struct Verb {
    const char* name;
    const char* summary;   ///< one line, for the list of verbs
    const char* examples;  ///< shown below the verb's flags; each line works when pasted
    /// Adds the flags, and returns what runs when the verb was chosen and its flags were read.
    std::function<ExitCode()> (*setup)(CLI::App& flags);
};

}  // namespace sipstrata
