// SPDX-License-Identifier: MIT
#include "secret.hpp"

#include <fstream>
#include <iostream>
#include <stdexcept>

namespace sipstrata {

std::string read_secret(const std::string& file) {
    std::string secret;
    std::ifstream in;
    if (file != "-") in.open(file);
    if (!std::getline(file == "-" ? std::cin : in, secret))
        throw std::invalid_argument("cannot read a secret from " + file);
    if (secret.ends_with('\r')) secret.pop_back();
    return secret;
}

}  // namespace sipstrata
