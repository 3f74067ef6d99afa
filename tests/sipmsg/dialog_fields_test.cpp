// SPDX-License-Identifier: MIT
#include <sipmsg/essentials.hpp>
#include <sipmsg/message.hpp>

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>

using namespace sipmsg;

namespace {

constexpr std::string_view bye =
    "BYE sip:bob@192.0.2.4 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK776;rport\r\n"
    "Max-Forwards: 70\r\n"
    "f: \"Alice; tag=no\" <sip:alice@example.com;tag=no>;x=1;Tag=1928301774\r\n"
    "To: <sip:bob@example.com>;tag=a6c85cf\r\n"
    "Call-ID: a84b4c76e66710@192.0.2.1\r\n"
    "CSeq: 4711 BYE\r\n"
    "Content-Length: 0\r\n\r\n";

MessageView noted(std::string_view text) {
    auto view = parse(text).value();
    Essentials read;
    REQUIRE_FALSE(read_essentials(view, read));
    view.note(read);
    return view;
}

void check(const Result<DialogFields>& fields, std::string_view to_tag = "a6c85cf") {
    REQUIRE(fields);
    CHECK(fields->call_id == "a84b4c76e66710@192.0.2.1");
    CHECK(fields->from_tag == "1928301774");
    CHECK(fields->to_tag == to_tag);
    CHECK(fields->cseq == 4711);
}

}  // namespace

TEST_SUITE("dialog fields (RFC 3261 §12)") {
    TEST_CASE("they are read when asked for, and the same when they were noted") {
        check(parse(bye)->dialog_fields());
        check(noted(bye).dialog_fields());
    }

    TEST_CASE("without a tag there is none") {
        std::string text(bye);
        text.erase(text.find(";tag=a6c85cf"), std::string_view(";tag=a6c85cf").size());
        CHECK(parse(text)->dialog_fields()->to_tag == std::nullopt);
        CHECK(noted(text).dialog_fields()->to_tag == std::nullopt);
    }

    TEST_CASE("what routes a message wants the tags alone, what serves it the addresses too") {
        std::string text(bye);
        text.replace(text.find("sip:bob@example.com"), 19, "sip:bob@exa^mple.com");
        const auto view = parse(text).value();
        Essentials read;
        REQUIRE_FALSE(read_essentials(view, read));
        CHECK(read.from_tag == "1928301774");
        CHECK(read.to_tag == "a6c85cf");
        const auto fault = check_mandatory(view, read);
        REQUIRE(fault);
        CHECK(fault->header == Header::to);
        CHECK(text.substr(fault->offset, 1) == "^");
        text.replace(text.find("Tag=1928301774"), 14, "Tag=1928301774;tag=2");  // the first one counts
        REQUIRE_FALSE(read_essentials(parse(text).value(), read));
        CHECK(read.from_tag == "1928301774");
    }

    TEST_CASE("a header that is missing or malformed is told") {
        std::string text(bye);
        text.replace(text.find("4711"), 4, "4x11");
        CHECK(parse(text)->dialog_fields().error().header == Header::cseq);
        text.erase(text.find("Call-ID"), text.find("CSeq") - text.find("Call-ID"));
        const auto error = parse(text)->dialog_fields().error();
        CHECK(error.code == ParseErrc::missing);
        CHECK(error.header == Header::call_id);
    }

    TEST_CASE("what was noted stays right when other lines are edited") {
        Message message(noted(bye));
        message.replace_top_via("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK776;received=198.51.100.1;rport=5060");
        message.push_via("SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1");
        message.remove(Header::max_forwards);
        message.set_body("text/plain", "hello");
        check(message.view().dialog_fields());
        check(Message(message).view().dialog_fields());
    }

    TEST_CASE("what was noted is forgotten with its line") {
        Message message(noted(bye));
        message.set(Header::to, "<sip:bob@example.com>;tag=other");
        check(message.view().dialog_fields(), "other");
        message.remove(Header::call_id);
        CHECK(message.view().dialog_fields().error().header == Header::call_id);
        message.append(Header::call_id, "a84b4c76e66710@192.0.2.1");
        check(message.view().dialog_fields(), "other");
    }

    TEST_CASE("after any edits the fields, and the index of lines, are those that parsing the text anew finds") {
        constexpr std::array ids{Header::via,     Header::from,  Header::to,       Header::call_id,
                                 Header::cseq,    Header::route, Header::contact,  Header::max_forwards,
                                 Header::subject, Header::allow, Header::supported};
        constexpr std::array<std::string_view, ids.size()> values{"SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK9",
                                                                  "<sip:a@example.com>;tag=f2",
                                                                  "<sip:b@example.com>;tag=t2",
                                                                  "another@192.0.2.9",
                                                                  "17 BYE",
                                                                  "<sip:192.0.2.5;lr>",
                                                                  "<sip:alice@192.0.2.1>",
                                                                  "9",
                                                                  "a longer subject than before",
                                                                  "INVITE, BYE",
                                                                  "timer"};
        auto text_of = [](const Result<DialogFields>& fields) {
            if (!fields) return std::string("broken");
            return std::string(fields->call_id) + '|' + std::string(fields->from_tag.value_or("-")) + '|' +
                   std::string(fields->to_tag.value_or("-")) + '|' + std::to_string(fields->cseq);
        };
        std::mt19937 dice(1);
        for (int round = 0; round < 3000; ++round) {
            Message message(noted(bye));
            for (int edit = 0; edit < 6; ++edit) {
                const auto which = dice() % ids.size();
                switch (dice() % 8) {
                    case 0: message.append(ids[which], values[which]); break;
                    case 1: message.set(ids[which], values[which]); break;
                    case 2: message.remove(ids[which]); break;
                    case 3: message.push_via(values[0]); break;
                    case 4: message.pop_via(); break;
                    case 5: message.replace_top_via("SIP/2.0/TCP 192.0.2.8:5061;rport=9;branch=z9hG4bK77"); break;
                    case 6: message.set_body("text/plain", std::string(dice() % 200, 'x')); break;
                    default: message.set_request_uri("sip:somebody-else@example.com"); break;
                }
                const auto anew = parse(message.octets());
                REQUIRE(anew);
                CAPTURE(message.octets());
                REQUIRE(text_of(message.view().dialog_fields()) == text_of(anew->dialog_fields()));
                for (auto id : ids) {
                    REQUIRE(message.view().count(id) == anew->count(id));
                    REQUIRE(message.raw(id) == anew->raw(id));
                }
            }
        }
    }

    TEST_CASE("what was read of another message is not noted") {
        const std::string other(bye);
        auto view = parse(other).value();
        Essentials read;
        REQUIRE_FALSE(read_essentials(parse(bye).value(), read));
        read.cseq.number = 1;
        view.note(read);
        check(view.dialog_fields());
    }

    TEST_CASE("a view that is parsed into again knows nothing of before") {
        auto view = noted(bye);
        std::string text(bye);
        text.replace(text.find("a6c85cf"), 7, "another");
        REQUIRE_FALSE(parse_into(view, text));
        check(view.dialog_fields(), "another");
    }
}
