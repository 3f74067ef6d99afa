// SPDX-License-Identifier: MIT
// What a REFER inside a session needs of sipdialog, and dialogs named from outside.
#include "driver.hpp"

#include <sipdialog/notify.hpp>
#include <sipdialog/refer_notifier.hpp>

#include <sipmsg/sipfrag.hpp>

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

std::string told(ReferNotifier& notifier, TimePoint now) {
    auto notify = notifier.poll(now);
    if (!notify) return {};
    return notify->headers[0].second + " " + notify->headers[1].second + " " +
           std::to_string(sipmsg::Sipfrag::parse(notify->body.content)->status().value_or(0));
}

NamedDialog replaced(Driver& d, const std::string& replaces, const HeaderList& more = {}) {
    HeaderList headers{
        {"Replaces", replaces}
    };
    headers.insert(headers.end(), more.begin(), more.end());
    return d.layer.replaced_by(incoming({.headers = headers, .call_id = "new"})->view());
}

std::string naming(const Driver& d, SessionId session) {
    auto dialog = *d.layer.identity(session);
    return dialog.call_id + ";to-tag=" + dialog.local_tag + ";from-tag=" + dialog.remote_tag;
}

}  // namespace

TEST_CASE("a REFER is told of by active NOTIFYs with its number, the last one terminated (RFC 3515 §2.4.4, §2.4.7)") {
    TimePoint now{};
    ReferNotifier notifier(7, 60, now);
    CHECK(told(notifier, now) == "refer;id=7 active;expires=60 100");
    notifier.report(180);
    notifier.report(183, "Wait");
    CHECK(told(notifier, now).empty());  // one at a time
    notifier.answered(200);
    CHECK(told(notifier, now + 10s) == "refer;id=7 active;expires=50 180");
    notifier.answered(200);
    CHECK(told(notifier, now) == "refer;id=7 active;expires=60 183");
    notifier.report(200);
    notifier.report(486);  // too late
    CHECK_FALSE(notifier.is_over());
    notifier.answered(200);
    CHECK(told(notifier, now) == "refer;id=7 terminated;reason=noresource 200");
    CHECK_FALSE(notifier.is_over());
    notifier.answered(200);
    CHECK(notifier.is_over());
    CHECK_FALSE(notifier.next_expiry());
}

TEST_CASE("a NOTIFY of a REFER that is refused or not answered is the last (RFC 3515 §2.4.4, RFC 6665 §4.2.2)") {
    for (int status : {481, 489, 0}) {
        TimePoint now{};
        ReferNotifier notifier(7, 60, now);
        told(notifier, now);
        notifier.report(180);
        notifier.answered(status);
        CHECK(told(notifier, now).empty());
        CHECK(notifier.is_over());
    }
    TimePoint now{};
    ReferNotifier notifier(7, 60, now);
    told(notifier, now);
    notifier.report(180);
    notifier.answered(500);
    CHECK_FALSE(told(notifier, now).empty());
}

TEST_CASE("the peer refreshes or ends what a REFER began, and time ends it too (RFC 3515 §2.4.4)") {
    TimePoint now{};
    ReferNotifier notifier(7, 60, now);
    told(notifier, now);
    notifier.answered(200);
    notifier.report(180);
    told(notifier, now);
    notifier.answered(200);
    notifier.refresh(100, now + 50s);
    CHECK(*notifier.next_expiry() == now + 150s);
    CHECK(told(notifier, now + 50s) == "refer;id=7 active;expires=100 180");
    notifier.answered(200);
    notifier.expire(now + 149s);
    CHECK(told(notifier, now).empty());
    notifier.expire(now + 150s);
    CHECK(told(notifier, now + 150s) == "refer;id=7 terminated;reason=timeout 180");

    ReferNotifier unwanted(8, 60, now);
    told(unwanted, now);
    unwanted.answered(200);
    unwanted.refresh(0, now);
    CHECK(told(unwanted, now) == "refer;id=8 terminated;reason=timeout 100");
}

TEST_CASE("the NOTIFYs of a REFER are known by its number, which the first may leave out (RFC 3515 §2.4.6)") {
    auto is = [](const char* event, bool first) { return is_event_of_refer(*sipmsg::Event::parse(event), 42, first); };
    CHECK(is("refer;id=42", false));
    CHECK(is("refer", true));
    CHECK_FALSE(is("refer", false));
    CHECK_FALSE(is("refer;id=43", true));
    CHECK_FALSE(is("presence;id=42", true));
}

TEST_CASE("a REFER without Refer-To gets 400, and only refer is subscribed to in a session (RFC 3515 §2.4.2)") {
    Driver d;
    auto called = d.confirmed_incoming();
    d.receive(incoming({.method = "REFER", .to_tag = called.tag, .cseq = 2}));
    CHECK(d.take<Respond>().response.status() == 400);
    d.receive(incoming({.method = "REFER", .to_tag = called.tag, .cseq = 3, .headers = {{"Refer-To", "<<>"}}}));
    CHECK(d.take<Respond>().response.status() == 400);
    auto [taken, transaction] = d.receive(incoming(
        {.method = "REFER", .to_tag = called.tag, .cseq = 4, .headers = {{"Refer-To", "<sip:c@example.com>"}}}));
    d.take<RequestInDialog>();
    d.layer.respond(called.session, transaction, 202, d.now);
    auto response = d.take<Respond>().response;
    CHECK(response.status() == 202);
    CHECK(response.raw(Header::contact)->starts_with("<sip:bob@"));
    d.receive(incoming({.method = "SUBSCRIBE", .to_tag = called.tag, .cseq = 5, .headers = {{"Event", "presence"}}}));
    CHECK(d.take<Respond>().response.status() == 501);
    d.receive(incoming({.method = "SUBSCRIBE", .to_tag = called.tag, .cseq = 6, .headers = {{"Event", "refer;id=4"}}}));
    d.take<RequestInDialog>();
}

TEST_CASE("Replaces finds a confirmed dialog, unless it wants early ones only (RFC 3891 §3)") {
    Driver d;
    auto session = d.confirmed_call().session;
    auto name = naming(d, session);
    CHECK(replaced(d, name).session == session);
    CHECK(replaced(d, name).refusal == 0);
    CHECK_FALSE(replaced(d, name).early);
    CHECK(replaced(d, name + ";early-only").refusal == 486);
    CHECK(d.layer.replaced_by(incoming({})->view()).session == SessionId::none);
    CHECK(d.layer.replaced_by(incoming({})->view()).refusal == 0);
}

TEST_CASE("what Replaces gets that is ill-formed, doubled, contradicted, unknown or just ending (RFC 3891 §3)") {
    Driver d;
    auto session = d.confirmed_call().session;
    auto dialog = *d.layer.identity(session);
    auto name = naming(d, session);
    CHECK(replaced(d, "call;to-tag=1").refusal == 400);
    CHECK(replaced(d, name,
                   {
                       {"Replaces", name}
    })
              .refusal == 400);
    CHECK(replaced(d, name,
                   {
                       {"Join", name}
    })
              .refusal == 400);
    CHECK(replaced(d, "other;to-tag=1;from-tag=2").refusal == 481);
    // The tags the wrong way round name nothing.
    CHECK(replaced(d, dialog.call_id + ";to-tag=" + dialog.remote_tag + ";from-tag=" + dialog.local_tag).refusal ==
          481);
    d.layer.bye(session, d.now);
    CHECK(replaced(d, name).refusal == 603);
}

TEST_CASE("Replaces finds an early dialog that we began, not one that the peer began (RFC 3891 §3)") {
    Driver d;
    auto calling = d.start_call();
    d.answer(calling.transaction, reply_to(calling.invite.request, 180));
    d.take<Progressed>();
    const auto& invite = calling.invite.request;
    auto name = std::string(*invite.raw(Header::call_id)) +
                ";to-tag=" + std::string(*invite.top<sipmsg::From>()->tag()) + ";from-tag=bob";
    CHECK(replaced(d, name).session == calling.session);
    CHECK(replaced(d, name).early);
    CHECK(replaced(d, name + ";early-only").session == calling.session);

    Driver ringing;
    ringing.receive(incoming({.body = sdp("offer")}));
    auto invited = ringing.take<Invited>();
    ringing.layer.progress(invited.session, {.status = 180}, ringing.now);
    auto tag = std::string(*ringing.take<Respond>().response.top<sipmsg::To>()->tag());
    CHECK(replaced(ringing, "call-1;to-tag=" + tag + ";from-tag=alice").refusal == 481);
}

TEST_CASE("Join and Target-Dialog find a dialog by its names (RFC 3911 §4, RFC 4538 §4)") {
    Driver d;
    auto session = d.confirmed_call().session;
    auto joined = [&](const HeaderList& headers) {
        return d.layer.joined_by(incoming({.headers = headers, .call_id = "new"})->view());
    };
    CHECK(joined({}).session == SessionId::none);
    CHECK(joined({
                     {"Join", naming(d, session)}
    })
              .session == session);
    CHECK(joined({
                     {"Join", "other;to-tag=1;from-tag=2"}
    })
              .refusal == 481);
    CHECK(joined({
                     {"Join", "broken"}
    })
              .refusal == 400);
    auto dialog = *d.layer.identity(session);
    CHECK(d.layer.find_dialog({dialog.call_id, dialog.local_tag, dialog.remote_tag}) == session);
    CHECK(d.layer.find_dialog({dialog.call_id, dialog.remote_tag, dialog.local_tag}) == SessionId::none);
}
