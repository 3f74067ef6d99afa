// SPDX-License-Identifier: MIT
#include <sipmsg/header/simple.hpp>

#include "machines.hpp"
#include "number.hpp"
#include "read.hpp"

namespace sipmsg {

namespace {

using detail::Fault;
using detail::pass_on;

std::string_view method_in(Method method, std::string_view text) { return text.empty() ? to_string(method) : text; }

}  // namespace

Printer print(Printer to, const CSeq& value) {
    return to << value.number << ' ' << method_in(value.method, value.method_text);
}

Printer print(Printer to, const RAck& value) {
    return to << value.rseq << ' ' << value.cseq << ' ' << method_in(value.method, value.method_text);
}

namespace {

auto take_call_id(CallIdValue& value) {
    return [&value](const detail::CallIdParams& parts, std::string_view text) -> Fault {
        if (!parts.params.empty()) return detail::syntax_at(text, parts.params.text(), "one Call-ID");
        value.text = parts.text;
        return std::nullopt;
    };
}

}  // namespace

Fault CallIdValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<detail::CallIdParams>(whole, behind, detail::run_word_params, take_call_id(*this));
}

Fault CallIdValue::read_item(std::string_view& rest, Padding behind) {
    return detail::read_first<detail::CallIdParams>(rest, behind, detail::run_word_params, take_call_id(*this));
}

Printer print(Printer to, const CallIdValue& value) { return to << value.text; }

Result<MaxForwards> MaxForwards::parse(std::string_view text) {
    Result<MaxForwards> result;
    if (const auto fault = result->read_up_to(255, text)) result = pass_on(*fault, id);
    return result;
}

}  // namespace sipmsg
