// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/address.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace siptxn::net {

/// The names of /etc/hosts. Read again whenever the file has changed; a file that is not there has no names.
class HostsFile {
public:
    /// An empty path is no file.
    explicit HostsFile(std::filesystem::path path) : path_(std::move(path)) {}
    /// The addresses of a name in lower case; nullptr when the file does not have it. Valid until the next call.
    [[nodiscard]] const std::vector<IpAddress>* find(const std::string& name);

private:
    struct Version {
        std::filesystem::file_time_type time;
        std::uintmax_t size = 0;
        bool operator==(const Version&) const = default;
    };
    void refresh();
    void read();
    void read_line(std::string_view line);

    std::filesystem::path path_;
    std::optional<Version> version_;
    std::map<std::string, std::vector<IpAddress>> hosts_;
};

}  // namespace siptxn::net
