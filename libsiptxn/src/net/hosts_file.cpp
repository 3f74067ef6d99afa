// SPDX-License-Identifier: MIT
#include "net/hosts_file.hpp"

#include <siptxn/dns_message.hpp>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace siptxn::net {
namespace {

constexpr std::uintmax_t largest_file = 16'777'216;
constexpr std::string_view blanks = " \t\r";

/// The next word; empty at the end.
std::string_view take_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    auto word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

}  // namespace

const std::vector<IpAddress>* HostsFile::find(const std::string& name) {
    refresh();
    auto host = hosts_.find(name);
    return host == hosts_.end() ? nullptr : &host->second;
}

void HostsFile::refresh() {
    if (path_.empty()) return;
    std::error_code no_time, no_size;
    Version now{std::filesystem::last_write_time(path_, no_time), std::filesystem::file_size(path_, no_size)};
    bool usable = !no_time && !no_size && now.size <= largest_file;
    auto version = usable ? std::optional(now) : std::nullopt;
    if (version == version_) return;
    version_ = version;
    hosts_.clear();
    if (version_) read();
}

void HostsFile::read() {
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) read_line(line);
}

void HostsFile::read_line(std::string_view line) {
    line = line.substr(0, line.find('#'));
    auto ip = IpAddress::parse(take_word(line));
    if (!ip) return;
    for (auto name = take_word(line); !name.empty(); name = take_word(line)) {
        auto& addresses = hosts_[canonical_name(name)];
        if (std::ranges::find(addresses, *ip) == addresses.end()) addresses.push_back(*ip);
    }
}

}  // namespace siptxn::net
