// SPDX-License-Identifier: MIT
#pragma once

#include "layer/context.hpp"

#include <siptxn/locator.hpp>

#include <list>
#include <map>
#include <optional>
#include <span>
#include <system_error>
#include <unordered_map>
#include <vector>

namespace siptxn {

/// What name servers have said, for as long as it holds (RFC 1035 §7.4, RFC 2308), and what they are being asked: one
/// query serves all who want to know the same.
class Names {
public:
    explicit Names(Context& context) : context_(context) {}

    struct Answer {
        std::vector<DnsRecord> records;
        std::error_code error;
    };
    struct Answered {
        DnsQuestion question;
        Answer answer;
        std::vector<ClientId> askers;
    };

    /// The answer when it is known, valid until the next call; else nullptr, and resolved() will name the asker.
    [[nodiscard]] const Answer* ask(const DnsQuestion& question, ClientId asker, TimePoint now);
    /// That asker does not wait any more.
    void withdraw(const DnsQuestion& question, ClientId asker);
    /// Nullopt for a query that nobody waits for.
    [[nodiscard]] std::optional<Answered> resolved(QueryId query, std::span<const DnsRecord> records,
                                                   std::error_code error, TimePoint now);

private:
    struct Pending {
        QueryId query;
        std::vector<ClientId> askers;
    };
    struct Known {
        DnsQuestion question;
        Answer answer;
        TimePoint expiry;
    };
    using Order = std::list<Known>;  ///< the most recently used first

    const Answer* find(const DnsQuestion& question, TimePoint now);
    void keep(const DnsQuestion& question, const Answer& answer, Duration time, TimePoint now);
    [[nodiscard]] Duration lifetime(std::span<const DnsRecord> records, std::error_code error) const;

    Context& context_;
    std::uint64_t last_query_ = 0;
    std::map<DnsQuestion, Pending> pending_;
    std::unordered_map<QueryId, DnsQuestion> queries_;
    Order known_;
    std::map<DnsQuestion, Order::iterator> by_question_;
};

}  // namespace siptxn
