// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/error.hpp>
#include <siptxn/wire.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

/// Notes what a wire reports.
struct Recorder final : siptxn::WireEvents {
    struct Opened {
        siptxn::Flow flow;
        bool accepted;
    };
    struct Failed {
        siptxn::Flow flow;
        std::error_code error;
    };

    void on_opened(const siptxn::Flow& flow, bool accepted) override {
        opened.push_back({flow, accepted});
        if (when_opened) when_opened(flow);
    }
    void on_octets(const siptxn::Flow& flow, std::string_view octets) override {
        messages.push_back(std::string(octets));
        streams[flow.id] += octets;
        sources.push_back(flow);
        if (when_octets) when_octets(flow, octets);
    }
    void on_failed(const siptxn::Flow& flow, std::error_code error) override {
        failed.push_back({flow, error});
        if (when_failed) when_failed(flow);
    }
    void on_resolved(siptxn::QueryId query, std::span<const siptxn::DnsRecord> records,
                     std::error_code error) override {
        resolved[query] = {
            {records.begin(), records.end()},
            error
        };
    }

    std::vector<Opened> opened;
    std::vector<Failed> failed;
    std::vector<std::string> messages;
    std::vector<siptxn::Flow> sources;
    std::map<siptxn::FlowId, std::string> streams;
    std::map<siptxn::QueryId, std::pair<std::vector<siptxn::DnsRecord>, std::error_code>> resolved;
    std::function<void(const siptxn::Flow&)> when_opened;
    std::function<void(const siptxn::Flow&, std::string_view)> when_octets;
    std::function<void(const siptxn::Flow&)> when_failed;
};

inline siptxn::Octets octets_of(std::string text) { return std::make_shared<const std::string>(std::move(text)); }
inline siptxn::IpAddress ip_of(std::string_view text) { return siptxn::IpAddress::parse(text).value(); }
