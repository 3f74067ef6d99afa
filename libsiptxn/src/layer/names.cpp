// SPDX-License-Identifier: MIT
#include "layer/names.hpp"

#include <siptxn/dns_message.hpp>

#include <algorithm>
#include <utility>

namespace siptxn {

const Names::Answer* Names::ask(const DnsQuestion& question, ClientId asker, TimePoint now) {
    if (const auto* known = find(question, now)) return known;
    auto [pending, fresh] = pending_.try_emplace(question);
    pending->second.askers.push_back(asker);
    if (!fresh) return nullptr;
    auto query = pending->second.query = QueryId{++last_query_};
    queries_.emplace(query, question);
    context_.emit(Resolve{query, question.name, question.type});
    return nullptr;
}

void Names::withdraw(const DnsQuestion& question, ClientId asker) {
    auto pending = pending_.find(question);
    if (pending == pending_.end()) return;
    std::erase(pending->second.askers, asker);
    if (!pending->second.askers.empty()) return;
    queries_.erase(pending->second.query);
    pending_.erase(pending);
}

std::optional<Names::Answered> Names::resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error,
                                               TimePoint now) {
    auto asked = queries_.extract(query);
    if (!asked) return std::nullopt;
    auto pending = pending_.extract(asked.mapped());
    Answered answered{
        std::move(asked.mapped()), {{}, error},
         std::move(pending.mapped().askers)
    };
    for (const auto& record : records) {
        // A name that is longer is one that a reader has escaped.
        bool useful = record.type == answered.question.type && record.target.size() <= longest_name;
        if (useful && answered.answer.records.size() < context_.options.limits.dns_records)
            answered.answer.records.push_back(record);
    }
    keep(answered.question, answered.answer, lifetime(records, error), now);
    return answered;
}

/// Zero: not to be remembered. A limit of ours that was reached says nothing about the name.
Duration Names::lifetime(std::span<const DnsRecord> records, std::error_code error) const {
    const auto& limits = context_.options.limits;
    if (error) return error == Errc::resolve_failed ? limits.dns_failure_ttl : Duration{0};
    if (records.empty()) return limits.dns_negative_ttl;
    auto shortest = std::ranges::min_element(records, {}, &DnsRecord::ttl);
    return std::clamp<Duration>(std::chrono::seconds(shortest->ttl), limits.dns_ttl_min,
                                std::max(limits.dns_ttl_min, limits.dns_ttl_max));
}

const Names::Answer* Names::find(const DnsQuestion& question, TimePoint now) {
    auto found = by_question_.find(question);
    if (found == by_question_.end()) return nullptr;
    auto known = found->second;
    if (known->expiry <= now) {
        by_question_.erase(found);
        known_.erase(known);
        return nullptr;
    }
    known_.splice(known_.begin(), known_, known);
    return &known->answer;
}

void Names::keep(const DnsQuestion& question, const Answer& answer, Duration time, TimePoint now) {
    auto most = context_.options.limits.dns_answers;
    if (time <= Duration{0} || most == 0) return;
    if (known_.size() >= most) {
        by_question_.erase(known_.back().question);
        known_.pop_back();
    }
    known_.push_front({question, answer, now + time});
    by_question_.insert_or_assign(question, known_.begin());
}

}  // namespace siptxn
