// SPDX-License-Identifier: MIT
#include "kernel.hpp"
#include "machines.hpp"
#include "number.hpp"

#include <sipmsg/header/simple.hpp>

namespace sipmsg {

namespace {

/// `digits` as a number of at most `max`; false, and the scan says why, when it is larger.
bool take_number(detail::Scan& scan, std::string_view digits, std::uint32_t& number, std::uint64_t max) noexcept {
    const auto value = detail::decimal(digits, max);
    number = static_cast<std::uint32_t>(value.value_or(0));
    return value.has_value() ||
           scan.fail(ParseErrc::out_of_range, digits.data(),
                     max == detail::max_u32 ? "a number below 4294967296" : "a number below 2147483648");
}

}  // namespace

Result<CSeq> CSeq::parse(std::string_view text, Padding behind) {
    Result<CSeq> result;
    detail::Scan scan(text, behind);
    detail::CSeqParts parts;
    if (!detail::kernel().cseq(scan, parts) || !take_number(scan, parts.number, result->number, detail::max_cseq)) {
        result = std::unexpected(scan.error(id));
        return result;
    }
    result->method = method_of(parts.method);
    result->method_text = parts.method;
    return result;
}

Result<RAck> RAck::parse(std::string_view text, Padding behind) {
    Result<RAck> result;
    detail::Scan scan(text, behind);
    detail::RAckParts parts;
    if (!detail::run_rack(scan, parts) || !take_number(scan, parts.response, result->rseq, detail::max_u32) ||
        !take_number(scan, parts.cseq.number, result->cseq, detail::max_cseq)) {
        result = std::unexpected(scan.error(id));
        return result;
    }
    result->method = method_of(parts.cseq.method);
    result->method_text = parts.cseq.method;
    return result;
}

Result<CallId> CallId::parse(std::string_view text, Padding behind) {
    Result<CallId> result;
    detail::Scan scan(text, behind);
    if (!detail::kernel().call_id(scan, result->text)) result = std::unexpected(scan.error(id));
    return result;
}

}  // namespace sipmsg
