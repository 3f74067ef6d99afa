// SPDX-License-Identifier: MIT
#include "read_input.hpp"

#include "../terminal_text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace sipstrata {
namespace {

constexpr std::size_t most_octets = 256u << 20;

std::optional<std::string> complain(const std::string& name, const char* why) {
    fmt::print(stderr, "sipstrata: {}: {}\n", terminal_text(name), why);
    return std::nullopt;
}

}  // namespace

std::optional<std::string> read_input(const std::string& name) {
    std::unique_ptr<FILE, int (*)(FILE*)> opened(nullptr, &std::fclose);
    FILE* file = stdin;
    if (name != "-") {
        opened.reset(std::fopen(name.c_str(), "rb"));
        file = opened.get();
        if (!file) return complain(name, std::strerror(errno));
    }
    std::string octets;
    char piece[65'536];
    while (std::size_t count = std::fread(piece, 1, sizeof piece, file)) {
        octets.append(piece, count);
        if (octets.size() > most_octets) return complain(name, "larger than 256 MB");
    }
    if (std::ferror(file)) return complain(name, std::strerror(errno));
    return octets;
}

}  // namespace sipstrata
