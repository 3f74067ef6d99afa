// SPDX-License-Identifier: MIT
#include "proxy/response_context.hpp"
#include "proxy/flow_token.hpp"

#include <doctest/doctest.h>

using namespace sipstrata;
using sipmsg::Header;

namespace {

sipmsg::MessagePtr request(std::string_view method = "INVITE") {
    auto message = sipmsg::Message::request(method, "sip:bob@example.com");
    message.append(Header::via, "SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1");
    message.append(Header::cseq, "1 " + std::string(method));
    return std::make_shared<const sipmsg::Message>(std::move(message));
}

sipmsg::MessagePtr response(int status, std::string_view challenge = "") {
    auto message = sipmsg::Message::response(request()->view(), status, "tag");
    if (!challenge.empty())
        message.append(status == 401 ? Header::www_authenticate : Header::proxy_authenticate, challenge);
    return std::make_shared<const sipmsg::Message>(std::move(message));
}

int best_of(std::initializer_list<int> statuses) {
    ResponseContext context(request());
    for (std::size_t i = 0; i < statuses.size(); ++i) context.add_branch();
    std::size_t branch = 0;
    bool chosen = false;
    for (int status : statuses) chosen = context.on_response(branch++, response(status)).choose;
    REQUIRE(chosen);
    return context.best().response.status();
}

}  // namespace

TEST_CASE("the best response: 6xx, else the lowest class, else what helps the caller (RFC 3261 §16.7 step 6)") {
    CHECK(best_of({486, 603, 302}) == 603);
    CHECK(best_of({486, 302}) == 302);
    CHECK(best_of({500, 404}) == 404);
    CHECK(best_of({404, 415, 486}) == 415);
    CHECK(best_of({487, 486}) == 486);
    CHECK(best_of({503, 500}) == 500);
    CHECK(best_of({503}) == 500);
    CHECK(best_of({503, 503}) == 500);
}

TEST_CASE("challenges of all branches go upstream together (RFC 3261 §16.7 step 7)") {
    ResponseContext context(request());
    for (int i = 0; i < 3; ++i) context.add_branch();
    CHECK_FALSE(context.on_response(0, response(401, "Digest realm=\"a\"")).choose);
    CHECK_FALSE(context.on_response(1, response(407, "Digest realm=\"b\"")).choose);
    CHECK(context.on_response(2, response(404)).choose);
    auto best = context.best().response;
    CHECK(best.status() == 401);
    CHECK(best.view().count(Header::www_authenticate) == 1);
    CHECK(best.view().count(Header::proxy_authenticate) == 1);
}

TEST_CASE("provisional responses but 100 are forwarded, until a final one was (RFC 3261 §16.7 step 5)") {
    ResponseContext context(request());
    context.add_branch();
    context.add_branch();
    CHECK_FALSE(context.on_response(0, response(100)).forward);
    CHECK(context.on_response(0, response(183)).forward);
    CHECK(context.on_response(0, response(200)).forward);
    CHECK_FALSE(context.on_response(1, response(180)).forward);
    CHECK(context.on_response(1, response(200)).forward);  // A second 2xx to an INVITE.
    CHECK_FALSE(context.on_response(1, response(486)).choose);
}

TEST_CASE("of another request only the first 2xx is forwarded") {
    ResponseContext context(request("MESSAGE"));
    context.add_branch();
    context.add_branch();
    auto first = context.on_response(0, response(200));
    CHECK(first.forward);
    CHECK_FALSE(first.cancel_others);
    CHECK_FALSE(context.on_response(1, response(200)).forward);
}

TEST_CASE("branches without a response count as 408 or 503 (RFC 3261 §16.7, §16.9)") {
    ResponseContext context(request());
    context.add_branch();
    context.add_branch();
    CHECK_FALSE(context.on_failure(0, 503).choose);
    CHECK(context.on_failure(1, 408).choose);
    CHECK_FALSE(context.on_failure(1, 408).choose);
    auto best = context.best();
    CHECK(best.made_here);
    CHECK(best.response.status() == 408);
}

TEST_CASE("a flow token is good only as it was made (RFC 5626 §5.2)") {
    FlowTokens tokens("a secret");
    auto token = tokens.make(static_cast<siptxn::FlowId>(42));
    CHECK(tokens.read(token) == static_cast<siptxn::FlowId>(42));
    CHECK_FALSE(FlowTokens("another").read(token));
    CHECK_FALSE(tokens.read("2b" + token.substr(2)));
    CHECK_FALSE(tokens.read(""));
    CHECK_FALSE(tokens.read("-"));
    CHECK_FALSE(tokens.read("bob"));
}
