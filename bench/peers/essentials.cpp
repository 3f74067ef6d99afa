// SPDX-License-Identifier: MIT
#include "peers/essentials.hpp"

namespace bench {

namespace {

void line(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.append(name).append(": ").append(value).append("\n");
}

void line(std::string& out, std::string_view name, int number) {
    if (number == absent) return;
    line(out, name, number == valueless ? "(no value)" : std::to_string(number));
}

void lines(std::string& out, const std::string& name, const Address& address) {
    line(out, name + ".user", address.user.view());
    line(out, name + ".host", address.host.view());
    line(out, name + ".port", address.port);
}

}  // namespace

std::string to_string(const Essentials& values) {
    std::string out;
    line(out, "method", values.method.view());
    if (values.status != 0) line(out, "status", values.status);
    lines(out, "target", values.target);
    line(out, "target.transport", values.target_transport.view());
    line(out, "via.transport", values.via.transport.view());
    line(out, "via.host", values.via.host.view());
    line(out, "via.port", values.via.port);
    line(out, "via.branch", values.via.branch.view());
    line(out, "via.rport", values.via.rport);
    line(out, "from.tag", values.from_tag.view());
    line(out, "to.tag", values.to_tag.view());
    std::string call_id(values.call_id.view());
    if (!values.call_id_host.view().empty()) call_id.append("@").append(values.call_id_host.view());
    line(out, "call-id", call_id);
    line(out, "cseq", std::to_string(values.cseq));
    line(out, "cseq.method", values.cseq_method.view());
    line(out, "max-forwards", values.max_forwards);
    lines(out, "route", values.route);
    if (values.route_is_loose) line(out, "route.lr", "yes");
    lines(out, "contact", values.contact);
    line(out, "content-length", values.content_length);
    line(out, "body", values.body.view());
    return out;
}

}  // namespace bench
